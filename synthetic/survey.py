"""The NHS Staff Survey: who responds, and answer codes that follow from two hidden traits with planted differences.

The traits are `engagement` and `wellbeing`, in standard deviations. Responses are anonymous: nothing here may carry a
number or a name. Numbering follows the year of the survey.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, happens, stream
from synthetic.dates import Texts
from synthetic.occupations import roles
from synthetic.values import value_list
from synthetic.workforce import Workforce

FIELDWORK_MONTH, DELIVERY_MONTH = 11, 3
RESPONSE_SHARE = 0.45
#: Planted differences from the trust's mean, in standard deviations of the person's trait.
BY_PROFESSION = {
    "medical": {"wellbeing": -0.10, "engagement": 0.05},
    "nursing": {"wellbeing": -0.20, "engagement": 0.0},
    "psychology": {"wellbeing": 0.05, "engagement": 0.15},
    "social_work": {"wellbeing": -0.25, "engagement": -0.10},
    "administrative": {"wellbeing": 0.25, "engagement": 0.05},
    "estates": {"wellbeing": 0.10, "engagement": -0.15},
}
BY_DIRECTORATE = {"Forensic and Secure Services": -0.2, "Psychological Therapies": 0.2}
RESEARCH_ACTIVE = {"wellbeing": 0.10, "engagement": 0.25}
YEARLY_TREND = 0.04
_BLANK_SHARE = 0.015


@dataclass(frozen=True)
class Census:
    """Staff at fieldwork: what the contractor is given, and the traits that answers will follow."""

    profession: Texts
    directorate: Texts
    role: NDArray[np.int16]
    grade: NDArray[np.int16]
    is_research_active: NDArray[np.bool_]


def take_census(workforce: Workforce, is_research_active: NDArray[np.bool_]) -> Census:
    present = np.flatnonzero(workforce.is_in_post)
    main = workforce.main_post[present]
    teams = workforce.organisation.as_of(workforce.month)
    directorate = np.array([team.directorate for team in teams], dtype=object)[workforce.posts.team[main]]
    role = workforce.posts.role[main]
    profession = np.array([one.profession for one in roles()], dtype=object)[role]
    return Census(profession, directorate, role, workforce.posts.grade[main], is_research_active[present])


def era(year: int) -> str:
    """The numbering in force: that of 2021, of 2022, or of 2023 and later."""
    return str(min(max(year, 2021), 2023))


def questions(year: int) -> list[str]:
    """Question columns of a year in questionnaire order."""
    found = []
    for row in value_list("nss_questions"):
        number = row[f"q{era(year)}"]
        if number and not (row["concept"] == "clinical_supervision" and year < 2024):
            found += [f"q{number}{letter}" for letter in row["letters"] or [""]]
    return sorted(found, key=lambda code: (int("".join(filter(str.isdigit, code))), code))


def rows_of_wave(seed: int, year: int, census: Census) -> dict[str, Texts | list[str]]:
    """The extract of one wave by canonical and question column."""
    rng = stream(seed, "survey", year)
    lean = {"medical": 0.85, "nursing": 0.9, "administrative": 1.2, "psychology": 1.2, "estates": 0.7}
    chance = RESPONSE_SHARE * np.array([lean.get(str(one), 1.0) for one in census.profession])
    taking_part = np.flatnonzero(happens(rng, chance, len(census.role)))
    rng.shuffle(taking_part)
    n = len(taking_part)
    traits = {trait: trait_of(rng, census, taking_part, trait, year) for trait in ("wellbeing", "engagement")}
    traits["none"] = np.zeros(n)
    numbering = "2021" if year < 2023 else "2023"
    occupation = np.array([role.nss_code[numbering] for role in roles()], dtype=object)[census.role[taking_part]]
    directorate = census.directorate[taking_part].copy()
    directorate[happens(rng, 0.01, n)] = ""
    answers: dict[str, Texts] = {}
    for row in value_list("nss_questions"):
        number = row[f"q{era(year)}"]
        if number and not (row["concept"] == "clinical_supervision" and year < 2024):
            for letter in row["letters"] or [""]:
                answers[f"q{number}{letter}"] = answer_of(rng, row, letter, traits[row["factor"]])
    _skip(answers, year)
    found: dict[str, Texts | list[str]] = {
        "respondent_id": [f"{year}{index:06d}" for index in range(1, n + 1)],
        "survey_year": [str(year)] * n,
        "occupational_group": occupation,
        "directorate": directorate,
    }
    return found | {code: answers[code] for code in questions(year)}


def trait_of(rng: Rng, census: Census, rows: NDArray[np.int64], trait: str, year: int) -> NDArray[np.float64]:
    """A trait of some of the census, in standard deviations, with the planted differences."""
    profession = np.array([BY_PROFESSION.get(str(one), {}).get(trait, 0.0) for one in census.profession[rows]])
    directorate = np.array([BY_DIRECTORATE.get(str(one), 0.0) for one in census.directorate[rows]])
    active = np.where(census.is_research_active[rows], RESEARCH_ACTIVE[trait], 0.0)
    found = rng.normal(0, 1, len(rows)) + profession + directorate + active
    return np.asarray(found + YEARLY_TREND * (year - 2024), dtype=np.float64)


def answer_of(rng: Rng, row: dict[str, str], letter: str, trait: NDArray[np.float64]) -> Texts:
    """Codes of one question of `nss_questions`, a few blank or 99, as the trait makes them likely."""
    n, scale, mean = len(trait), row["scale"], float(row["mean"])
    scale = {"q5": "freq5" if letter == "b" else "freq5_negative", "q6": "agree5_9" if letter == "a" else "agree5"}.get(
        scale, scale
    )
    noise = rng.normal(0, 1, n)
    if scale in {"yesno", "yesno9"}:
        codes = np.where(0.5 * noise - 0.4 * trait * (row["factor"] != "none") < _cut(mean) * 0.64, 1, 2)
        if scale == "yesno9":
            codes = np.where(rng.random(n) < 0.2, 9, codes)
    elif scale == "count5":
        codes = 1 + np.digitize(0.8 * noise - 0.4 * trait, [-_cut(mean) * 0.9 + step for step in (0, 0.5, 1.0, 1.5)])
    elif scale == "report":
        codes = np.where(rng.random(n) < mean, 1, 3)
        codes = np.where(rng.random(n) < 0.1, 2, codes)
        codes = np.where(rng.random(n) < 0.08, 4, codes)
    elif scale == "appraisal":
        codes = _appraisal_codes(rng, letter, trait, noise)
    elif scale == "destination":
        codes = np.where(rng.random(n) < 0.55, 9, rng.integers(1, 6, n))
    else:
        sign = -1 if scale.endswith("negative") else 1
        codes = np.clip(np.rint(mean + sign * 0.6 * trait + 0.85 * noise), 1, 5).astype(int)
        if scale.endswith("_9"):
            codes = np.where(rng.random(n) < 0.1, 9, codes)
    found = codes.astype(int).astype(str).astype(object)
    draw = rng.random(n)
    found[draw < _BLANK_SHARE] = ""
    found[draw > 1 - 0.003] = "99"
    return found


def _cut(share: float) -> float:
    """Point of the standard normal below which a share lies (logistic approximation, good to 0.02)."""
    return float(np.log(share / (1 - share)) / 1.702)


def _appraisal_codes(
    rng: Rng, letter: str, trait: NDArray[np.float64], noise: NDArray[np.float64]
) -> NDArray[np.int64]:
    """a: had one (1 yes, 2 no, 3 cannot remember); b-d: 1 definitely, 2 to some extent, 3 no."""
    if letter == "a":
        draw = rng.random(len(trait))
        return np.where(draw < 0.84, 1, np.where(draw < 0.96, 2, 3))
    return 1 + np.digitize(-0.4 * trait + 0.9 * noise, (-0.6, 0.6))


def _skip(answers: dict[str, Texts], year: int) -> None:
    """Skip logic: the quality of an appraisal is asked only of those who had one, reporting only of the harmed."""
    number = {"2021": 19, "2022": 21}.get(era(year), 23)
    for letter in "bcd":
        answers[f"q{number}{letter}"][answers[f"q{number}a"] != "1"] = ""
    for number in (13, 14):
        harmed = np.zeros(len(answers["q13a"]), dtype=bool)
        for letter in "abc":
            harmed |= np.isin(answers[f"q{number}{letter}"].astype(str), ("2", "3", "4", "5"))
        answers[f"q{number}d"][~harmed] = "9"
