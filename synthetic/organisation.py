"""Directorates, services and teams, and the changes that they go through."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

#: Directorate -> (share of clinical staff, kinds of team).
DIRECTORATES: dict[str, tuple[float, tuple[str, ...]]] = {
    "Adult Community Services": (24, ("Assessment and Recovery Team", "Primary Care Liaison Service", "Early Intervention Team", "Personality Disorder Service")),
    "Adult Acute & Inpatient Services": (22, ("Acute Ward", "Crisis Resolution and Home Treatment Team", "Psychiatric Intensive Care Unit", "Place of Safety")),
    "Older Adult and Memory Services": (14, ("Later Life Ward", "Memory Service", "Complex Intervention Team", "Care Home Liaison Team")),
    "Children and Young People's Services": (12, ("CAMHS Team", "Eating Disorder Team", "School Mental Health Support Team")),
    "Forensic and Secure Services": (11, ("Medium Secure Ward", "Low Secure Ward", "Community Forensic Team", "Court Assessment Service")),
    "Specialised and Addictions Services": (8, ("Specialist Drug and Alcohol Service", "Perinatal Team", "Veterans Service", "Deaf Mental Health Service")),
    "Psychological Therapies": (9, ("Talking Therapies Team", "Psychology Service")),
    "Corporate Services": (0, ("Finance", "People and Culture", "Estates and Facilities", "Digital Services", "Research and Development", "Pharmacy", "Medical Education", "Business Support")),
}
NO_DIRECTORATE = ""
_PLACES = ("Bristol North", "Bristol Central", "Bristol South", "South Gloucestershire", "North Somerset", "Bath", "Swindon", "Salisbury", "Chippenham", "Devizes", "Weston", "Trowbridge")
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
            teams.append(Team(f"338 {name}", directorate, f"{directorate} {_SERVICES[index % 3]}", f"{number * 7 + 10:05d}"))
            weights.append(1 / (1 + 0.15 * (index % 7)))
    renamed, moved = 1, per_directorate  # a team of the first directorate, the first team of the second
    changes = [
        Change(first_month + 7, renamed, "rename", teams[renamed].name, teams[renamed].name.replace("338 ", "338 New ")),
        Change(first_month + 13, moved, "move", teams[moved].directorate, list(DIRECTORATES)[5]),
    ]
    return Organisation(teams, np.array(weights), changes)
