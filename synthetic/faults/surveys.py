"""Faults of surveys: questions that moved, answers that another program changed, rows that are no respondents."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from synthetic.chance import Rng
from synthetic.faults.cells import of
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet
from synthetic.workbook import as_workbook

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


@fault("file", "read", of("survey_nss"))
def vanished_questions(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Questions that the wave before had and this file has not (surveys 6.1): said once, and no score without enough of its items."""
    for question in ("q12a", "q12b", "q12c"):
        place = _question(sheet, question)
        for line in (sheet.header, *sheet.rows):
            del line[place]
    return len(sheet.rows)


@fault("row", "read", of("survey_nss"))
def one_code_throughout(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """1 to every question: the best answer about the appraisal (surveys 6.7) and on q12, q26 and q5a (surveys 6.8), else the worst."""
    for row in rows:
        for place in range(len(sheet.contract.columns), len(sheet.header)):
            sheet.rows[row][place] = "1"
    return len(rows)


@fault("row", "read", of("survey_nss"))
def a_block_left_blank(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Respondents who skip q12a-g alone, so that the numbers behind the scores of a group differ (surveys 6.18)."""
    for row in rows:
        for letter in "abcdefg":
            sheet.rows[row][_question(sheet, f"q12{letter}")] = ""
    return len(rows)


@fault("row", "read", of("survey_nss"))
def shared_questions_only(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Respondents who answer nothing but what two scores share, such as q3g-i (surveys 6.20); each of them counts once in a score."""
    shared = {_question(sheet, code) for code in ("q3c", "q3d", "q3f", "q3g", "q3h", "q3i", "q25a", "q25c", "q25d")}
    for row in rows:
        for place in range(len(sheet.contract.columns), len(sheet.header)):
            if place not in shared:
                sheet.rows[row][place] = ""
    return len(rows)


@fault("file", "read", of("survey_nss"))
def a_handful_in_a_directorate(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A directorate with a single respondent, which would follow from the total and the others (surveys 6.19)."""
    place = sheet.place("directorate")
    counts = Counter(line[place] for line in sheet.rows if line[place])
    if len(counts) < 2:
        return 0
    (largest, _), (smallest, _) = counts.most_common()[0], counts.most_common()[-1]
    moved = [line for line in sheet.rows if line[place] == largest][1:]
    for line in moved:
        line[place] = smallest
    return len(moved)


@fault("file", "reported", of("survey_nss"))
def split_over_sheets(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A workbook with a sheet for each range of questions (surveys 6.12): one is read, and the others are named."""
    background, half = len(sheet.contract.columns), (len(sheet.contract.columns) + len(sheet.header)) // 2

    def split(data: bytes) -> bytes:
        table = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
        first, last = table[0][background], table[0][half]
        return as_workbook(
            {
                f"{first} onwards": [line[:half] for line in table],
                f"{last} onwards": [line[:background] + line[half:] for line in table],
            }
        )

    sheet.rewrites.append(split)
    sheet.ending = ".xlsx"
    return len(sheet.rows)


@fault("row", "read", of("survey_rcc"))
def boxes_not_selected(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`Not Selected` and `Not selected` for a box that nobody ticked (surveys 6.14)."""
    boxes = [place for place, label in enumerate(sheet.header) if label.startswith(("barrier_", "motivator_"))]
    words = ["Not Selected", "Not selected"]
    for order, row in enumerate(rows):
        for place in boxes:
            sheet.rows[row][place] = sheet.rows[row][place] or words[(order + place) % len(words)]
    return len(rows)


@fault("row", "row:not_in_set", of("survey_nqps"))
def quarters_of_the_calendar(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Q3 for July, as a calendar counts: of a financial year it is Q2, and there is no pulse survey in Q3 (surveys 6.25)."""
    for row in rows:
        sheet.rows[row][sheet.place("quarter")] = "Q3"
    return len(rows)


@fault("row", "row:duplicate_key", of("bench_staff_survey"))
def unweighted_lines(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Unweighted scores below the weighted ones of the same organisations (surveys 6.16); the first line of each counts."""
    return sheet.repeat(rows, "pp4_2", lambda score: f"{float(score or 5) - 0.01:.2f}")
