"""The sickness figures that NHS England published for 2024/25, read as they are published.

The files are not part of the repository: `RCW_SHARED_DATA` names their folder, or they lie in `../shared/data`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.oracle.loading import load

ROOT = Path(__file__).parents[2]
PUBLISHED = Path(os.environ.get("RCW_SHARED_DATA", ROOT.parent / "shared" / "data")) / "hr" / "nhs_sickness_absence"

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason=f"the published files are not in {PUBLISHED}")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    landing, home = tmp_path_factory.mktemp("landing"), tmp_path_factory.mktemp("home")
    shutil.copytree(PUBLISHED, landing / "bench_sickness")
    load(landing, home, "fct_benchmark_sickness_month", "dim_trust")
    return duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True)


def test_fct_benchmark_sickness_month__has_every_published_row(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("select count(*), count(distinct reporting_month) from core.fct_benchmark_sickness_month")
    assert found.fetchone() == (3394, 12)


def test_fct_benchmark_sickness_month__rates_equal_the_published_ones(warehouse: duckdb.DuckDBPyConnection) -> None:
    largest = warehouse.execute(
        "select max(abs(sickness_rate - published_sickness_rate)) from core.fct_benchmark_sickness_month"
    ).fetchone()
    assert largest is not None
    assert largest[0] <= 0.0051


def test_fct_benchmark_sickness_month__rates_are_pooled_never_averaged(warehouse: duckdb.DuckDBPyConnection) -> None:
    pooled, averaged = warehouse.execute(
        "select 100 * sum(fte_days_lost) / sum(fte_days_available), avg(sickness_rate) "
        "from core.fct_benchmark_sickness_month where trust_type = 'Mental Health'"
    ).fetchone() or (0, 0)
    assert pooled == pytest.approx(5.616, abs=0.0005)
    assert averaged == pytest.approx(5.504, abs=0.0005)


def test_dim_trust__names_organisations_as_published_last(warehouse: duckdb.DuckDBPyConnection) -> None:
    names = warehouse.execute(
        "select trust_code, count(distinct trust_name) as names, max_by(trust_name, reporting_month) as newest "
        "from core.fct_benchmark_sickness_month group by trust_code having names > 1"
    ).fetchall()
    assert sorted(code for code, _, _ in names) == ["RAX", "RRE", "RW1", "RWD"]
    for code, _, newest in names:
        row = warehouse.execute("select trust_name from core.dim_trust where trust_code = ?", [code]).fetchone()
        assert row == (newest,)
