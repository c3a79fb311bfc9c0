"""Survey scores that NHS England published, loaded as they are: what their arithmetic says of the rules of this warehouse.

The numbers in the names of tests are those of the reference's list of identities (surveys, 5.1). The files are not part of the
repository: `RCW_SHARED_DATA` names their folder, or they lie in `../shared/data`.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.oracle.loading import load, mart

ROOT = Path(__file__).parents[2]
PUBLISHED = Path(os.environ.get("RCW_SHARED_DATA", ROOT.parent / "shared" / "data")) / "survey"
PULSE = PUBLISHED / "nqps_org_engagement_2021Q4_2022Q2.csv"
TOTALS = PUBLISHED / "nqps_published_national_summary.csv"
STAFF_SURVEY = PUBLISHED / "nss2025_trust_scores_149.csv"
ONE_TRUST = PUBLISHED / "leeds_community_2024_published_scores.csv"

pytestmark = pytest.mark.skipif(not PULSE.is_file(), reason=f"the published files are not in {PUBLISHED}")

SCORES = {"advocacy": "E_3", "involvement": "E_2", "motivation": "E_1", "engagement": "theme_engagement"}
SUB_SCORES = ("E_1", "E_2", "E_3")
MENTAL_HEALTH = "Mental Health & Learning Disability and Mental Health, Learning Disability & Community Trusts"
#: Organisations whose answers are rebuilt: the home trust, and some whose sub-scores rest on unequal numbers.
REBUILT = 6


def published_rows() -> list[dict[str, str]]:
    with PULSE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(period: str, measure: str, setting: str = "") -> tuple[float, int]:
    """Score and responses of a line of the published summary, which is never loaded."""
    name = f"{measure} Score - {setting}" if setting else measure
    with TOTALS.open(encoding="utf-8", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if (row["period"], row["measure"]) == (period, name)]
    return float(row["score"]), int(row["response_count"])


def answers_behind(row: Mapping[str, str]) -> list[dict[str, str]]:
    """Respondents whose answers give an organisation's published scores: the item values are spread as evenly as may be."""
    questions = {
        "motivation": ("q2a", "q2b", "q2c"),
        "involvement": ("q3c", "q3d", "q3f"),
        "advocacy": ("q25a", "q25c", "q25d"),
    }
    counts = {measure: int(float(row[f"n_{measure}"])) for measure in questions}
    year, quarter = row["period"][:4], row["period"][-2:]
    found = [
        {"Respondent Id": f"{place}", "Survey Year": year, "Quarter": quarter, "Staff Group": ""}
        for place in range(1, max(counts.values()) + 1)
    ]
    for measure, codes in questions.items():
        answers = 3 * counts[measure]
        points, left = divmod(round(float(row[measure]) / 2.5 * answers), answers)
        for place in range(answers):
            found[place // 3][codes[place % 3]] = str(1 + points + (place < left))
    return found


def rebuilt_rows() -> list[dict[str, str]]:
    second = [row for row in published_rows() if row["period"] == "2022/23 Q2"]
    unequal = [row for row in second if len({row["n_advocacy"], row["n_involvement"], row["n_motivation"]}) == 3]
    return [*[row for row in second if row["org_code"] == "RVN"], *unequal[: REBUILT - 1]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    landing, home = tmp_path_factory.mktemp("landing"), tmp_path_factory.mktemp("home")
    for extract, file, name in (
        ("bench_pulse", PULSE, "pulse_2022-09.csv"),
        ("bench_staff_survey", STAFF_SURVEY, "nss_2026-03.csv"),
    ):
        (landing / extract).mkdir()
        shutil.copy(file, landing / extract / name)
    for row in rebuilt_rows():
        folder = landing / row["org_code"] / "survey_nqps"
        folder.mkdir(parents=True)
        answers = answers_behind(row)
        with (folder / "nqps_2022-07.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(answers[0]), restval="")
            writer.writeheader()
            writer.writerows(answers)
    load(landing, home, "mart_survey_score", "fct_benchmark_survey_score", "dim_survey_score")
    return home


@pytest.fixture(scope="module")
def warehouse(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True)


def one(warehouse: duckdb.DuckDBPyConnection, sql: str, *values: object) -> Any:
    found = warehouse.execute(sql, values).fetchone()
    assert found is not None
    return found if len(found) > 1 else found[0]


def england(warehouse: duckdb.DuckDBPyConnection, wave: str, score: str, *counted_twice: str) -> tuple[float, int]:
    """Response-weighted mean of all organisations, and the responses."""
    score_and_responses: tuple[float, int] = one(
        warehouse,
        "select sum(n * score * times) / sum(n * times), cast(sum(n * times) as bigint) from ("
        "select *, case when trust_code in (select unnest(?)) then 2 else 1 end as times "
        "from core.fct_benchmark_survey_score where score is not null) where instrument = 'NQPS' and wave = ? and score_code = ?",
        list(counted_twice),
        wave,
        score,
    )
    return score_and_responses


def test_published_pulse__has_every_organisation_once(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows, organisations = one(
        warehouse,
        "select count(*), count(distinct trust_code || wave) from core.fct_benchmark_survey_score where instrument = 'NQPS'",
    )
    assert (rows, organisations) == (4 * 564, 564)
    once = "select count(*) from core.fct_benchmark_survey_score where trust_code = 'RAJ' and wave = '2021-Q4'"
    assert one(warehouse, once) == 4


def test_identity_1__every_sub_score_lies_on_the_grid_of_three_answered_items(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows, largest = one(
        warehouse,
        "select count(*), max(abs(score * n * 1.2 - round(score * n * 1.2))) from core.fct_benchmark_survey_score "
        "where instrument = 'NQPS' and score_code in ('E_1', 'E_2', 'E_3') and score is not null",
    )
    assert rows == 3 * 563
    assert largest < 1e-4


def test_identity_2__engagement_is_the_mean_of_the_sub_scores_over_the_smallest_number(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows, unequal, largest, numbers = one(
        warehouse,
        """
        with by_organisation as (
            select
                trust_code, wave,
                max(score) filter (score_code = 'theme_engagement') as engagement,
                max(n) filter (score_code = 'theme_engagement') as n,
                avg(score) filter (score_code <> 'theme_engagement') as mean_of_sub_scores,
                min(n) filter (score_code <> 'theme_engagement') as smallest,
                max(n) filter (score_code <> 'theme_engagement') as greatest
            from core.fct_benchmark_survey_score where instrument = 'NQPS' group by all
        )
        select
            count(engagement), count(*) filter (smallest <> greatest), max(abs(engagement - mean_of_sub_scores)),
            count(*) filter (n = smallest)
        from by_organisation
        """,
    )
    assert (rows, unequal, numbers) == (563, 182, 564)
    assert largest < 1e-14


@pytest.mark.parametrize("period", ["2022/23 Q1", "2022/23 Q2"])
@pytest.mark.parametrize("measure", ["advocacy", "involvement", "motivation"])
def test_identity_3__englands_sub_scores_weight_organisations_by_responses(
    warehouse: duckdb.DuckDBPyConnection, period: str, measure: str
) -> None:
    score, responses = england(warehouse, f"2022-{period[-2:]}", SCORES[measure])
    published, counted = total(period, measure.capitalize())
    assert responses == counted
    assert score == pytest.approx(published, abs=1e-12)


def test_identity_3__englands_engagement_is_the_mean_of_its_sub_scores_and_not_of_organisations(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    published, _ = total("2022/23 Q2", "Engagement")
    sub_scores = [england(warehouse, "2022-Q2", score)[0] for score in SUB_SCORES]
    assert sum(sub_scores) / 3 == pytest.approx(published, abs=1e-12)
    assert england(warehouse, "2022-Q2", "theme_engagement")[0] == pytest.approx(6.614687, abs=1e-6)


@pytest.mark.parametrize("measure", SCORES)
def test_identity_4__care_settings_are_simple_means_of_organisations(
    warehouse: duckdb.DuckDBPyConnection, measure: str
) -> None:
    found = warehouse.execute(
        "select published_group, avg(score) from core.fct_benchmark_survey_score "
        "where instrument = 'NQPS' and wave = '2022-Q2' and score_code = ? group by published_group",
        [SCORES[measure]],
    ).fetchall()
    assert len(found) == 5
    for setting, mean in found:
        assert mean == pytest.approx(total("2022/23 Q2", measure.capitalize(), setting)[0], abs=1e-12), setting


def test_identity_4__a_response_weighted_care_setting_would_be_far_off(warehouse: duckdb.DuckDBPyConnection) -> None:
    weighted = one(
        warehouse,
        "select sum(n * score) / sum(n) from core.fct_benchmark_survey_score where wave = '2022-Q2' and published_group = ? "
        "and score_code = 'theme_engagement'",
        MENTAL_HEALTH,
    )
    assert weighted == pytest.approx(6.9110, abs=5e-5)


def test_benchmark_mean__of_the_home_trust_is_its_published_care_setting(home: Path) -> None:
    found = {
        row["score_code"]: (row["benchmark_mean"], row["benchmark_organisations"])
        for row in mart(home, "mart_survey_score")
        if row["trust_code"] == "RVN" and row["wave"] == "2022-Q2" and row["group_type"] == "trust"
    }
    assert set(found) == set(SCORES.values())
    for measure, score in SCORES.items():
        assert found[score][0] == pytest.approx(total("2022/23 Q2", measure.capitalize(), MENTAL_HEALTH)[0], abs=1e-12)
        assert found[score][1] == 45


@pytest.mark.parametrize("measure", ["advocacy", "involvement", "motivation"])
def test_identity_5__england_of_2021_22_q4_is_reached_only_by_counting_raj_twice(
    warehouse: duckdb.DuckDBPyConnection, measure: str
) -> None:
    published, counted = total("2021/22 Q4", measure.capitalize())
    once, responses_once = england(warehouse, "2021-Q4", SCORES[measure])
    twice, responses_twice = england(warehouse, "2021-Q4", SCORES[measure], "RAJ")
    assert responses_twice == counted == responses_once + 48
    assert twice == pytest.approx(published, abs=1e-12)
    assert abs(once - published) > 1e-4


def test_identity_6__published_care_settings_of_2021_22_q4_match_no_average_of_their_organisations(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    simple, weighted = one(
        warehouse,
        "select avg(score), sum(n * score) / sum(n) from core.fct_benchmark_survey_score "
        "where wave = '2021-Q4' and published_group = ? and score_code = 'E_1' and score is not null",
        MENTAL_HEALTH,
    )
    published, _ = total("2021/22 Q4", "Motivation", MENTAL_HEALTH)
    assert (round(published, 4), round(simple, 4), round(weighted, 4)) == (6.2176, 6.7224, 6.9414)


def test_identity_7__a_published_zero_without_responses_is_missing(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select distinct n, score from core.fct_benchmark_survey_score where trust_code = 'RRE' and wave = '2021-Q4'"
    ).fetchall()
    assert found == [(0, None)]
    assert one(warehouse, "select min(score) > 3 from core.fct_benchmark_survey_score where instrument = 'NQPS'")


def test_identity_7__the_published_mental_health_engagement_took_that_zero_for_a_score(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    total_score, organisations = one(
        warehouse,
        "select sum(score), count(score) from core.fct_benchmark_survey_score "
        "where wave = '2021-Q4' and published_group = ? and score_code = 'theme_engagement'",
        MENTAL_HEALTH,
    )
    published, _ = total("2021/22 Q4", "Engagement", MENTAL_HEALTH)
    assert total_score / (organisations + 1) == pytest.approx(published, abs=1e-12)
    assert total_score / organisations == pytest.approx(6.609659, abs=1e-6)


def test_pulse_rule__rebuilds_the_published_scores_of_organisations_from_answers(home: Path) -> None:
    found = {
        (row["trust_code"], row["score_code"]): row
        for row in mart(home, "mart_survey_score")
        if row["instrument"] == "NQPS" and row["group_type"] == "trust"
    }
    rows = rebuilt_rows()
    assert len(found) == 4 * len(rows) == 4 * REBUILT
    for row in rows:
        for measure, score in SCORES.items():
            figures = found[row["org_code"], score]
            assert figures["n"] == int(float(row[f"n_{measure}"])), (row["org_code"], measure)
            assert figures["mean"] == pytest.approx(float(row[measure]), abs=1e-9), (row["org_code"], measure)
            assert figures["wave"] == "2022-Q2"


def test_staff_survey_2025__pp4_is_close_to_but_not_the_mean_of_its_sub_scores(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    trusts, largest, equal, low, high = one(
        warehouse,
        """
        with by_trust as (
            select
                trust_code,
                max(score) filter (score_code = 'PP4') as pp4,
                avg(score) filter (score_code in ('PP4_1', 'PP4_2', 'PP4_3')) as mean_of_sub_scores,
                max(score) filter (score_code = 'PP4_2') as burnout
            from core.fct_benchmark_survey_score where instrument = 'NSS' and wave = '2025' group by trust_code
        )
        select
            count(*), max(abs(pp4 - mean_of_sub_scores)), count(*) filter (pp4 = mean_of_sub_scores),
            min(burnout), max(burnout)
        from by_trust
        """,
    )
    assert (trusts, equal) == (149, 0)
    assert 0.01 < largest < 0.02, "per respondent, not per organisation"
    assert (round(low, 2), round(high, 2)) == (4.31, 5.68)


def test_staff_survey_2025__has_its_published_scores_to_the_last_digit(warehouse: duckdb.DuckDBPyConnection) -> None:
    with STAFF_SURVEY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    headers = {"PP1": "pp1_compassionate_inclusive", "PP3_2": "pp3_2_raising_concerns", "PP4_2": "pp4_2_burnout",
               "PP7": "pp7_team", "theme_morale": "theme_morale"}  # fmt: skip
    for score, header in headers.items():
        found = warehouse.execute(
            "select trust_code, score from core.fct_benchmark_survey_score where instrument = 'NSS' and score_code = ?",
            [score],
        ).fetchall()
        assert dict(found) == {row["org_code"]: float(row[header]) for row in rows}
    assert one(warehouse, "select count(*) from core.fct_benchmark_survey_score where instrument = 'NSS'") == 13 * 149


def test_staff_survey_2025__mental_health_benchmark_is_small(warehouse: duckdb.DuckDBPyConnection) -> None:
    clusters = warehouse.execute(
        "select benchmark_cluster, count(*) from core.fct_benchmark_survey_score "
        "where instrument = 'NSS' and score_code = 'PP4_2' group by all order by all"
    ).fetchall()
    assert clusters == [("Acute", 128), ("Ambulance", 1), ("Mental Health", 20)]


def test_one_trusts_scores__elements_and_themes_are_means_of_their_sub_scores(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    with ONE_TRUST.open(encoding="utf-8", newline="") as file:
        published = {row["score_id"]: row for row in csv.DictReader(file)}
    parts = warehouse.execute(
        "select parent_score_code, list(score_code) from core.dim_survey_score "
        "where instrument = 'NSS' and parent_score_code is not null group by parent_score_code"
    ).fetchall()
    compared = set()
    for parent, codes in parts:
        if {parent, *codes} <= set(published):
            mean = sum(float(published[code]["published_score_weighted"]) for code in codes) / len(codes)
            assert mean == pytest.approx(float(published[parent]["published_score_weighted"]), abs=0.011), parent
            compared.add(parent)
    assert {"PP1", "PP3", "PP5", "PP7", "theme_engagement", "theme_morale"} <= compared


def test_one_trusts_numbers__show_how_many_sub_scores_a_respondent_needs(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """With two sub-scores both are needed, so no more people have the parent; of three or four one may be missing."""
    with ONE_TRUST.open(encoding="utf-8", newline="") as file:
        n = {row["score_id"]: int(row["n_responses"]) for row in csv.DictReader(file) if row["n_responses"]}
    rules = warehouse.execute(
        "select parents.score_code, parents.min_subscores = parents.part_count, list(parts.score_code) "
        "from core.dim_survey_score as parents inner join core.dim_survey_score as parts "
        "on parents.instrument = parts.instrument and parents.score_code = parts.parent_score_code "
        "where parents.instrument = 'NSS' group by all"
    ).fetchall()
    all_needed = {parent: needs_all for parent, needs_all, codes in rules if {parent, *codes} <= set(n)}
    for parent, needs_all, codes in rules:
        if parent in all_needed and needs_all:
            assert n[parent] <= min(n[code] for code in codes), parent
    assert all_needed["PP5"]
    assert not all_needed["theme_engagement"]
    assert n["theme_engagement"] > n["E_1"]
