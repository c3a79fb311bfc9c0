"""What one more month costs: landing to published, as ratios measured in one run.

    python benchmarks/monthly_load.py --staff 5000 --months 24 [--home FOLDER]
    python benchmarks/monthly_load.py --staff 50000 --months 4

A synthetic trust's first month is loaded, then its second, then all up to the month before the last, then the last; the second
and the last month, and a load with nothing new, are timed as whole processes. Beside them stand the time that the imports
alone take, before and after the loads, and the time that the same SQL takes by hand in DuckDB. Seconds depend on the machine and
on what else it does (`load_average`); the ratios are what the quality bars name. Where other work shares the machine, ratios of
processor time say what the product costs, and those of the clock what the others left over. Months in which a survey is
delivered cost more, so the last month should bring the same as the second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

IMPORTS = ("dagster_dbt", "dbt.cli.main", "great_expectations")  # the first imports dagster


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of processor, and the highest memory of all processes of the command together in MB."""

    seconds: float
    processor: float
    memory: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds, self.processor + other.processor, max(self.memory, other.memory))

    def document(self, imports: Cost | None = None) -> dict[str, float]:
        shown = {
            "seconds": round(self.seconds, 2),
            "processor_seconds": round(self.processor, 2),
            "memory_mb": round(self.memory),
        }
        if imports:
            shown["over_imports"] = round(self.seconds / imports.seconds, 2)
            shown["over_imports_in_processor_time"] = round(self.processor / imports.processor, 2)
        return shown


def _tree(pid: int) -> list[int]:
    """A process and all below it; nothing where the system does not say."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        try:
            children = [
                c for task in Path(f"/proc/{one}/task").iterdir() for c in (task / "children").read_text().split()
            ]
        except OSError:
            continue
        found.append(one)
        waiting += map(int, children)
    return found


def _memory_mb(pid: int) -> float:
    """Memory of a process and all below it, pages that they share counted once."""
    total = 0
    for one in _tree(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1024


def timed(command: list[str], home: Path) -> Cost:
    """What a command costs, with all processes that it starts."""
    environment = {**os.environ, "RCW_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the product's own modules would be compiled anew by each process
    before, started = os.times(), time.perf_counter()
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    highest, ended = 0.0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(0.25):
            highest = max(highest, _memory_mb(running.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    _, said = running.communicate()
    seconds, after = time.perf_counter() - started, os.times()
    ended.set()
    watching.join()
    if running.returncode:
        sys.exit(f"{' '.join(command)} ended with {running.returncode}: {said.decode()[-2000:]}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(seconds, processor, highest)


def import_cost(home: Path) -> Cost:
    """What it costs to import what a load stands on, in one process each as the bars count them."""
    first, *others = (timed([sys.executable, "-c", f"import {name}"], home) for name in IMPORTS)
    return sum(others, first)


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
        first_month = timed([*rcw, "load"], home)
        imports_before = import_cost(home)
        bring_back(landing, aside, [second])
        second_month = timed([*rcw, "load"], home)
        bring_back(landing, aside, between)
        backfill = timed([*rcw, "load"], home)
        bring_back(landing, aside, [last])
        last_month = timed([*rcw, "load"], home)
        nothing = timed([*rcw, "load"], home)
        imports_after = import_cost(home)
        imports, sql = min(imports_before, imports_after, key=lambda cost: cost.processor), by_hand(home)
        result = {
            "staff": options.staff,
            "months": options.months,
            "load_average": [round(load, 1) for load in os.getloadavg()],
            "imports": imports.document(),
            "first_month": first_month.document(imports),
            "second_month": second_month.document(imports),
            "months_between": backfill.document(),
            "last_month": last_month.document(imports),
            "nothing_new": nothing.document(imports),
            "last_month_over_second_month": {
                "seconds": round(last_month.seconds / second_month.seconds, 2),
                "processor_seconds": round(last_month.processor / second_month.processor, 2),
            },
            "sql_by_hand_seconds": round(sql, 2),
        }
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
