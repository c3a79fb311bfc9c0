"""Months loaded one after another, late or twice give the same warehouse as one build of everything."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import load

LATE = "hr_assignments_2024-09.csv"
CORRECTED = "hr_assignments_2024-12.csv"
NEWEST = "2025-05"
WITHOUT_MONTHS = ("survey_nss", "bench_sickness")


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(warehouse made in three steps, warehouse made at once from the same deliveries)

    The steps: all but the newest month and one month's assignments; the newest month; the late file and a correction.
    """
    everything, landing, home = (tmp_path_factory.mktemp(name) for name in ("everything", "landing", "home"))
    write_trust(everything, staff=80, months=14, first_month="2024-04", seed=7)
    for extract in WITHOUT_MONTHS:
        shutil.rmtree(everything / extract)
    for file in sorted(everything.rglob("*.csv")):
        if file.name != LATE and NEWEST not in file.name:
            _deliver(file, landing, everything)
    load(landing, home)
    for file in sorted(everything.rglob(f"*{NEWEST}*.csv")):
        _deliver(file, landing, everything)
    load(landing, home)
    _deliver(everything / "hr_assignments" / LATE, landing, everything)
    lines = (everything / "hr_assignments" / CORRECTED).read_text(encoding="utf-8").splitlines(keepends=True)
    corrected = landing / "hr_assignments" / CORRECTED.replace(".csv", "_v2.csv")
    corrected.write_text("".join(lines[:1] + lines[6:]), encoding="utf-8")
    load(landing, home)
    at_once = home / "warehouse" / "warehouse.duckdb"
    in_steps = at_once.rename(home / "in_steps.duckdb")
    load(landing, home)
    return in_steps, at_once


def _deliver(file: Path, landing: Path, everything: Path) -> None:
    place = landing / file.relative_to(everything)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)


def test_warehouse__is_the_same_whatever_the_order_of_the_loads(warehouses: tuple[Path, Path]) -> None:
    with duckdb.connect() as connection:
        for name, file in zip(("steps", "once"), warehouses, strict=True):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'once' and schema_name in ('core', 'marts')"
        ).fetchall()
        assert ("core.dim_staff",) in tables
        differing = {}
        for (table,) in tables:
            more, fewer = (
                connection.execute(f"select count(*) from (from {a}.{table} except all from {b}.{table})").fetchone()[0]
                for a, b in (("steps", "once"), ("once", "steps"))
            )
            if more or fewer:
                differing[table] = (more, fewer)
    assert differing == {}
