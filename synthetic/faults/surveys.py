"""Faults of surveys: questions that moved, answers that another program changed, rows that are no respondents."""

from __future__ import annotations

import re

from synthetic.chance import Rng
from synthetic.faults.cells import of
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet

#: From the numbers of 2023 and later to those of 2022 (surveys 1.3).
_OLD_BLOCKS = {"q20": "q19", "q21": "q20", "q23": "q21", "q24": "q22", "q25": "q23", "q26": "q24"}


def _question(sheet: Sheet, code: str) -> int:
    return sheet.header.index(code)


@fault("file", "read", of("survey_nss"))
def questions_of_2022(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Question numbers of 2022, which collide with those of later years (surveys 6.1)."""
    sheet.header = [
        re.sub("^(q[0-9]+)", lambda found: _OLD_BLOCKS.get(found.group(1), found.group(1)), label)
        if not re.match("q(19|22|24f)", label)
        else f"{label} (2024 only)"
        for label in sheet.header
    ]
    for line in sheet.rows:
        line[sheet.place("survey_year")] = "2022"
    for place, label in reversed(list(enumerate(sheet.header))):
        if label.endswith("(2024 only)"):
            del sheet.header[place]
            for line in sheet.rows:
                del line[place]
    return len(sheet.rows)


@fault("row", "read", of("survey_nss"))
def occupations_of_2022(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Occupational groups as numbered before 2023: 25 is a mental-health nurse, not an adult one (surveys 6.4)."""
    for row in rows:
        sheet.rows[row][sheet.place("occupational_group")] = "25"
        sheet.rows[row][sheet.place("survey_year")] = "2022"
    return len(rows)


@fault("file", "read", of("survey_nss"))
def moved_background_questions(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Background questions under the workbook's numbers, q38 and q39b (surveys 6.3), and the recoded q16c (surveys 6.5)."""
    sheet.header += ["q38", "q39b", "q16c"]
    for order, line in enumerate(sheet.rows):
        line += ["1", "2", str(order % 10 + 1)]
    return len(sheet.rows)


@fault("row", "value", of("survey_nss"))
def codes_for_missing(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """9 for not applicable, 99 for missing, 3 for cannot remember, 4 for do not know (surveys 6.6): none enters a mean."""
    for row in rows:
        for code, answer in {"q6a": "9", "q12a": "99", "q23a": "3", "q13d": "4"}.items():
            sheet.rows[row][_question(sheet, code)] = answer
    return len(rows)


@fault("row", "read", of("survey_nss"))
def skipped_by_a_filter(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """q23b-d are blank since q23a is No: not missing, not asked (surveys 6.22)."""
    for row in rows:
        for code, answer in {"q23a": "2", "q23b": "", "q23c": "", "q23d": ""}.items():
            sheet.rows[row][_question(sheet, code)] = answer
    return len(rows)


@fault("row", "value", of("survey_nss"))
def options_as_dates(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`02-Jan` for the option 1-2: a spreadsheet took it for a date (surveys 6.13); the answer is an invalid code."""
    for row in rows:
        sheet.rows[row][_question(sheet, "q13a")] = "02-Jan"
    return len(rows)


@fault("file", "reported", of("survey_nss"))
def question_without_letter(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`24d` for q24d in a header (surveys 6.14): an unknown column, and one question fewer."""
    sheet.header[_question(sheet, "q24d")] = "24d"
    return len(sheet.rows)


@fault("file", "reported", of("bench_staff_survey"))
def years_in_headers(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`PP4_3_2025`: the workbook maps all years back to the newest numbers (surveys 6.2)."""
    places = sheet.columns(lambda column: column.required == "no")
    for place in places:
        sheet.header[place] = f"{sheet.header[place]}_2025"
    return len(sheet.rows)


@fault("file", "reported", of("survey_nss"))
def years_as_20xx(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`q24d_20XX`, a header with the year left out (surveys 6.14)."""
    sheet.header[_question(sheet, "q24d")] = "q24d_20XX"
    return len(sheet.rows)


@fault("row", "value", of("survey_rcc"))
def ways_to_be_unsure(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Unsure written as 0, 11, 99, `unsure` or blank (surveys 6.24)."""
    ways, place = ["Unsure", "0", "11", "99", "unsure", ""], len(sheet.contract.columns)
    for order, row in enumerate(rows):
        sheet.rows[row][place] = ways[order % len(ways)]
    return len(rows)


@fault("row", "row:not_in_set", of("bench_pulse"))
def comparator_rows(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Rows of `Comparator`, `Organisation` and `England` among those of organisations (surveys 6.16 and 6.17)."""
    names = ["Comparator", "Organisation", "England"]
    for order, row in enumerate(rows):
        sheet.rows[row][sheet.place("org_code")] = names[order % len(names)]
    return len(rows)


@fault("row", "row:out_of_range", of("bench_pulse"))
def percentages_for_scores(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A score of 0-10 as a share of 0-100 (surveys 6.9)."""
    for row in rows:
        sheet.rows[row][sheet.place("engagement")] = "66.15"
    return len(rows)
