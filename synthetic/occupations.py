"""What people do: job roles with their profession, grades, and how each leans towards leaving and research."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose
from synthetic.values import value_list


@dataclass(frozen=True)
class Role:
    profession: str
    staff_group: str
    job_role: str
    occupation_code: str
    weight: float
    grades: tuple[int, ...]  # indexes of `grades.csv`, in order of promotion
    grade_weights: tuple[float, ...]
    leaving_factor: float
    research_weight: float
    is_clinical: bool
    is_in_training: bool
    nss_code: dict[str, str]  # era of the questionnaire (2021, 2023) -> occupational group


@cache
def grade_codes() -> tuple[str, ...]:
    return tuple(row["grade"] for row in value_list("grades"))


@cache
def roles() -> tuple[Role, ...]:
    return tuple(
        Role(
            profession=row["profession"],
            staff_group=row["staff_group"],
            job_role=row["job_role"],
            occupation_code=row["occupation_code"],
            weight=float(row["weight"]),
            grades=tuple(grade_codes().index(grade) for grade in row["grades"].split("|")),
            grade_weights=tuple(float(weight) for weight in row["grade_weights"].split("|")),
            leaving_factor=float(row["leaving_factor"]),
            research_weight=float(row["research_weight"]),
            is_clinical=row["is_clinical"] == "1",
            is_in_training=row["job_role"] in {"Specialty Registrar", "Foundation Year 2"},
            nss_code={"2021": row["nss_code_2021"], "2023": row["nss_code_2023"]},
        )
        for row in value_list("job_roles")
    )


def by_role(attribute: str) -> NDArray[np.generic]:
    """One attribute of all roles, to be indexed by a column of role indexes."""
    return np.array([getattr(role, attribute) for role in roles()])


def draw_roles(rng: Rng, n: int) -> NDArray[np.int16]:
    return choose(rng, [role.weight for role in roles()], n)


def draw_grades(rng: Rng, role: NDArray[np.int16]) -> NDArray[np.int16]:
    found = np.zeros(len(role), dtype=np.int16)
    for index, one in enumerate(roles()):
        here = np.flatnonzero(role == index)
        found[here] = np.array(one.grades, dtype=np.int16)[choose(rng, one.grade_weights, len(here))]
    return found


def promoted(role: NDArray[np.int16], grade: NDArray[np.int16]) -> NDArray[np.int16]:
    """The next grade of each role, or the same one at the top."""
    found = grade.copy()
    for position, (one, now) in enumerate(zip(role, grade, strict=True)):
        ladder = roles()[one].grades
        found[position] = ladder[min(ladder.index(now) + 1, len(ladder) - 1)]
    return found
