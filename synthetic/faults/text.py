"""Faults of how text, numbers and blanks are written; the values themselves are sound."""

from __future__ import annotations

from ingestion.contract import Column
from synthetic.chance import Rng
from synthetic.faults.cells import change, has, of
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet


def _is_optional(column: Column) -> bool:
    return column.required != "value"


def _is_plain_text(column: Column) -> bool:
    return column.type == "text" and column.pii is None


def _is_count(column: Column) -> bool:
    return column.type in {"integer", "decimal"} and not column.symbols and column.maximum != 10


def _is_unpadded_code(column: Column) -> bool:
    return column.type == "code" and column.width is None and column.required != "value"


@fault("row", "read", has(_is_optional))
def dashes_for_blanks(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`-` stands for a blank, which makes a number column text (hr-and-training 7; surveys 6.10 and 6.15)."""
    return change(sheet, rows, _is_optional, lambda cell: cell or "-")


@fault("row", "read", lambda contract: "NA" in contract.null_tokens)
def na_for_blanks(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`NA`, as R writes a blank, in surveys and published scores (surveys 6.10)."""
    return change(sheet, rows, _is_optional, lambda cell: cell or "NA")


@fault("row", "reported", has(lambda column: column.type == "integer" and column.required != "value"))
def suppressed_optional_numbers(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`<10`, `<11`, `*` or `..` for a small number where a blank may stand (surveys 6.10, hr-and-training 7)."""
    tokens = ["<10", "<11", "*", ".."]
    places = sheet.columns(lambda column: column.type == "integer" and column.required != "value")
    for order, row in enumerate(rows):
        for place in places:
            sheet.rows[row][place] = tokens[order % len(tokens)]
    return len(rows)


@fault("row", "read", of("bench_sickness"))
def thousands_separators(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`1,234` for 1234 (hr-and-training 7: NHS "Reasons for Leaving" CSV)."""

    def separated(cell: str) -> str:
        whole, point, rest = cell.partition(".")
        return f"{int(whole):,}{point}{rest}" if whole.isdigit() and len(whole) > 3 else cell

    return change(sheet, rows, _is_count, separated)


@fault("row", "read", has(_is_unpadded_code))
def codes_like_powers(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Codes such as `5E1`, which a reader of numbers takes for 50 (hr-and-training 7, measured)."""
    return change(sheet, rows, _is_unpadded_code, lambda cell: "5E1", only_one=True)


@fault("row", "read", has(_is_plain_text))
def curly_apostrophes(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Typographic apostrophes, full stops and dashes from a word processor (surveys 6.14)."""
    return change(
        sheet, rows, _is_plain_text, lambda cell: f"{cell} \u2018s\u2019 \u2013" if cell else cell, only_one=True
    )


@fault("row", "read", has(_is_plain_text))
def replacement_characters(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """U+FFFD where a character was lost before the file came here (surveys 6.14)."""
    return change(sheet, rows, _is_plain_text, lambda cell: f"{cell}\ufffd" if cell else cell, only_one=True)


@fault("row", "read", lambda contract: contract.extract == "hr_assignments")
def words_for_unknown(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`Missing`, `Unspecified`, `Not Declared` and blank, which are different things (hr-and-training 7)."""
    words = ["Missing", "Unspecified", "Not Declared", ""]
    places = [sheet.place(name) for name in ("gender", "ethnic_origin", "disability")]
    for order, row in enumerate(rows):
        for place in places:
            sheet.rows[row][place] = words[(order + place) % len(words)]
    return len(rows)


@fault("row", "read", lambda contract: contract.extract == "hr_assignments")
def renamed_teams(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A unit bears another name from this month on (hr-and-training 7: RAX, RRE, RW1 and RWD within a year)."""
    return change(
        sheet, rows, lambda column: column.name == "team", lambda cell: f"{cell} (formerly)" if cell else cell
    )


@fault("row", "read", lambda contract: contract.extract.startswith("bench_"))
def long_organisation_codes(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Codes of four and five characters, R1F1 and G6V2S (hr-and-training 7 and research-portfolio 6.1: mergers; surveys 6.21)."""
    place = sheet.place("org_code")
    for order, row in enumerate(rows):
        code = sheet.rows[row][place]
        sheet.rows[row][place] = f"{code[:3]}{order % 10}{'' if order < 10 else 'S'}"
    return len(rows)
