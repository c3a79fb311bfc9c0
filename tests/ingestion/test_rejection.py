"""What becomes of bad rows: every one is accounted for, masked in quarantine, and too many of them refuse the delivery."""

from __future__ import annotations

from typing import get_args

import pytest

from ingestion.contract import ReasonCode, contracts
from tests.ingestion.delivering import MONTH, Taker, as_csv, cells, contract_with

BAD = {"FTE": "9"}


@pytest.mark.parametrize(
    ("bad", "sound", "is_accepted"),
    [(1, 0, True), (1, 3, True), (2, 38, True), (2, 37, False), (5, 95, True), (6, 94, False)],
)
def test_delivery__is_refused_strictly_over_5_per_cent_but_never_for_a_single_row(
    take: Taker, bad: int, sound: int, is_accepted: bool
) -> None:
    taken = take("hr_assignments", *[BAD] * bad, sound=sound)
    delivery = taken.delivery
    assert delivery.is_accepted == is_accepted
    assert delivery.rows_delivered == bad + sound
    assert (delivery.rows_accepted, delivery.rows_rejected) == ((sound, bad) if is_accepted else (0, bad + sound))
    if not is_accepted:
        assert f"{bad} of {bad + sound} rows were rejected, more than 5 % ({bad} out_of_range in fte)" in taken.refusal
        assert [problem["_row_number"] for problem in taken.quarantine] == list(range(2, 2 + bad))


def test_limit__is_that_of_the_contract(take: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = contract_with("hr_assignments", "fte").model_copy(update={"max_rejected_pct": 0.0})
    monkeypatch.setattr("ingestion.deliver.contracts", lambda: contracts() | {"hr_assignments": strict})
    assert "more than 0 %" in take("hr_assignments", BAD, BAD, sound=400).refusal
    assert take("hr_assignments", BAD, sound=400).delivery.is_accepted


@pytest.mark.parametrize("extract", contracts())
def test_key__that_repeats_keeps_the_first_row_by_number(take: Taker, extract: str) -> None:
    header, first, *rows = cells(extract)
    taken = take.content(extract, as_csv([header, first, *rows, first]))
    assert {reason for _, reason in taken.reasons} == {"duplicate_key"}
    assert [problem["_row_number"] for problem in taken.quarantine] == [42]
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (41, 40)


def test_key__is_compared_among_sound_rows_only(take: Taker) -> None:
    number = {"Assignment Number": "20400000"}
    taken = take("hr_assignments", number | BAD, number | {"FTE": "0.4"}, number | {"FTE": "0.6"}, sound=60)
    assert taken.reasons == [("fte", "out_of_range"), ("assignment_number", "duplicate_key")]
    assert taken.row["fte"] == 0.4


def test_key__is_compared_after_cleaning(take: Taker) -> None:
    taken = take("rd_recruitment", {"Project ID": "77"}, {"Project ID": " 77.0 ", "Recruitment Month": "31/03/2025"})
    assert taken.reasons == [("project_id", "duplicate_key")]


def test_person__whose_only_row_was_rejected_is_flagged(take: Taker) -> None:
    second_post = {"Employee Number": "20400001", "Assignment Number": "20400001-2"}
    taken = take("hr_assignments", BAD, {}, second_post | BAD, sound=60)
    assert taken.delivery.rows_rejected == 2
    assert taken.found("person_without_row") == 1
    assert [problem["looks_like_leaver"] for problem in taken.quarantine] == [True, False]


def test_person__whose_rows_were_all_rejected_is_flagged_at_the_first(take: Taker) -> None:
    second_post = {"Employee Number": "20400000", "Assignment Number": "20400000-2"}
    taken = take("hr_assignments", BAD | {"Primary Assignment": "x"}, second_post | BAD, sound=60)
    flags = [(p["_row_number"], p["problem_number"], p["looks_like_leaver"]) for p in taken.quarantine]
    assert flags == [(2, 1, True), (2, 2, False), (3, 1, False)]


def test_row_with_several_problems__is_one_rejected_row(take: Taker) -> None:
    taken = take("hr_assignments", BAD | {"Primary Assignment": "maybe", "Latest Start Date": "soon"})
    assert taken.delivery.rows_rejected == 1
    assert sorted(taken.reasons) == [
        ("fte", "out_of_range"),
        ("is_primary", "not_in_set"),
        ("latest_start_date", "bad_date"),
    ]
    assert [problem["problem_number"] for problem in taken.quarantine] == [1, 2, 3]
    assert sum(f.n for f in taken.findings if f.check == "rejected_rows") == 1


def test_quarantine__tells_the_place_and_masks_the_value(take: Taker) -> None:
    taken = take("hr_assignments", {"Assignment Status": "Away: Jo Ä. 12"})
    assert taken.quarantine == [
        {
            "_delivery_id": taken.delivery.delivery_id,
            "file_name": "file_2025-03.csv",
            "_row_number": 2,
            "problem_number": 1,
            "column_name": "assignment_status",
            "column_label": "Assignment Status",
            "reason_code": "not_in_set",
            "masked_value": "xxxx: xx x. 99",
            "looks_like_leaver": True,
        }
    ]


@pytest.mark.parametrize("length", [1, 3, 39, 2000])
def test_quarantine__tells_nothing_of_a_personal_value(take: Taker, length: int) -> None:
    taken = take("hr_assignments", {"Date Of Birth": "7" * length})
    assert taken.reasons == [("date_of_birth", "bad_date")]
    assert taken.quarantine[0]["masked_value"] == "xxx"


def test_quarantine__shows_at_most_40_characters(take: Taker) -> None:
    assert len(take("hr_assignments", {"Assignment Status": "x" * 500}).quarantine[0]["masked_value"]) == 40


@pytest.mark.parametrize("extract", contracts())
def test_reasons__are_of_the_closed_list(take: Taker, extract: str) -> None:
    header, *rows = cells(extract, sound=len(contracts()[extract].columns))
    for place, row in enumerate(rows):  # a cell of each column is spoilt
        row[place] = "\u00bf?"
    taken = take.content(extract, as_csv([header, *rows]))
    assert {reason for _, reason in taken.reasons} <= set(get_args(ReasonCode))
    assert {f.reason for f in taken.findings} <= {None, *get_args(ReasonCode)}


@pytest.mark.parametrize("extract", contracts())
def test_rule_of_a_row__has_a_reason_of_the_closed_list_and_says_what_is_expected(extract: str) -> None:
    for rule in contracts()[extract].row_rules:
        assert rule.reason in get_args(ReasonCode)
        assert rule.expectation
        assert contracts()[extract].column(rule.column)


@pytest.mark.parametrize("extract", contracts())
def test_raw_rows__have_the_columns_of_the_contract_and_the_line_of_the_file(take: Taker, extract: str) -> None:
    taken = take(extract, sound=3)
    stored = ["_delivery_id", "_row_number", *(name for name, _, _ in contracts()[extract].raw_columns[4:])]
    assert list(taken.row) == stored  # trust and month stand in the folder's name
    assert {row["_delivery_id"] for row in taken.rows} == {taken.delivery.delivery_id}
    assert {row["_row_number"] for row in taken.rows} == {2, 3, 4}


@pytest.mark.parametrize(("extract", "name"), [(e, c.effect_date) for e, c in contracts().items() if c.effect_date])
def test_events__touch_the_months_from_their_earliest_date(take: Taker, extract: str, name: str) -> None:
    column = contracts()[extract].column(name)
    assert take(extract, {column.label: "2024-11-30"}).delivery.effect_month == MONTH.replace(year=2024, month=11)
    assert take(extract, {column.label: "2026-11-30"}).delivery.effect_month == MONTH
