"""`mart_board_report` against a second calculation from the landing files, half by half."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.oracle.board import (
    Figures,
    Half,
    award_figures,
    halves,
    recruitment_figures,
    study_figures,
    workforce_figures,
)
from tests.oracle.loading import LoadedTrust, mart
from tests.oracle.research import read

#: Lines whose extracts the trust of this test does not deliver.
NOT_DELIVERED = {"vacancy_rate"}
EXTRACT_OF_LINE = {
    "participants_recruited": "rd_recruitment",
    "headcount": "hr_assignments",
    "sickness_rate": "hr_absence",
}

Rows = dict[tuple[str, str], dict[str, object]]


@pytest.fixture(scope="module")
def rows(planned_trust: LoadedTrust) -> Rows:
    return {
        (str(row["half_year"]), str(row["line_code"])): row for row in mart(planned_trust.home, "mart_board_report")
    }


@pytest.fixture(scope="module")
def periods(planned_trust: LoadedTrust) -> list[Half]:
    months = planned_trust.truth.months
    return halves(months[0], months[-1])


@pytest.fixture(scope="module")
def wanted(planned_trust: LoadedTrust, periods: list[Half]) -> dict[str, Figures]:
    landing = planned_trust.landing
    parts = (study_figures, recruitment_figures, award_figures, workforce_figures)
    return {half.name: {line: row for part in parts for line, row in part(landing, half).items()} for half in periods}


def same(found: object, wanted: float | None) -> bool:
    return bool(pd.isna(found)) if wanted is None else found == pytest.approx(wanted, rel=1e-9)


def test_mart_board_report__agrees_with_the_landing_files(rows: Rows, wanted: dict[str, Figures]) -> None:
    reached = set()
    for (half, line), row in rows.items():
        numerator, denominator, value = wanted[half].get(line, (None, None, None))
        assert same(row["numerator"], numerator), (half, line)
        assert same(row["denominator"], denominator), (half, line)
        assert same(row["value"], value), (half, line)
        reached |= {line} if value else set()
    lines = {line for _, line in rows}
    assert set(rows) == {(half, line) for half in wanted for line in lines}
    assert lines - reached <= NOT_DELIVERED | {"studies_in_set_up", "associate_pi_headcount"}


def test_mart_board_report__change_is_that_on_the_half_before(rows: Rows, periods: list[Half]) -> None:
    names = [half.name for half in periods]
    for (half, line), row in rows.items():
        before = rows.get((names[names.index(half) - 1], line)) if half != names[0] else None
        previous = None if before is None or pd.isna(before["value"]) else before["value"]
        assert same(row["previous_value"], previous), (half, line)
        change = None if previous is None or pd.isna(row["value"]) else row["value"] - previous
        assert same(row["change"], change), (half, line)


def test_mart_board_report__names_the_months_that_were_not_delivered(
    planned_trust: LoadedTrust, rows: Rows, periods: list[Half]
) -> None:
    for line, extract in EXTRACT_OF_LINE.items():
        delivered = read(planned_trust.landing, extract)
        for half in periods:
            missing = [month for month in half.months if month not in delivered]
            row = rows[half.name, line]
            assert (None if pd.isna(row["missing_months"]) else row["missing_months"]) == (" ".join(missing) or None)
            assert row["is_complete"] == (not missing)
            assert row["months_reported"] == 6 - len(missing)


def test_mart_board_report__is_provisional_where_one_of_the_last_two_months_counts(
    rows: Rows, periods: list[Half]
) -> None:
    assert {half for (half, _), row in rows.items() if row["is_provisional"]} == {periods[-1].name}
