"""A file that is byte for byte another month's is taken, and said where two months are never alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.delivery_report import report_on
from tests.ingestion.delivering import as_csv, cells
from tests.ingestion.landed_home import Home


def noticed(home: Home) -> list[str]:
    home.land()
    with home.ledger() as ledger:
        return [
            text
            for text in report_on(home.settings(), ledger, list(ledger.deliveries().values())).noticed
            if "byte for byte" in text
        ]


@pytest.mark.parametrize(
    ("extract", "is_said"), [("hr_assignments", True), ("hr_leavers", True), ("rd_outputs", False)]
)
def test_two_months_of_the_same_bytes__are_said_of_staff_and_of_events(
    tmp_path: Path, extract: str, is_said: bool
) -> None:
    home = Home(tmp_path)
    for month in ("2025-03", "2025-04"):
        file = home.landing / extract / f"x_{month}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_csv(cells(extract)), encoding="utf-8")
    said = noticed(home)
    assert len(said) == (2 if is_said else 0)
    if is_said:
        assert f"{extract}/x_2025-04.csv: the file is byte for byte that of 2025-03" in said[1]
        assert "_v2" in said[1]


def test_two_months_without_events__are_alike_and_not_said(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for month in ("2025-03", "2025-04"):
        file = home.landing / "hr_leavers" / f"x_{month}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_csv(cells("hr_leavers", sound=0)), encoding="utf-8")
    assert noticed(home) == []
