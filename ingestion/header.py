"""Which record of a file is its header: the sheet, the delimiter and the line that name the columns of a contract.

What belongs here: finding the header and saying what it lacks. Which cell is which column stands in `table`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from ingestion.contract import Contract, normalise_header, reading_rules
from ingestion.contract_edits import renamed, suggested_alias
from ingestion.errors import DeliveryRefused
from ingestion.text_file import DELIMITERS, Sheet
from ingestion.without_people import without_people

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_SHOWN_HEADER_CHARACTERS = 60


@dataclass(frozen=True)
class Header:
    """The record that names the columns. `matched` is how many required columns it names."""

    line: int
    cells: list[str]
    delimiter: str
    matched: int

    @property
    def used(self) -> int:
        """How many cells it has up to the last that is not blank."""
        return max((i + 1 for i, cell in enumerate(self.cells) if cell.strip()), default=len(self.cells))


def clean_header(label: str) -> str:
    """A text without blanks around it and without characters that nobody sees."""
    return (label if label.isascii() else _INVISIBLE.sub("", label)).strip()


def shown_header(label: str) -> str:
    """A header as it may be reported: short, and without anything that looks like a person's address or number."""
    return without_people(" ".join(clean_header(label).split()))[:_SHOWN_HEADER_CHARACTERS]


def _count_matches(contract: Contract, cells: Iterable[str]) -> int:
    headers = {normalise_header(clean_header(cell)) for cell in cells}
    return sum(1 for column in contract.required_headers if headers.intersection(column.headers))


def _find_header(contract: Contract, sheet: Sheet) -> Header | None:
    """The record within the first rows that names most required columns, over all delimiters; the first that names all of them."""
    best: Header | None = None
    needed = len(contract.required_headers)
    for delimiter in DELIMITERS if sheet.text is not None else (",",):
        try:
            for index, record in enumerate(sheet.records(delimiter)):
                if index >= reading_rules().header_search_rows:
                    break
                matched = _count_matches(contract, record.cells)
                if matched and (best is None or matched > best.matched):
                    best = Header(record.line, record.cells, delimiter, matched)
                    if matched == needed:
                        return best
        except DeliveryRefused:
            continue  # an open quote under this delimiter; another may read the file, and the rows are read again below
    return best


def _positions(contract: Contract, sheets: list[Sheet]) -> tuple[Sheet, Header] | None:
    """The labels at their positions, in place of the header that the contract's files do not bear; above the first line.

    None where no delimiter makes most records as wide as the contract says.
    """
    labels = {column.position: column.label for column in contract.columns}
    cells = [labels.get(place, "") for place in range(1, (contract.fields or 0) + 1)]
    for sheet in sheets:
        for delimiter in DELIMITERS if sheet.text is not None else (",",):
            try:
                head = list(islice(sheet.records(delimiter), reading_rules().header_search_rows))
            except DeliveryRefused:
                continue  # as in the search for a header
            widths = [len(record.cells) for record in head if any(cell.strip() for cell in record.cells)]
            if 2 * widths.count(len(cells)) > len(widths):
                return sheet, Header(0, cells, delimiter, len(contract.required_headers))
    return None


def _worth(sheet: Sheet, header: Header) -> tuple[int, bool, bool]:
    """What makes one sheet rather than another the table: its header, then that it is seen, then that it holds rows."""
    below = (sheet.grid or [])[header.line :]
    return header.matched, not sheet.is_hidden, any(cell.strip() for row in below for cell in row)


def choose_sheet(contract: Contract, sheets: list[Sheet]) -> tuple[Sheet, Header, list[Sheet]]:
    """The sheet that holds the table, its header, and the other sheets. Of equal sheets the first is taken.

    Raises:
        DeliveryRefused: no header is found, or it lacks a required column.
    """
    needed = len(contract.required_headers)
    headers = [(sheet, header) for sheet in sheets if (header := _find_header(contract, sheet))]
    best = max(headers, key=lambda found: _worth(*found), default=None)
    if not contract.has_header and (best is None or best[1].matched < needed):
        best = _positions(contract, sheets) or best
    if best is None and not contract.has_header:
        raise DeliveryRefused(
            f"the rows do not have the {contract.fields} fields of this list; deliver the file as it was published, without a header",
            "missing_header",
        )
    if best is None:
        labels = ", ".join(column.label for column in contract.required_headers)
        raise DeliveryRefused(
            f"no header row was found within the first {reading_rules().header_search_rows} rows; expected the columns {labels}",
            "missing_header",
        )
    sheet, header = best
    if header.matched < needed:
        raise DeliveryRefused(_lacking(contract, header), "missing_column")
    return sheet, header, [other for other in sheets if other is not sheet]


def _lacking(contract: Contract, header: Header) -> str:
    """What to say of a header that lacks required columns: which, and the edit where one was perhaps renamed."""
    present = {normalise_header(clean_header(cell)) for cell in header.cells}
    missing = [c for c in contract.required_headers if not present.intersection(c.headers)]
    known = {form for column in contract.columns for form in column.headers}
    unknown = [clean_header(cell) for cell in header.cells if clean_header(cell)]
    unknown = [cell for cell in unknown if normalise_header(cell) not in known and not contract.forbids(cell)]
    edits = [
        suggested_alias(column, shown_header(cell)) for cell, column in renamed(contract, missing, unknown).items()
    ]
    perhaps = f" (perhaps {'; '.join(edits)})" if edits else ""
    return (
        f"line {header.line}: the header lacks {', '.join(c.label for c in missing)}; add the column, or if it was renamed add the "
        f"new name to the aliases in ingestion/contracts/{contract.extract}.yml{perhaps} and raise the version there, so that the "
        "file is read again"
    )
