"""A summary that repeats figures of monthly tables hides what they hide: the newest month's, any month's, the former period's."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from publishing.catalogue import read_catalogue
from publishing.disclosure.repeated import hide_repeated
from tests.homes import EmptyWarehouse

HALVES = {"2024-H2": ("2024-10-01", "2025-03-01"), "2025-H1": ("2025-04-01", "2025-06-01")}
#: Months in which the monthly table hides the trust's figure.
HIDDEN = {"pi_headcount": ("2025-06-01",), "fte_days_lost": ("2024-11-01",), "awarded_12m": ("2025-05-01",)}
#: Months in which it hides a profession's; all else that it says of professions it always hides.
HIDDEN_OF_PROFESSION = {"fte": ("2025-01-01",)}
#: A rate of nothing: 0 of 0.
NOTHING_DECIDED = "award_success_pct"
LINES = (
    "headcount",
    "pi_headcount",
    "sickness_rate",
    "awards_won",
    "award_value",
    "award_success_pct",
    "participants_recruited",
    "participants_per_100_clinical_fte",
)


@pytest.fixture(scope="module")
def board(empty_warehouse: EmptyWarehouse) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of the board's report by line and half after its months are protected; every figure of it was shown before."""
    tables = {table.name: table for table in read_catalogue(empty_warehouse.manifest)}
    summary = tables["mart_board_report"]
    repeats = summary.structure.repeats
    assert repeats
    with duckdb.connect() as connection:
        for name in {summary.name, *(figure.table for figure in repeats.lines.values())}:
            columns = ", ".join(f'"{column.name}" {column.type}' for column in tables[name].released)
            connection.execute(f"create table {name} ({columns})")
        for figure in {figure.table: figure for figure in repeats.lines.values()}.values():
            _write_months(connection, tables[figure.table])
        for half, (first, last) in HALVES.items():
            for line in LINES:
                earlier = 9.0 if half == "2025-H1" else None
                change = 1.0 if half == "2025-H1" else None
                connection.execute(
                    "insert into mart_board_report (trust_code, half_year, line_code, half_start_month, last_reporting_month,"
                    " numerator, value, previous_value, change) values ('RVN', ?, ?, ?, ?, 10, 10, ?, ?)",
                    [half, line, first, last, earlier, change],
                )
        connection.execute(
            "update mart_board_report set numerator = 0, denominator = 0, value = null, previous_value = null, change = null"
            f" where line_code = '{NOTHING_DECIDED}'"
        )
        flags = ", ".join(f"{column.name}_is_suppressed = false" for column in summary.suppressible)
        connection.execute(f"update mart_board_report set is_suppressed = false, {flags}")
        hide_repeated(connection, "main", [summary])
        found = connection.execute("select * from mart_board_report")
        names = [about[0] for about in found.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert [(r["half_year"], r["line_code"]) for r in rows] == sorted((half, line) for half in HALVES for line in LINES)
    return {(row["line_code"], row["half_year"]): row for row in rows}


def _write_months(connection: duckdb.DuckDBPyConnection, table: Any) -> None:
    for number in range(9):
        month = f"{2024 + (9 + number) // 12}-{(9 + number) % 12 + 1:02d}-01"
        for group_type in ("trust", "profession"):
            names = [c.name for c in table.suppressible]
            hidden = {name for name in names if month in HIDDEN.get(name, ())}
            if group_type == "profession":
                hidden = {name for name in names if month in HIDDEN_OF_PROFESSION.get(name, (month,))}
            flags = {f"{name}_is_suppressed": name in hidden for name in names}
            given = {
                "trust_code": "RVN",
                "group_type": group_type,
                "group_code": "x",
                "reporting_month": month,
                **flags,
            }
            marks = ", ".join("?" * len(given))
            connection.execute(f"insert into {table.name} ({', '.join(given)}) values ({marks})", list(given.values()))


def _hidden(row: dict[str, Any]) -> set[str]:
    """Measures that are hidden; each of them is NULL."""
    hidden = {name for name in ("numerator", "value", "previous_value", "change") if row[f"{name}_is_suppressed"]}
    assert all(row[name] is None for name in hidden)
    assert row["is_suppressed"] is bool(hidden)
    return hidden


def test_a_stock__goes_with_the_newest_month_of_its_half(board: dict[tuple[str, str], dict[str, Any]]) -> None:
    assert _hidden(board["pi_headcount", "2025-H1"]) == {"numerator", "value", "change"}
    assert board["pi_headcount", "2025-H1"]["previous_value"] == 9
    assert not _hidden(board["pi_headcount", "2024-H2"])


def test_a_rate_over_months__goes_with_any_of_them_and_so_does_what_tells_of_it_later(
    board: dict[tuple[str, str], dict[str, Any]],
) -> None:
    assert _hidden(board["sickness_rate", "2024-H2"]) == {"numerator", "value"}
    assert _hidden(board["sickness_rate", "2025-H1"]) == {"previous_value", "change"}
    assert board["sickness_rate", "2025-H1"]["value"] == 10


def test_award_lines__are_hidden_in_every_half_where_one_hides_them(
    board: dict[tuple[str, str], dict[str, Any]],
) -> None:
    assert _hidden(board["awards_won", "2024-H2"]) == {"numerator", "value"}
    assert _hidden(board["awards_won", "2025-H1"]) == {"numerator", "value", "previous_value", "change"}


def test_the_money_of_awards__goes_with_their_number(board: dict[tuple[str, str], dict[str, Any]]) -> None:
    """0 pounds tell that nothing was awarded."""
    for half in HALVES:
        assert {"numerator", "value"} <= _hidden(board["award_value", half])


def test_a_rate_of_nothing__looks_like_any_hidden_rate(board: dict[tuple[str, str], dict[str, Any]]) -> None:
    assert _hidden(board[NOTHING_DECIDED, "2024-H2"]) == {"numerator", "value"}
    assert _hidden(board[NOTHING_DECIDED, "2025-H1"]) == {"numerator", "value", "previous_value", "change"}


def test_a_line_that_adds_up_professions__goes_with_any_of_them(board: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The mean FTE of clinical professions, of which one is hidden beside another that is not clinical."""
    assert _hidden(board["participants_per_100_clinical_fte", "2024-H2"]) == {"numerator", "value"}
    assert _hidden(board["participants_per_100_clinical_fte", "2025-H1"]) == {"previous_value", "change"}
    assert board["participants_per_100_clinical_fte", "2025-H1"]["value"] == 10


@pytest.mark.parametrize("line", ["headcount", "participants_recruited"])
def test_a_line_whose_months_are_shown__stays(board: dict[tuple[str, str], dict[str, Any]], line: str) -> None:
    """Groups of the trust may be hidden, and lines may be about no staff at all."""
    for half in HALVES:
        assert not _hidden(board[line, half])
        assert board[line, half]["value"] == 10
