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


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(home loaded in five steps, home loaded at once)"""
    everything, landing, step_by_step, at_once = (
        tmp_path_factory.mktemp(name) for name in ("everything", "landing", "step_by_step", "at_once")
    )
    write_trust(everything, staff=120, months=15, first_month="2024-04", seed=7)
    newest = ("2025-05", "2025-06")
    for file in sorted(everything.rglob("*.csv")):
        if file.name != LATE and not any(month in file.name for month in newest):
            _deliver(file, landing, everything)
    load(landing, step_by_step)
    for month in newest:
        for file in sorted(everything.rglob(f"*{month}*.csv")):
            _deliver(file, landing, everything)
        load(landing, step_by_step)
    _deliver(everything / "hr_assignments" / LATE, landing, everything)
    load(landing, step_by_step)
    lines = (everything / "hr_assignments" / CORRECTED).read_text(encoding="utf-8").splitlines(keepends=True)
    corrected = landing / "hr_assignments" / CORRECTED.replace(".csv", "_v2.csv")
    corrected.write_text("".join(lines[:1] + lines[6:]), encoding="utf-8")
    load(landing, step_by_step)
    load(landing, at_once)
    return step_by_step, at_once


def _deliver(file: Path, landing: Path, everything: Path) -> None:
    place = landing / file.relative_to(everything)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)


def test_warehouse__is_the_same_whatever_the_order_of_the_loads(homes: tuple[Path, Path]) -> None:
    with duckdb.connect() as connection:
        for name, home in zip(("steps", "once"), homes, strict=True):
            connection.execute(f"attach '{home / 'warehouse' / 'warehouse.duckdb'}' as {name} (read_only)")
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
