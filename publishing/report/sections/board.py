"""The six-monthly lines of the board, with the change on the half before."""

from __future__ import annotations

from itertools import groupby

from publishing.report import wording
from publishing.report.content import Cell, Column, Section, Table
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import Form, Row

_MART = "mart_board_report"
_SECTIONS = {"activity": "Activity", "participation": "Participation", "income": "Awards and income", "set_up": "Set-up", "workforce": "Workforce"}  # fmt: skip
_DECIMALS = {"percent": 1, "FTE": 1, "days": 1, "per 100 FTE": 1}


def newest_half(tables: ReleaseTables) -> list[Row]:
    """The board's lines of the newest half-year, in order."""
    if not tables.has(_MART):
        return []
    return list(
        tables.rows(
            f"select * from {_MART} where trust_code = $trust"
            f" and half_year = (select max(half_year) from {_MART} where trust_code = $trust) order by sort_order, line_code"
        )
    )


_MONTHS_OF_A_HALF = 6


def half_words(row: Row) -> str:
    """The half-year of a line; where months of it are not there yet, how many are."""
    half, missing = wording.half_year(str(row["half_year"])), str(row.get("missing_months") or "").split()
    if row["is_complete"] or not missing:
        return half
    return f"{half}, {_MONTHS_OF_A_HALF - len(missing)} of {_MONTHS_OF_A_HALF} months so far"


def line_form(row: Row) -> Form:
    """How a line's figures are printed, by its unit."""
    unit = str(row["unit"])
    if unit == "GBP":
        return wording.pounds
    return lambda value: wording.number(value, _DECIMALS.get(unit, 0)) + ("%" if unit == "percent" else "")


def change_text(row: Row) -> str:
    """A change in the line's unit; of percentages in percentage points."""
    unit, value = str(row["unit"]), row["change"]
    if unit == "GBP":
        return ("+" if value > 0 else "") + wording.pounds(value)
    return wording.signed(value, _DECIMALS.get(unit, 0)) + (" points" if unit == "percent" else "")


def section(tables: ReleaseTables) -> Section | None:
    rows = newest_half(tables)
    if not rows:
        return None
    half = wording.half_year(str(rows[0]["half_year"]))
    incomplete = (
        ""
        if all(row["is_complete"] for row in rows)
        else " Not all of its months are there: where a line adds up months, its change on a whole half says little."
    )
    return Section(
        "board",
        "Lines for the board",
        f"{half}, with the change on the half-year before. A change between two halves is no trend; the control charts show which "
        f"changes are more than chance.{incomplete}",
        tuple(
            _table(_SECTIONS.get(name, name.replace("_", " ").capitalize()), list(of_section), half)
            for name, of_section in groupby(rows, key=lambda row: str(row["section"]))
        ),
    )


def _table(name: str, rows: list[Row], half: str) -> Table:
    def change(row: Row) -> Cell:
        cell = wording.cell(row, "change", str)
        return Cell(change_text(row), "number") if cell.kind == "number" else cell

    def remark(row: Row) -> Cell:
        missing = len(str(row["missing_months"] or "").split())
        words = [
            ""
            if row["is_complete"]
            else f"{_MONTHS_OF_A_HALF - missing} of {_MONTHS_OF_A_HALF} months"
            if missing
            else "not complete",
            "provisional" if row["is_provisional"] else "",
        ]
        return Cell("; ".join(filter(None, words)) or "final")

    return Table(
        f"{name}, {half}",
        (Column("Line", "text"), Column("Figure"), Column("Half before"), Column("Change"), Column("Unit", "text"), Column("State", "text")),
        tuple(
            (
                Cell(str(row["line_name"])),
                wording.cell(row, "value", line_form(row)),
                wording.cell(row, "previous_value", line_form(row)),
                change(row),
                Cell({"GBP": "pounds"}.get(str(row["unit"]), str(row["unit"]))),
                remark(row),
            )
            for row in rows
        ),
        _MART,
    )  # fmt: skip
