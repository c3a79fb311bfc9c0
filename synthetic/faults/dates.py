"""Faults of dates: other formats, placeholders for "open", and dates that do not exist."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from ingestion.contract import Column
from synthetic.chance import Rng
from synthetic.faults.cells import change, has
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet

_PATTERNS = ("%d/%m/%Y", "%d-%b-%Y")
_EXCEL_EPOCH = datetime.date(1899, 12, 30)


def _is_date(column: Column) -> bool:
    return column.type == "date"


def _is_open_date(column: Column) -> bool:
    return column.type == "date" and column.required == "no"


def _rewritten(write: Callable[[datetime.date], str]) -> Callable[[str], str]:
    def new(cell: str) -> str:
        for pattern in _PATTERNS:
            try:
                return write(datetime.datetime.strptime(cell, pattern).date())
            except ValueError:
                continue
        return cell

    return new


def _pattern(sheet: Sheet) -> str:
    return _PATTERNS[1] if sheet.contract.extract.startswith("training") else _PATTERNS[0]


@fault("row", "read", has(_is_open_date))
def open_ended_4712(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """31 December 4712 for an open end, as ESR writes it (hr-and-training 7)."""
    text = datetime.date(4712, 12, 31).strftime(_pattern(sheet))
    return change(sheet, rows, _is_open_date, lambda cell: cell or text)


@fault("row", "read", has(_is_open_date))
def open_ended_9999(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Year 9999 for an open end, as HealthRoster writes it (hr-and-training 7)."""
    text = datetime.date(9999, 12, 31).strftime(_pattern(sheet))
    return change(sheet, rows, _is_open_date, lambda cell: cell or text)


@fault("row", "read", has(_is_open_date))
def blank_as_1900(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """1 January 1900 for a blank, as SQL Server turns one out (hr-and-training 7)."""
    text = datetime.date(1900, 1, 1).strftime(_pattern(sheet))
    return change(sheet, rows, _is_open_date, lambda cell: cell or text)


@fault("row", "row:bad_date", has(_is_date))
def bad_date_rows(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A day that does not exist (research-portfolio 6.1, impossible dates)."""
    text = "31-Feb-2025" if _pattern(sheet) == _PATTERNS[1] else "31/02/2025"
    return change(sheet, rows, _is_date, lambda cell: text, only_one=True)


@fault("row", "row:bad_date", has(_is_date))
def mixed_date_formats(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Some rows in another date format than the rest of the column (hr-and-training 7)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.strftime("%Y%m%d")), only_one=True)


@fault("file", "read", has(_is_date))
def iso_dates(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as YYYY-MM-DD (hr-and-training 4: competency export)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.isoformat()))


@fault("file", "read", has(_is_date))
def compact_dates(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as YYYYMMDD (hr-and-training 7: GO2)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.strftime("%Y%m%d")))


@fault("file", "read", has(_is_date))
def dashed_dates(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as dd-mm-yyyy: EDGE changed to it in May 2024 (research-portfolio 1.2)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.strftime("%d-%m-%Y")))


@fault("file", "read", has(_is_date))
def two_digit_years(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as dd-MMM-yy, read as 1930 to 2029 (hr-and-training 4); birth dates before 1930 are none here."""
    return change(sheet, rows, lambda column: _is_date(column) and column.pii is None, _rewritten(_two_digits))


@fault("file", "read", has(_is_date))
def dates_with_time(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as dd/mm/yyyy hh:mm (hr-and-training 7)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.strftime("%d/%m/%Y 00:00")))


@fault("file", "read", has(_is_date))
def excel_serials(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as Excel serial numbers (hr-and-training 7: "Classes May 2026.xlsx")."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: str((day - _EXCEL_EPOCH).days)))


@fault("file", "read", has(_is_date))
def compact_dates_with_time(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as `yyyyMMdd HHmmss` (hr-and-training 7: GO2's LastUpdateDate)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.strftime("%Y%m%d 000000")))


@fault("file", "read", has(_is_date))
def named_months(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as `30-NOV-2028` (hr-and-training 7: competency export, here in capitals)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.strftime("%d-%b-%Y").upper()))


@fault("file", "read", lambda contract: contract.extract == "hr_assignments")
def month_first_dates(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """All dates as mm/dd/yyyy, from a machine set to American English (hr-and-training 7: `12/31/4712`)."""
    return change(sheet, rows, _is_date, _rewritten(lambda day: day.strftime("%m/%d/%Y")))


def _two_digits(day: datetime.date) -> str:
    return day.strftime("%d-%b-%y") if 1930 <= day.year <= 2029 else day.strftime("%d-%b-%Y")


@fault("file", "read", lambda contract: contract.extract == "hr_absence")
def rows_of_another_month(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The spells of four months ago under this month's name (hr-and-training 7: the date is only in the file's name)."""
    earlier = _rewritten(lambda day: (day - datetime.timedelta(days=123)).strftime(_pattern(sheet)))
    return change(sheet, rows, _is_date, earlier)
