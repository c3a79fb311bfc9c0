"""Faults of single cells: how values are written, and values that are wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from ingestion.contract import Column, Contract
from synthetic.chance import Rng
from synthetic.faults.registry import fault
from synthetic.people import CANARIES
from synthetic.sheet import Sheet


def has(wanted: Callable[[Column], bool]) -> Callable[[Contract], bool]:
    return lambda contract: any(wanted(column) for column in contract.columns)


def of(extract: str) -> Callable[[Contract], bool]:
    return lambda contract: contract.extract == extract


def change(
    sheet: Sheet, rows: list[int], wanted: Callable[[Column], bool], new: Callable[[str], str], only_one: bool = False
) -> int:
    """Rewrite the cells of the wanted columns in the given rows; returns how many rows that changed."""
    places = sheet.columns(wanted)[: 1 if only_one else None]
    changed = 0
    for row in rows:
        cells = sheet.rows[row]
        after = [new(cells[place]) for place in places]
        changed += any(cells[place] != value for place, value in zip(places, after, strict=True))
        for place, value in zip(places, after, strict=True):
            cells[place] = value
    return changed


def _is_number(column: Column) -> bool:
    return column.type in {"integer", "decimal"}


def _is_optional(column: Column) -> bool:
    return column.required != "value"


def _is_free_text(column: Column) -> bool:
    return column.type == "text" and column.pii is None and column.required != "value"


def _is_required(column: Column) -> bool:
    return column.required == "value"


def _is_required_number(column: Column) -> bool:
    return _is_number(column) and _is_required(column)


def _is_strict_set(column: Column) -> bool:
    return bool(column.values)


@fault("row", "read", has(lambda column: column.type == "decimal"))
def decimals_without_zero(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`.5` for `0.5`, as finance systems export it (hr-and-training 7: Get_ESR_Ref_Position)."""
    return change(
        sheet, rows, lambda column: column.type == "decimal", lambda cell: cell[1:] if cell.startswith("0.") else cell
    )


@fault("row", "read", has(_is_optional))
def single_space_null(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A single space stands for a blank (hr-and-training 7: Get_ESR_Ref_Position)."""
    return change(sheet, rows, _is_optional, lambda cell: cell or " ")


@fault("row", "read", has(_is_optional))
def null_words(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`NULL`, written by a database client for a blank (2-sources, reading rules)."""
    return change(sheet, rows, _is_optional, lambda cell: cell or "NULL")


@fault("row", "read", has(_is_optional))
def excel_not_available(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`#N/A`, left by a failed lookup in a workbook (2-sources, reading rules)."""
    return change(sheet, rows, _is_optional, lambda cell: cell or "#N/A")


@fault("row", "reported", has(lambda column: column.width is not None))
def lost_leading_zeros(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`51` for `051`: a spreadsheet took a code of fixed width for a number (hr-and-training 7, measured)."""
    return change(
        sheet,
        rows,
        lambda column: column.width is not None,
        lambda cell: cell.lstrip("0") or "0" if cell.isdigit() else cell,
    )


@fault("row", "read", has(lambda column: column.type in {"identifier", "code"}))
def excel_float_codes(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`123456.0` for `123456`: a column of identifiers went through a table of floats (research-portfolio 1.5)."""
    return change(
        sheet,
        rows,
        lambda column: column.type in {"identifier", "code"},
        lambda cell: f"{cell}.0" if cell.isdigit() and not cell.startswith("0") else cell,
    )


@fault("row", "read", has(lambda column: column.type == "text" and column.pii is None))
def doubled_spaces(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Double inner and trailing spaces (surveys 6.14, hr-and-training 7)."""
    return change(
        sheet,
        rows,
        lambda column: column.type == "text" and column.pii is None,
        lambda cell: cell.replace(" ", "  ") + " " if cell else cell,
    )


@fault("row", "read", has(lambda column: column.type == "text"))
def invisible_characters(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A zero-width space inside text that was pasted from a web page (surveys 6.14)."""
    return change(
        sheet, rows, lambda column: column.type == "text", lambda cell: f"{cell[0]}\u200b{cell[1:]}" if cell else cell
    )


@fault("row", "read", has(lambda column: column.pii in {"surname", "forename", "researcher"}))
def decomposed_accents(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Accents as separate characters (NFD), as a Mac writes them (2-sources, text)."""
    return change(sheet, rows, lambda column: column.type == "text", lambda cell: unicodedata.normalize("NFD", cell))


@fault("row", "read", has(_is_free_text))
def quoted_line_breaks(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A line break inside a quoted cell (hr-and-training 7: RDASH-LMHub)."""
    return change(sheet, rows, _is_free_text, lambda cell: cell.replace(" ", "\n", 1))


@fault("row", "read", has(lambda column: column.type == "boolean"))
def letters_for_yes_and_no(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`Y` and `N` for `Yes` and `No` (2-sources, value sets)."""
    short = {"Yes": "Y", "No": "n"}
    return change(sheet, rows, lambda column: column.type == "boolean", lambda cell: short.get(cell, cell))


@fault("row", "read", has(lambda column: bool(column.value_aliases)))
def value_aliases(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Another system's spelling of a value, such as `Maternity & Adoption` (hr-and-training 2)."""
    changed = 0
    for place in sheet.columns(lambda column: bool(column.value_aliases)):
        others = {value: alias for alias, value in sheet.contract.columns[place].value_aliases.items()}
        for row in rows:
            cell = sheet.rows[row][place]
            changed += cell in others
            sheet.rows[row][place] = others.get(cell, cell)
    return changed


@fault("row", "reported", lambda contract: contract.extract == "rd_project_sites")
def unmapped_status(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A study status that no vocabulary holds: EDGE's are set by each site (research-portfolio 6.1)."""
    return change(sheet, rows, lambda column: column.name == "site_status", lambda cell: "Awaiting Green Light")


@fault("row", "value", lambda contract: contract.extract == "rd_project_sites")
def mixed_id_cells(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`IRAS 123456, CPMS 12345` in one cell (research-portfolio 1.5)."""
    return change(
        sheet,
        rows,
        lambda column: column.name == "iras_number",
        lambda cell: f"IRAS {cell}, CPMS 12345" if cell else cell,
    )


@fault("row", "value", lambda contract: contract.family is not None)
def invalid_answer_codes(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """An answer code that the question does not have (2-sources, surveys)."""
    place = len(sheet.contract.columns)
    for row in rows:
        sheet.rows[row][place] = "77"
    return len(rows)


@fault("row", "row:not_in_set", has(_is_strict_set))
def not_in_set_rows(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A value that a closed set does not hold (2-sources, value sets)."""
    return change(sheet, rows, _is_strict_set, lambda cell: "Sabbatical", only_one=True)


@fault("row", "row:missing_required", has(_is_required))
def missing_required_rows(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A blank where a value must stand (hr-and-training 7: unknown and blank categories)."""
    return change(sheet, rows, _is_required, lambda cell: "", only_one=True)


@fault("row", "row:missing_required", has(_is_required_number))
def suppressed_tokens(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`*` for a small number (surveys 6.10); it is neither zero nor blank."""
    return change(sheet, rows, _is_required_number, lambda cell: "*", only_one=True)


@fault("row", "row:bad_type", has(_is_required_number))
def words_for_numbers(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Words in a number column make a spreadsheet's column text (surveys 6.15)."""
    return change(sheet, rows, _is_required_number, lambda cell: "not known", only_one=True)


@fault("row", "row:out_of_range", has(lambda column: _is_number(column) and column.maximum is not None))
def out_of_range_rows(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A number beyond what the column can hold, such as hours in an FTE column (2-sources, contracts)."""
    return change(
        sheet,
        rows,
        lambda column: _is_number(column) and column.maximum is not None,
        lambda cell: "37500000",
        only_one=True,
    )


@fault("row", "row:out_of_range", has(_is_free_text))
def very_long_values(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A value of more than 10,000 characters, pasted by mistake (2-sources, row shape)."""
    return change(sheet, rows, _is_free_text, lambda cell: "x" * 10_001, only_one=True)


@fault("row", "value", has(_is_free_text))
def ni_number_in_text(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A National Insurance number in a text column (remove_pid in hr-and-training 1.2); the row stays."""
    return change(sheet, rows, _is_free_text, lambda cell: f"{cell} {CANARIES[0].ni_number}", only_one=True)


@fault("row", "value", has(_is_free_text))
def email_in_text(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """An e-mail address in a text column (2-sources, forbidden values); the row stays."""
    return change(
        sheet, rows, _is_free_text, lambda cell: f"{CANARIES[1].local_part}@awp.example.nhs.uk", only_one=True
    )


@fault("row", "row:inconsistent", lambda contract: any(rule.name == "ends_before_start" for rule in contract.row_rules))
def ends_before_start(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A spell or role that ends before it starts (research-portfolio 6.1: opened after closing)."""
    end = next(place for place, column in enumerate(sheet.contract.columns) if column.name.endswith("end_date"))
    for row in rows:
        sheet.rows[row][end] = "01/01/1990"
    return len(rows)


@fault("row", "row:inconsistent", lambda contract: contract.extract == "bench_sickness")
def rate_against_its_parts(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A published rate that is not 100 x lost / available, such as a fraction for a percentage (surveys 6.9)."""
    return change(sheet, rows, lambda column: column.name == "sickness_rate", lambda cell: f"{float(cell) / 100:.4f}")
