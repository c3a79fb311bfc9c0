"""NHS Staff Survey scores of the mart against a calculation from the landing files by other means.

The answers are drawn at random over all codes, good and bad, for waves of three numberings, so that every rule is met.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
import shutil
import statistics
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import load, mart

Respondent = dict[str, str]

#: Sub-scores in the numbering of 2023 and later.
ITEMS = {
    "PP1_1": "6a 25a 25b 25c 25d", "PP1_2": "9f 9g 9h 9i", "PP1_3": "15 16a 16b 21", "PP1_4": "7h 7i 8b 8c",
    "PP2": "4a 4b 4c 8d 9e", "PP3_1": "3a 3b 3c 3d 3e 3f 5b", "PP3_2": "20a 20b 25e 25f",
    "PP4_1": "3g 3h 3i 5a 11a 13d 14d", "PP4_2": "12a 12b 12c 12d 12e 12f 12g",
    "PP4_3": "11b 11c 11d 13a 13b 13c 14a 14b 14c", "PP5_1": "24a 24b 24c 24d 24e", "PP5_2": "23b 23c 23d",
    "PP6_1": "6b 6c 6d", "PP6_2": "4d", "PP7_1": "7a 7b 7c 7d 7e 7f 7g 8a", "PP7_2": "9a 9b 9c 9d",
    "E_1": "2a 2b 2c", "E_2": "3c 3d 3f", "E_3": "25a 25c 25d",
    "M_1": "26a 26b 26c", "M_2": "3g 3h 3i", "M_3": "3a 3e 5a 5b 5c 7c 9a",
}  # fmt: skip
PARENTS = {
    **{f"PP{i}": [code for code in ITEMS if code.startswith(f"PP{i}_")] for i in (1, 3, 4, 5, 6, 7)},
    "theme_engagement": ["E_1", "E_2", "E_3"],
    "theme_morale": ["M_1", "M_2", "M_3"],
}
#: Number of a question from 2023 -> its number in an earlier year.
RENUMBERED = {
    2021: {20: 17, 21: 18, 23: 19, 24: 20, 25: 21, 26: 22},
    2022: {18: 17, 19: 18, 20: 19, 21: 20, 23: 21, 24: 22, 25: 23, 26: 24},
}
CODES = ["1", "2", "3", "4", "5", "1", "2", "3", "4", "5", "4", "4", "5", "2", "6", "9", "99", "0", "", "4.0"]
OCCUPATIONS = {
    2022: {"02": "allied_health", "12": "medical", "25": "nursing", "33": "social_work", "77": "unmapped"},
    2025: {"02": "allied_health", "14": "medical", "27": "nursing", "35": "social_work", "77": "unmapped"},
}


def number_in(year: int, question: str) -> str:
    number, letter = re.fullmatch(r"(\d+)([a-z]?)", question).groups()
    return f"q{RENUMBERED.get(year, {}).get(int(number), int(number))}{letter}"


def value(question: str, code: str) -> float | None:
    """Value of an answer, the question in the numbering of 2023; None where missing."""
    code = "4" if code == "4.0" else code
    number, letter = re.fullmatch(r"(\d+)([a-z]?)", question).groups()
    if number in {"13", "14"} and letter != "d":
        return {"1": 10.0, "2": 0.0, "3": 0.0, "4": 0.0, "5": 0.0}.get(code)
    if number in {"13", "14"}:
        return {"1": 10.0, "2": 10.0, "3": 0.0, "6": 10.0}.get(code)
    if question == "15":
        return {"1": 10.0, "2": 0.0}.get(code)
    if number == "16" or question in {"11b", "11c", "11d"}:
        return {"1": 0.0, "2": 10.0}.get(code)
    if number == "23":
        return {"1": 10.0, "2": 5.0, "3": 0.0}.get(code)
    if code not in {"1", "2", "3", "4", "5"}:
        return None
    is_reversed = number in {"12", "26"} or question in {"5a", "5c"}
    return 2.5 * (5 - int(code) if is_reversed else int(code) - 1)


def mean_of(values: Iterable[float | None], least: int) -> float | None:
    given = [one for one in values if one is not None]
    return sum(given) / len(given) if len(given) >= least else None


def scores_of(row: Respondent, year: int) -> dict[str, float | None]:
    """Scores of one respondent; only those that the columns of the file allow."""
    found: dict[str, float | None] = {}
    for score, text in ITEMS.items():
        items = text.split()
        least = 5 if score == "PP4_2" else len(items) if len(items) <= 3 else math.ceil(len(items) * 7 / 10)
        asked = [item for item in items if number_in(year, item) in row]
        if len(asked) < least:
            continue
        found[score] = mean_of((value(item, row[number_in(year, item)]) for item in asked), least)
        had = row.get(number_in(year, "23a"))
        if score == "PP5_2" and had is not None and had != "1":
            found[score] = 0.0 if had == "2" else None
    for parent, parts in PARENTS.items():
        least = 2 if len(parts) == 2 else len(parts) - 1
        present = [part for part in parts if part in found]
        if len(present) >= least:
            found[parent] = mean_of((found[part] for part in present), least)
    return found


def groups_of(row: Respondent, year: int) -> list[tuple[str, str]]:
    profession = (
        OCCUPATIONS[2022 if year < 2023 else 2025].get(row["Occupational Group"].zfill(2))
        if row["Occupational Group"]
        else None
    )
    directorate = "_".join(re.findall("[a-z0-9]+", row["Org L3"].lower()))
    found = [("trust", "RVN")]
    found += [("profession", profession)] if profession else []
    found += [("directorate", directorate)] if directorate else []
    return found + ([("directorate_profession", f"{directorate}|{profession}")] if profession and directorate else [])


def figures(values: list[float | None]) -> dict[str, float | None]:
    known = [one for one in values if one is not None]
    quartiles = pd.Series(known, dtype=float).quantile([0.25, 0.5, 0.75]).tolist()
    n = len(known)
    return {
        "respondents": len(values),
        "n": n,
        "mean": statistics.fmean(known) if n else None,
        "sd": statistics.stdev(known) if n > 1 else None,
        "p25": quartiles[0], "median": quartiles[1], "p75": quartiles[2],
        "positive_share": 100 * sum(one > 5 + 1e-9 for one in known) / n if n else None,
        "negative_share": 100 * sum(one < 5 - 1e-9 for one in known) / n if n else None,
    }  # fmt: skip


def draw_wave(year: int, size: int, leave_out: Callable[[str], bool], seed: int) -> pd.DataFrame:
    """A random file of a wave; `leave_out` says which of the questions (numbering of 2023) it lacks."""
    rng = random.Random(seed)
    questions = sorted({item for text in ITEMS.values() for item in text.split()} | {"23a"})
    columns = {number_in(year, question): question for question in questions if not leave_out(question)}
    occupations = [*OCCUPATIONS[2022 if year < 2023 else 2025], "2", ""]
    rows = []
    for place in range(size):
        row = {"Respondent Id": f"{year}{place:05d}", "Survey Year": str(year)}
        row["Occupational Group"] = rng.choice(occupations)
        row["Org L3"] = rng.choice(["Adult & Older People", "Forensic", ""])
        row |= {column: "" if rng.random() < 0.1 else rng.choice(CODES) for column in columns}
        if number_in(year, "23a") in row:
            row[number_in(year, "23a")] = rng.choice(["1", "1", "1", "2", "3", "99", "", "7"])
        rows.append(row)
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("survey") / "landing"
    write_trust(folder, staff=150, months=4, first_month="2026-01", seed=5)
    for other in folder.iterdir():
        if other.name != "hr_assignments":
            shutil.rmtree(other)
    survey = folder / "survey_nss"
    survey.mkdir()
    everything: Callable[[str], bool] = lambda question: False  # noqa: E731
    draw_wave(2021, 60, everything, 1).to_csv(survey / "nss_2025-10.csv", index=False)
    draw_wave(2022, 80, everything, 2).to_csv(survey / "nss_2026-01.csv", index=False)
    # the wave of 2023 comes twice, with fewer questions the second time: that delivery alone counts
    draw_wave(2023, 40, everything, 3).to_csv(survey / "nss_2026-02.csv", index=False)
    partial = draw_wave(2023, 90, lambda question: question[:2] in {"12", "26"} and question[-1] in "abc", 4)
    partial.to_csv(survey / "nss_2026-03.csv", index=False)
    draw_wave(2026, 120, lambda question: question == "23a", 5).to_csv(survey / "nss_2026-04.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    load(landing, folder, *TABLES)
    return folder


#: What is looked at.
TABLES = ("mart_survey_score", "mart_workforce_month")
NEWEST = {2021: "2025-10", 2022: "2026-01", 2023: "2026-03", 2026: "2026-04"}
FIRST = {**NEWEST, 2023: "2026-02"}


def expected_figures(landing: Path, year: int, month: str) -> dict[tuple[str, str, str], dict[str, float | None]]:
    file = landing / "survey_nss" / f"nss_{month}.csv"
    values: dict[tuple[str, str, str], list[float | None]] = {}
    for row in pd.read_csv(file, dtype=str, keep_default_na=False).to_dict("records"):
        for score, one in scores_of(row, year).items():
            for group in groups_of(row, year):
                values.setdefault((score, *group), []).append(one)
    return {key: figures(found) for key, found in values.items()}


def assert_wave_agrees(landing: Path, home: Path, year: int, month: str) -> None:
    rows = [row for row in mart(home, "mart_survey_score") if row["wave"] == str(year)]
    found = {(row["score_code"], row["group_type"], row["group_code"]): row for row in rows}
    expected = expected_figures(landing, year, month)
    assert set(found) == set(expected)
    for key, measures in expected.items():
        for name, one in measures.items():
            if one is None or pd.isna(one):
                assert pd.isna(found[key][name]), (key, name)
            else:
                assert found[key][name] == pytest.approx(one, rel=1e-9, abs=1e-9), (key, name)


@pytest.mark.parametrize("year", NEWEST)
def test_survey_mart__equals_a_calculation_from_the_files(landing: Path, home: Path, year: int) -> None:
    assert_wave_agrees(landing, home, year, NEWEST[year])


def test_survey_mart__response_rate_is_over_the_headcount_of_the_waves_first_month(home: Path) -> None:
    headcounts = {
        (f"{row['reporting_month']:%Y-%m}", row["group_type"], row["group_code"]): row["headcount"]
        for row in mart(home, "mart_workforce_month")
    }
    compared = 0
    for row in mart(home, "mart_survey_score"):
        headcount = headcounts.get((FIRST[int(row["wave"])], row["group_type"], row["group_code"]))
        if not headcount or "unmapped" in row["group_code"]:
            assert pd.isna(row["headcount"])
            assert pd.isna(row["response_rate"])
        else:
            compared += 1
            assert row["headcount"] == headcount
            assert row["response_rate"] == pytest.approx(100 * row["respondents"] / headcount)
    assert compared


def test_survey_mart__wave_whose_newest_delivery_is_withdrawn_falls_back_to_the_one_before(
    landing: Path, home: Path
) -> None:
    withdrawn = hashlib.sha256((landing / "survey_nss" / "nss_2026-03.csv").read_bytes()).hexdigest()
    (landing / "withdrawn.csv").write_text(f"sha256,reason\n{withdrawn},wrong extract\n", encoding="utf-8")
    load(landing, home, *TABLES)
    for year, month in {**NEWEST, 2023: "2026-02"}.items():
        assert_wave_agrees(landing, home, year, month)
