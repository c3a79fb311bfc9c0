"""The kind of a file is told from its content: text in any usual encoding, workbooks, gzip; the rest is refused with advice."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime

import pytest

from ingestion.contract import contracts
from tests.ingestion.delivering import Taker, as_csv, as_workbook, cells

TEAM = "Zoë’s Team – Café"


def file_with_team(team: str = TEAM) -> str:
    return as_csv(cells("hr_leavers", [{"Organisation": team}]))


@pytest.mark.parametrize("extract", contracts())
def test_sound_file__is_accepted_whole(take: Taker, extract: str) -> None:
    taken = take(extract)
    assert (taken.delivery.refusal, taken.delivery.rows_delivered, taken.quarantine) == (None, 40, [])
    assert not [finding for finding in taken.findings if finding.severity != "info"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(file_with_team().encode("utf-8"), id="utf-8"),
        pytest.param(file_with_team().encode("utf-8-sig"), id="utf-8 with BOM"),
        pytest.param(file_with_team().encode("utf-16"), id="utf-16 with BOM"),
        pytest.param(b"\xfe\xff" + file_with_team().encode("utf-16-be"), id="utf-16 big-endian with BOM"),
        pytest.param(file_with_team().encode("utf-16-le"), id="utf-16 little-endian without BOM"),
        pytest.param(file_with_team().encode("utf-16-be"), id="utf-16 big-endian without BOM"),
        pytest.param(file_with_team().encode("cp1252"), id="cp1252"),
    ],
)
def test_text__is_read_in_every_usual_encoding(take: Taker, content: bytes) -> None:
    assert take.content("hr_leavers", content).row["team"] == TEAM


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(file_with_team().encode("utf-16")[:-35], id="an odd number of bytes"),
        pytest.param(file_with_team().encode("utf-16-le")[:-35], id="the same without BOM"),
        pytest.param(file_with_team("\U0001f600").encode("utf-16").replace(b"\x00\xde", b"", 1), id="half a pair"),
    ],
)
def test_utf_16__that_was_cut_off_refuses_the_delivery(take: Taker, content: bytes) -> None:
    taken = take.content("hr_leavers", content)
    assert "the file is UTF-16, but the bytes from" in taken.refusal
    assert taken.refusal.startswith("line ")
    assert "deliver it again" in taken.refusal
    assert taken.found("damaged_text") == 1


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_in_another_encoding__leaves_the_others_their_letters(take: Taker, bom: bytes) -> None:
    first, second, *rest = file_with_team("Zoë").encode().splitlines(keepends=True)
    odd = rest[0].replace(b"Some text", b"caf\xe9")
    taken = take.content("hr_leavers", b"".join([bom, first, second, odd, *rest[1:]]))
    assert [row["team"] for row in taken.rows[:3]] == ["Zoë", "café", "Some text"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text__is_read_with_every_usual_delimiter(take: Taker, delimiter: str) -> None:
    taken = take("hr_leavers", {"Organisation": f"Team {delimiter} A"}, delimiter=delimiter)
    assert taken.delivery.rows_accepted == 41


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text__is_read_with_every_line_end(take: Taker, line_end: str) -> None:
    taken = take.content("hr_leavers", as_csv(cells("hr_leavers"), line_end=line_end))
    assert [row["_row_number"] for row in taken.rows] == list(range(2, 42))


def test_line_break_in_a_quoted_cell__belongs_to_the_cell(take: Taker) -> None:
    taken = take("hr_leavers", {"Organisation": "Team\nA"})
    assert taken.row["team"] == "Team A"
    assert [row["_row_number"] for row in taken.rows[:3]] == [2, 4, 5]


@pytest.mark.parametrize("name", ["staff 2025-03.xls", "staff_2025-03.XLSX", "staff_2025-03.gz", "staff_2025-03"])
def test_text__is_read_under_any_name(take: Taker, name: str) -> None:
    assert take.content("hr_leavers", file_with_team(), name).delivery.is_accepted


@pytest.mark.parametrize("name", ["staff_2025-03.xlsx", "staff_2025-03.csv", "staff_2025-03.xls", "staff_2025-03"])
def test_workbook__is_read_under_any_name(take: Taker, name: str) -> None:
    content = as_workbook(Staff=cells("hr_leavers"))
    assert take.content("hr_leavers", content, name).delivery.rows_accepted == 40


def test_workbook__dates_numbers_and_truth_values_keep_their_meaning(take: Taker) -> None:
    header, first, *rows = cells("hr_assignments")
    typed: dict[str, object] = {
        "Employee Number": 20400099,
        "Primary Assignment": True,
        "FTE": 0.6,
        "Latest Start Date": datetime(2024, 2, 29),
        "Assignment Start Date": date(2024, 3, 1),
        "Contract End Date": datetime(2026, 1, 31, 17, 30),
    }
    first_typed = [typed.get(label, cell) for label, cell in zip(header, first, strict=True)]
    taken = take.content("hr_assignments", as_workbook(Staff=[header, first_typed, *rows]))
    assert taken.delivery.rows_accepted == 40
    names = ("is_primary", "fte", "latest_start_date", "assignment_start_date", "contract_end_date")
    assert [taken.row[name] for name in names] == [True, 0.6, date(2024, 2, 29), date(2024, 3, 1), date(2026, 1, 31)]


def test_workbook__first_sheet_with_the_header_is_read_and_the_others_are_named(take: Taker) -> None:
    content = as_workbook(Cover=[["Staff in post"], ["Run by HR"]], Data=cells("hr_leavers"), Pivot=[["x", 1]])
    taken = take.content("hr_leavers", content)
    assert taken.delivery.rows_accepted == 40
    assert {f.column for f in taken.findings if f.check == "other_sheet"} == {"Cover", "Pivot"}


def test_workbook__sheet_with_rows_is_read_rather_than_a_template_before_it(take: Taker) -> None:
    for extract in ("hr_absence", "hr_assignments"):
        header, *rows = cells(extract)
        taken = take.content(extract, as_workbook(Template=[["Title"], header, []], Data=[header, *rows]))
        assert taken.delivery.rows_accepted == 40
        assert [f.column for f in taken.findings if f.check == "other_sheet"] == ["Template"]
        assert (
            not take.content(extract, as_workbook(A=[header, *rows[:3]], B=[header, *rows])).delivery.rows_accepted > 3
        )


def test_workbook__hidden_sheet_with_rows_does_not_stand_in_for_a_seen_one_without(take: Taker) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(as_workbook(Now=cells("hr_leavers", sound=0), Old=cells("hr_leavers"))))
    book["Old"].sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    taken = take.content("hr_leavers", content.getvalue())
    assert (taken.delivery.is_accepted, taken.delivery.rows_accepted) == (True, 0)


def test_workbook__hidden_sheet_is_read_only_where_no_other_has_the_header(take: Taker) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(as_workbook(Old=cells("hr_leavers", sound=9), Data=cells("hr_leavers"))))
    book["Old"].sheet_state = "hidden"
    book.active = 1
    both = io.BytesIO()
    book.save(both)
    taken = take.content("hr_leavers", both.getvalue())
    assert taken.delivery.rows_accepted == 40
    assert [f.column for f in taken.findings if f.check == "other_sheet"] == ["Old"]
    for row in book["Data"]["A1:Z50"]:
        for cell in row:
            cell.value = None
    hidden = io.BytesIO()
    book.save(hidden)
    assert take.content("hr_leavers", hidden.getvalue()).delivery.rows_accepted == 9


@pytest.mark.parametrize("quoted", [True, False])
def test_text_formula__is_the_text_in_it(take: Taker, quoted: bool) -> None:
    header, *rows = cells("hr_leavers", [{"Organisation": "Ward 3", "FTE": ".5"}])
    written = [[f'="{cell}"' for cell in row] for row in rows]
    plain = "\r\n".join(",".join(row) for row in [header, *written])
    taken = take.content("hr_leavers", as_csv([header, *written]) if quoted else plain)
    assert (taken.delivery.rows_accepted, taken.row["team"], taken.row["fte"]) == (41, "Ward 3", 0.5)
    assert [row["staff_key"] for row in taken.rows] == [row["staff_key"] for row in take("hr_leavers", sound=41).rows]


def test_workbook__rows_are_numbered_as_in_the_sheet(take: Taker) -> None:
    content = as_workbook(Staff=[["Staff in post"], [], *cells("hr_leavers")])
    assert [row["_row_number"] for row in take.content("hr_leavers", content).rows[:2]] == [4, 5]


def test_workbook__error_cells_and_formulas_without_a_result_are_blank(take: Taker) -> None:
    header, first, *rows = cells("hr_leavers")
    odd: dict[str, object] = {"Job Role": "#N/A", "Organisation": "=1+1", "Destination On Leaving": None}
    first_odd = [odd.get(label, cell) for label, cell in zip(header, first, strict=True)]
    taken = take.content("hr_leavers", as_workbook(Staff=[header, first_odd, *rows]))
    assert [taken.row[name] for name in ("job_role", "team", "destination_on_leaving")] == [None, None, None]


def test_workbook__blank_rows_below_and_cells_beside_the_table_are_no_rows(take: Taker) -> None:
    wide = [[*row, None, None] for row in cells("hr_leavers")]
    taken = take.content("hr_leavers", as_workbook(Staff=[*wide, [], [], [None] * 10, [None, " "]]))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (40, 40)


def test_text__may_name_its_delimiter_in_the_first_line_as_excel_does(take: Taker) -> None:
    taken = take.content("hr_leavers", "sep=;\r\n" + as_csv(cells("hr_leavers"), delimiter=";"))
    assert taken.delivery.rows_accepted == 40


@pytest.mark.parametrize("content", [file_with_team().encode(), as_workbook(Staff=cells("hr_leavers"))])
def test_gzip__is_unpacked_whatever_it_holds(take: Taker, content: bytes) -> None:
    assert take.content("hr_leavers", gzip.compress(content), "staff_2025-03.csv").delivery.is_accepted


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, file_with_team())
    return out.getvalue()


WORKBOOK = as_workbook(Staff=cells("hr_leavers"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .xlsx or CSV", id="binary xls"),
        pytest.param(zipped("staff.csv"), "unpack it", id="zip"),
        pytest.param(b"%PDF-1.7\n" + bytes(range(256)) * 4, "save it as .xlsx or CSV", id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "picture", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4, "picture", id="JPEG"),
        pytest.param(b"PAR1" + bytes(200), "save it as .xlsx or CSV", id="Parquet"),
        pytest.param(bytes(range(1, 32)) * 40, "save it as .xlsx or CSV", id="other bytes"),
        pytest.param(WORKBOOK[: len(WORKBOOK) // 2], "", id="half a workbook"),
        pytest.param(gzip.compress(file_with_team().encode())[:-40], "deliver it again", id="half a gzip"),
        pytest.param(b"", "empty", id="zero bytes"),
        pytest.param(b"\xef\xbb\xbf\r\n \r\n", "empty", id="white space"),
        pytest.param(gzip.compress(b""), "empty", id="gzip of nothing"),
    ],
)
def test_file_that_is_no_table__is_refused_with_advice(take: Taker, content: bytes, expected: str) -> None:
    taken = take.content("hr_leavers", content)
    assert not taken.delivery.is_accepted
    assert expected in taken.refusal
    assert (taken.delivery.rows_delivered, taken.rows) == (0, [])
