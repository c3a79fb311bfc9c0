"""Figures in words."""

from __future__ import annotations

from datetime import date

import pytest

from publishing.report import wording
from publishing.report.content import ABSENT, SUPPRESSED, Cell


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234.56, 0, "1,235"), (-1234.56, 1, "−1,234.6"), (0, 0, "0"), (-0.004, 2, "0.00"), (-0.04, 1, "0.0"), (1e9, 0, "1,000,000,000")],
)  # fmt: skip
def test_number__has_thousands_and_a_true_minus(value: float, decimals: int, text: str) -> None:
    assert wording.number(value, decimals) == text


def test_signed__says_the_way_but_for_nothing() -> None:
    assert [wording.signed(n, 1) for n in (2.04, -2.04, 0.01, 0)] == ["+2.0", "−2.0", "0.0", "0.0"]


def test_months_and_years__are_written_out() -> None:
    assert wording.month(date(2025, 5, 1)) == "May 2025"
    assert wording.short_month(date(2009, 12, 1)) == "Dec 09"
    assert wording.financial_year(2099) == "2099/00"
    assert [wording.half_year(half) for half in ("2025-H1", "2025-H2")] == [
        "April to September 2025",
        "October 2025 to March 2026",
    ]


def test_cell__tells_hidden_from_missing_from_nothing() -> None:
    row = {"n": 0, "n_is_suppressed": False, "m": 5, "m_is_suppressed": True, "k": None}
    assert [wording.cell(row, name) for name in ("n", "m", "k", "no_such")] == [
        Cell("0", "number"),
        SUPPRESSED,
        ABSENT,
        ABSENT,
    ]


def test_title_case__gives_a_name_in_capitals_its_usual_form() -> None:
    assert wording.title_case("AVON AND WILTSHIRE MENTAL HEALTH PARTNERSHIP NHS TRUST") == (
        "Avon and Wiltshire Mental Health Partnership NHS Trust"
    )
    assert wording.title_case("Oxford Health") == "Oxford Health"


def test_listed__reads_as_a_sentence() -> None:
    assert [wording.listed(list("abc")[:n]) for n in range(4)] == ["none", "a", "a and b", "a, b and c"]
