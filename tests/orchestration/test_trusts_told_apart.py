"""What is said of files of two trusts that bear one name: each is told with its trust, and none takes the other's place."""

from __future__ import annotations

from pathlib import Path

from orchestration.delivery_report import lines_of, report_on
from tests.ingestion.delivering import as_csv, cells
from tests.ingestion.landed_home import Home


def test_deliveries_of_two_trusts_with_one_name__are_each_reported(tmp_path: Path) -> None:
    home = Home(tmp_path)
    texts = {
        "hr_leavers/bad_2025-02.csv": "neither,header\n1,2\n",
        "hr_assignments/staff_2025-01.csv": as_csv(
            cells("hr_assignments", [{"Assignment Status": "Away"}, {"Staff Group": "Space"}], sound=60)
        ),
    }
    for trust in ("", "RDY/"):
        for name, text in texts.items():
            file = home.landing / f"{trust}{name}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    home.land()
    with home.ledger() as ledger:
        report = report_on(home.settings(), ledger, list(ledger.deliveries().values()))
    assert set(report.refused) == {"hr_leavers/bad_2025-02.csv", "RDY/hr_leavers/bad_2025-02.csv"}
    assert set(report.rejected) == {"hr_assignments/staff_2025-01.csv", "RDY/hr_assignments/staff_2025-01.csv"}
    assert set(report.rows) == set(report.rejected)
    [drift] = report.drift
    assert set(drift.files) <= set(report.rejected)
    said = [text for _, text in lines_of(report)]
    assert any(text.startswith("RDY/hr_leavers/bad_2025-02.csv: no header row") for text in said)
