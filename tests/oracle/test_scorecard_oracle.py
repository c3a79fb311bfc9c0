"""The released scorecard against the released marts that it is taken from, and its charts against a second calculation.

Which measure an indicator is, is written here a second time; nothing reads the product's seeds.
"""

from __future__ import annotations

import math
from statistics import median

import pandas as pd
import pytest

from tests.control_charts.charting import chart_by_hand
from tests.homes import Rcw

pytestmark = pytest.mark.slow  # needs a loaded home of its own; with the others `make test` would pass its time

GROUPS = ["trust_code", "group_type", "group_code", "reporting_month"]
#: indicator -> mart, value (None: 100 x numerator / denominator), numerator, denominator
BY_GROUP: dict[str, tuple[str, str | None, str | None, str | None]] = {
    **{f"R{n}": ("mart_research_capacity_month", f"t{n}_rate", f"t{n}_headcount", "headcount") for n in range(1, 6)},
    "R6": ("mart_research_capacity_month", "non_medical_pi_pct", "non_medical_pi_headcount", "pi_headcount"),
    "R7": ("mart_job_plan_appraisal_month", None, "job_plan_research_headcount", "job_plan_scope_headcount"),
    "R8": ("mart_job_plan_appraisal_month", None, "research_objective_headcount", "appraisal_compliant_headcount"),
    "R9": ("mart_training_month", "research_training_12m_rate", "research_training_12m_headcount", "headcount"),
    "R10": ("mart_research_capacity_month", "t2_gcp_in_date_rate", "t2_gcp_in_date_headcount", "t2_headcount"),
    "W1": ("mart_workforce_month", "turnover_rate_12m", "leavers_12m", "headcount_mean_12m"),
    "W2": ("mart_workforce_month", "stability_index_12m", "stayers_12m", "headcount_start_12m"),
    "W3": ("mart_workforce_month", "vacancy_rate", "vacant_fte", "funded_fte"),
    "W4": ("mart_workforce_month", "sickness_rate", "fte_days_lost", "fte_days_available"),
    "W5": ("mart_workforce_month", "s10_rate", "s10_days_lost", "fte_days_available"),
    "A1": ("mart_awards_outputs_month", "applications_12m", "applications_12m", None),
    "A2": ("mart_awards_outputs_month", "success_rate_12m", "awarded_12m", "decided_12m"),
    "A3": ("mart_awards_outputs_month", "running_fellowships", "running_fellowships", None),
    "O1": ("mart_awards_outputs_month", "outputs_12m", "outputs_12m", None),
}
PEOPLE_NEEDED = 8  # in the denominator of R1-R10, W1, W2 and A2


def table(rcw: Rcw, name: str) -> pd.DataFrame:
    return pd.read_parquet(rcw.release() / f"{name}.parquet")


@pytest.fixture(scope="module")
def scorecard(loaded: Rcw) -> pd.DataFrame:
    return table(loaded, "mart_scorecard_month")


def figure(number: object) -> float | None:
    return None if pd.isna(number) else float(number)  # type: ignore[arg-type]


def same(found: object, wanted: object) -> bool:
    one, other = figure(found), figure(wanted)
    return one is other or (
        one is not None and other is not None and math.isclose(one, other, rel_tol=1e-8, abs_tol=1e-8)
    )


@pytest.mark.parametrize("code", BY_GROUP)
def test_indicator_by_group__is_the_published_measure_with_its_flags(
    loaded: Rcw, scorecard: pd.DataFrame, code: str
) -> None:
    mart, value, numerator, denominator = BY_GROUP[code]
    source = table(loaded, mart)
    source = source[source["group_type"].isin(["trust", "profession", "directorate"])].set_index(GROUPS)
    found = scorecard[scorecard["indicator_code"] == code].set_index(GROUPS)
    assert set(found.index) == set(source.index)
    for key, row in found.iterrows():
        given = source.loc[key]

        def part(name: str | None, given: pd.Series = given) -> tuple[float | None, bool]:
            return (figure(given[name]), bool(given.get(f"{name}_is_suppressed", False))) if name else (None, False)

        (top, top_flag), (bottom, bottom_flag) = part(numerator), part(denominator)
        wanted, flag = part(value)
        if value is None:
            wanted, flag = 100 * top / bottom if top is not None and bottom else None, top_flag or bottom_flag
        if (denominator and code[0] in "RA") or code in ("W1", "W2"):
            wanted = None if bottom is not None and bottom < PEOPLE_NEEDED else wanted
        assert same(row["value"], wanted), key
        assert same(row["numerator"], top), key
        assert same(row["denominator"], bottom), key
        flags = [row[f"{name}_is_suppressed"] for name in ("value", "numerator", "denominator")]
        assert flags == [flag, top_flag, bottom_flag], key
        assert row["is_suppressed"] == any(flags)


def test_portfolio_and_deliveries__are_counted_from_the_published_rows(loaded: Rcw, scorecard: pd.DataFrame) -> None:
    studies, calendar = table(loaded, "mart_portfolio_study_month"), table(loaded, "mart_load_calendar")
    months = sorted(studies["reporting_month"].unique())
    assert len(months) > 2
    for month in months:
        rows = studies[studies["reporting_month"] == month].to_dict("records")
        opened = [row for row in rows if row["is_open_in_month"]]
        rated = [row for row in opened if figure(row["rtt"]) is not None]
        last = pd.Timestamp(month) + pd.offsets.MonthEnd(0)
        first = pd.Timestamp(month) - pd.DateOffset(months=11)
        recent = [
            days
            for row in rows
            if pd.notna(row["first_participant_date"]) and first <= pd.Timestamp(row["first_participant_date"]) <= last
            if (days := figure(row["days_confirmed_to_first_participant"])) is not None
        ]
        expected_extracts = calendar[(calendar["reporting_month"] == month) & calendar["is_expected"]]
        wanted = {
            "P1": sum(figure(row["recruited_in_month"]) or 0 for row in rows),
            "P2": len(opened),
            "P3": 100 * sum(row["rtt"] >= 0 for row in rated) / len(rated) if rated else None,
            "P4": median(recent) if recent else None,
            "D2": 100 * (expected_extracts["state"] == "current").mean(),
        }
        found = scorecard[(scorecard["reporting_month"] == month) & (scorecard["group_type"] == "trust")]
        values = found.set_index("indicator_code")["value"]
        assert dict.fromkeys(wanted, True) == {code: same(values[code], wanted[code]) for code in wanted}, month


def test_surveys__stand_in_the_month_of_their_wave(loaded: Rcw, scorecard: pd.DataFrame) -> None:
    scores = table(loaded, "mart_survey_score")
    scores = scores[
        (scores["instrument"] == "NSS") & (scores["score_code"] == "PP4_2") & (scores["group_type"] == "trust")
    ]
    found = scorecard[(scorecard["indicator_code"] == "S1") & (scorecard["group_type"] == "trust")]
    wanted = {
        (row["wave_month"], figure(row["mean"]), figure(row["benchmark_mean"])) for row in scores.to_dict("records")
    }
    assert {
        (r["reporting_month"], figure(r["value"]), figure(r["benchmark"])) for r in found.to_dict("records")
    } == wanted


def test_charts__are_of_the_published_values_alone(loaded: Rcw, scorecard: pd.DataFrame) -> None:
    points = table(loaded, "mart_spc_point").sort_values("reporting_month")
    key = ["trust_code", "indicator_code", "group_type", "group_code"]
    values = scorecard.set_index([*key, "reporting_month"])["value"]
    seen = set()
    for name, chart in points.groupby(key):
        published = [figure(values[(*name, month)]) for month in chart["reporting_month"]]
        assert [figure(value) for value in chart["value"]] == published
        status = chart["limits_status"].iloc[0]
        seen.add(status)
        assert (chart["value_is_suppressed"].any() and status != "rolling") == (status == "suppressed"), name
        if figure(chart["mean"].iloc[0]) is None:
            assert chart["upl"].isna().all()
            assert set(chart["special_cause_type"]) == {"Common Cause"}
            continue
        mean, low, high, labels, _ = chart_by_hand(published, fix_after=None, screens=True)
        assert all(
            same(chart[column].iloc[0], wanted) for column, wanted in (("mean", mean), ("lpl", low), ("upl", high))
        )
        assert list(chart["special_cause_type"]) == labels
    assert {"trial", "suppressed", "rolling"} <= seen
