"""Faults of headers: where they stand, how they are spelt, what is missing, what is too much, what may not be."""

from __future__ import annotations

from tests.faulty_deliveries.case import Case, accepted, refused, text
from tests.ingestion.delivering import as_workbook, cells, renamed, table_without


def _with(extract: str, label: str, value: str) -> bytes:
    header, *rows = cells(extract)
    return text([[*header, label], *([*row, value] for row in rows)])


def _twice(extract: str, change: str) -> bytes:
    header, *rows = cells(extract)
    return text([[*header, header[0]], *([*row, row[0] + change] for row in rows)])


def _below(lines: int) -> bytes:
    return b"Workforce report,,\r\n" * lines + text(cells("hr_leavers"))


TWO_ROWS = text([["Person", "", "Spell", "", "", ""], *cells("hr_absence")])

CASES: list[Case] = [
    accepted("a header in row 30", "hr_leavers", _below(29), found={"title_rows": None}),
    refused("a header in row 31", "hr_leavers", _below(30), "no header row", "first 30 rows", "Termination Date"),
    accepted("a header of two rows", "hr_absence", TWO_ROWS),
    accepted("a header in a workbook below a title", "hr_absence", as_workbook(Data=[["Absence"], [], *cells("hr_absence")])),
    accepted("capitals, spaces and a hash", "hr_appraisals", text(renamed("hr_appraisals", {"Appraisal Date": " APPRAISAL  DATE (incl# out of period) "}))),
    accepted("a zero-width space in a header", "hr_absence", text(renamed("hr_absence", {"Absence Reason": "\u200bAbsence\u2060 Reason"}))),
    accepted("a line break in a header", "hr_absence", text(renamed("hr_absence", {"Absence Reason": "Absence\nReason"}))),
    accepted("old names of EDGE columns", "rd_project_sites", text(renamed("rd_project_sites", {"Project site Date Start": "Date of NHS Permission"}))),
    refused("a required column is missing", "hr_assignments", text(table_without("hr_assignments", "FTE")), "line 1", "lacks FTE", "aliases", "hr_assignments.yml"),
    refused("a required column was renamed", "hr_assignments", text(renamed("hr_assignments", {"Assignment Status": "Asg Status"})), "lacks Assignment Status", "assignment_status: aliases: [", "Asg Status"),
    refused("a learner is missing, an updater is there", "training_research", text(renamed("training_research", {"Employee Number": "Last Updated By"})), "lacks Employee Number"),
    accepted("an optional column is missing", "hr_absence", text(table_without("hr_absence", "Absence End Date")), found={"column_absent": "absence_end_date"}),
    accepted("columns in another order", "hr_absence", text([row[::-1] for row in cells("hr_absence")])),
    accepted("an unknown column", "hr_absence", _with("hr_absence", "Bradford Factor", "9"), found={"drift_column": "Bradford Factor"}, says=("Bradford Factor", "not loaded", "hr_absence.yml", "- {label: Bradford Factor, name: bradford_factor")),
    accepted("an unknown column without data", "hr_absence", _with("hr_absence", "a", " ")),
    accepted("a column without header", "hr_absence", _with("hr_absence", "", "7"), found={"drift_column": "(column 6, without a header)"}),
    accepted("one header twice, equal", "hr_absence", _twice("hr_absence", "")),
    refused("one header twice, different", "hr_absence", _twice("hr_absence", "9"), "Employee Number stands twice", "leave one of them out"),
    *(
        accepted(f"a forbidden column {label}", "hr_absence", _with("hr_absence", label, "QQ123456C"), found={"forbidden_column": label}, says=(label, "dropped unread"))
        for label in ("NI Number", "National Insurance No.", "Home Address", "Home Address Line 2", "Post Code", "Bank Account Number", "Sort Code", "Mobile Phone", "Home Telephone Number", "Notes", "Free Text Comments")
    ),
    *(
        accepted(f"an identifying column in a survey: {label}", "survey_nss", _with("survey_nss", label, "x"), found={"forbidden_column": label}, says=(label,))
        for label in ("Employee Number", "Name", "Email", "Date of Birth", "Full Name")
    ),
    refused("a survey without questions", "survey_nss", text(table_without("survey_nss", "q2a", "q2b", "q12a")), "no question column", "q2a"),
    accepted("a survey with one question", "survey_nss", text(table_without("survey_nss", "q2a", "q2b"))),
    refused("the file of another extract", "hr_absence", text(cells("rd_outputs")), "no header row", "Absence Start Date"),
    refused("a list without header of another width", "ref_trusts", text([["RVN", "AWP", "Y58"]] * 9), "27 fields"),
]  # fmt: skip
