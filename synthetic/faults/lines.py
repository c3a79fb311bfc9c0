"""Faults of whole lines: repeated, mis-shaped and broken ones."""

from __future__ import annotations

from synthetic.chance import Rng
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet


@fault("row", "row:duplicate_key")
def duplicate_rows(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Rows that stand twice, as RAJ does in a published workbook (surveys 6.11; research-portfolio 6.1)."""
    sheet.rows += [list(sheet.rows[row]) for row in rows]
    return len(rows)


@fault("row", "row:bad_row_shape")
def extra_field(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A line with a field too many: an unquoted comma in a name (hr-and-training 1.1, wrong number of columns)."""
    for row in rows:
        sheet.rows[row].insert(1, "stray")
    return len(rows)


@fault("row", "row:bad_row_shape")
def missing_field(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A line with fields too few: an export that was cut (hr-and-training 1.1, wrong number of columns)."""
    for row in rows:
        del sheet.rows[row][-1]
    return len(rows)


@fault("row", "row:bad_row_shape")
def nul_byte(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A NUL inside a line (2-sources, row shape)."""
    for row in rows:
        sheet.rows[row][0] += "\x00"
    return len(rows)


@fault("row", "row:bad_row_shape")
def deleted_record_ids(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A deleted record that comes as its id alone, `ASD~id` (hr-and-training 7: GO2); this product reads snapshots."""
    for row in rows:
        sheet.rows[row] = [sheet.rows[row][0]]
    return len(rows)


@fault("row", "row:duplicate_key", lambda contract: contract.extract == "hr_assignments")
def reused_assignment_number(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """An assignment number that is given to another person's post too (hr-and-training 7: numbers re-used)."""
    place, number = sheet.place("assignment_number"), sheet.place("employee_number")
    again = [list(sheet.rows[row]) for row in rows]
    for order, line in enumerate(again):
        line[number] = sheet.rows[order][number]
    assert all(line[place] for line in again)
    sheet.rows += again
    return len(again)


@fault("row", "more", lambda contract: contract.extract == "hr_assignments")
def second_posts(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A person's second post, under the number with -9 (hr-and-training 7: several assignments): one person, the FTE of both."""
    number, primary = sheet.place("assignment_number"), sheet.place("is_primary")
    second = {f"{sheet.rows[row][number].split('-')[0]}-9": list(sheet.rows[row]) for row in rows}
    for post, line in second.items():
        line[number], line[primary] = post, "No"
        sheet.rows.append(line)
    return len(second)


@fault("row", "row:duplicate_key", lambda contract: contract.extract == "hr_establishment")
def contradicting_lines(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A key twice with another value, as in tables that contradict themselves (hr-and-training 7: `N0E`, `S6U`); the first counts."""
    return sheet.repeat(rows, "budgeted_wte", lambda wte: f"{float(wte) + 1:.2f}")


@fault("file", "read")
def repeated_header(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The header again in the middle, where two exports were joined (2-sources, row shape)."""
    sheet.rows.insert(len(sheet.rows) // 2, list(sheet.header))
    return 1


@fault("file", "read")
def blank_lines(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Empty lines at the end and rows of nothing but delimiters (hr-and-training 7, title rows and blanks)."""
    sheet.below += [[""] * len(sheet.header), [""] * len(sheet.header)]
    return 1


@fault("file", "delivery")
def unbalanced_quote(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A quotation mark that is never closed swallows the rest of the file (2-sources, row shape)."""

    def open_quote(data: bytes) -> bytes:
        lines = data.split(b"\r\n")
        middle = len(lines) // 2
        return b"\r\n".join([*lines[:middle], b'"' + lines[middle], *lines[middle + 1 :]])

    for line in sheet.rows:  # a later quotation mark would close it
        line[:] = [cell.replace('"', "").replace(",", " ").replace("\n", " ") for cell in line]
    sheet.rewrites.append(open_quote)
    return 1


@fault("file", "delivery", lambda contract: contract.empty_means is None)
def header_only(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A header without rows: the saved query returned nothing (2-sources, empty)."""
    removed = len(sheet.rows)
    sheet.rows = []
    return removed


@fault("file", "delivery")
def empty_file(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A file of no bytes: the export failed (2-sources, empty)."""
    sheet.rewrites.append(lambda data: b"")
    return len(sheet.rows)
