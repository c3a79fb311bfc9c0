"""The research capacity and culture survey, each October: ratings by domain, and ticks for barriers and motivators.

The individual's rating depends most on being research-active, the organisation's least; not knowing (Unsure) is common about
the organisation and rare about oneself. Item texts are nowhere: items are codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, happens, stream
from synthetic.dates import Texts, month_text
from synthetic.occupations import grade_codes
from synthetic.survey import Census
from synthetic.values import value_list

FIELDWORK_MONTH = 10
RESPONSE_SHARE = 0.3
INSTRUMENT_VERSION = "local 2024"
_BLANK_SHARE, _NO_LABEL, _NO_TICK = 0.02, 0.02, 0.06


@dataclass(frozen=True)
class Domain:
    """What is planted: mean rating of those who are not research-active, the gain of those who are, share Unsure."""

    items: int
    mean: float
    research_active: float
    unsure_share: float


DOMAINS = {
    "org": Domain(18, 5.0, 0.5, 0.20),
    "team": Domain(19, 4.2, 1.0, 0.12),
    "ind": Domain(14, 3.8, 2.5, 0.04),
}
BY_PROFESSION = {"medical": 0.8, "psychology": 1.2, "nursing": -0.3, "administrative": -0.5, "estates": -1.0}
#: What people tick as their profession; labels are the questionnaire's own.
LABELS = {
    "medical": "Medical",
    "nursing": "Nursing",
    "psychology": "Psychological therapies",
    "pharmacy": "Pharmacy",
    "social_work": "Social worker",
    "allied_health": "Allied Health Professional",
    "healthcare_science": "Healthcare scientist",
    "other_scientific": "Other scientific and technical",
    "clinical_support": "Healthcare support worker",
    "administrative": "Admin and clerical",
    "estates": "Estates and facilities",
    "student": "Student",
}


@dataclass(frozen=True)
class RccWave:
    """One wave: the extract's columns, its item columns in order, and what was planted."""

    rows: dict[str, Texts | list[str]]
    items: list[str]
    truth: dict[str, Any]


def run_wave(seed: int, month: int, census: Census) -> RccWave:
    rng = stream(seed, "rcc survey", month)
    chance = np.where(census.is_research_active, 2 * RESPONSE_SHARE, RESPONSE_SHARE)
    taking_part = np.flatnonzero(happens(rng, chance, len(census.role)))
    rng.shuffle(taking_part)
    n = len(taking_part)
    person = rng.normal(0, 1.3, n) + _by_profession(census.profession[taking_part])
    active = census.is_research_active[taking_part]
    answers: dict[str, Texts] = {}
    medians: dict[str, float | None] = {}
    for code, domain in DOMAINS.items():
        ratings = _ratings(rng, domain, person + np.where(active, domain.research_active, 0.0))
        answers |= {f"{code}_{item:02d}": column for item, column in enumerate(ratings, start=1)}
        medians[code] = _median_of_domain(ratings)
    ticks = {row["code"]: float(row["share"]) for row in value_list("rcc_boxes")}
    answers |= _boxes(rng, ticks, n)
    labels = np.array([LABELS.get(str(one), "Other") for one in census.profession[taking_part]], dtype=object)
    labels[happens(rng, _NO_LABEL, n)] = ""
    wave = str(month // 12)
    rows: dict[str, Texts | list[str]] = {
        "respondent_id": [f"R{wave}{index:05d}" for index in range(1, n + 1)],
        "wave": [wave] * n,
        "instrument_version": [INSTRUMENT_VERSION] * n,
        "profession": labels,
        "directorate": census.directorate[taking_part],
        "band_group": [_band_group(grade_codes()[grade]) for grade in census.grade[taking_part]],
    }
    names, counts = np.unique(labels.astype(str), return_counts=True)
    truth = {
        "wave": wave,
        "month": month_text(month),
        "staff_at_fieldwork": len(census.role),
        "respondents": n,
        "by_profession_label": dict(zip(names.tolist(), counts.tolist(), strict=True)),
        "median": medians,
        "ticks": {code: int((answers[code] == "Yes").sum()) for code in ticks},
    }
    return RccWave({**rows, **answers}, list(answers), truth)


def _by_profession(professions: Texts) -> NDArray[np.float64]:
    return np.array([BY_PROFESSION.get(str(one), 0.0) for one in professions], dtype=np.float64)


def _ratings(rng: Rng, domain: Domain, person: NDArray[np.float64]) -> list[Texts]:
    """A column an item: 1-10, Unsure or blank."""
    found = []
    for _ in range(domain.items):
        n = len(person)
        rating = np.rint(domain.mean + 0.3 * rng.normal() + person + rng.normal(0, 1.4, n))
        column = np.clip(rating, 1, 10).astype(int).astype(str).astype(object)
        column[happens(rng, domain.unsure_share, n)] = "Unsure"
        column[happens(rng, _BLANK_SHARE, n)] = ""
        found.append(column)
    return found


def _median_of_domain(ratings: list[Texts]) -> float | None:
    """Median over people of the mean of their ratings, where at least half of the items are rated."""
    table = np.array([[float(one) if one not in ("", "Unsure") else np.nan for one in column] for column in ratings])
    counted = (~np.isnan(table)).sum(axis=0) * 2 >= len(ratings)
    means = np.nanmean(table[:, counted], axis=0) if counted.any() else np.array([])
    return float(np.median(means)) if len(means) else None


def _boxes(rng: Rng, ticks: dict[str, float], n: int) -> dict[str, Texts]:
    """Yes or blank for each barrier and motivator; some pass a whole block over."""
    passed = {block: happens(rng, _NO_TICK, n) for block in ("barrier", "motivator")}
    found = {}
    for code, share in ticks.items():
        ticked = happens(rng, share, n) & ~passed[code.split("_")[0]]
        found[code] = np.where(ticked, "Yes", "").astype(object)
    return found


def _band_group(grade: str) -> str:
    """Band group as the questionnaire offers it; blank for grades that are no Agenda for Change band."""
    band = grade.removeprefix("XR")
    if not band.isdigit():
        return ""
    return {2: "2-4", 3: "2-4", 4: "2-4", 5: "5-6", 6: "5-6", 7: "7"}.get(int(band), "8a+" if int(band) >= 8 else "")
