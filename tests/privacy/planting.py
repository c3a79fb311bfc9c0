"""Files of an invented trust in which people turn up where they should not: in wrong columns, bad rows and refused files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from ingestion.contract import Column, contracts
from synthetic import Truth, write_trust
from synthetic.dates import month_of, month_text
from tests.ingestion.delivering import as_csv, as_workbook

FAULTS = {
    "ni_number_in_text": 0.02,
    "email_in_text": 0.02,
    "ni_number_column": 1.0,
    "home_address_column": 1.0,
    "bad_date_rows": 0.01,
    "extra_field": 0.01,
}
#: Extracts of which files are refused as a whole too; one of each kind of personal column.
NAMED_IN_HEADERS = ("hr_assignments",)  # extracts of which the reader knows the names of the people
REFUSED = ("hr_assignments", "rd_study_team", "survey_nss")


def write_planted_trust(landing: Path, staff: int, months: int) -> Truth:
    """A trust whose files of the last month come again, spoilt a little, and of some extracts also spoilt altogether."""
    truth = write_trust(landing, staff=staff, months=months, first_month="2025-01", seed=11, faults=FAULTS)
    last = month_of("2025-01") + months - 1
    for extract in contracts():
        for file in sorted((landing / extract).glob(f"*_{month_text(last)}*.csv")):
            with file.open(encoding="utf-8-sig", newline="") as lines:
                header, *rows = csv.reader(lines)
            rows = rows or [[""] * len(header)]
            spoilt = [spoil(extract, header, rows, truth, i) for i in range(len(header))]
            folder = landing / extract
            few = [header, *spoilt[:2], *rows]
            (folder / f"spoilt_{month_text(last)}_v2.csv").write_text(as_csv(few), encoding="utf-8")
            _plant_in_names(folder, extract, month_text(last), header, rows, truth)
            for i, content in enumerate(refused_files(header, rows, spoilt) if extract in REFUSED else []):
                (folder / f"refused_{month_text(last)}_v{i + 3}.csv").write_bytes(content)
    return truth


def _plant_in_names(
    folder: Path, extract: str, month: str, header: list[str], rows: list[list[str]], truth: Truth
) -> None:
    """People in what surrounds the table: names of files, headers of unknown columns, names of sheets, two files in conflict."""
    canary = truth.canaries[0]
    extra = [
        canary["email"],
        canary["ni_number"],
        canary["employee_number"],
        f"{canary['surname']} told so",
        "Line manager",
    ]
    wide = [[*header, *extra], *([*row, *[canary["surname"]] * len(extra)] for row in rows)]
    marks = f"{canary['email']} {canary['ni_number']} {canary['employee_number']}"
    if extract not in NAMED_IN_HEADERS:
        wide[0][-2] = "Told so"
    (folder / f"{marks}_{month}_v30.csv").write_text(as_csv(wide), encoding="utf-8")
    (folder / f"one {canary['employee_number']}_{month}_v31.csv").write_text(
        as_csv([header, *rows, rows[0]]), encoding="utf-8"
    )
    (folder / f"other {canary['ni_number']}_{month}_v31.csv").write_text(
        as_csv([header, *rows, *rows[:2]]), encoding="utf-8"
    )
    (folder / f"{canary['email']}.csv").write_text(as_csv(wide), encoding="utf-8")
    sheets = {"About " + canary["employee_number"]: [["Cover"]], canary["ni_number"]: [header, *rows]}
    (folder / f"book_{month}_v32.xlsx").write_bytes(as_workbook(**sheets))


def refused_files(header: list[str], rows: list[list[str]], spoilt: list[list[str]]) -> list[bytes]:
    """Files that are refused as a whole, each for another reason."""
    return [
        as_csv([header, *spoilt, *rows[:5]]).encode(),  # too many rejected rows
        as_csv([header, *spoilt, *rows[:5]], delimiter=";").encode("utf-16"),
        as_csv([*spoilt, *rows]).encode(),  # no header
        as_csv([[*header[1:], "Something Else"], *spoilt]).encode(),  # a column missing
        as_csv([header, *spoilt]).encode() + b'"' + as_csv(spoilt).encode(),  # a quote never closed
        as_csv([[*header, header[0]], *([*row, f"x{row[0]}"] for row in spoilt)]).encode(),  # a header twice
        as_csv([header, *spoilt, ["FTR", "4711"]]).encode(),  # a trailer that disagrees
        as_workbook(Data=[header, *spoilt]),
        as_workbook(Data=[header, *spoilt])[:-200],
        b"%PDF-1.7 " + as_csv(spoilt).encode(),
    ]


def spoil(extract: str, header: list[str], rows: list[list[str]], truth: Truth, place: int) -> list[str]:
    """A row with a canary in one cell: an address where an address can be recognised, else a name, a number, a birth date."""
    canary = truth.canaries[place % len(truth.canaries)]
    row = list(rows[place % len(rows)])
    column = next((c for c in contracts()[extract].columns if c.label == header[place]), None)
    row[place] = _what_betrays(column, canary)
    return row


def _what_betrays(column: Column | None, canary: dict[str, str]) -> str:
    makers: dict[str, Callable[[], str]] = {
        "date": lambda: f"born {canary['birth_date']}",
        "month": lambda: canary["employee_number"],
        "decimal": lambda: f"{canary['employee_number']}.",
        "integer": lambda: canary["ni_number"],
        "boolean": lambda: f"{canary['surname']}, {canary['forename']}",
    }
    if column is None or column.type in ("text", "code", "identifier") or column.known_values:
        return f"{canary['email']} {canary['ni_number']}"
    return makers.get(column.type, lambda: f"{canary['forename']} {canary['surname']}")()
