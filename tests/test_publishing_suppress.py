"""Primary suppression, rule by rule (design page 4, disclosure control)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publishing_support import SURVEY, WORKFORCE, published_rows, workforce_row

MEASURES = ("headcount", "fte", "leavers", "leaver_rate", "leaver_rate_rank", "fte_days_lost")


def one(**measures: Any) -> dict[str, Any]:
    (row,) = published_rows(WORKFORCE, [workforce_row(**measures)])
    return row


def hidden(row: dict[str, Any]) -> set[str]:
    names = {name for name in row if row.get(f"{name}_is_suppressed")}
    assert all(row[name] is None for name in names)
    assert row["is_suppressed"] == bool(names)
    return names


def test_large_group__nothing_is_hidden() -> None:
    row = one()
    assert hidden(row) == set()
    assert row["fte"] == 90.5
    assert row["leavers"] == 20


@pytest.mark.parametrize("headcount", [1, 5, 7])
def test_small_group__everything_about_its_people_is_hidden_and_funding_shown(headcount: int) -> None:
    row = one(headcount=headcount, leavers=0)
    assert hidden(row) == set(MEASURES)
    assert row["funded_fte"] == 95.0
    assert "funded_fte_is_suppressed" not in row


def test_group_of_five_with_nobody_in_the_numerator__the_zero_is_hidden() -> None:
    assert "leavers" in hidden(one(headcount=5, leavers=0, leaver_rate=0.0))


def test_group_of_twenty_with_nobody_in_the_numerator__the_zero_is_shown() -> None:
    row = one(headcount=20, leavers=0, leaver_rate=0.0, sickness_headcount=12)
    assert hidden(row) == set()
    assert row["leavers"] == 0
    assert row["leaver_rate"] == 0.0


def test_group_of_eight__is_shown() -> None:
    assert "headcount" not in hidden(one(headcount=8))


def test_empty_group__zeros_are_shown() -> None:
    row = one(headcount=0, leavers=0, fte=0.0, leaver_rate=None, sickness_headcount=0, fte_days_lost=0.0)
    assert hidden(row) == set()
    assert row["headcount"] == 0


def test_small_numerator__hides_what_is_computed_from_it_through_every_step() -> None:
    assert hidden(one(leavers=3)) == {"leavers", "leaver_rate", "leaver_rate_rank"}


@pytest.mark.parametrize(("ill", "is_hidden"), [(99, True), (93, True), (92, False), (100, False)])
def test_protected_complement__all_but_one_to_seven_of_the_group_is_hidden(ill: int, is_hidden: bool) -> None:
    assert ("fte_days_lost" in hidden(one(sickness_headcount=ill))) == is_hidden


def test_complement__is_not_applied_where_it_is_not_marked() -> None:
    assert "leavers" not in hidden(one(leavers=99))


def test_not_collected__is_null_and_not_suppressed() -> None:
    row = one(headcount=5, leavers=None, leaver_rate=None, leaver_rate_rank=None, fte_days_lost=None)
    assert hidden(row) == {"headcount", "fte"}
    assert row["leavers"] is None
    assert row["leavers_is_suppressed"] is False


def test_undefined_rate_of_hidden_counts__bears_the_flag_so_that_it_does_not_tell_a_zero() -> None:
    assert "leaver_rate" in hidden(one(headcount=5, leavers=0, leaver_rate=None))


def test_undefined_rate_of_shown_counts__is_null_and_not_suppressed() -> None:
    row = one(leavers=0, leaver_rate=None, leaver_rate_rank=None)
    assert hidden(row) == set()


@pytest.mark.parametrize("count", [None, -1])
def test_count_of_people_unknown_or_senseless__hides_the_measure(count: int | None) -> None:
    assert "fte_days_lost" in hidden(one(sickness_headcount=count))


def test_support_columns__are_not_published() -> None:
    assert "sickness_headcount" not in one()


def test_columns__stand_as_key_labels_measures_flags_row_flag() -> None:
    assert list(one()) == [
        "reporting_month",
        "group_code",
        "group_name",
        *MEASURES,
        "funded_fte",
        *(f"{name}_is_suppressed" for name in MEASURES),
        "is_suppressed",
    ]


@pytest.mark.parametrize(("n", "is_hidden"), [(9, True), (10, False), (0, False)])
def test_survey__groups_under_ten_are_hidden(n: int, is_hidden: bool) -> None:
    (row,) = published_rows(SURVEY, [{"group_code": "trust", "n": n, "mean": 5.0, "sd": 1.0}])
    assert row["is_suppressed"] == is_hidden
    assert row["mean_is_suppressed"] == is_hidden


@pytest.mark.parametrize(("mean", "is_hidden"), [(10.0, True), (0.0, True), (5.0, False)])
def test_survey__a_group_unanimous_at_an_extreme_is_hidden(mean: float, is_hidden: bool) -> None:
    (row,) = published_rows(SURVEY, [{"group_code": "trust", "n": 40, "mean": mean, "sd": 0.0}])
    assert row["is_suppressed"] == is_hidden


def test_doubles__do_not_carry_the_last_bits_of_a_sum_or_a_negative_zero() -> None:
    row = one(fte=0.1 + 0.2, fte_days_lost=-0.0)
    assert row["fte"] == 0.3
    assert str(row["fte_days_lost"]) == "0.0"


counts = st.one_of(st.none(), st.integers(min_value=0, max_value=30))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=40))
def test_no_published_measure__has_one_to_seven_people_behind_it(groups: list[tuple[int | None, ...]]) -> None:
    rows = {
        f"g{place:02d}": workforce_row(f"g{place:02d}", headcount=head, leavers=left, sickness_headcount=ill)
        for place, (head, left, ill) in enumerate(groups)
    }
    people = {
        "headcount": ("headcount",),
        "fte": ("headcount",),
        "leavers": ("headcount", "leavers"),
        "leaver_rate": ("headcount", "leavers"),
        "leaver_rate_rank": ("headcount", "leavers"),
        "fte_days_lost": ("headcount", "sickness_headcount"),
    }
    for shown in published_rows(WORKFORCE, list(rows.values())):
        private = rows[shown["group_code"]]
        for measure, behind in people.items():
            if shown[measure] is not None:
                assert all(private[name] is not None and not 1 <= private[name] <= 7 for name in behind)
                assert shown[f"{measure}_is_suppressed"] is False
        if shown["fte_days_lost"] is not None:
            assert not 1 <= private["headcount"] - private["sickness_headcount"] <= 7
