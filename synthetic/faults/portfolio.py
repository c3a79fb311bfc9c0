"""Faults of R&D files: identifiers, people in one cell, dates that contradict, recruitment entered twice or not at all."""

from __future__ import annotations

from synthetic.chance import Rng
from synthetic.faults.cells import change, of
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet


def _write(sheet: Sheet, rows: list[int], **values: str) -> int:
    for row in rows:
        for name, value in values.items():
            sheet.rows[row][sheet.place(name)] = value
    return len(rows)


@fault("row", "read", of("rd_project_sites"))
def no_national_identifiers(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A study that is in no portfolio and has no IRAS number (research-portfolio 6.1)."""
    return _write(sheet, rows, iras_number="", cpms_id="", nct_number="", isrctn_number="")


@fault("row", "read", of("rd_project_sites"))
def shared_iras_number(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Two projects of one IRAS number, as sub-studies have it (research-portfolio 6.1)."""
    return _write(sheet, rows, iras_number=sheet.rows[0][sheet.place("iras_number")] or "123456")


@fault("row", "read", of("rd_project_sites"))
def several_people_in_a_cell(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`Surname, Given; Surname, Given` and line breaks between people (research-portfolio 6.1)."""
    return _write(sheet, rows, lead_nurses="Clarke, Joanne; Matthews, Claire\nMorgan, Helen")


@fault("row", "read", of("rd_project_sites"))
def opened_after_closing(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A site that opened after it closed; its set-up intervals are left out (research-portfolio 6.1)."""
    return _write(sheet, rows, open_date="01/09/2023", actual_closing_date="28/02/2023")


@fault("row", "read", of("rd_project_sites"))
def reopened_studies(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A closed study that is open again: it is flagged, not rejected (research-portfolio 6.1)."""
    return _write(sheet, rows, site_status="Open, With Recruitment", actual_closing_date="")


@fault("row", "read", of("rd_recruitment"))
def restated_recruitment(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Recruits of past months that were corrected late (research-portfolio 6.1)."""
    return change(sheet, rows, lambda column: column.name == "recruited", lambda cell: str(int(cell) + 1))


@fault("row", "row:missing_required", of("rd_recruitment"))
def blank_recruitment(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A month without a figure, which is not zero (research-portfolio 6.1)."""
    return _write(sheet, rows, recruited="")


@fault("row", "row:duplicate_key", of("rd_recruitment"))
def double_upload(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A project's month twice, from EDGE and from CPMS, with other figures (research-portfolio 6.1)."""
    return sheet.repeat(rows, "recruited", lambda recruited: str(int(recruited) + 2))


@fault("row", "read", of("rd_cpms_studies"))
def reference_terminology(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """An organisation as `code@OID`, as the reference terminology service names it (research-portfolio 6.1)."""
    return _write(sheet, rows, sponsor="MRC@2.16.840.1.113883.2.1.3.8.2")


@fault("row", "fewer", of("rd_cpms_studies"))
def studies_that_drop_out(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Studies that are in the download no more, as closed ones are (research-portfolio 6.1); they stay as last seen."""
    for row in reversed(rows):
        del sheet.rows[row]
    return len(rows)


@fault("row", "read", of("rd_cpms_studies"))
def opened_before_planned(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Opened in 1991, and planned to open and to close on one day of 2003 (research-portfolio 6.1: NIHR's own sample)."""
    planned = "28/02/2003"
    return _write(
        sheet, rows, actual_opening_date="01/09/1991", planned_opening_date=planned, planned_closure_date=planned
    )


@fault("row", "read", of("rd_project_sites"))
def another_status_vocabulary(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """National labels, an old one among them, where the local system has its own (research-portfolio 6.1: two vocabularies)."""
    labels = [
        "Suspended",
        "Closed to Recruitment, No Follow Up",
        "In Setup, Pending NHS Permission",
        "Withdrawn in Pre-Setup",
    ]
    for order, row in enumerate(rows):
        sheet.rows[row][sheet.place("site_status")] = labels[order % len(labels)]
    return len(rows)
