"""Directorates, services and teams, and the changes that they go through."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synthetic.values import value_list

#: Directorate -> (share of clinical staff, kinds of team).
DIRECTORATES: dict[str, tuple[float, list[str]]] = {
    row["directorate"]: (float(row["clinical_share"]), row["kinds_of_team"].split("|"))
    for row in value_list("directorates")
}
_PLACES = (
    "Bristol North",
    "Bristol Central",
    "Bristol South",
    "South Gloucestershire",
    "North Somerset",
    "Bath",
    "Swindon",
    "Salisbury",
    "Chippenham",
    "Devizes",
    "Weston",
    "Trowbridge",
)
_SERVICES = ("East", "West", "Central")
CORPORATE = "Corporate Services"


@dataclass(frozen=True)
class Team:
    name: str
    directorate: str
    service: str
    cost_centre: str


@dataclass(frozen=True)
class Change:
    """A change of one team's name or directorate, seen from the snapshot of `month` on."""

    month: int
    team: int
    kind: str  # rename or move
    before: str
    after: str


@dataclass
class Organisation:
    teams: list[Team]
    weight: NDArray[np.float64]
    changes: list[Change]

    def as_of(self, month: int) -> list[Team]:
        teams = list(self.teams)
        for change in self.changes:
            if change.month <= month:
                key = "name" if change.kind == "rename" else "directorate"
                teams[change.team] = replace(teams[change.team], **{key: change.after})
        return teams

    def of(self, directorate: str) -> NDArray[np.int16]:
        """Indexes of a directorate's teams, as they stood at the beginning."""
        return np.array([i for i, team in enumerate(self.teams) if team.directorate == directorate], dtype=np.int16)


def new_organisation(first_month: int, staff: int) -> Organisation:
    """About 120 teams for 5,000 staff; never fewer than two a directorate, so that small trusts have groups too."""
    wanted = int(np.clip(staff / 42, 2 * len(DIRECTORATES), 4000))
    teams: list[Team] = []
    weights: list[float] = []
    per_directorate = max(2, round(wanted / len(DIRECTORATES)))
    for order, (directorate, (_, kinds)) in enumerate(DIRECTORATES.items()):
        for index in range(per_directorate):
            place = _PLACES[(index // len(kinds) + order) % len(_PLACES)]
            round_ = index // (len(kinds) * len(_PLACES))
            name = f"{place} {kinds[index % len(kinds)]}" + (f" {round_ + 1}" if round_ else "")
            number = order * per_directorate + index
            teams.append(
                Team(f"338 {name}", directorate, f"{directorate} {_SERVICES[index % 3]}", f"{number * 7 + 10:05d}")
            )
            weights.append(1 / (1 + 0.15 * (index % 7)))
    renamed, moved = 1, per_directorate  # a team of the first directorate, the first team of the second
    changes = [
        Change(
            first_month + 7, renamed, "rename", teams[renamed].name, teams[renamed].name.replace("338 ", "338 New ")
        ),
        Change(first_month + 13, moved, "move", teams[moved].directorate, list(DIRECTORATES)[5]),
    ]
    return Organisation(teams, np.array(weights), changes)
