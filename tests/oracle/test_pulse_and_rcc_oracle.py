"""Pulse survey and research culture marts against a calculation from the landing files by pandas.

Answers are drawn at random over all codes, good and bad, so that every rule is met: missing items, blank groups, Unsure in its
spellings, blocks without a tick, a wave that is delivered again with fewer columns.
"""

from __future__ import annotations

import hashlib
import random
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import load, mart

KEY = ["group_type", "group_code"]
SUB_SCORES = {"E_1": ["q2a", "q2b", "q2c"], "E_2": ["q3c", "q3d", "q3f"], "E_3": ["q25a", "q25c", "q25d"]}
STAFF_GROUPS = {
    "Medical and Dental": "medical",
    "NURSING AND MIDWIFERY REGISTERED": "nursing",
    "Add Prof Scientific and Technic": "other_scientific",
    "Additional Professional Scientific and Technical": "other_scientific",
    "Wizards": "unmapped",
    "": None,
}
LABELS = {
    "Nurse": "nursing",
    "Social Worker": "social_work",
    "allied health  professional": "allied_health",
    "Psychological Therapies": "psychology",
    "Other (please say)": "unmapped",
    "": None,
}
#: The last one has staff, the others are names that nobody in post has.
DIRECTORATES = ["Adult & Older People", "Forensic", "", "Adult Community Services"]
UNSURE = ["Unsure", "unsure", "Not sure", "0", "11", "99"]
RATED = [str(rating) for rating in range(1, 11)]


def draw_pulse(year: str, quarter: str, size: int, seed: int, without: tuple[str, ...] = ()) -> pd.DataFrame:
    rng = random.Random(seed)
    codes = ["1", "2", "3", "4", "5", "5", "4.0", "9", "99", "6", ""]
    rows = []
    for place in range(size):
        row = {"Respondent Id": f"{seed}-{place}", "Survey Year": year, "Quarter": quarter}
        row |= {"Staff Group": rng.choice(list(STAFF_GROUPS)), "Org L3": rng.choice(DIRECTORATES)}
        # one group answers nothing of the first sub-score, so that its engagement is NULL
        silent = row["Staff Group"] == "Medical and Dental"
        for score, items in SUB_SCORES.items():
            hard = rng.random() < 0.3
            for item in items:
                if item not in without:
                    row[item] = "" if silent and score == "E_1" else rng.choice(codes if hard else codes[:7])
        rows.append(row)
    return pd.DataFrame(rows)


def draw_rcc(wave: str, size: int, seed: int, items: dict[str, int], boxes: dict[str, list[str]]) -> pd.DataFrame:
    rng = random.Random(seed)
    rows = []
    for place in range(size):
        row = {"Respondent Id": f"{seed}-{place}", "Wave": wave, "Instrument Version": "local"}
        row |= {"Profession": rng.choice(list(LABELS)), "Org L3": rng.choice(DIRECTORATES), "Band Group": "5-6"}
        for domain, count in items.items():
            willing = rng.random()
            for item in range(1, count + 1):
                rated = rng.random() < willing
                row[f"{domain}_{item:02d}"] = rng.choice(RATED if rated else [*UNSURE, "", "", "12", "7.5", "high"])
        for block, names in boxes.items():
            passed = rng.random() < 0.2
            for weight, name in enumerate(names):
                row[f"{block}_{name}"] = (
                    "Yes" if not passed and rng.random() < 0.1 * weight else rng.choice(["", "", "No"])
                )
        rows.append(row)
    return pd.DataFrame(rows)


BOXES = {
    "barrier": ["nobody", "funds", "work_life_balance", "time", "backfill"],
    "motivator": ["mentors", "develop_skills", "cake"],
}
UNMAPPED = {"barrier_nobody": "unmapped", "motivator_cake": "unmapped"}
PULSES = {"2025-Q1": "2026-01", "2025-Q2": "2026-02", "2025-Q4": "2026-03"}


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("surveys") / "landing"
    write_trust(folder, staff=150, months=3, first_month="2026-01", seed=5)
    for other in folder.iterdir():
        if other.name != "hr_assignments":
            shutil.rmtree(other)
    pulse, rcc = folder / "survey_nqps", folder / "survey_rcc"
    pulse.mkdir()
    rcc.mkdir()
    draw_pulse("2025", "Q1", 120, 1).to_csv(pulse / "nqps_2026-01.csv", index=False)
    draw_pulse("2025", "Quarter 2", 90, 2, without=("q25d",)).to_csv(pulse / "nqps_2026-02.csv", index=False)
    draw_pulse("2025", "Q4", 60, 3).to_csv(pulse / "nqps_2026-03.csv", index=False)
    # the wave comes twice; the newest delivery, with other items, is the one that counts
    draw_rcc("Spring 2026", 50, 4, {"org": 18, "team": 3, "ind": 14}, BOXES).to_csv(
        rcc / "rcc_2026-01.csv", index=False
    )
    draw_rcc("Spring 2026", 150, 5, {"org": 7, "team": 19, "ind": 4}, BOXES).to_csv(
        rcc / "rcc_2026-03.csv", index=False
    )
    draw_rcc("2024", 40, 6, {"org": 2}, {"barrier": BOXES["barrier"]}).to_csv(rcc / "rcc_2025-06.csv", index=False)
    return folder


#: What is looked at.
TABLES = ("mart_survey_score", "mart_rcc_domain", "mart_barriers_motivators", "mart_workforce_month")
RCC_WAVES = {"Spring 2026": "2026-03", "2024": "2025-06"}


@pytest.fixture(scope="module")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    load(landing, folder, *TABLES)
    return folder


def read(landing: Path, extract: str, month: str) -> pd.DataFrame:
    (file,) = (landing / extract).glob(f"*_{month}.csv")
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def grouped(people: pd.DataFrame, professions: pd.Series) -> pd.DataFrame:
    """Every respondent once for each group that they count in; the index says which respondent."""
    slug = people["Org L3"].map(lambda text: "_".join(re.findall("[a-z0-9]+", text.lower())) or None)
    parts = {
        "trust": pd.Series("RVN", index=people.index),
        "profession": professions,
        "directorate": slug,
        "directorate_profession": slug.str.cat(professions, sep="|"),
    }
    found = [pd.DataFrame({"group_type": kind, "group_code": codes}).dropna() for kind, codes in parts.items()]
    return pd.concat(found)


def same(found: object, expected: object, about: object) -> None:
    if expected is None or pd.isna(expected):
        assert pd.isna(found), about
    else:
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), about


def rows_by(home: Path, name: str, key: list[str], **where: str) -> dict[tuple[object, ...], dict[str, Any]]:
    rows = [row for row in mart(home, name) if all(row[column] == value for column, value in where.items())]
    found = {tuple(row[column] for column in key): row for row in rows}
    assert len(found) == len(rows)
    return found


def summary(values: pd.Series) -> dict[str, float | None]:
    return {
        "n": values.count(),
        "median": values.median(),
        "p25": values.quantile(0.25),
        "p75": values.quantile(0.75),
    }


@pytest.mark.parametrize("wave", PULSES)
def test_pulse_mart__equals_a_calculation_from_the_files(landing: Path, home: Path, wave: str) -> None:
    answers = read(landing, "survey_nqps", PULSES[wave])
    groups = grouped(answers, answers["Staff Group"].map(STAFF_GROUPS))
    values = answers.apply(
        lambda column: column.replace("4.0", "4").map({str(code): 2.5 * (code - 1) for code in range(1, 6)})
    )
    scores = pd.DataFrame(
        {
            score: values[items].mean(axis=1).where(values[items].notna().all(axis=1))
            for score, items in SUB_SCORES.items()
            if set(items) <= set(answers)
        }
    )
    found = rows_by(home, "mart_survey_score", ["score_code", *KEY], instrument="NQPS", wave=wave)
    expected = 0
    for group, members in groups.groupby(KEY):
        means, counts = [], []
        for score in scores:
            mine = scores.loc[members.index, score]
            figures = found[(score, *group)]
            same(figures["respondents"], len(mine), (score, group))
            same(figures["mean"], mine.mean(), (score, group))
            same(figures["sd"], mine.std(ddof=1), (score, group))
            for name, value in summary(mine).items():
                same(figures[name], value, (score, group, name))
            rated = mine.dropna()
            same(figures["positive_share"], 100 * (rated > 5).mean() if len(rated) else None, (score, group))
            same(figures["negative_share"], 100 * (rated < 5).mean() if len(rated) else None, (score, group))
            means.append(mine.mean())
            counts.append(mine.count())
            expected += 1
        if len(scores.columns) == 3:
            engagement = found[("theme_engagement", *group)]
            same(engagement["mean"], None if pd.isna(means).any() else sum(means) / 3, group)
            assert (engagement["n"], engagement["respondents"]) == (min(counts), len(members))
            assert all(pd.isna(engagement[name]) for name in ("sd", "median", "p25", "p75", "positive_share"))
            expected += 1
    assert len(found) == expected
    assert (("theme_engagement", "trust", "RVN") in found) == (wave != "2025-Q2"), "a sub-score is not in the file"


def test_pulse_mart__has_a_group_without_engagement_where_a_sub_score_is_missing(home: Path) -> None:
    found = rows_by(home, "mart_survey_score", ["wave", "score_code", *KEY], instrument="NQPS")
    medical = found["2025-Q1", "theme_engagement", "profession", "medical"]
    assert pd.isna(medical["mean"])
    assert medical["n"] == 0
    assert medical["respondents"] > 0


#: The staff group behind it holds psychology, pharmacy and social work too, which the workforce tells apart by job role.
SEVERAL_PROFESSIONS = "other_scientific"


def test_pulse_mart__response_rate_is_over_the_headcount_of_the_waves_first_month(home: Path) -> None:
    """Of every group whose respondents and staff are the same people; of the others nothing is said."""
    headcounts = rows_by(home, "mart_workforce_month", ["reporting_month", *KEY])
    found = rows_by(home, "mart_survey_score", ["wave", "score_code", *KEY], instrument="NQPS")
    compared = dict.fromkeys(("trust", "profession", "directorate", "directorate_profession"), 0)
    apart = dict.fromkeys(("profession", "directorate_profession"), 0)
    for (wave, score, kind, group), figures in found.items():
        staff = headcounts.get((pd.Timestamp(f"{PULSES[str(wave)]}-01"), kind, group))
        profession = str(group).split("|")[-1] if kind in apart else None
        if profession in (SEVERAL_PROFESSIONS, "unmapped") or staff is None:
            assert pd.isna(figures["headcount"]), (wave, score, kind, group)
            assert pd.isna(figures["response_rate"]), (wave, score, kind, group)
            if profession == SEVERAL_PROFESSIONS:
                apart[str(kind)] += staff is not None
        else:
            assert figures["headcount"] == staff["headcount"], (wave, score, kind, group)
            same(
                figures["response_rate"], 100 * figures["respondents"] / staff["headcount"], (wave, score, kind, group)
            )
            compared[str(kind)] += 1
    assert all(compared.values()), compared
    assert all(apart.values()), "a headcount that would have been divided by"


def assert_rcc_agrees(landing: Path, home: Path, wave: str, month: str) -> None:
    answers = read(landing, "survey_rcc", month)
    groups = grouped(answers, answers["Profession"].map(LABELS))
    items = [column for column in answers if re.fullmatch("(org|team|ind)_[0-9]{2}", column)]
    ratings = answers[items].apply(lambda column: column.map({code: float(code) for code in RATED}))
    unsure = answers[items].isin(UNSURE)
    found = rows_by(home, "mart_rcc_domain", ["level", "domain_code", "item_code", *KEY], wave=wave)
    expected = 0
    for group, members in groups.groupby(KEY):
        for domain in dict.fromkeys(item.split("_")[0] for item in items):
            mine = [item for item in items if item.startswith(domain)]
            of_group = ratings.loc[members.index, mine]
            person = of_group.mean(axis=1).where(of_group.notna().sum(axis=1) * 2 >= len(mine))
            parts = {("domain", domain, domain): (person, mine)}
            parts |= {("item", domain, item): (of_group[item], [item]) for item in mine}
            for key, (values, columns) in parts.items():
                figures = found[(*key, *group)]
                for name, value in summary(values).items():
                    same(figures[name], value, (key, group, name))
                unsure_count = unsure.loc[members.index, columns].to_numpy().sum()
                answered = unsure_count + of_group[columns].notna().to_numpy().sum()
                assert (figures["unsure_count"], figures["answered_count"]) == (unsure_count, answered), (key, group)
                same(figures["unsure_rate"], 100 * unsure_count / answered if answered else None, (key, group))
                assert figures["respondents"] == len(members)
                expected += 1
    assert len(found) == expected, "no total, and nothing of the delivery that was replaced"


@pytest.mark.parametrize("wave", RCC_WAVES)
def test_rcc_mart__equals_a_calculation_from_the_files(landing: Path, home: Path, wave: str) -> None:
    assert_rcc_agrees(landing, home, wave, RCC_WAVES[wave])


@pytest.mark.parametrize("wave", RCC_WAVES)
def test_barriers_and_motivators__equal_a_calculation_from_the_files(landing: Path, home: Path, wave: str) -> None:
    answers = read(landing, "survey_rcc", RCC_WAVES[wave])
    groups = grouped(answers, answers["Profession"].map(LABELS))
    found = rows_by(home, "mart_barriers_motivators", ["block", "item_code", *KEY], wave=wave)
    expected = 0
    for block in BOXES:
        columns = [column for column in answers if column.startswith(f"{block}_")]
        ticks = answers[columns] == "Yes"
        for group, members in groups.groupby(KEY):
            mine = ticks.loc[members.index]
            denominator = int(mine.any(axis=1).sum())
            counts = mine.sum()
            for column in columns:
                figures = found[(block, UNMAPPED.get(column, column.removeprefix(f"{block}_")), *group)]
                assert (figures["n"], figures["denominator"]) == (counts[column], denominator), (column, group)
                same(figures["share"], 100 * counts[column] / denominator if denominator else None, (column, group))
                rank = 1 + int((counts > counts[column]).sum())
                same(figures["rank"], rank if denominator else None, (column, group))
                expected += 1
    assert len(found) == expected


def test_survey_answers__are_joined_to_nobody(home: Path) -> None:
    """No table of survey answers has a column that names or numbers a member of staff."""
    import duckdb

    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name || '.' || column_name from information_schema.columns "
            "where (table_name like '%survey%' or table_name like '%respondent%' or table_name like '%rcc%') "
            "and column_name in ('staff_key', 'assignment_key', 'employee_number')"
        ).fetchall()
    assert columns == []


def test_later_files__change_the_waves_that_they_touch_and_no_others(landing: Path, home: Path) -> None:
    """A benchmark reaches a wave that stands; a wave whose newest delivery is withdrawn falls back to the one before."""
    before = {
        (row["wave"], row["score_code"], row["group_type"], row["group_code"]): row["mean"]
        for row in mart(home, "mart_survey_score")
    }
    withdrawn = hashlib.sha256((landing / "survey_rcc" / "rcc_2026-03.csv").read_bytes()).hexdigest()
    (landing / "withdrawn.csv").write_text(f"sha256,reason\n{withdrawn},wrong extract\n", encoding="utf-8")
    (landing / "bench_pulse").mkdir()
    setting = "Mental Health & Learning Disability and Mental Health, Learning Disability & Community Trusts"
    published = (
        "period,org_code,org_name,care_setting,n_engagement,engagement,n_advocacy,advocacy,n_involvement,involvement,"
    )
    lines = [
        f'2025/26 Q1,{code},A TRUST,"{setting}",20,{mean},20,{mean},20,{mean},20,{mean}'
        for code, mean in (("RVN", 6), ("RWV", 8))
    ]
    text = "\n".join([published + "n_motivation,motivation", *lines])
    (landing / "bench_pulse" / "pulse_2026-03.csv").write_text(text, encoding="utf-8")
    load(landing, home, *TABLES)
    for wave, month in {**RCC_WAVES, "Spring 2026": "2026-01"}.items():
        assert_rcc_agrees(landing, home, wave, month)
    for row in mart(home, "mart_survey_score"):
        key = (row["wave"], row["score_code"], row["group_type"], row["group_code"])
        same(row["mean"], before.pop(key), key)
        if row["wave"] == "2025-Q1" and row["group_type"] == "trust":
            assert (row["benchmark_mean"], row["benchmark_organisations"]) == (7, 2)
        else:
            assert pd.isna(row["benchmark_mean"])
    assert not before
