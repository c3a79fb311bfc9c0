"""Hidden figures planted where the report says them in words or adds them up: the board's lines, data quality, deliveries."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from publishing.report.write import write_report
from tests.report.reading import Page
from tests.report.releases import BEFORE, HIDDEN, INPUTS, MONTH, TRUST, small_release, write_release

PLANTED = (str(HIDDEN), f"{HIDDEN:,}", f"{HIDDEN:,}.0%", f"£{HIDDEN:,}")


def _line(code: str, name: str, order: int, **figures: Any) -> dict[str, Any]:
    return {
        "trust_code": TRUST, "half_year": "2025-H2", "line_code": code, "section": "workforce", "line_name": name,
        "unit": "people", "definition": "People", "sort_order": order, "half_start_month": date(2025, 10, 1),
        "half_end_month": MONTH, "last_reporting_month": MONTH, "is_complete": True, "is_provisional": False, **figures,
    }  # fmt: skip


def _finding(check: str, n: int, month: date, *, is_hidden: bool = False, reason: str = "all") -> dict[str, Any]:
    return {
        "trust_code": TRUST, "extract": "rd_study_team", "reporting_month": month, "delivery_id": f"{month}",
        "check_name": check, "reason_code": reason, "severity": "info", "n": n, "n_is_suppressed": is_hidden,
        "data_quality_sk": f"{check}{month}{reason}", "status": "current", "rows_delivered": 900, "rows_accepted": 900,
        "rows_rejected": 0,
    }  # fmt: skip


def _rows(extract: str, n: int, month: date, *, is_hidden: bool = False) -> dict[str, Any]:
    """A delivery in which nothing was found."""
    counts = ("rows_delivered", "rows_accepted", "rows_rejected")
    flags = {f"{name}_is_suppressed": is_hidden for name in counts}
    figures = dict(zip(counts, (n, n, 0), strict=True))
    about = {"extract": extract, "delivery_id": f"{extract}{month}", "data_quality_sk": f"{extract}{month}"}
    return _finding("rows_reconciled", 0, month) | about | figures | flags


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    hidden = dict.fromkeys(("value", "previous_value", "change"), HIDDEN)
    flags = dict.fromkeys(("value_is_suppressed", "previous_value_is_suppressed", "change_is_suppressed"), True)
    rows = small_release() | {
        "mart_board_report": [
            _line("pi_headcount", "Principal investigators", 1, **hidden, **flags),
            _line("headcount", "People in post", 2, value=1234, previous_value=HIDDEN, change=HIDDEN, previous_value_is_suppressed=True, change_is_suppressed=True),
        ],
        "mart_data_quality": [
            _finding("unknown_reference", 41, BEFORE),
            _finding("unknown_reference", HIDDEN, MONTH, is_hidden=True),
            _finding("link_rate", HIDDEN, MONTH, is_hidden=True),
            _finding("researchers_linked", HIDDEN, MONTH, is_hidden=True),
            _rows("hr_assignments", 900, MONTH),
            _rows("hr_leavers", 40, BEFORE),
            _rows("hr_leavers", HIDDEN, MONTH, is_hidden=True),
        ],
        "mart_load_calendar": [
            {"trust_code": TRUST, "extract": extract, "reporting_month": MONTH, "is_expected": True, "state": "current"}
            for extract in ("hr_assignments", "hr_leavers")
        ],
    }  # fmt: skip
    folder: Path = write_release(tmp_path_factory.mktemp("planted") / "release", rows)
    write_report(folder, INPUTS)
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_planted_figures__stand_nowhere_on_the_page(page: Page) -> None:
    assert not [form for form in PLANTED if form in page.words]


def test_line_of_the_board__says_that_it_is_suppressed(page: Page) -> None:
    lines = page.table("Workforce, ")
    assert lines.column("Figure") == {"Principal investigators": "suppressed", "People in post": "1,234"}
    assert set(lines.column("Half before").values()) == set(lines.column("Change").values()) == {"suppressed"}


def test_sum_over_months_of_which_one_is_hidden__is_suppressed_and_not_what_is_left(page: Page) -> None:
    assert page.table("What the checks found").column("Cases") == {"rd_study_team": "suppressed"}
    assert set(page.table("Share of R&D people linked").column("Linked").values()) == {"suppressed"}


def test_rows_of_deliveries_of_which_one_is_hidden__are_suppressed(page: Page) -> None:
    deliveries = page.table("Deliveries by extract")
    assert deliveries.column("Rows delivered") == {"hr_assignments": "900", "hr_leavers": "suppressed"}
    assert deliveries.column("Rows rejected") == {"hr_assignments": "0", "hr_leavers": "suppressed"}
