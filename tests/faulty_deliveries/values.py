"""Faults of values: nothing, suppressed, numbers, dates, sets, codes, identifiers, people in the wrong place, rules over a row."""

from __future__ import annotations

from tests.faulty_deliveries.case import Case, accepted, bad_row, text
from tests.ingestion.delivering import cells

STAFF, LEAVERS = "hr_assignments", "hr_leavers"


def _staff(**changed: str) -> dict[str, str]:
    return {label.replace("_", " "): value for label, value in changed.items()}


def _all(extract: str, label: str, *values: str, sound: int = 0, delimiter: str = ",") -> bytes:
    """A file of 40 rows whose values of one column go round."""
    rows = [{label: values[i % len(values)]} for i in range(40 - sound)]
    return text(cells(extract, rows, sound), delimiter)


NOTHING = [
    *(accepted(f"null token {token!r}", LEAVERS, _all(LEAVERS, "Leaving Reason", token)) for token in ("", " ", "-", "NULL", "#N/A", "N/A")),
    *(accepted(f"suppressed token {token}", "rd_project_sites", _all("rd_project_sites", "Recruited (org)", token), found={"suppressed_value": "recruited_org"}) for token in ("*", "<10", "<11", "..")),
    bad_row("a required value is blank", STAFF, _staff(FTE=""), "fte", "missing_required", "FTE", "fill it in"),
    bad_row("a required value is suppressed", STAFF, {"FTE": "*"}, "fte", "missing_required", "FTE"),
    bad_row("a required value is not available", STAFF, {"Employee Number": "N/A"}, "employee_number", "missing_required", "Employee Number"),
]  # fmt: skip

NUMBERS = [
    accepted("decimals without the zero", LEAVERS, _all(LEAVERS, "FTE", ".5", "1.", "+0.6")),
    accepted("thousands", "rd_recruitment", _all("rd_recruitment", "Recruited", "1,234", "1,234,567")),
    accepted("pounds", "rd_awards", _all("rd_awards", "Amount", "£1,200.50", "£ 900")),
    accepted("decimal commas in a semicolon file", LEAVERS, _all(LEAVERS, "FTE", "0,5", "1,0", delimiter=";")),
    accepted("decimal points in a semicolon file", LEAVERS, _all(LEAVERS, "FTE", "0.533", "0.8", "1.000", delimiter=";")),
    bad_row("a decimal comma in a comma file", LEAVERS, _staff(FTE="0,5"), "fte", "bad_type", "a number from 0 to 2"),
    bad_row("a zero before thousands", LEAVERS, _staff(FTE="0,533"), "fte", "bad_type", "a number from 0 to 2"),
    bad_row("a word for a number", LEAVERS, _staff(FTE="full time"), "fte", "bad_type", "a number"),
    bad_row("not a number at all", LEAVERS, _staff(FTE="NaN"), "fte", "bad_type"),
    bad_row("infinite", LEAVERS, _staff(FTE="inf"), "fte", "bad_type"),
    bad_row("hours for FTE", LEAVERS, _staff(FTE="37.5"), "fte", "out_of_range", "from 0 to 2", "correct the value"),
    bad_row("a negative FTE", LEAVERS, _staff(FTE="-0.1"), "fte", "out_of_range", "from 0 to 2"),
    bad_row("a broken participant", "rd_recruitment", {"Recruited": "2.5"}, "recruited", "bad_type", "a whole number"),
    bad_row("negative recruits", "rd_recruitment", {"Recruited": "-3"}, "recruited", "out_of_range"),
    bad_row("more than any study has", "rd_recruitment", {"Recruited": "1e12"}, "recruited", "out_of_range"),
    bad_row("a huge cell", LEAVERS, _staff(Organisation="x" * 10_001), "team", "out_of_range", "Organisation", "10,000 characters"),
]  # fmt: skip

DATES = [
    *(
        accepted(f"dates like {texts[0]}", LEAVERS, _all(LEAVERS, "Termination Date", *texts))
        for texts in (
            ("2025-03-31", "2025-03-01"), ("31/03/2025", "01/03/2025"), ("31-03-2025", "1-3-2025"), ("31-Mar-2025", "01-FEB-2025"),
            ("31-Mar-25", "29-Feb-24"), ("20250331", "20240229"), ("45747", "45748"), ("3/31/2025", "3/1/2025"),
            ("31/03/2025 23:59", "01/03/2025 00:00:00"), ("20250331 235959", "20250301 000000"), ("2025-03-31T10:00:00Z", "2025-03-01 09:00"),
        )
    ),
    accepted("open ends", "hr_absence", _all("hr_absence", "Absence End Date", "4712-12-31", "9999-12-31", "1900-01-01", "")),
    accepted("31 December 4712 with a time", "hr_absence", _all("hr_absence", "Absence End Date", "31/12/4712 00:00", "31/03/2025 00:00")),
    accepted("days that could be months", LEAVERS, _all(LEAVERS, "Termination Date", "01/02/2025", "03/04/2025"), found={"ambiguous_dates_read_day_first": "termination_date"}, says=("day-first", "Termination Date")),
    bad_row("another format than the rest", LEAVERS, {"Termination Date": "31/03/2025"}, "termination_date", "bad_date", "Termination Date", "one way"),
    bad_row("29 February of no leap year", LEAVERS, {"Termination Date": "2025-02-29"}, "termination_date", "bad_date", "a date that exists"),
    bad_row("month 13", LEAVERS, {"Termination Date": "2025-13-01"}, "termination_date", "bad_date"),
    bad_row("a year of two digits after slashes", LEAVERS, {"Termination Date": "31/03/25"}, "termination_date", "bad_date"),
    bad_row("a word for a date", LEAVERS, {"Termination Date": "end of March"}, "termination_date", "bad_date"),
    bad_row("a required date is open", LEAVERS, {"Termination Date": "4712-12-31"}, "termination_date", "missing_required"),
    bad_row("a month that is none", "rd_recruitment", {"Recruitment Month": "2025-14"}, "recruitment_month", "bad_date", "a month"),
    accepted("a date of another century", LEAVERS, text(cells(LEAVERS, [{"Termination Date": "2205-03-15"}, {"Termination Date": "0025-03-15"}], 38)), found={"implausible_date": "termination_date"}, says=("2 dates of Termination Date", "correct them")),
    accepted("a month of another century", "rd_recruitment", text(cells("rd_recruitment", [{"Recruitment Month": "2205-03"}], 39)), found={"implausible_date": "recruitment_month"}, says=("1 dates of Recruitment Month",)),
    accepted("a child and a centenarian", STAFF, text(cells(STAFF, [{"Date Of Birth": "2030-01-01"}, {"Date Of Birth": "1901-05-05"}], 38)), found={"implausible_age": "date_of_birth"}, says=("2 birth dates", "age band")),
]  # fmt: skip

SETS = [
    bad_row("an unknown status", STAFF, {"Assignment Status": "Sabbatical"}, "assignment_status", "not_in_set", "Assignment Status", "Active Assignment"),
    bad_row("an unknown category of absence", "hr_absence", {"Absence Category": "Holiday"}, "absence_category", "not_in_set", "Absence Category"),
    bad_row("a third quarter", "survey_nqps", {"Quarter": "Q3"}, "quarter", "not_in_set", "Q1"),
    bad_row("neither yes nor no", STAFF, {"Primary Assignment": "maybe"}, "is_primary", "not_in_set", "Yes or No"),
    accepted("every yes and no", STAFF, _all(STAFF, "Primary Assignment", "Y", "n", "TRUE", "false", "1", "0", "yes", "NO")),
    accepted("another system's spelling", STAFF, _all(STAFF, "Assignment Status", "Maternity & Adoption", "ACTIVE ASSIGNMENT")),
    accepted("a new staff group", STAFF, _all(STAFF, "Staff Group", "Digital and Data", sound=39), found={"drift_value": "staff_group"}, says=("Staff Group", "see line 2", "unmapped", "known_values: [")),
    accepted("a staff group spelt a little otherwise", STAFF, _all(STAFF, "Staff Group", "Healthcare Scientist", sound=39), found={"drift_value": "staff_group"}, says=("value_aliases: {", "Healthcare Scientist: Healthcare Scientists")),
    accepted("a status of a study that nobody knows", "rd_project_sites", _all("rd_project_sites", "Project site status", "Awaiting green light", sound=39)),
    accepted("answers outside their codes", "survey_nss", _all("survey_nss", "q2a", "77", "0", "x", "99", "9")),
    accepted("ways to be unsure", "survey_rcc", _all("survey_rcc", "org_01", "Unsure", "unsure", "", "11", "99", "5")),
]  # fmt: skip

CODES = [
    accepted("codes that lost their zeros", STAFF, _all(STAFF, "Occupation Code", "51", "1"), found={"code_padded": "occupation_code"}, says=("leading zeros",)),
    accepted("codes in scientific notation", STAFF, _all(STAFF, "Cost Centre", "1.2E+05", "5E1")),
    accepted("numbers with .0", STAFF, text(cells(STAFF, [{"Employee Number": "20400000.0", "Assignment Number": "20400000.0"}], 39))),
    accepted("staff numbers with an apostrophe", STAFF, text(cells(STAFF, [{"Employee Number": "'20400000", "Assignment Number": "'20400000"}], 39))),
    accepted("staff numbers that lost their zeros", LEAVERS, _all(LEAVERS, "Employee Number", "412345", sound=39), found={"short_staff_number": "employee_number"}, says=("fewer digits", "Employee Number", "as text")),
    bad_row("a staff number that a spreadsheet rounded", STAFF, {"Employee Number": "2.04E+07"}, "employee_number", "bad_type", "Employee Number", "rounded"),
    bad_row("a staff number with thousands", STAFF, {"Employee Number": "20,400,000"}, "employee_number", "bad_type", "Employee Number"),
    bad_row("a word for the number of a post", STAFF, {"Assignment Number": "vacant"}, "assignment_number", "bad_type", "Assignment Number"),
    bad_row("an error for a staff number", STAFF, {"Employee Number": "#REF!"}, "employee_number", "missing_required", "Employee Number"),
    accepted("a word for a staff number that may be missing", "rd_study_team", _all("rd_study_team", "Employee Number", "external", sound=39), found={"bad_identifier_dropped": "employee_number"}, says=("Employee Number",)),
    accepted("two identifiers in one cell", "rd_project_sites", _all("rd_project_sites", "IRAS Number", "IRAS 123456, CPMS 12345", sound=39), found={"bad_identifier_dropped": "iras_number"}, says=("IRAS Number",)),
    accepted("an ORCID with a wrong check digit", "rd_study_team", _all("rd_study_team", "ORCID", "0000-0002-1825-0098", sound=39), found={"bad_identifier_dropped": "orcid"}, says=("ORCID",)),
    Case("one DOI in two spellings", "rd_outputs", text(cells("rd_outputs", [{"Output Id": "https://doi.org/10.1000/ABC"}, {"Output Id": "doi:10.1000/abc"}], 38)), rows=(40, 39, 1), reasons=(("output_id", "duplicate_key"),), says=("line 3",)),
]  # fmt: skip

PEOPLE = [
    *(
        accepted(f"a person in a text: {value}", LEAVERS, _all(LEAVERS, "Organisation", value, sound=39), found={"value_dropped": "team"}, says=("Organisation", "dropped"))
        for value in ("AB123456C", "Ward of ab 12 34 56 c", "QQ 12-34-56 D", "jo.o'brien@example.nhs.uk", "renée@exämple.org")
    ),
    bad_row("an address in a required column", STAFF, {"Assignment Category": "jo@example.org"}, "assignment_category", "forbidden_value", "Assignment Category", "personal data"),
    bad_row("a person's number in a required column", "rd_study_team", {"Role": "AB123456C"}, "role", "forbidden_value", "Role"),
    bad_row("an address for a number", LEAVERS, _staff(FTE="jo@example.org"), "fte", "bad_type"),
]  # fmt: skip

RULES = [
    bad_row("a spell that ends before it starts", "hr_absence", {"Absence Start Date": "2025-03-15", "Absence End Date": "2025-03-14"}, "absence_end_date", "inconsistent"),
    bad_row("a role that ends before it starts", "rd_study_team", {"End Date": "2020-01-01"}, "end_date", "inconsistent", "a role ends on or after the day it starts"),
    bad_row("a rate that is not of its parts", "bench_sickness", {"SICKNESS_ABSENCE_RATE_PERCENT": "50"}, "sickness_rate", "inconsistent", "100 x lost / available"),
    Case("two rows in forty", STAFF, text(cells(STAFF, [_staff(FTE="9")] * 2, 38)), rows=(40, 38, 2), reasons=(("fte", "out_of_range"),) * 2, says=("lines 2, 3", "no other row this month", "leaver")),
    Case("three rows in forty", STAFF, text(cells(STAFF, [_staff(FTE="9")] * 3, 37)), False, (40, 0, 40), (("fte", "out_of_range"),) * 3, says=("3 of 40 rows were rejected, more than 5 %", "lines 2, 3, 4, FTE", "deliver it again")),
    Case("the only row", LEAVERS, text(cells(LEAVERS, [{"FTE": "9"}], 0)), True, (1, 0, 1), (("fte", "out_of_range"),), says=("line 2, FTE",)),
    Case("every row", LEAVERS, text(cells(LEAVERS, [{"FTE": "9"}] * 20, 0)), False, (20, 0, 20), (("fte", "out_of_range"),) * 20, says=("20 of 20", "lines 2, 3, 4, 5, 6 and 15 more")),
    Case("a unit known by nobody", "bench_pulse", text(cells("bench_pulse", [{"org_code": "England"}], 39)), rows=(40, 39, 1), reasons=(("org_code", "not_in_set"),), says=("ODS code",)),
]  # fmt: skip

CASES: list[Case] = [*NOTHING, *NUMBERS, *DATES, *SETS, *CODES, *PEOPLE, *RULES]
