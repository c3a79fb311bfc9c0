"""Dates and months: one format a column, day before month, Excel serials, and the dates that mean open."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ingestion.delivering import Taker, as_csv, cells

START, COMPLETED = "Assignment Start Date", "Completion Date"


def completed(take: Taker, *dates: str) -> tuple[list[date], list[tuple[str | None, str]], int]:
    """Values, problems and ambiguity of a column that holds exactly these dates."""
    changes = [{COMPLETED: text} for text in dates]
    taken = take("training_research", *changes, sound=0)
    return [row["completion_date"] for row in taken.rows], taken.reasons, taken.found("ambiguous_dates_read_day_first")


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-05",
        "2025-3-5",
        "05/03/2025",
        "5/3/2025",
        "05-03-2025",
        "05-MAR-2025",
        "05-Mar-2025",
        "05-Mar-25",
        "05-mar-25",
        "20250305",
        "45721",
        "45721.75",
        "45721.0",
    ],
)
def test_date__is_read_in_every_format_of_the_rules(take: Taker, text: str) -> None:
    assert completed(take, text)[:2] == ([date(2025, 3, 5)], [])


@pytest.mark.parametrize("text", ["2025-03-05", "05/03/2025", "05-Mar-2025", "05-Mar-25", "20250305"])
@pytest.mark.parametrize(
    "time",
    [" 00:00", " 00:00:00", "T23:59:59", " 9:30", " 00:00:00.000", "T10:00:00Z", "T10:00:00+01:00", " 11:30:00 PM"],
)
def test_date__may_bear_a_time_which_is_left_out(take: Taker, text: str, time: str) -> None:
    assert completed(take, text + time)[0] == [date(2025, 3, 5)]


@pytest.mark.parametrize(
    ("text", "year"),
    [("05-Mar-30", 1930), ("05-Mar-69", 1969), ("05-Mar-99", 1999), ("05-Mar-00", 2000), ("05-Mar-29", 2029)],
)
def test_year_of_two_digits__lies_in_1930_to_2029(take: Taker, text: str, year: int) -> None:
    assert completed(take, text)[0] == [date(year, 3, 5)]


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "31/02/2025",
        "2025-13-01",
        "00/01/2025",
        "32/01/2025",
        "5 March",
        "05/03/25",
        "99999",
        "1",
        "2025",
        "5/3",
    ],
)
def test_what_is_no_date__is_bad_date(take: Taker, text: str) -> None:
    assert completed(take, "2025-03-05", text)[1] == [("completion_date", "bad_date")]


@pytest.mark.parametrize(
    "text",
    [
        "4712-12-31",
        "31/12/4712",
        "31-DEC-4712",
        "31-Dec-4712",
        "47121231",
        "9999-12-31",
        "9999-01-01",
        "1900-01-01",
        "01/01/1900",
    ],
)
@pytest.mark.parametrize("time", ["", " 00:00:00"])
def test_open_date__is_blank(take: Taker, text: str, time: str) -> None:
    taken = take("hr_absence", {"Absence End Date": text + time}, sound=0)
    assert taken.row["absence_end_date"] is None
    assert completed(take, text + time)[1] == [("completion_date", "missing_required")]


def test_format__that_reads_all_values_wins(take: Taker) -> None:
    assert completed(take, "05/03/2025", "06/03/2025", "31/03/2025")[0] == [date(2025, 3, day) for day in (5, 6, 31)]


def test_mixed_column__loses_what_the_winner_cannot_read(take: Taker) -> None:
    days = [f"{day:02}/03/2025" for day in range(1, 31)]
    values, problems, _ = completed(take, *days, "2025-03-31")
    assert values == [date(2025, 3, day) for day in range(1, 31)]
    assert problems == [("completion_date", "bad_date")]


def test_ambiguous_column__is_read_day_first_and_the_choice_is_recorded(take: Taker) -> None:
    assert completed(take, "05/03/2025", "06/04/2025") == ([date(2025, 3, 5), date(2025, 4, 6)], [], 1)


@pytest.mark.parametrize(
    "dates", [("05/05/2025", "06/06/2025"), ("05/03/2025", "31/03/2025"), ("2025-03-05",), ("45721",)]
)
def test_column_that_can_be_read_in_one_way__is_not_called_ambiguous(take: Taker, dates: tuple[str, ...]) -> None:
    assert completed(take, *dates)[2] == 0


def test_month_first__is_taken_where_it_reads_all_and_day_first_does_not(take: Taker) -> None:
    assert completed(take, "03/05/2025", "03/31/2025")[0] == [date(2025, 3, 5), date(2025, 3, 31)]


def test_month_first__is_taken_where_it_reads_more_though_not_all(take: Taker) -> None:
    values, problems, _ = completed(take, "03/25/2025", "04/05/2025", "05/06/2025", "TBC")
    assert values == [date(2025, 3, 25), date(2025, 4, 5), date(2025, 5, 6)]
    assert problems == [("completion_date", "bad_date")]


@pytest.mark.parametrize(
    ("dates", "check"),
    [
        (("03/05/2025", "06/04/2025", "TBC"), "ambiguous_dates_read_day_first"),
        (("03/05/2025", "03/25/2025", "25/03/2025"), "ambiguous_dates_read_day_first"),
        (("03/05/2025", "03/25/2025", "03/26/2025", "25/03/2025"), "ambiguous_dates_read_month_first"),
        (("03/05/2025", "25/03/2025", "TBC"), None),
        (("03/05/2025", "03/25/2025", "TBC"), None),
    ],
)
def test_choice_that_the_column_does_not_settle__is_recorded_though_not_all_is_read(
    take: Taker, dates: tuple[str, ...], check: str | None
) -> None:
    taken = take("hr_leavers", *({"Last Working Day": text} for text in dates), sound=0)
    found = [f.check for f in taken.findings if f.column == "last_working_day" and f.check.startswith("ambiguous")]
    assert found == ([check] if check else [])


def test_month_first__is_not_taken_where_it_reads_less(take: Taker) -> None:
    days = [f"{day:02}/03/2025" for day in range(1, 29)]
    values, problems, _ = completed(take, *days, "03/31/2025")
    assert values == [date(2025, 3, day) for day in range(1, 29)]
    assert problems == [("completion_date", "bad_date")]


def test_excel_serials__are_read_beside_any_format(take: Taker) -> None:
    values, problems, _ = completed(take, "05/03/2025", "45722", "07/03/2025")
    assert (values, problems) == ([date(2025, 3, 5), date(2025, 3, 6), date(2025, 3, 7)], [])


def test_formats__are_chosen_a_column(take: Taker) -> None:
    table = cells(
        "hr_assignments",
        [{START: "05/03/2025", "Latest Start Date": "03/31/2025", "Date Of Birth": "01-Feb-1980"}],
        sound=0,
    )
    row = take.content("hr_assignments", as_csv(table)).row
    assert (row["assignment_start_date"], row["latest_start_date"]) == (date(2025, 3, 5), date(2025, 3, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2025-03",
        "2025-3",
        "Mar-25",
        "MAR-25",
        "Mar-2025",
        "Mar 2025",
        "March 2025",
        "03/2025",
        "3/2025",
        "202503",
        "2025-03-01",
        "31/03/2025",
        "2025-03-31 00:00:00",
        "45717",
    ],
)
def test_month__is_read_in_every_format_as_its_first_day(take: Taker, text: str) -> None:
    taken = take("rd_recruitment", {"Recruitment Month": text}, sound=0)
    assert taken.row["recruitment_month"] == date(2025, 3, 1)


@pytest.mark.parametrize("text", ["2025-13", "soon", "2025", "Q1 2025"])
def test_what_is_no_month__is_bad_date(take: Taker, text: str) -> None:
    assert take("rd_recruitment", {"Recruitment Month": text}).reasons == [("recruitment_month", "bad_date")]


@pytest.mark.parametrize(
    ("birth", "band", "reported"),
    [
        ("2010-04-01", "unknown", 1),
        ("2010-03-31", "<=20 Years", 0),
        ("2004-03-31", "21-25 Years", 0),
        ("2004-04-01", "<=20 Years", 0),
        ("1999-04-01", "21-25 Years", 0),
        ("1999-03-31", "26-30 Years", 0),
        ("1960-03-15", "61-65 Years", 0),
        ("1954-04-01", "66-70 Years", 0),
        ("1954-03-31", ">=71 Years", 0),
        ("1924-04-01", ">=71 Years", 0),
        ("1924-03-31", "unknown", 1),
        ("1923-03-31", "unknown", 1),
        ("2030-01-01", "unknown", 1),
        ("", "unknown", 0),
        ("1900-01-01", "unknown", 0),
    ],
)
def test_birth_date__becomes_an_age_band_at_the_end_of_the_month(
    take: Taker, birth: str, band: str, reported: int
) -> None:
    taken = take("hr_assignments", {"Date Of Birth": birth})
    assert taken.row["age_band"] == band
    assert taken.found("implausible_age", "date_of_birth") == reported
    assert "date_of_birth" not in taken.row


def test_age_of_someone_born_on_29_february__counts_from_1_march(take: Taker) -> None:
    assert take("hr_assignments", {"Date Of Birth": "2004-02-29"}).row["age_band"] == "21-25 Years"
