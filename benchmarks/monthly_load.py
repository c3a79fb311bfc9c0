"""What one more month costs: landing to published, as ratios measured in one run.

    python benchmarks/monthly_load.py --staff 5000 --months 24 [--home FOLDER]

A synthetic trust's first month is loaded, then its second, then all up to the month before the last, then the last; the second
and the last month, and a load with nothing new, are timed as whole processes. Beside them stand the time that the imports
alone take, and the time that the same SQL takes by hand in DuckDB. Seconds depend on the machine; the ratios are what the
quality bars name. Months in which a survey is delivered cost more, so the last month should bring the same as the second.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

IMPORTS = ("dagster", "dagster_dbt", "dbt.cli.main", "great_expectations")


def timed(command: list[str], home: Path) -> tuple[float, float]:
    """Wall seconds of a command, and the highest memory of all children so far in MB."""
    environment = {**os.environ, "RCW_HOME": str(home)}
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def import_seconds(home: Path) -> float:
    """Seconds to import what a load stands on, in one process each as the bars count them; the better of two."""
    return sum(min(timed([sys.executable, "-c", f"import {name}"], home)[0] for _ in range(2)) for name in IMPORTS[1:])


def by_hand(home: Path) -> float:
    """Seconds that the compiled SQL of every model takes in one DuckDB connection, without dbt, tests or checks."""
    manifest = json.loads((home / "dbt" / "target" / "manifest.json").read_text())
    compiled = home / "dbt" / "target" / "compiled" / "research_culture"
    copy = home / "by_hand" / "warehouse.duckdb"  # the compiled SQL names the catalogue `warehouse`
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(home / "warehouse" / "warehouse.duckdb", copy)
    connection = duckdb.connect(str(copy))
    connection.execute("attach ':memory:' as scratch")
    models = [
        n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["config"]["materialized"] != "view"
    ]
    statements = [
        (node["name"], (compiled / node["original_file_path"]).read_text())
        for node in models
        if (compiled / node["original_file_path"]).exists()
    ]
    started = time.perf_counter()
    for table, sql in statements:
        connection.execute(f"create or replace table scratch.{table} as {sql}")
    seconds = time.perf_counter() - started
    connection.close()
    shutil.rmtree(copy.parent)
    return seconds


def hold_back(landing: Path, aside: Path) -> list[str]:
    """Move all files out of landing. Returns the months, oldest first."""
    months = sorted(file.stem[-7:] for file in landing.glob("hr_assignments/*.csv"))
    shutil.copytree(landing, aside)
    for file in landing.glob("*/*"):
        file.unlink()
    return months


def bring_back(landing: Path, aside: Path, months: list[str]) -> None:
    for month in months:
        for file in aside.glob(f"*/*{month}*"):
            shutil.move(file, landing / file.relative_to(aside))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", type=int, default=5000)
    parser.add_argument("--months", type=int, default=24, help="At least 4")
    parser.add_argument("--home", type=Path, help="Folder to work in; default a temporary one, removed afterwards")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = (options.home or Path(temporary)).absolute()
        rcw = [str(Path(sys.executable).with_name("rcw"))]
        timed([*rcw, "synth", "--staff", str(options.staff), "--months", str(options.months)], home)
        timed([*rcw, "key"], home)
        landing, aside = home / "landing", home / "aside"
        first, second, *between, last = hold_back(landing, aside)
        bring_back(landing, aside, [first])
        timed([*rcw, "load"], home)
        bring_back(landing, aside, [second])
        second_month, _ = timed([*rcw, "load"], home)
        bring_back(landing, aside, between)
        backfill, _ = timed([*rcw, "load"], home)
        bring_back(landing, aside, [last])
        one_month, memory = timed([*rcw, "load"], home)
        nothing = min(timed([*rcw, "load"], home)[0] for _ in range(2))
        imports, sql = import_seconds(home), by_hand(home)
        result = {
            "staff": options.staff,
            "months": options.months,
            "imports_seconds": round(imports, 2),
            "backfill_seconds": round(backfill, 1),
            "second_month_seconds": round(second_month, 2),
            "one_more_month_over_second_month": round(one_month / second_month, 2),
            "one_more_month_seconds": round(one_month, 2),
            "one_more_month_over_imports": round(one_month / imports, 2),
            "nothing_new_seconds": round(nothing, 2),
            "nothing_new_over_imports": round(nothing / imports, 2),
            "sql_by_hand_seconds": round(sql, 2),
            "one_more_month_over_sql_by_hand": round(one_month / sql, 1),
            "highest_memory_mb": round(memory),
        }
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
