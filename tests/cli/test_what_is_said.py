"""What the commands say of a home: nothing new, what was not taken, what is refused, in conflict, withdrawn or in quarantine."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.cli.conftest import Rcw
from tests.ingestion.delivering import as_csv, cells
from tests.ingestion.landed_home import Home, content


def test_load__of_an_empty_landing_is_done_with_a_word(rcw: Rcw) -> None:
    answer = rcw("load")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("There is nothing to load in")
    assert json.loads(rcw("load", "--json").out)["new"] == 0


@pytest.mark.parametrize("options", [[], ["--month", "2025-03"], ["--from", "2025-01", "--to", "2025-06"]])
@pytest.mark.parametrize(
    ("place", "named", "why"),
    [
        ("payroll/x_2025-03.csv", "payroll", "is no extract"),
        ("hr_leavers_2025-03.csv", "hr_leavers_2025-03.csv", "lies in no extract's folder"),
        ("hr_leavers/march.csv", "hr_leavers/march.csv", "holds no month"),
        ("hr_leavers/x_2025-13.csv", "hr_leavers/x_2025-13.csv", "does not exist"),
        ("hr_leavers/x_2025-03_2025-04.csv", "hr_leavers/x_2025-03_2025-04.csv", "two different months"),
    ],
)
def test_load__names_what_it_did_not_take_and_ends_with_1(
    rcw: Rcw, place: str, named: str, why: str, options: list[str]
) -> None:
    rcw.put(place)
    answer = rcw("load", *options)
    assert answer.code == 1
    assert f"{named} " in answer.err
    assert why in answer.err
    document = json.loads(rcw("load", "--json", *options).out)
    assert any(problem.startswith(named) for problem in document["problems"])


@pytest.mark.parametrize(
    "name",
    [".hidden", "~$x_2025-03.xlsx", "x_2025-03.csv.tmp", "x_2025-03.csv.part", "x_2025-03.filepart", "Thumbs.db"],
)
def test_load__passes_over_passing_files_in_silence(rcw: Rcw, name: str) -> None:
    rcw.put(f"hr_leavers/{name}")
    answer = rcw("load")
    assert (answer.code, answer.err) == (0, "")


def test_load__names_a_withdrawal_that_is_of_no_file(rcw: Rcw) -> None:
    home = Home(rcw.home)
    home.land("a_2025-03.csv")
    home.withdraw("a", "b")
    answer = rcw("load", "--dry-run")
    assert answer.code == 0
    assert answer.err.count("Noticed: withdrawn.csv lists ") == 1
    assert (
        f"lists {hashlib.sha256(content('b')).hexdigest()[:12]}…, which is no file that is here or was loaded; copy the SHA-256"
        in answer.err
    )
    home.put("b_2025-04.csv")
    assert "Noticed" not in rcw("load", "--dry-run").err


def test_dry_run__says_what_would_be_loaded_and_changes_nothing(rcw: Rcw) -> None:
    rcw("load")
    rcw.put("hr_leavers/x_2025-03.csv")
    answer = rcw("load", "--dry-run")
    assert answer.code == 0
    assert "x_2025-03.csv" in answer.out
    assert json.loads(rcw("load", "--dry-run", "--json").out)["new"] == ["hr_leavers/x_2025-03.csv"]
    assert not (rcw.home / "raw").exists()


# --- after files were taken --------------------------------------------------------------------------------------------------


@pytest.fixture
def landed(rcw: Rcw) -> Rcw:
    """A home in which a month is current, refused, in conflict, replaced and withdrawn, and some rows are in quarantine."""
    home = Home(rcw.home)
    home.put(
        "a_2025-01.csv",
        "bad_2025-02.csv",
        "b_2025-03.csv",
        "c_2025-03.csv",
        "d_2025-04.csv",
        "e_2025-04_v2.csv",
        "f_2025-05.csv",
        "g_2025-08.csv",
    )
    home.withdraw("f")
    rows = cells(
        "hr_assignments", [{"Assignment Status": "Away with [red]Jo"}, {"Date Of Birth": "31/02/1980"}], sound=60
    )
    rcw.put("hr_assignments/staff_2025-01.csv", as_csv(rows))
    home.land()
    return rcw


def test_status__tells_every_delivery_that_is_not_current(landed: Rcw) -> None:
    answer = landed("status")
    assert answer.code == 0
    for line in (
        "rejected  hr_leavers/bad_2025-02.csv: no header row was found",
        "replaced  hr_leavers/d_2025-04.csv",
        "conflict  hr_leavers/b_2025-03.csv: another file bears the same version and differs; give",
        "withdrawn hr_leavers/f_2025-05.csv: f was wrong",
        "conflict  hr_leavers 2025-03: b_2025-03.csv, c_2025-03.csv",
    ):
        assert line in answer.out
    [grid] = [line for line in answer.out.splitlines() if line.startswith("hr_leavers ")]
    assert grid.split()[1:] == ["+", "R", "!", "+", "W", "·", "·", "+"], "months in which nothing came are shown too"


def test_status__as_json_counts_rows(landed: Rcw) -> None:
    document = json.loads(landed("status", "--json").out)
    found = {delivery["file"]: delivery for delivery in document["deliveries"]}
    assert {name: delivery["status"] for name, delivery in found.items() if delivery["extract"] == "hr_leavers"} == {
        "a_2025-01.csv": "current",
        "bad_2025-02.csv": "rejected",
        "b_2025-03.csv": "conflict",
        "c_2025-03.csv": "conflict",
        "d_2025-04.csv": "replaced",
        "e_2025-04_v2.csv": "current",
        "f_2025-05.csv": "withdrawn",
        "g_2025-08.csv": "current",
    }
    staff = found["staff_2025-01.csv"]
    assert (staff["rows_delivered"], staff["rows_rejected"]) == (62, 2)


def test_quarantine__shows_place_reason_and_masked_value(landed: Rcw) -> None:
    answer = landed("quarantine", "hr_assignments")
    assert answer.code == 0
    assert "not_in_set" in answer.out
    assert "Away" not in answer.out
    assert json.loads(landed("quarantine", "hr_assignments", "--json").out) == [
        {
            "file": "staff_2025-01.csv",
            "line": 2,
            "column": "Assignment Status",
            "reason": "not_in_set",
            "masked_value": "xxxx xxxx xxxxxxx",
            "expected": "one of Active Assignment, Acting Up, Internal Secondment, Career Break, Maternity, Out on External "
            "Secondment - Paid, Out on External Secondment - Unpaid, Suspend Assignment …",
            "looks_like_leaver": True,
        },
        {
            "file": "staff_2025-01.csv",
            "line": 3,
            "column": "Date Of Birth",
            "reason": "bad_date",
            "masked_value": "xxx",
            "expected": "a date that exists, in the format of the rest of the column, such as 2025-03-31 or 31/03/2025",
            "looks_like_leaver": True,
        },
    ]


@pytest.mark.parametrize(
    ("options", "rows"), [(["--limit", "1"], 1), (["--month", "2025-01"], 2), (["--month", "2025-02"], 0)]
)
def test_quarantine__may_be_narrowed(landed: Rcw, options: list[str], rows: int) -> None:
    assert len(json.loads(landed("quarantine", "hr_assignments", "--json", *options).out)) == rows


def test_quarantine__cuts_nothing_off(landed: Rcw) -> None:
    said = landed("quarantine", "hr_assignments").out
    assert "staff_2025-01.csv" in said
    assert "Secondment - Unpaid, Suspend Assignment …" in said


def test_two_trusts__with_one_file_name_are_told_apart(landed: Rcw) -> None:
    home = Home(landed.home)
    rows = cells("hr_assignments", [{"Assignment Status": "Away"}] * 2, sound=70)
    landed.put("RDY/hr_assignments/staff_2025-01.csv", as_csv(rows))
    landed.put("RDY/hr_leavers/bad_2025-02.csv", "neither,header\n1,2\n")
    home.land()
    status = landed("status").out
    assert "rejected  hr_leavers/bad_2025-02.csv: no header row was found" in status
    assert "rejected  RDY/hr_leavers/bad_2025-02.csv: no header row was found" in status
    grids = [line.split()[1:] for line in status.splitlines() if line.startswith("hr_leavers ")]
    assert [grid[:3] for grid in grids] == [["·", "R", "·"], ["+", "R", "!"]]
    found = json.loads(landed("quarantine", "hr_assignments", "--json").out)
    assert [(one["file"], one["line"]) for one in found] == [
        ("RDY/hr_assignments/staff_2025-01.csv", 2),
        ("RDY/hr_assignments/staff_2025-01.csv", 3),
        ("staff_2025-01.csv", 2),
        ("staff_2025-01.csv", 3),
    ]
    assert len(json.loads(landed("quarantine", "hr_assignments", "--json", "--limit", "3").out)) == 3


def test_quarantine__without_rows_says_so(landed: Rcw) -> None:
    assert "No row of hr_absence is in quarantine." in landed("quarantine", "hr_absence").out
