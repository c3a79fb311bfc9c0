"""Survey extracts and published survey scores, as they come: item headers, quarters, totals and organisations listed twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.ingestion.delivering import Taker, as_csv, cells

ROOT = Path(__file__).parents[2]
PUBLISHED = Path(os.environ.get("RCW_SHARED_DATA", ROOT.parent / "shared" / "data")) / "survey"
needs_published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason=f"the published files are not in {PUBLISHED}")


@pytest.mark.parametrize("header", ["org_02", "ORG_02", " Org 02", "org-02", "Org.02"])
def test_item_header__is_known_whatever_its_case_spaces_and_punctuation(take: Taker, header: str) -> None:
    taken = take("survey_rcc", {header: "Unsure"}, sound=0)
    assert {row["item_code"]: row["response"] for row in taken.rows}["org_02"] == "Unsure"


@pytest.mark.parametrize("header", ["org_2", "org_002", "org", "barrier_", "total_01"])
def test_column_that_is_no_item__is_reported_and_not_loaded(take: Taker, header: str) -> None:
    taken = take("survey_rcc", {header: "3"}, sound=0)
    assert taken.found("drift_column") == 1
    assert header not in {row["item_code"] for row in taken.rows}


def test_pulse_question__that_is_none_of_the_nine_is_reported(take: Taker) -> None:
    taken = take("survey_nqps", {"q25b": "3"}, sound=0)
    assert taken.found("drift_column") == 1
    assert {row["question_no"] for row in taken.rows} == {"q2a", "q3c", "q25a"}


def test_pulse_without_a_question__is_refused(take: Taker) -> None:
    table = [row[:5] for row in cells("survey_nqps")]
    assert "no question column" in take.content("survey_nqps", as_csv(table)).refusal


@pytest.mark.parametrize(("delivered", "stored"), [("q4", "Q4"), ("4", "Q4"), ("Quarter 1", "Q1")])
def test_quarter__is_read_in_any_case_and_as_a_number(take: Taker, delivered: str, stored: str) -> None:
    assert take("survey_nqps", {"Quarter": delivered}).row["quarter"] == stored


def test_quarter_3__in_which_no_pulse_is_run_is_not_in_the_set(take: Taker) -> None:
    assert take("survey_nqps", {"Quarter": "Q3"}).reasons == [("quarter", "not_in_set")]


@pytest.mark.parametrize("extract", ["survey_nqps", "survey_rcc"])
def test_identifying_column__of_a_survey_is_dropped_unread(take: Taker, extract: str) -> None:
    taken = take(extract, {"Work Email": "a.person@example.nhs.uk"}, sound=0)
    assert taken.found("forbidden_column") == 1
    assert "example.nhs.uk" not in repr(taken.rows)


@needs_published
def test_published_pulse__is_accepted_row_for_row(take: Taker) -> None:
    taken = take.content("bench_pulse", (PUBLISHED / "nqps_org_engagement_2021Q4_2022Q2.csv").read_bytes())
    assert (taken.delivery.rows_accepted, taken.reasons) == (564, [])
    (empty,) = [row for row in taken.rows if not row["n_engagement"]]
    assert (empty["org_code"], empty["engagement"], empty["advocacy"]) == ("RRE", 0.0, None)


@needs_published
def test_published_pulse__with_an_organisation_twice_and_totals_loads_neither(take: Taker) -> None:
    text = (PUBLISHED / "nqps_org_engagement_2021Q4_2022Q2.csv").read_text(encoding="utf-8")
    (raj,) = [line for line in text.splitlines() if line.startswith("2021/22 Q4") and ",RAJ," in line]
    england = "2021/22 Q4,,,,,England,England,,1128001,120614,6.68,124908,6.84,127081,6.45,121217,6.75"
    blank = england.replace(",England,England,", ",,England,")
    taken = take.content("bench_pulse", text + "\n".join([raj, england, blank]) + "\n")
    assert taken.delivery.rows_accepted == 564
    assert sorted(reason for _, reason in taken.reasons) == [
        "duplicate_key",
        "missing_required",
        "not_in_set",
        "not_in_set",
    ]


@needs_published
def test_published_summary__is_no_file_of_organisations(take: Taker) -> None:
    taken = take.content("bench_pulse", (PUBLISHED / "nqps_published_national_summary.csv").read_bytes())
    assert "lacks org_code" in taken.refusal


@needs_published
def test_published_staff_survey__is_accepted_row_for_row_under_its_own_headers(take: Taker) -> None:
    taken = take.content("bench_staff_survey", (PUBLISHED / "nss2025_trust_scores_149.csv").read_bytes())
    assert (taken.delivery.rows_accepted, taken.reasons) == (149, [])
    assert taken.found("drift_column") == 0
    assert all(row["pp4_2"] and row["theme_morale"] and row["pp5_2"] is None for row in taken.rows)


def test_staff_survey_scores__are_known_by_their_codes_too(take: Taker) -> None:
    text = (
        "org_id,org_name,survey_date,org_type,PP4_2,PP1,theme_engagement\nRVN,A TRUST,2025-12-01,Acute trust,5.1,*,\n"
    )
    row = take.content("bench_staff_survey", text).row
    assert (row["pp4_2"], row["pp1"], row["theme_engagement"]) == (5.1, None, None)
