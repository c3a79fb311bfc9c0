"""The quarterly pulse survey: nine engagement questions in April, July and January, answered by the staff of that month.

Answers follow the same trait as the staff survey's engagement. Responses are anonymous; some leave staff group blank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.chance import happens, stream
from synthetic.dates import Texts, month_text
from synthetic.occupations import roles
from synthetic.survey import Census, answer_of, trait_of
from synthetic.values import value_list

#: Calendar month of fieldwork -> quarter of the financial year. There is none in Q3, when the staff survey runs.
QUARTERS = {4: "Q1", 7: "Q2", 1: "Q4"}
RESPONSE_SHARE = 0.25
#: Sub-score -> (block of `nss_questions`, number, letters).
ITEMS = {"E_1": ("motivation", 2, "abc"), "E_2": ("job", 3, "cdf"), "E_3": ("organisation", 25, "acd")}
QUESTIONS = [f"q{number}{letter}" for _, number, letters in ITEMS.values() for letter in letters]
_NO_STAFF_GROUP, _NO_DIRECTORATE = 0.08, 0.03


@dataclass(frozen=True)
class PulseWave:
    """One quarter: the extract's columns, and what was planted."""

    rows: dict[str, Texts | list[str]]
    truth: dict[str, Any]


def is_fieldwork(month: int) -> bool:
    return month % 12 + 1 in QUARTERS


def wave_of(month: int) -> tuple[int, str]:
    """Financial year (named by the year in which it begins) and quarter."""
    return month // 12 - (month % 12 + 1 < 4), QUARTERS[month % 12 + 1]


def run_wave(seed: int, month: int, census: Census) -> PulseWave:
    rng = stream(seed, "pulse survey", month)
    year, quarter = wave_of(month)
    taking_part = np.flatnonzero(happens(rng, RESPONSE_SHARE, len(census.role)))
    rng.shuffle(taking_part)
    n = len(taking_part)
    trait = trait_of(rng, census, taking_part, "engagement", month // 12)
    blocks = {row["concept"]: row for row in value_list("nss_questions")}
    answers = {
        f"q{number}{letter}": answer_of(rng, blocks[block], letter, trait)
        for block, number, letters in ITEMS.values()
        for letter in letters
    }
    groups = np.array([role.staff_group for role in roles()], dtype=object)[census.role[taking_part]]
    groups[happens(rng, _NO_STAFF_GROUP, n)] = ""
    directorate = census.directorate[taking_part].copy()
    directorate[happens(rng, _NO_DIRECTORATE, n)] = ""
    rows: dict[str, Texts | list[str]] = {
        "respondent_id": [f"{year}{quarter}{index:05d}" for index in range(1, n + 1)],
        "survey_year": [str(year)] * n,
        "quarter": [quarter] * n,
        "staff_group": groups,
        "directorate": directorate,
    }
    scored = {score: _scores(answers, number, letters) for score, (_, number, letters) in ITEMS.items()}
    names, counts = np.unique(groups.astype(str), return_counts=True)
    truth = {
        "wave": f"{year}-{quarter}",
        "month": month_text(month),
        "staff_at_fieldwork": len(census.role),
        "respondents": n,
        "by_staff_group": dict(zip(names.tolist(), counts.tolist(), strict=True)),
        "n": {score: len(values) for score, values in scored.items()},
        "mean": {score: float(values.mean()) if len(values) else None for score, values in scored.items()},
    }
    return PulseWave({**rows, **answers}, truth)


def _scores(answers: dict[str, Texts], number: int, letters: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Sub-score of everyone who answered all three items, 0-10."""
    given = np.array([answers[f"q{number}{letter}"].astype(str) for letter in letters])
    whole = np.isin(given, list("12345")).all(axis=0)
    return np.asarray(2.5 * (given[:, whole].astype(float).mean(axis=0) - 1), dtype=np.float64)
