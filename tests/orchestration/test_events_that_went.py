"""A file of events without rows is said where it takes the place of one with rows: the export may have failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.delivery_report import report_on
from tests.ingestion.delivering import as_csv, cells
from tests.ingestion.landed_home import Home


@pytest.mark.parametrize(("before", "is_said"), [(40, True), (0, False)])
def test_events_without_rows__are_said_where_the_month_had_some(tmp_path: Path, before: int, is_said: bool) -> None:
    home = Home(tmp_path)
    folder = home.landing / "hr_absence"
    folder.mkdir(parents=True)
    header = as_csv(cells("hr_absence", sound=0))
    (folder / "a_2025-03.csv").write_text(as_csv(cells("hr_absence", sound=before)), encoding="utf-8")
    (folder / "a_2025-03_v2.csv").write_text(header + "\n", encoding="utf-8")
    home.land()
    with home.ledger() as ledger:
        loaded = [d for d in ledger.deliveries().values() if d.version == 2]
        said = [text for text in report_on(home.settings(), ledger, loaded).noticed if "no rows" in text]
    assert len(said) == is_said
    if is_said:
        assert said[0].startswith(
            "hr_absence/a_2025-03_v2.csv: the file has a header but no rows, and the month had 40 in a_2025-03.csv;"
        )
        assert "nobody was absent in the month" in said[0]
