"""From records to the delivered table of a contract: columns are matched, and rows of the wrong shape told apart.

What belongs here: everything that decides which cell is which column. Which record is the header stands in `header`, which line is a
row in `rows`. No value is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingestion import decimal_commas
from ingestion.contract import Column, Contract, normalise_header
from ingestion.errors import DeliveryRefused
from ingestion.header import Header, choose_sheet, clean_header, shown_header
from ingestion.rows import sort_records
from ingestion.text_file import Record, read_sheets


@dataclass(frozen=True)
class Finding:
    """Something found in a delivery, counted. `column` is a header or canonical name, never a value; `lines` are the first of the file."""

    check: str
    n: int
    severity: str
    column: str | None = None
    reason: str | None = None
    lines: tuple[int, ...] = ()


@dataclass
class DeliveredTable:
    """Rows of a file by canonical column, as text. All lists have one entry a row delivered."""

    lines: list[int]
    is_misshapen: list[bool]
    columns: dict[str, list[str]]
    family_headers: dict[str, str]  # question code -> name in `columns`
    decimal_comma: bool
    findings: list[Finding] = field(default_factory=list)
    totals: list[dict[str, str]] = field(default_factory=list)  # cells of total rows by canonical column

    @property
    def rows_delivered(self) -> int:
        return len(self.lines)

    def reads_decimal_commas(self, column: Column) -> bool:
        """Whether the numbers of a column are written as 1.234,5: in semicolon files only, and there unless the column says otherwise."""
        if not self.decimal_comma or column.type != "decimal":
            return self.decimal_comma
        return decimal_commas.marks_decimals(self.columns.get(column.name, ()))

    def has_ambiguous_commas(self, column: Column) -> bool:
        """Whether a column of decimals is read with decimal commas that could as well be those of thousands."""
        is_read_so = self.decimal_comma and column.type == "decimal"
        return is_read_so and decimal_commas.is_ambiguous(self.columns.get(column.name, ()))

    def is_plain(self, name: str) -> bool:
        """Whether a column holds nothing but printable ASCII without double spaces, so that it needs no cleaning."""
        text = "|".join(self.columns[name])
        return text.isascii() and text.isprintable() and "  " not in text


@dataclass
class _Columns:
    """Where each canonical column stands in a record."""

    places: dict[str, list[int]]
    family: dict[str, list[int]]
    unknown: dict[int, str]
    forbidden: list[str]


def _match_columns(contract: Contract, cells: list[str]) -> _Columns:
    headers = [clean_header(cell) for cell in cells]
    normal = [normalise_header(header) for header in headers]
    found = _Columns({}, {}, {}, [])
    taken: set[int] = set()
    for column in contract.columns:
        for wanted in column.headers:  # the label first: a file that bears it has no need of the aliases
            places = [i for i, header in enumerate(normal) if header == wanted]
            if places:
                found.places[column.name] = places
                taken.update(places)
                break
    for i, header in enumerate(headers):
        if i in taken or (not header and not contract.has_header):
            continue
        if not header:
            found.unknown[i] = f"(column {i + 1}, without a header)"
        elif contract.forbids(header):
            found.forbidden.append(shown_header(header))
        elif contract.family and (code := contract.family.matches(header)):
            found.family.setdefault(code, []).append(i)
        else:
            found.unknown[i] = shown_header(header)
    if contract.family and len(found.family) < contract.family.at_least:
        raise DeliveryRefused(
            f"no question column was found; expected headers like {', '.join(contract.family.example_headers)}",
            "missing_column",
        )
    return found


def _allowed_widths(header: Header, rows: list[Record]) -> set[int]:
    """Widths of a proper row. Blank headers at the end may be left out; one blank field more in every row is no fault."""
    full = len(header.cells)
    widths = set(range(header.used, full + 1))
    sound = [row for row in rows if not row.fault]
    if sound and all(len(row.cells) == full + 1 and not row.cells[-1].strip() for row in sound):
        widths.add(full + 1)
    return widths


def _column(places: list[int], rows: list[Record], sound: list[bool], name: str) -> list[str]:
    """Cells of a column. Where its header stands twice, both must say the same.

    Raises:
        DeliveryRefused: they do not.
    """
    first = places[0]
    cells = [row.cells[first] if ok and first < len(row.cells) else "" for row, ok in zip(rows, sound, strict=True)]
    for place in places[1:]:
        again = [row.cells[place] if ok and place < len(row.cells) else "" for row, ok in zip(rows, sound, strict=True)]
        if again != cells:
            raise DeliveryRefused(
                f"the header {name} stands twice and the two columns differ; leave one of them out", "duplicate_header"
            )
    return cells


_CHECKS_THAT_NAME = ("drift_column", "other_sheet")
_NAME_KINDS = ("surname", "forename", "researcher", "investigator", "researcher_list", "author_list", "unlinked_name")


def _without_names(contract: Contract, table: DeliveredTable) -> list[Finding]:
    """The findings of a table, without headers and names of sheets of which a word is a name of the file's own people."""
    if not any(found.check in _CHECKS_THAT_NAME for found in table.findings):
        return table.findings
    named = [c.name for c in contract.columns if c.pii in _NAME_KINDS and c.name in table.columns]
    names = {word for name in named for cell in table.columns[name] for word in re.findall(r"\w+", cell.casefold())}

    def is_named(label: str) -> bool:
        return not names.isdisjoint(re.findall(r"[^\W\d_]{3,}", label.casefold()))

    return [
        replace(found, column="(the name of a person)")
        if found.check in _CHECKS_THAT_NAME and is_named(found.column or "")
        else found
        for found in table.findings
    ]


def read_table(contract: Contract, file: Path) -> DeliveredTable:
    """Read a file as the contract's table, all cells as text.

    Raises:
        DeliveryRefused: the file cannot be taken as a whole.
    """
    sheet, header, others = choose_sheet(contract, read_sheets(file))
    findings = [Finding("other_sheet", 1, "info", shown_header(other.name)) for other in others]
    places = _match_columns(contract, header.cells)
    rows = sort_records(contract, sheet.records(header.delimiter), header)
    widths = _allowed_widths(header, rows.kept)
    sound = [not row.fault and len(row.cells) in widths for row in rows.kept]
    columns = {
        name: _column(where, rows.kept, sound, contract.column(name).label) for name, where in places.places.items()
    }
    for code, where in places.family.items():
        columns[f"family:{code}"] = _column(where, rows.kept, sound, code)
    findings += [Finding("forbidden_column", 1, "warning", name) for name in places.forbidden]
    findings += [Finding("column_absent", 1, "info", c.name) for c in contract.columns if c.name not in places.places]
    for place, name in places.unknown.items():
        filled = sum(
            1
            for row, ok in zip(rows.kept, sound, strict=True)
            if ok and place < len(row.cells) and row.cells[place].strip()
        )
        if filled:
            findings.append(Finding("drift_column", filled, "warning", name))
    findings += [Finding(check, n, "info") for check, n in sorted(rows.counts.items()) if n]
    table = DeliveredTable(
        lines=[row.line for row in rows.kept],
        is_misshapen=[not ok for ok in sound],
        columns=columns,
        family_headers={code: f"family:{code}" for code in places.family},
        decimal_comma=header.delimiter == ";",
        findings=findings,
        totals=[
            {name: cells[where[0]] for name, where in places.places.items() if where[0] < len(cells)}
            for cells in rows.totals
        ],
    )
    table.findings = _without_names(contract, table)
    return table
