"""Staff and R&D people whose names are written as real systems write them, with the truth of who is who.

What belongs here: data to measure the linking with. The rates are those of the trial in research-portfolio 6.3 where it
states them, and were set before anything was measured; they are no setting of the linking, which does not read them.
What does not belong here: the synthetic trust, whose R&D people are `researchers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthetic.chance import Rng, choose, happens, stream
from synthetic.occupations import by_role, draw_roles, roles
from synthetic.people import plain
from synthetic.research import TEAM
from synthetic.researchers import PROFESSIONS_OF_ROLE
from synthetic.values import names, value_list

#: Shares of R&D records; research-portfolio 6.3.
RATES = {
    "initial_only": 0.15,
    "nickname": 0.12,
    "typo_in_surname": 0.08,
    "typo_in_forename": 0.10,
    "changed_surname": 0.04,
    "no_profession": 0.20,
    "no_department": 0.45,
    # Not in 6.3; local assumptions.
    "wrong_profession": 0.05,
    "wrong_department": 0.10,
    "title": 0.05,
    "double_barrelled_staff": 0.04,
    "half_of_double_barrelled": 0.25,
    "second_forename_staff": 0.10,
}
_TEAMS = 160
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class LinkageData:
    """`staff` and `researchers` as rows of texts; `truth` gives the staff key of each researcher, or None for outsiders.

    staff: key, surname, forename, email, staff_group, job_role, team.
    researchers: key, name, role, profession, department (the last three may be empty).
    """

    staff: list[tuple[str, str, str, str, str, str, str]]
    researchers: list[tuple[str, str, str, str, str]]
    truth: dict[str, str | None]


def draw_linkage(seed: int, staff: int = 5000, researchers: int = 800, outsiders: int = 120) -> LinkageData:
    """A trust's staff and the people that R&D knows, of whom `outsiders` are none of the staff."""
    rng = stream(seed, "linkage")
    role = draw_roles(rng, staff)
    surnames, forenames = _surnames(rng, staff), _forenames(rng, staff)
    team = [f"Team {index:03d}" for index in rng.integers(0, _TEAMS, staff)]
    rows = [
        (
            f"s{i:06d}", surnames[i], forenames[i], f"{plain(forenames[i].split()[0])}.{plain(surnames[i])}@trust.example.nhs.uk",
            roles()[role[i]].staff_group, roles()[role[i]].job_role, team[i],
        )
        for i in range(staff)
    ]  # fmt: skip
    found: list[tuple[str, str, str, str, str]] = []
    truth: dict[str, str | None] = {}
    chosen: set[int] = set()
    weight, profession = by_role("research_weight")[role].astype(float), by_role("profession")[role]
    parts = {"PI": 1.0, "CI": 0.15, "Associate PI": 0.22, **TEAM}
    for number in range(researchers):
        key = f"r{number:05d}"
        part = list(parts)[int(choose(rng, list(parts.values()), 1)[0])]
        if number < researchers - outsiders:
            person = _member(rng, weight, profession, part, chosen)
            chosen.add(person)
            name = as_written(rng, surnames[person], forenames[person]).name
            hints = _hints(rng, str(profession[person]), team[person])
            truth[key] = rows[person][0]
        else:
            name = as_written(rng, _surnames(rng, 1)[0], _forenames(rng, 1)[0]).name
            hints = _hints(rng, str(profession[int(choose(rng, weight, 1)[0])]), str(rng.choice(team)))
            truth[key] = None
        found.append((key, name, part, *hints))
    order = rng.permutation(researchers)
    return LinkageData(rows, [found[i] for i in order], truth)


def _member(rng: Rng, weight: np.ndarray, profession: np.ndarray, part: str, chosen: set[int]) -> int:
    """A member of staff who is not yet among the R&D people, by how professions take part."""
    factor = PROFESSIONS_OF_ROLE.get(part)
    leaning = weight if factor is None else weight * np.array([factor.get(str(p), 0.0) for p in profession])
    leaning[list(chosen)] = 0.0
    if leaning.sum() == 0:
        leaning = np.where(np.isin(np.arange(len(weight)), list(chosen)), 0.0, weight)
    bounds = np.cumsum(leaning)
    return int(np.searchsorted(bounds, rng.random() * bounds[-1], side="right"))


def _drawn(rng: Rng, listed: Sequence[str], n: int) -> list[str]:
    return [listed[i] for i in choose(rng, 1 / (np.arange(len(listed)) + 25), n)]


def _surnames(rng: Rng, n: int) -> list[str]:
    first, second = _drawn(rng, names("surnames"), n), _drawn(rng, names("surnames"), n)
    double = happens(rng, RATES["double_barrelled_staff"], n)
    return [
        f"{a}-{b}" if both and a != b and "-" not in a + b else a
        for a, b, both in zip(first, second, double, strict=True)
    ]


def _forenames(rng: Rng, n: int) -> list[str]:
    men, second = happens(rng, 0.26, n), happens(rng, RATES["second_forename_staff"], n)
    kinds = ("forenames_female", "forenames_male")
    one = [_drawn(rng, names(kind), n) for kind in kinds]
    two = [_drawn(rng, names(kind), n) for kind in kinds]
    return [
        f"{one[int(m)][i]} {two[int(m)][i]}" if both else one[int(m)][i]
        for i, (m, both) in enumerate(zip(men, second, strict=True))
    ]


@dataclass(frozen=True)
class Written:
    """A name as R&D has it, and which of `RATES` it fell under (a spelling is one fault, whichever letter it hit)."""

    name: str
    faults: frozenset[str]


def as_written(rng: Rng, surname: str, forename: str) -> Written:
    """The name as R&D has it: one thing or another goes wrong with each part, at the rates above."""
    given, faults = forename.split()[0], set()
    if rng.random() < RATES["changed_surname"]:
        surname = _surnames(rng, 1)[0]
        faults.add("changed_surname")
    elif "-" in surname and rng.random() < RATES["half_of_double_barrelled"]:
        surname = surname.split("-")[int(rng.integers(0, 2))]
        faults.add("half_of_double_barrelled")
    if rng.random() < RATES["nickname"]:
        familiar = _nickname(rng, given)
        faults |= {"nickname"} - ({"nickname"} if familiar == given else set())
        given = familiar
    if rng.random() < RATES["typo_in_surname"]:
        surname = _misspelt(rng, surname)
        faults.add("typo_in_surname")
    if rng.random() < RATES["initial_only"]:
        given = f"{given[0]}."
        faults.add("initial_only")
    elif rng.random() < RATES["typo_in_forename"]:
        given = _misspelt(rng, given)
        faults.add("typo_in_forename")
    if rng.random() < RATES["title"]:
        given = f"Dr {given}"
    return Written(f"{surname}, {given}", frozenset(faults))


def _nickname(rng: Rng, given: str) -> str:
    known = [row["short"] for row in value_list("nicknames") if row["name"] == given]
    return known[int(rng.integers(0, len(known)))] if known else given


def _misspelt(rng: Rng, name: str) -> str:
    """One letter left out, put in, replaced, or swapped with the next; the first letter may be hit like any other."""
    at, letter = int(rng.integers(0, len(name))), _LETTERS[int(rng.integers(0, 26))]
    match int(rng.integers(0, 4)):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + letter + name[at:]
        case 2:
            return name[:at] + letter + name[at + 1 :]
        case _:
            return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def _hints(rng: Rng, profession: str, team: str) -> tuple[str, str]:
    every = sorted({role.profession for role in roles()})
    if rng.random() < RATES["wrong_profession"]:
        profession = every[int(rng.integers(0, len(every)))]
    if rng.random() < RATES["wrong_department"]:
        team = f"Team {int(rng.integers(0, _TEAMS)):03d}"
    return (
        "" if rng.random() < RATES["no_profession"] else profession,
        "" if rng.random() < RATES["no_department"] else team,
    )
