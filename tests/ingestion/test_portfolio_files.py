"""The R&D extracts as they are really delivered: EDGE's header generations, encodings and dates; the CPMS download."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from tests.ingestion.delivering import Taker, as_csv, as_workbook, cells

ROOT = Path(__file__).parents[2]
MOCK = (
    Path(os.environ.get("RCW_SHARED_DATA", ROOT.parent / "shared" / "data"))
    / "portfolio"
    / "cpms_api_studies_mock.json"
)

#: Header of the one column -> header in each generation of the saved query.
OLD = {
    "Project site Date R&D Submission": "Project site R&D Submission Date",
    "Project site Date Start": "Project site Start date (NHS Permission)",
    "Project site Closing Date (Planned)": "Project site Planned closing date",
    "Project site Closing Date (Actual)": "Project site Closed date",
}
MAY_2024 = OLD | {
    "Project site Date Start": "Date of NHS Permission",
    "Project site Closing Date (Actual)": "End Date",
}
NOV_2024 = {"Primary Clinical Management Areas": "Primary Clinical Management Areas (1)"}
ABSENT_BEFORE_NOV_2024 = ("Planned Start Date", "Planned End Date")


def edge_file(names: dict[str, str], dates: str, without: tuple[str, ...] = ()) -> str:
    """Twenty projects with every date on 3 February 2024 in the given format."""
    header, *rows = cells("rd_project_sites", sound=20)
    kept = [place for place, label in enumerate(header) if label not in without]
    day = date(2024, 2, 3).strftime(dates)
    table = [[names.get(header[place], header[place]) for place in kept]]
    table += [[day if row[place] == "2025-03-15" else row[place] for place in kept] for row in rows]
    return as_csv(table)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16", "utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("dates", ["%d/%m/%Y", "%d-%m-%Y"])
@pytest.mark.parametrize(
    ("names", "without"),
    [(OLD, ABSENT_BEFORE_NOV_2024), (MAY_2024, ABSENT_BEFORE_NOV_2024), (NOV_2024, ())],
    ids=["before May 2024", "May to November 2024", "since November 2024"],
)
def test_edge_export__is_read_in_every_generation(
    take: Taker, names: dict[str, str], without: tuple[str, ...], dates: str, encoding: str
) -> None:
    taken = take.content("rd_project_sites", edge_file(names, dates, without).encode(encoding))
    assert (taken.delivery.rows_accepted, taken.delivery.rows_rejected) == (20, 0)
    assert taken.found("drift_column") == 0
    for column in ("rd_submission_date", "start_date", "planned_closing_date", "actual_closing_date"):
        assert taken.row[column] == date(2024, 2, 3), column
    assert taken.row["clinical_area"] == "Some text"
    assert taken.row["study_planned_start_date"] == (None if without else date(2024, 2, 3))


@pytest.mark.parametrize(
    ("label", "column", "good", "bad"),
    [
        ("IRAS Number", "iras_number", ["1234", "1234567", "123456.0"], ["0123456", "123", "12345678", "IRAS 123456"]),
        ("CPMS ID", "cpms_id", ["622", "1", "45678.0"], ["0", "-5", "045678", "12a"]),
        ("NCT Number", "nct_number", ["NCT01234567"], ["NCT1234567", "01234567", "NCT012345678"]),
        ("ISRCTN Number", "isrctn_number", ["ISRCTN54540667"], ["54540667", "ISRCTN5454066", "ISRCTN545406677"]),
    ],
)
def test_bad_identifier__rejects_the_identifier_not_the_study(
    take: Taker, label: str, column: str, good: list[str], bad: list[str]
) -> None:
    taken = take("rd_project_sites", *({label: text} for text in [*good, *bad]), sound=0)
    assert taken.delivery.rows_rejected == 0
    assert [row[column] for row in taken.rows] == [text.removesuffix(".0") for text in good] + [None] * len(bad)
    assert taken.found("bad_identifier_dropped", column) == len(bad)


def test_cpms_download__is_read_below_its_row_of_help_text(take: Taker) -> None:
    header, *rows = cells("rd_cpms_studies", sound=5)
    help_text = ["This spreadsheet was downloaded on 31/03/2025. Contact rdn@example.nhs.uk"] + [""] * (len(header) - 1)
    rows[0] = ["No data available" if cell == "Some text" else cell for cell in rows[0]]
    notes = "Additional Information (including any updates to study status, target, and/or date milestones)"
    table = [help_text, [*header, notes], *([*row, "call Dr Smith"] for row in rows)]
    taken = take.content("rd_cpms_studies", as_workbook(Studies=table))
    assert (taken.delivery.rows_accepted, taken.delivery.rows_rejected) == (5, 0)
    assert taken.row["sponsor"] is None  # "No data available"
    assert taken.found("forbidden_column") == 1
    assert taken.found("drift_column") == 0


def test_chief_investigator__is_stored_nowhere(take: Taker) -> None:
    taken = take("rd_cpms_studies", {"Study Chief Investigator": "Ermintrude Quetzalcoatlus"})
    assert "Quetzalcoatlus" not in str([taken.rows, taken.identities, taken.findings, taken.quarantine])
    assert taken.identities == []


def test_cpms_study_without_a_number__is_rejected(take: Taker) -> None:
    taken = take("rd_cpms_studies", {"Study CPMS ID": ""}, {"Study CPMS ID": "0"}, {"Study CPMS ID": "X1"}, sound=60)
    assert [reason for _, reason in taken.reasons] == ["missing_required", "out_of_range", "bad_type"]


@pytest.mark.skipif(not MOCK.exists(), reason=f"the sample of the CPMS interface is not at {MOCK}")
def test_cpms_interface__is_read_under_its_own_names(take: Taker) -> None:
    """Its IRAS numbers have nine digits and are dropped; its dates are impossible and stay, for the warehouse to flag."""
    studies = json.loads(MOCK.read_text(encoding="utf-8"))["Result"]["Studies"]
    header = [name for name, value in studies[0].items() if not isinstance(value, list)]
    table = [header, *([str(study.get(name) or "") for name in header] for study in studies)]
    taken = take.content(
        "rd_cpms_studies", as_csv([["CPMS ID" if name == "Id" else name for name in table[0]], *table[1:]])
    )
    assert (taken.delivery.rows_accepted, taken.delivery.rows_rejected) == (3, 0)
    assert [str(row["cpms_id"]) for row in taken.rows] == [str(study["Id"]) for study in studies]
    assert taken.found("bad_identifier_dropped", "iras_number") == sum(1 for study in studies if study["IrasId"])
    assert {row["study_route"] for row in taken.rows} <= {"Commercial", "Non-commercial"}
    assert [row["study_status"] for row in taken.rows] == [study["StudyStatus"] for study in studies]
    assert any(row["planned_opening_date"] for row in taken.rows)
    assert not any("Surname" in str(row) for row in taken.rows)
