"""Faults of a file's layout: what stands above, below and beside the table, and what its headers say."""

from __future__ import annotations

from ingestion.contract import normalise_header
from synthetic.chance import Rng
from synthetic.faults.cells import has
from synthetic.faults.registry import fault
from synthetic.people import CANARIES
from synthetic.sheet import Sheet


@fault("file", "read")
def title_rows(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Title and preamble rows above the header (hr-and-training 7: NHS "Reasons for Leaving" CSV)."""
    sheet.above = [[sheet.contract.title], ["Avon and Wiltshire Mental Health Partnership NHS Trust"], [""]]
    return 1


@fault("file", "read")
def help_text_row(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """One row of help text above the header (research-portfolio 6.1: NIHR download)."""
    sheet.above = [["Please do not change the headings of this download"] + [""] * (len(sheet.header) - 1)]
    return 1


@fault("file", "read", lambda contract: contract.extract == "hr_appraisals")
def header_hash_for_dot(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`Appraisal Date (incl# out of period)`: a driver turned the dot into a hash (hr-and-training 1.2)."""
    sheet.header[sheet.place("appraisal_date")] = "Appraisal Date (incl# out of period)"
    return 1


@fault("file", "read", has(lambda column: bool(column.aliases)))
def older_headers(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Another generation of header names (research-portfolio 1.2: three within a year)."""
    taken = {normalise_header(label) for label in sheet.header}
    for place, column in enumerate(sheet.contract.columns):
        free = [alias for alias in column.aliases if normalise_header(alias) not in taken]
        if free:
            sheet.header[place] = free[-1]
    return 1


@fault("file", "read")
def header_spaces_and_case(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Headers with a trailing space and in capitals (hr-and-training 7: `Total FTE Calendar Days `)."""
    sheet.header = [f"{label.upper()} " for label in sheet.header]
    return 1


@fault("file", "read")
def zero_width_in_header(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A zero-width character before a header (2-sources, headers)."""
    sheet.header[0] = f"\u200b{sheet.header[0]}"
    return 1


@fault("file", "read")
def header_twice(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The same column twice with the same values (2-sources, headers)."""
    sheet.header.append(sheet.header[0])
    for line in sheet.rows:
        line.append(line[0])
    return 1


@fault("file", "delivery", lambda contract: contract.kind != "events")
def header_twice_different(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The same header over two different columns (2-sources, headers)."""
    sheet.header.append(sheet.header[0])
    for line in sheet.rows:
        line.append(f"{line[0]}9")
    return 1


@fault("file", "read")
def trailer_row_count(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A trailer with the number of rows, `FTR,<file>,<n>` (hr-and-training 1.1: GO interface)."""
    sheet.below.append(["FTR", sheet.file_name, str(len(sheet.rows))])
    return 1


@fault("file", "delivery")
def wrong_trailer_count(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A trailer that counts other rows than the file holds (hr-and-training 1.1: GO interface tests)."""
    sheet.below.append(["FTR", sheet.file_name, str(len(sheet.rows) + 3)])
    return 1


@fault("file", "read")
def total_row(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A total row at the end (hr-and-training 7: `TOTAL`, surveys 6.17)."""
    line = ["Total"] + [""] * (len(sheet.header) - 1)
    for place in sheet.columns(lambda column: column.type == "decimal" and not column.symbols):
        line[place] = f"{sum(float(row[place] or 0) for row in sheet.rows):.5f}"
    sheet.below.append(line)
    return 1


@fault("file", "read")
def blank_columns(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Six empty columns at the right, one of them called `a` (hr-and-training 7: ml20g2l source notes)."""
    sheet.header += ["", "", "a", "", "", ""]
    for line in sheet.rows:
        line += [""] * 6
    return 1


@fault("file", "reported")
def unknown_column(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A column that the contract does not know, with data (research-portfolio 6.1: headers change without notice)."""
    sheet.header.append("Supervisor Grade Step")
    for line in sheet.rows:
        line.append("7")
    return len(sheet.rows)


@fault("file", "reported")
def ni_number_column(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A column of National Insurance numbers (hr-and-training 1.2 and 7: remove_pid)."""
    sheet.header.append("NI Number")
    for order, line in enumerate(sheet.rows):
        line.append(CANARIES[order % len(CANARIES)].ni_number)
    return len(sheet.rows)


@fault("file", "reported")
def home_address_column(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A column of home addresses (hr-and-training 1.2: remove_pid)."""
    sheet.header.append("Address Line 1")
    for line in sheet.rows:
        line.append("14 Quetzalcoatlus Close")
    return len(sheet.rows)


@fault("file", "delivery")
def missing_required_column(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A column that must be there is not: the saved query was changed (research-portfolio 1.2)."""
    place = sheet.columns(lambda column: column.required == "value")[-1]
    sheet.header[place] = "Something Else"
    return len(sheet.rows)


@fault("file", "read")
def two_row_header(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A row of merged cells above the header, such as years over quarters (hr-and-training 7: "Reasons for Leaving")."""
    sheet.above = [["2024/25" if place % 4 == 0 else "" for place in range(len(sheet.header))]]
    return 1


@fault("file", "delivery", lambda contract: contract.extract == "hr_assignments")
def misspelt_header(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`Assigment Status`: a slip of spelling, as in `AbscenceFTE` (hr-and-training 7); the contract's edit is suggested."""
    sheet.header[sheet.place("assignment_status")] = "Assigment Status"
    return len(sheet.rows)


@fault("file", "delivery", lambda contract: contract.extract.startswith("training_"))
def updater_for_learner(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """`Last Updated By` in place of the learner: the updater must not be taken for them (hr-and-training 4 and 7)."""
    place = sheet.place("employee_number")
    sheet.header[place] = "Last Updated By"
    for order, line in enumerate(sheet.rows):
        canary = CANARIES[order % len(CANARIES)]
        line[place] = f"20400001|{canary.surname}, {canary.forename}"
    return len(sheet.rows)


@fault("file", "reported")
def supervisor_column(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A column of names that the contract does not know (hr-and-training 1.2: `Supervisor Name`)."""
    sheet.header.append("Supervisor Name")
    for order, line in enumerate(sheet.rows):
        canary = CANARIES[order % len(CANARIES)]
        line.append(f"{canary.surname}, {canary.forename}")
    return len(sheet.rows)
