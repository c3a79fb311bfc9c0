"""Which records are rows: blank lines, repeated headers, trailers and totals are told apart, and rows that a quote ran together.

What belongs here: everything that decides whether a line is a row. Which cell is which column stands in `table`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from ingestion.contract import Contract, normalise_header, reading_rules
from ingestion.errors import DeliveryRefused
from ingestion.header import Header, clean_header
from ingestion.text_file import Record, lost_lines

#: A row that sums up a part of the file, by the first cell of it: "Sub Total", "Total awarded", "Directorate total".
_PART_TOTAL = re.compile(r"((sub|grand)[ -]?)?totals?\b.*|.*\b(sub-?)?totals?")
#: How many cells of a note below the rows are filled at most, such as "Report generated:" and the day.
_NOTE_CELLS = 2
_NOTES_AT_MOST = 10

_TYPES_WITH_FIGURES = ("identifier", "integer", "decimal", "date", "month")
_DAY = re.compile("(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")


def _mark(cell: str) -> str:
    """The first cell of a row in the form in which it is compared with what marks a row that is none."""
    return clean_header(cell).rstrip(":").casefold()


def _trailer_count(cells: list[str]) -> int | None:
    """The record count that a trailer states: its last cell that is a whole number (and not a day, written yyyymmdd)."""
    texts = [cell.replace(",", "").strip() for cell in cells[1:]]
    numbers = [int(text) for text in texts if re.fullmatch("[0-9]{1,12}", text) and not _DAY.fullmatch(text)]
    return numbers[-1] if numbers else None


def _names(contract: Contract, cells: list[str]) -> list[str]:
    """The columns that a header names, in its order: canonical names where the contract knows them."""
    known = {form: column.name for column in contract.columns for form in column.headers}
    labels = [normalise_header(clean_header(cell)) for cell in cells]
    return [known.get(label, label) for label in labels]


def _is_another_header(contract: Contract, header: Header, record: Record) -> bool:
    """Whether a record names the columns again.

    Raises:
        DeliveryRefused: it names them in another order, so that what follows would be read into the wrong columns.
    """
    names, own = _names(contract, record.cells), _names(contract, header.cells)
    if names == own:
        return True
    if not {column.name for column in contract.required_headers}.issubset(names):
        return False
    labels = {column.name: column.label for column in contract.columns}
    raise DeliveryRefused(
        f"line {record.line}: a second header names the columns otherwise than the first, in line {header.line}; expected "
        f"{', '.join(labels[name] for name in own if name in labels)}, in this order; bring both parts into one order, or deliver them as "
        "one table with one header",
        "second_header",
    )


def _runs_rows_together(contract: Contract, header: Header, record: Record) -> bool:
    """Whether an unbalanced quote made one record of several rows: its first and its last line are whole rows, or one between is."""
    first, *between, last = re.split("\r\n|\r|\n", header.delimiter.join(record.cells))
    ends_are_rows = min(line.count(header.delimiter) for line in (first, last)) >= len(header.cells) - 1
    return ends_are_rows or any(_is_row(contract, header, line) for line in between)


def _is_row(contract: Contract, header: Header, line: str) -> bool:
    """Whether a line within a cell is a row and no line of a text: as wide as the header, with figures where there must be some.

    Half of the cells filled in columns of numbers, dates and identifiers suffice, for such a row may have faults of its own.
    """
    cells = line.split(header.delimiter)
    if len(cells) < header.used or not any(cell.strip() for cell in cells):
        return False
    with_figures = {column.name for column in contract.columns if column.type in _TYPES_WITH_FIGURES}
    tested = [cell for name, cell in zip(_names(contract, header.cells), cells, strict=False) if name in with_figures]
    filled = [cell for cell in tested if cell.strip()]
    return not tested or 0 < len(filled) <= 2 * sum(1 for cell in filled if re.search("[0-9]", cell))


@dataclass
class Rows:
    """The records that are rows, in order, and what else there was."""

    kept: list[Record] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    totals: list[list[str]] = field(default_factory=list)
    stated_count: int | None = None
    stated_line: int = 0


def _kinds(contract: Contract, header: Header) -> dict[str, str]:
    """What a record may be that is no row, by the mark of its first cell."""
    rules = reading_rules()
    labels = [*header.cells, *(label for column in contract.columns for label in (column.label, *column.aliases))]
    kinds = {form: "header" for label in labels for form in (_mark(label), normalise_header(label)) if form}
    kinds |= {_mark(token): "trailer" for token in rules.trailer_tokens}
    kinds |= {_mark(token): "summary" for token in contract.total_tokens}
    kinds |= {_mark(token): "total" for token in rules.total_tokens}
    kinds[_mark(next(cell for cell in header.cells if cell.strip()))] = "header"
    return kinds


def _is_part_total(contract: Contract, header: Header, record: Record, mark: str) -> bool:
    """Whether a record, of which `mark` marks the first cell, sums up some of the rows: it says so where a row has an identifier,
    a code or a figure."""
    if not _PART_TOTAL.fullmatch(mark):
        return False
    place = next(place for place, cell in enumerate(record.cells) if cell.strip())
    kinds = {column.name: column.type for column in contract.columns}
    name = _names(contract, header.cells)[place] if place < len(header.cells) else ""
    return kinds.get(name) in (*_TYPES_WITH_FIGURES, "code")


def _is_note(record: Record) -> bool:
    """Whether a record is a note: a text of several words and nothing else, or words without a figure and at most one cell beside them.

    A text that another delimiter would part is a row that was delimited otherwise than the header.
    """
    filled = [cell.strip() for cell in record.cells if cell.strip()]
    if record.fault or not 0 < len(filled) <= _NOTE_CELLS or len(re.findall(r"[,;|\t]", " ".join(filled))) > 1:
        return False
    return not re.search("[0-9]", filled[0]) or (len(filled) == 1 and bool(re.search(r"\s", filled[0])))


def _take_notes_off(rows: Rows, header: Header) -> None:
    """Leave out the notes below the last row, such as when and by whom the report was made, and count them.

    Where they are many or nothing else is there, they are rows that went wrong, and are rejected as such.
    """
    below = takewhile(_is_note, reversed(rows.kept)) if header.used > _NOTE_CELLS else ()
    n = sum(1 for _ in below)
    if 0 < n <= _NOTES_AT_MOST and n < len(rows.kept):
        del rows.kept[-n:]
        rows.counts["note_rows"] = n


def sort_records(contract: Contract, records: Iterable[Record], header: Header) -> Rows:
    """Data rows apart from blank, repeated-header, trailer and total rows and from notes below them, each kind counted.

    Raises:
        DeliveryRefused: a trailer states another count, or a second header another order of the columns.
    """
    kinds = _kinds(contract, header)
    rows = Rows()
    for record in records:
        if record.lines > 1 and _runs_rows_together(contract, header, record):
            rows.kept += lost_lines(record.line, record.line + record.lines - 1)
            continue
        if record.line <= header.line:
            rows.counts["title_rows"] += record.line < header.line and any(cell.strip() for cell in record.cells)
            continue
        first = next((cell for cell in record.cells if cell and not cell.isspace()), None)
        if record.fault:
            rows.kept.append(record)
            continue
        if first is None:
            rows.counts["blank_rows"] += 1
            continue
        mark = _mark(first)
        match kinds.get(mark):
            case "trailer":
                rows.counts["trailer_rows"] += 1
                rows.stated_count, rows.stated_line = _trailer_count(record.cells), record.line
            case "total":
                rows.counts["total_rows"] += 1
                rows.totals.append(record.cells)
            case "header" if _is_another_header(contract, header, record):
                rows.counts["repeated_header_rows"] += 1
            case kind if kind == "summary" or _is_part_total(contract, header, record, mark):
                rows.counts["total_rows"] += 1
            case _:
                rows.kept.append(record)
    _take_notes_off(rows, header)
    if rows.stated_count is not None and rows.stated_count != len(rows.kept):
        raise DeliveryRefused(
            f"line {rows.stated_line}: the trailer counts {rows.stated_count} records but the file holds {len(rows.kept)}; it was "
            "probably cut off, deliver it again",
            "trailer_count",
        )
    return rows
