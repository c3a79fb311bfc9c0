"""Real files, read as NHS England published them: the sickness absence of April 2024 to March 2025.

They are not part of the repository: `RCW_SHARED_DATA` names their folder, or they lie in `../shared/data`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from tests.ingestion.delivering import KEY, settings_for

ROOT = Path(__file__).parents[2]
PUBLISHED = Path(os.environ.get("RCW_SHARED_DATA", ROOT.parent / "shared" / "data")) / "hr" / "nhs_sickness_absence"

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason=f"the published files are not in {PUBLISHED}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published")
    (home / "landing").mkdir()
    (home / "landing" / "bench_sickness").mkdir()
    for file in PUBLISHED.glob("*.csv"):
        (home / "landing" / "bench_sickness" / file.name).write_bytes(file.read_bytes())
    settings = settings_for(home)
    ledger = Ledger(settings)
    land(settings, ledger, KEY, look(settings))
    ledger.close()
    return home


def select(home: Path, measure: str, where: str = "true") -> Any:
    files = [file.as_posix() for file in (home / "raw").rglob("rows.parquet")]
    found = duckdb.execute(f"select {measure} from read_parquet(?) where {where}", [files]).fetchone()
    assert found is not None
    return found if len(found) > 1 else found[0]


def test_published_files__are_accepted_row_for_row(home: Path) -> None:
    ledger = Ledger(settings_for(home))
    deliveries = list(ledger.deliveries().values())
    findings = ledger.findings()
    ledger.close()
    assert len(deliveries) == 12
    assert [d.refusal for d in deliveries if not d.is_accepted] == []
    assert (sum(d.rows_delivered for d in deliveries), sum(d.rows_rejected for d in deliveries)) == (3394, 0)
    assert [finding for finding in findings if finding[5] != "info"] == []
    for delivery in deliveries:
        lines = re.split(b"\r\n|\n", (PUBLISHED / delivery.file_name).read_bytes().rstrip())
        assert delivery.rows_accepted == len(lines) - 1


def test_published_rate__is_lost_over_available_to_two_decimals(home: Path) -> None:
    computed = "100 * fte_days_lost / fte_days_available"
    assert select(home, f"count(*), max(abs(sickness_rate - {computed})) <= 0.0051") == (3394, True)


def test_rate_of_mental_health_trusts__is_pooled_and_not_the_mean_of_rates(home: Path) -> None:
    pooled, mean = select(
        home,
        "100 * sum(fte_days_lost) / sum(fte_days_available), avg(100 * fte_days_lost / fte_days_available)",
        "org_type = 'Mental Health'",
    )
    assert (round(pooled, 3), round(mean, 3)) == (5.616, 5.504)


def test_dates_of_each_file__are_the_month_in_its_name(home: Path) -> None:
    assert select(home, "count(*)", "date_trunc('month', date) <> reporting_month") == 0
