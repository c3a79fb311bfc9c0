"""What became of a delivery, in sentences for the person who repairs it: file, line, column, what was expected, what to do.

What belongs here: words. What was found is in the ledger (findings) and in quarantine (problems of rows); no value of a file is
named. Suggested edits of contracts stand in `drift`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import Column, Contract, contracts, reading_rules
from ingestion.delivery import Delivery

_LINES_SHOWN = 5
_GROUPS_SHOWN = 8
_VALUES_SHOWN = 8

#: What a finding means and what to do, by check. `{column}` and `{n}` are the finding's, `{empty_means}` is the contract's; drift has
#: a module of its own.
NOTICED = {
    "forbidden_column": "the column {column} may not be delivered, so it was dropped unread; leave it out of the extract",
    "value_dropped": "{n} values of {column} hold an NI number or an e-mail address, so they were dropped; correct them in the source",
    "bad_identifier_dropped": "{n} values of {column} are no valid identifiers, so they were dropped and their rows kept; correct them in the source",
    "orcids_without_author": "in {n} rows {column} does not have a place for each author, so its ORCIDs were not used; deliver one place for each author",
    "ambiguous_dates_read_day_first": "the dates in {column} could be day-first or month-first and were read day-first; deliver them as YYYY-MM-DD to be sure",
    "ambiguous_dates_read_month_first": "some dates in {column} have the day first and some the month; they were read month-first, as most of them "
    "are; deliver them as YYYY-MM-DD to be sure",
    "ambiguous_commas": "each comma in {column} stands before three digits, so it could mark thousands; as in other semicolon files it was read as "
    "the decimal one (25,000 is 25); deliver plain numbers to be sure",
    "total_row_disagrees": "the total row does not agree with {column} of the rows; check whether rows are missing",
    "total_count_disagrees": "the total row counts other rows than the file holds; check whether rows are missing",
    "implausible_age": "{n} birth dates make somebody under 15 or over 100, so the age band is unknown; correct them in the source",
    "implausible_date": "{n} dates of {column} lie too far from the month to be true, as 2205 for 2025 does, and were kept; correct them in the source",
    "code_padded": "{n} codes of {column} had lost leading zeros, which were put back; deliver the column as text",
    "short_staff_number": "{n} numbers of {column} have fewer digits than the eight of the others; if they lost leading zeros their people pass "
    "for others, so deliver the column as text",
    "taken_as_empty": "the file has a header but no rows, which was taken to say that {empty_means}; if that is wrong, deliver the rows as _v2",
    "other_sheet": "the sheet {column} of the workbook was not read; deliver it as a file of its own if it holds rows",
    "forgotten_rows": "{n} rows are of people who are to be forgotten and were left out",
}

REMEDIES = {
    "missing_required": "fill it in",
    "bad_type": "correct the value",
    "bad_date": "write every date of the column in one way",
    "bad_row_shape": "quote values that hold the delimiter, a quotation mark or a line break",
    "out_of_range": "correct the value",
    "not_in_set": "use one of these, or let the contract know the new one",
    "duplicate_key": "deliver the row once",
    "unknown_reference": "correct the reference, or deliver what it refers to",
    "inconsistent": "correct the one or the other",
    "forbidden_value": "take the personal data out",
}

_READS_AS = {
    "integer": "a whole number",
    "decimal": "a number",
    "date": "a date that exists, in the format of the rest of the column, such as 2025-03-31 or 31/03/2025",
    "month": "a month, such as 2025-03 or Mar-2025",
    "boolean": "Yes or No",
    "category": "one of the known values",
    "code": "a code",
    "identifier": "the number as its system gives it, not one that a spreadsheet has rounded (2.04E+07) or an error or word in its place",
    "text": "a text",
}

#: Types of which a text can be no value at all (`bad_type`).
_READ_FROM_TEXT = ("integer", "decimal", "identifier")


@dataclass(frozen=True)
class Problem:
    """One problem of one row, as quarantine holds it. `column` is None where the whole row is misshapen."""

    line: int
    column: str | None
    reason: str
    masked_value: str | None = None
    looks_like_leaver: bool = False


def read_problems(files: Iterable[Path], limit: int | None = None) -> list[tuple[str, Problem]]:
    """(file name, problem) from quarantine files, in order of file, line and problem."""
    names = sorted(file.as_posix() for file in files)
    if not names:
        return []
    rows = duckdb.execute(
        "select * from read_parquet(?, union_by_name = true) order by file_name, _row_number, problem_number limit ?",
        [names, limit],
    )
    columns = [column[0] for column in rows.description or ()]
    found = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
    return [
        (
            one["file_name"],
            Problem(
                one["_row_number"], one["column_name"], one["reason_code"], one["masked_value"],
                bool(one.get("looks_like_leaver")),
            ),
        )
        for one in found
    ]  # fmt: skip


def label(contract: Contract, name: str | None) -> str:
    """A column as the file calls it."""
    return next((column.label for column in contract.columns if column.name == name), name or "the row")


def expectation(contract: Contract, name: str | None, reason: str) -> str:
    """What was expected where a row was rejected."""
    column = next((column for column in contract.columns if column.name == name), None)
    match reason:
        case "bad_row_shape":
            return "as many fields as the header has, and no NUL"
        case "duplicate_key":
            return f"each {' + '.join(label(contract, part) for part in contract.key)} once; the first row was kept"
        case "missing_required" if column:
            return f"a value: {_reads_as(column)}"
        case "forbidden_value":
            return "no NI number and no e-mail address in this column"
        case "out_of_range" if column is None or (column.minimum is None and column.maximum is None):
            return f"at most {reading_rules().max_value_characters:,} characters"
    rules = [rule.expectation for rule in contract.row_rules if rule.column == name and rule.reason == reason]
    own = reason in ("bad_type", "bad_date", "out_of_range", "not_in_set")
    fits = column is not None and own and (reason != "bad_type" or column.form or column.type in _READ_FROM_TEXT)
    said = [*([_reads_as(column)] if column and fits else []), *rules]
    return "; ".join(said) or "what the contract says"


def _reads_as(column: Column) -> str:
    if column.form == "person_name":
        return "a name in Latin letters, as Surname, Given"
    if column.values:
        more = " …" if len(column.values) > _VALUES_SHOWN else ""
        return f"one of {', '.join(column.values[:_VALUES_SHOWN])}{more}"
    text = _READS_AS[column.type]
    if column.minimum is not None and column.maximum is not None:
        return f"{text} from {column.minimum:g} to {column.maximum:g}"
    if column.minimum is not None:
        return f"{text} of {column.minimum:g} or more"
    return f"{text} of {column.maximum:g} or less" if column.maximum is not None else text


def rejected_rows(delivery: Delivery, problems: Sequence[Problem]) -> list[str]:
    """The rejected rows of a delivery: a line for each column and reason, with the lines of the file, most frequent first."""
    contract = contracts()[delivery.key.extract]
    groups: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    for problem in problems:
        groups[problem.column, problem.reason].append(problem.line)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1][0], str(group[0])))
    said = [
        f"{_lines(lines)}, {label(contract, column)}: {reason}; expected {expectation(contract, column, reason)}; {REMEDIES[reason]}"
        for (column, reason), lines in ordered[:_GROUPS_SHOWN]
    ]
    leavers = [problem.line for problem in problems if problem.looks_like_leaver]
    if leavers:
        said.append(f"{_lines(leavers)}: the person has no other row this month, so they will look like a leaver")
    if len(ordered) > _GROUPS_SHOWN:
        said.append(f"and {len(ordered) - _GROUPS_SHOWN} more kinds of problems")
    return said


def _lines(lines: Sequence[int], n: int | None = None) -> str:
    """The first of `lines`, and how many more there are; `n` is how many there are in all, if not all are given."""
    known = sorted(set(lines))
    shown, rest = known[:_LINES_SHOWN], max(n or 0, len(known)) - min(len(known), _LINES_SHOWN)
    listed = ", ".join(str(line) for line in shown)
    return f"line{'s' if len(known) > 1 else ''} {listed}{f' and {rest} more' if rest else ''}"


def noticed(extract: str, check: str, column: str | None, n: int, lines: Sequence[int] = ()) -> str | None:
    """A finding in a sentence; None where it needs nobody's eye. `lines` are its first in one file."""
    contract = contracts()[extract]
    for warning in contract.row_warnings:
        if (warning.name, warning.column) == (check, column):
            return f"{_lines(lines, n) if lines else f'{n} rows'}, {label(contract, column)}: {warning.says}"
    sentence = NOTICED.get(check)
    return sentence.format(column=label(contract, column), n=n, empty_means=contract.empty_means) if sentence else None
