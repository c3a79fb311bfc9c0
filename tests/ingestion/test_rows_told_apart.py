"""Which line is a row: trailers, totals, blank lines and repeated headers are counted apart, broken lines are rejected."""

from __future__ import annotations

import pytest

from ingestion.contract import contracts
from tests.ingestion.delivering import Taker, as_csv, cells

HEADER = "Project ID,Recruitment Month,Recruited\r\n"


def recruitment(*lines: str, rows: int = 40) -> str:
    """A recruitment file of `rows` sound rows with 3 recruits each, then the given lines."""
    return as_csv(cells("rd_recruitment", sound=rows)) + "".join(f"{line}\r\n" for line in lines)


@pytest.mark.parametrize(
    "trailer",
    [
        "FTR,40",
        "TRL,40,",
        "FTR,20250331,40",
        "trl,,40",
        "FTR",
        "FTR,,",
        'FTR,20250331,"40"',
        "TRL,end of file",
        "TRL,²",
    ],
)
def test_trailer__is_dropped_and_counted_apart(take: Taker, trailer: str) -> None:
    taken = take.content("rd_recruitment", recruitment(trailer))
    assert (taken.delivery.refusal, taken.delivery.rows_delivered) == (None, 40)
    assert taken.found("trailer_rows") == 1


@pytest.mark.parametrize(("trailer", "stated"), [("FTR,41", 41), ("TRL,,39", 39), ("FTR,20250331,0", 0)])
def test_trailer__with_another_count_refuses_the_delivery(take: Taker, trailer: str, stated: int) -> None:
    taken = take.content("rd_recruitment", recruitment(trailer))
    assert f"line 42: the trailer counts {stated} records but the file holds 40" in taken.refusal
    assert taken.found("trailer_count") == 1


def test_trailer__states_thousands_with_a_separator(take: Taker) -> None:
    taken = take.content("rd_recruitment", recruitment('FTR,20250331,"1,200"', rows=1200))
    assert (taken.delivery.refusal, taken.delivery.rows_accepted) == (None, 1200)


@pytest.mark.parametrize("word", ["Total", "TOTAL", "total:", "Grand Total", "GRAND TOTAL"])
@pytest.mark.parametrize(
    ("place", "stated", "disagrees"), [("{},,120", 120, 0), (",{},120", 120, 0), ("{},,121", 121, 1)]
)
def test_total__is_dropped_and_reported_where_its_sum_disagrees(
    take: Taker, word: str, place: str, stated: int, disagrees: int
) -> None:
    taken = take.content("rd_recruitment", recruitment(place.format(word)))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (40, 40)
    assert taken.found("total_rows") == 1
    assert taken.found("total_row_disagrees", "recruited") == disagrees


def test_total__is_summed_with_decimal_commas_in_a_semicolon_file(take: Taker) -> None:
    table = cells("hr_assignments", [{"FTE": "0,5"}], sound=1500)
    total = ["1.500,5" if label == "FTE" else "Total" if i == 0 else "" for i, label in enumerate(table[0])]
    taken = take.content("hr_assignments", as_csv([*table, total], delimiter=";"))
    assert taken.found("total_rows") == 1
    assert not taken.found("total_row_disagrees")


@pytest.mark.parametrize("blank", ["", ",,", " , ,", ",,,,,,"])
def test_blank_lines__are_dropped_and_counted_apart(take: Taker, blank: str) -> None:
    text = recruitment().replace(HEADER, f"{HEADER}{blank}\r\n", 1) + f"{blank}\r\n"
    taken = take.content("rd_recruitment", text)
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (40, 40)
    assert taken.found("blank_rows") == 2


@pytest.mark.parametrize("again", [HEADER.strip(), HEADER.strip().upper(), "project id,RecruitmentMonth, Recruited"])
def test_repeated_header__is_dropped_and_counted_apart(take: Taker, again: str) -> None:
    taken = take.content("rd_recruitment", recruitment(again, "77,2025-02,1"))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (41, 41)
    assert taken.found("repeated_header_rows") == 1


def test_header_in_another_spelling__is_a_repeated_one(take: Taker) -> None:
    aliases = {c.label: c.aliases[0] for c in contracts()["hr_leavers"].columns if c.aliases}
    header, *rows = cells("hr_leavers")
    taken = take.content("hr_leavers", as_csv([header, *rows[:20], [aliases.get(h, h) for h in header], *rows[20:]]))
    assert (taken.delivery.rows_accepted, taken.found("repeated_header_rows")) == (40, 1)


@pytest.mark.parametrize("places", [(1, 0, 2), (2, 1, 0), (0, 2, 1)])
def test_second_header_in_another_order__refuses_the_delivery(take: Taker, places: tuple[int, ...]) -> None:
    header, *rows = cells("rd_recruitment")
    second = [[row[place] for place in places] for row in (header, *rows[20:])]
    taken = take.content("rd_recruitment", as_csv([header, *rows[:20], *second]))
    assert taken.refusal.startswith("line 22: a second header names the columns otherwise than the first, in line 1;")
    assert "expected Project ID, Recruitment Month, Recruited, in this order" in taken.refusal
    assert taken.found("second_header") == 1


def test_second_header_that_swaps_optional_columns__refuses_the_delivery(take: Taker) -> None:
    header, *rows = cells("hr_assignments")
    swapped = {"Org L3": "Organisation", "Organisation": "Org L3"}
    taken = take.content("hr_assignments", as_csv([header, *rows, [swapped.get(h, h) for h in header], *rows]))
    assert "line 42: a second header" in taken.refusal


@pytest.mark.parametrize(
    "line", ["77,2025-02", "77", "77,2025-02,1,9", "77,2025-02,1,", "77,2025-02,\0001", '77,"2025-02"x,1']
)
def test_row_of_the_wrong_shape__is_rejected_and_the_others_stay(take: Taker, line: str) -> None:
    taken = take.content("rd_recruitment", recruitment(line))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (41, 40)
    assert taken.reasons == [(None, "bad_row_shape")]
    assert taken.quarantine[0]["_row_number"] == 42


def test_one_empty_last_field_in_every_row__is_no_fault(take: Taker) -> None:
    header, *rows = recruitment().splitlines()
    taken = take.content("rd_recruitment", "\r\n".join([header, *(row + "," for row in rows)]))
    assert (taken.delivery.rows_accepted, taken.delivery.rows_rejected) == (40, 0)


def test_one_empty_last_field_in_some_rows__is_a_wrong_shape(take: Taker) -> None:
    header, first, *rows = recruitment().splitlines()
    taken = take.content("rd_recruitment", "\r\n".join([header, first + ",", *rows]))
    assert taken.reasons == [(None, "bad_row_shape")]


def test_quote_that_swallows_the_rest__refuses_the_delivery_with_its_line(take: Taker) -> None:
    taken = take.content("rd_recruitment", recruitment('77,2025-02,"1', "78,2025-02,1"))
    assert "line 42: a quotation mark is opened and never closed" in taken.refusal
    assert taken.found("unbalanced_quote") == 1


SWALLOWED = [f"{n},2025-02,1" for n in range(100, 110)]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        pytest.param('77,2025-02,"1', '78,2025-02,"1"', id="closed by another quote, text after it"),
        pytest.param('"77,2025-02,1', '78","2025-02","1","2"', id="closed before a delimiter, wrong width"),
        pytest.param('77,2025-02,"1', '78,2025-02,1"', id="closed at a line's end, right width"),
        pytest.param('77,2025-02,"1', '"', id="opened in the last column, closed alone"),
        pytest.param('77,2025-02,"1', 'End of page 1"', id="opened in the last column, closed by a footer"),
        pytest.param('77,"2025-02,1', 'End of page 1"', id="opened within the row, closed by a footer"),
        pytest.param('"77,2025-02,1', '"', id="opened before the first cell, closed alone"),
        pytest.param('Total,,"1', '"', id="opened in a total row, closed alone"),
    ],
)
def test_quote_that_swallows_some_lines__costs_each_of_them_as_a_row(take: Taker, opening: str, closing: str) -> None:
    taken = take.content("rd_recruitment", recruitment(opening, *SWALLOWED, closing, rows=400))
    assert taken.delivery.rows_delivered == 412
    assert taken.delivery.rows_rejected == 12
    assert {reason for _, reason in taken.reasons} == {"bad_row_shape"}
    assert [problem["_row_number"] for problem in taken.quarantine] == list(range(402, 414))


def test_quote_that_swallows_rows_above_the_header__costs_each_of_them_as_a_row(take: Taker) -> None:
    taken = take.content("rd_recruitment", '"Report\r\n' + "\r\n".join(SWALLOWED) + '"\r\n' + recruitment(rows=400))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_rejected) == (411, 11)


def test_quote_in_the_header_that_swallows_rows__costs_each_of_them_as_a_row(take: Taker) -> None:
    header, *rows = as_csv(cells("rd_awards", sound=400)).splitlines()
    before, last = header.rsplit(",", 1)
    taken = take.content("rd_awards", "\r\n".join([f'{before},"{last}', *rows[:10], '"', *rows[10:], ""]))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_rejected) == (402, 12)


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo, three\nfour",
        "Ash, Ann;\nBox, Bob; Cox, Cy; Day, Di; Eve, Eva; Fox, Fay; Gee, Guy\nHay, Hal",
        "first\n\n,,,,,,,,\nlast",
    ],
)
def test_text_of_several_lines__is_a_cell_though_a_line_has_commas(take: Taker, text: str) -> None:
    taken = take("rd_outputs", {"Title": text, "Trust Authors": text})
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (41, 41)


def test_quote_that_swallows_many_lines__is_more_than_the_limit_of_rejected_rows(take: Taker) -> None:
    taken = take.content("rd_recruitment", recruitment('77,2025-02,"1', *SWALLOWED, '78,2025-02,"1"'))
    assert "12 of 52 rows were rejected" in taken.refusal


@pytest.mark.parametrize(("length", "accepted"), [(10_000, True), (10_001, False), (200_000, False)])
def test_huge_cell__is_out_of_range(take: Taker, length: int, accepted: bool) -> None:
    taken = take("hr_assignments", {"Organisation": "x" * length})
    assert taken.reasons == ([] if accepted else [("team", "out_of_range")])
    assert taken.delivery.is_accepted


def test_totals_blank_lines_and_trailers__are_no_rows_delivered(take: Taker) -> None:
    taken = take.content("rd_recruitment", recruitment("", "77,2025-02,x", "Total,,120", "", "FTR,41"))
    delivery = taken.delivery
    assert (delivery.rows_delivered, delivery.rows_accepted, delivery.rows_rejected) == (41, 40, 1)


NOTES = [
    "Report generated 01/07/2025",
    "Report generated 01/07/2025,,",
    "OFFICIAL-SENSITIVE,,",
    ",Exported by the R&D office on 1 July,",
    "Report generated:,01/07/2025,",
]


@pytest.mark.parametrize("note", NOTES)
def test_note_below_the_rows__is_no_row_and_counted_apart(take: Taker, note: str) -> None:
    taken = take.content("rd_recruitment", recruitment("", note, NOTES[0], "Total,,120"))
    assert (taken.delivery.refusal, taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (None, 40, 40)
    assert taken.found("note_rows") == 2


@pytest.mark.parametrize(
    "extract", ["rd_project_sites", "rd_awards", "rd_outputs", "rd_interventions", "hr_assignments"]
)
def test_note_below_the_rows__makes_no_study_award_or_person(take: Taker, extract: str) -> None:
    table = cells(extract)
    note = ["Report generated 01/07/2025", *([""] * (len(table[0]) - 1))]
    taken = take.content(extract, as_csv([*table, note, ["End of report"]]))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (40, 40)
    assert taken.found("note_rows") == 2


def test_text_between_the_rows__is_a_row_that_is_rejected(take: Taker) -> None:
    lines = recruitment().splitlines(keepends=True)
    taken = take.content("rd_recruitment", "".join([*lines[:10], "See the next page\r\n", *lines[10:]]))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_rejected) == (41, 1)


def test_last_row_with_its_number_alone__is_a_row(take: Taker) -> None:
    table = cells("rd_project_sites")
    taken = take.content("rd_project_sites", as_csv([*table, ["99999", *([""] * (len(table[0]) - 1))]]))
    assert taken.delivery.rows_accepted == 41


@pytest.mark.parametrize(
    "words", ["Sub Total", "Sub-total:", "Total awarded", "Directorate Total", "Totals", "Total studies: 40"]
)
def test_sum_of_some_rows__is_dropped_and_not_held_against_all(take: Taker, words: str) -> None:
    taken = take.content("rd_recruitment", recruitment(f"{words},,60"))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (40, 40)
    assert taken.found("total_rows") == 1
    assert taken.found("total_row_disagrees") == 0


def test_total_in_the_name_of_a_team__makes_no_total_row(take: Taker) -> None:
    table = cells("hr_establishment", [{"Organisation": "Total Support Team"}])
    order = [table[0].index("Organisation"), *(i for i, label in enumerate(table[0]) if label != "Organisation")]
    taken = take.content("hr_establishment", as_csv([[row[i] for i in order] for row in table]))
    assert (taken.delivery.rows_accepted, taken.found("total_rows")) == (41, 0)


@pytest.mark.parametrize("extract", ["survey_nqps", "survey_nss", "survey_rcc"])
def test_row_of_a_survey_that_sums_up_the_others__is_no_respondent(take: Taker, extract: str) -> None:
    rows = [{"Respondent Id": name} for name in ("Organisation", "Comparator", "England")]
    taken = take(extract, *rows)
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (40, 40)
    assert taken.found("total_rows") == 3


@pytest.mark.parametrize("rows", [3, 40])
def test_rows_of_another_delimiter_than_the_header__are_no_notes(take: Taker, rows: int) -> None:
    header, *lines = as_csv(cells("hr_absence", sound=rows), delimiter=";").splitlines(keepends=True)
    taken = take.content("hr_absence", header.replace(";", ",") + "".join(lines))
    assert f"{rows} of {rows} rows were rejected" in taken.refusal


def test_words_alone_in_every_line__are_no_notes(take: Taker) -> None:
    taken = take.content("rd_recruitment", HEADER + "a line of words\r\n" * 12)
    assert "12 of 12 rows were rejected" in taken.refusal
