"""From records to the delivered table of a contract: the header is found, columns are matched, rows are told from the rest.

What belongs here: everything that decides which line is a row and which cell is which column. No value is read here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from ingestion.contract import Column, Contract, normalise_header, reading_rules
from ingestion.contract_edits import renamed, suggested_alias
from ingestion.errors import DeliveryRefused
from ingestion.text_file import DELIMITERS, Record, Sheet, lost_lines, read_sheets
from ingestion.without_people import without_people

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_SHOWN_HEADER_CHARACTERS = 60
_DAY = re.compile("(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class Finding:
    """Something found in a delivery, counted. `column` is a header or canonical name, never a value."""

    check: str
    n: int
    severity: str
    column: str | None = None
    reason: str | None = None


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
        """Whether the numbers of a column are written as 1.234,5: in semicolon files only, and not where a column of decimals
        holds no comma at all, for then its points are those of decimals."""
        if not self.decimal_comma or column.type != "decimal":
            return self.decimal_comma
        return any("," in cell for cell in self.columns.get(column.name, ()))

    def is_plain(self, name: str) -> bool:
        """Whether a column holds nothing but printable ASCII without double spaces, so that it needs no cleaning."""
        text = "|".join(self.columns[name])
        return text.isascii() and text.isprintable() and "  " not in text


@dataclass(frozen=True)
class _Header:
    line: int
    cells: list[str]
    delimiter: str
    matched: int


def clean_header(label: str) -> str:
    return _INVISIBLE.sub("", label).strip()


def _shown(label: str) -> str:
    """A header as it may be reported: short, and without anything that looks like a person's address or number."""
    return without_people(" ".join(clean_header(label).split()))[:_SHOWN_HEADER_CHARACTERS]


def _count_matches(contract: Contract, cells: Iterable[str]) -> int:
    headers = {normalise_header(clean_header(cell)) for cell in cells}
    return sum(1 for column in contract.required_headers if headers.intersection(column.headers))


def _find_header(contract: Contract, sheet: Sheet) -> _Header | None:
    """The record within the first rows that names most required columns, over all delimiters; the first that names all of them."""
    best: _Header | None = None
    needed = len(contract.required_headers)
    for delimiter in DELIMITERS if sheet.text is not None else (",",):
        try:
            for index, record in enumerate(sheet.records(delimiter)):
                if index >= reading_rules().header_search_rows:
                    break
                matched = _count_matches(contract, record.cells)
                if matched and (best is None or matched > best.matched):
                    best = _Header(record.line, record.cells, delimiter, matched)
                    if matched == needed:
                        return best
        except DeliveryRefused:
            continue  # an open quote under this delimiter; another may read the file, and the rows are read again below
    return best


def _positions(contract: Contract, sheets: list[Sheet]) -> tuple[Sheet, _Header] | None:
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
                return sheet, _Header(0, cells, delimiter, len(contract.required_headers))
    return None


def _choose_sheet(contract: Contract, sheets: list[Sheet]) -> tuple[Sheet, _Header, list[Finding]]:
    needed = len(contract.required_headers)
    best: tuple[Sheet, _Header] | None = None
    for sheet in sheets:
        header = _find_header(contract, sheet)
        if header and (best is None or header.matched > best[1].matched):
            best = sheet, header
        if header and header.matched == needed:
            break
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
    others = [s.name for s in sheets if s is not sheet]
    return sheet, header, [Finding("other_sheet", 1, "info", _shown(name)) for name in others]


def _lacking(contract: Contract, header: _Header) -> str:
    """What to say of a header that lacks required columns: which, and the edit where one was perhaps renamed."""
    present = {normalise_header(clean_header(cell)) for cell in header.cells}
    missing = [c for c in contract.required_headers if not present.intersection(c.headers)]
    known = {form for column in contract.columns for form in column.headers}
    unknown = [clean_header(cell) for cell in header.cells if clean_header(cell)]
    unknown = [cell for cell in unknown if normalise_header(cell) not in known and not contract.forbids(cell)]
    edits = [suggested_alias(column, _shown(cell)) for cell, column in renamed(contract, missing, unknown).items()]
    perhaps = f" (perhaps {'; '.join(edits)})" if edits else ""
    return (
        f"line {header.line}: the header lacks {', '.join(c.label for c in missing)}; add the column, or if it was renamed add the "
        f"new name to the aliases in ingestion/contracts/{contract.extract}.yml{perhaps} and raise the version there, so that the "
        "file is read again"
    )


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
            found.forbidden.append(_shown(header))
        elif contract.family and (code := contract.family.matches(header)):
            found.family.setdefault(code, []).append(i)
        else:
            found.unknown[i] = _shown(header)
    if contract.family and len(found.family) < contract.family.at_least:
        raise DeliveryRefused(
            f"no question column was found; expected headers like {', '.join(contract.family.example_headers)}",
            "missing_column",
        )
    return found


def _mark(cell: str) -> str:
    """The first cell of a row in the form in which it is compared with what marks a row that is none."""
    return clean_header(cell).rstrip(":").casefold()


def _trailer_count(cells: list[str]) -> int | None:
    """The record count that a trailer states: its last cell that is a whole number (and not a day, written yyyymmdd)."""
    texts = [cell.replace(",", "").strip() for cell in cells[1:]]
    numbers = [int(text) for text in texts if re.fullmatch("[0-9]{1,12}", text) and not _DAY.fullmatch(text)]
    return numbers[-1] if numbers else None


def _repeats(header: _Header, cells: list[str]) -> bool:
    normal = [[normalise_header(clean_header(cell)) for cell in row] for row in (header.cells, cells)]
    return normal[0] == normal[1]


def _runs_rows_together(record: Record, header: _Header) -> bool:
    """Whether an unbalanced quote made one record of several rows: its first and its last line are whole rows themselves."""
    lines = re.split("\r\n|\r|\n", header.delimiter.join(record.cells))
    return min(line.count(header.delimiter) for line in (lines[0], lines[-1])) >= len(header.cells) - 1


@dataclass
class _Rows:
    kept: list[Record] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    totals: list[list[str]] = field(default_factory=list)
    stated_count: int | None = None
    stated_line: int = 0


def _sort_records(records: Iterable[Record], header: _Header) -> _Rows:
    """Data rows apart from blank, repeated-header, trailer and total rows, each kind counted."""
    rules = reading_rules()
    kinds = {_mark(token): "trailer" for token in rules.trailer_tokens} | {
        _mark(token): "total" for token in rules.total_tokens
    }
    kinds[_mark(next(cell for cell in header.cells if cell.strip()))] = "header"
    rows = _Rows()
    for record in records:
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
        match kinds.get(_mark(first)):
            case "trailer":
                rows.counts["trailer_rows"] += 1
                rows.stated_count, rows.stated_line = _trailer_count(record.cells), record.line
            case "total":
                rows.counts["total_rows"] += 1
                rows.totals.append(record.cells)
            case "header" if _repeats(header, record.cells):
                rows.counts["repeated_header_rows"] += 1
            case _ if record.lines > 1 and _runs_rows_together(record, header):
                rows.kept += lost_lines(record.line, record.line + record.lines - 1)
            case _:
                rows.kept.append(record)
    if rows.stated_count is not None and rows.stated_count != len(rows.kept):
        raise DeliveryRefused(
            f"line {rows.stated_line}: the trailer counts {rows.stated_count} records but the file holds {len(rows.kept)}; it was "
            "probably cut off, deliver it again",
            "trailer_count",
        )
    return rows


def _allowed_widths(header: _Header, rows: list[Record]) -> set[int]:
    """Widths of a proper row. Blank headers at the end may be left out; one blank field more in every row is no fault."""
    full = len(header.cells)
    used = max((i + 1 for i, cell in enumerate(header.cells) if cell.strip()), default=full)
    widths = set(range(used, full + 1))
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
    sheet, header, findings = _choose_sheet(contract, read_sheets(file))
    places = _match_columns(contract, header.cells)
    rows = _sort_records(sheet.records(header.delimiter), header)
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
