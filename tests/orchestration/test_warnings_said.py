"""What the gate only warns of is said by the load that brought it, since few people open a page that nothing sends them to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.delivery import Delivery
from orchestration.loading import _say_warnings, _warnings
from orchestration.session import LoadSession
from tests.ingestion.landed_home import Home


def warning(border: str, table: str, month: str | None) -> dict[str, object]:
    return {"border": border, "table": table, "month": month, "meaning": f"{table} is odd.", "observed": "1 of 2 rows"}


@pytest.fixture
def landed(tmp_path: Path) -> tuple[LoadSession, list[Delivery]]:
    """A session of a home with leavers of March and April, of which April came last, and a gate that warned."""
    home = Home(tmp_path)
    home.land("a_2025-03.csv")
    home.land("b_2025-04.csv")
    session = LoadSession(home.settings())
    warnings = [
        warning("raw", "raw.hr_leavers", "2025-03-01"),
        warning("raw", "raw.hr_leavers", "2025-04-01"),
        warning("marts", "mart_equity", None),
    ]
    session.ledger.set_state(
        "gate", {"release": session.release_id(), "is_closed": False, "page": "page.html", "warnings": warnings}
    )
    return session, [d for d in session.ledger.deliveries().values() if d.key.reporting_month.month == 4]


def test_warnings__of_the_files_of_a_load_and_of_what_was_built_are_said(
    landed: tuple[LoadSession, list[Delivery]], capsys: pytest.CaptureFixture[str]
) -> None:
    _say_warnings(*landed)
    said = " ".join(capsys.readouterr().err.split())
    assert "Warning: hr_leavers 2025-04: raw.hr_leavers is odd. (1 of 2 rows)" in said
    assert "Warning: mart_equity: mart_equity is odd." in said
    assert "Warnings stop no release (2 in all). Evidence: page.html" in said
    assert "2025-03" not in said


def test_warnings__of_another_load_are_not_said(landed: tuple[LoadSession, list[Delivery]]) -> None:
    session, loaded = landed
    session.ledger.set_state("gate", {**session.ledger.get_state("gate"), "release": "another"})
    assert _warnings(session, loaded) == []
