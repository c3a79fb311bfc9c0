"""dbt's tests of a further month, run from the SQL that dbt compiled in the full build.

Half of what dbt spends on a test goes into writing its SQL, and between two changes of the code that SQL differs in one day
alone: the first month that is judged. So a full build keeps it, and a further month runs it as dbt does. Each test stays dbt's
own, with its name, its severity and its check in Dagster.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

#: How the macro `get_where_subquery` writes the first month that is judged.
_JUDGED_FROM = "cast('{day}' as date) /* judged_from */"


@dataclass(frozen=True)
class StoredTest:
    """A test as compiled. `sql` gives the offending rows; `reads` are the nodes that it reads."""

    unique_id: str
    name: str
    sql: str
    fail_calc: str
    warn_if: str
    error_if: str
    limit: int | None
    is_warning: bool
    reads: tuple[str, ...]


@dataclass(frozen=True)
class TestOutcome:
    """What became of a test; `status` is dbt's word: pass, warn, fail or error."""

    unique_id: str
    name: str
    status: str
    failures: int
    seconds: float


def keep_tests(file: Path, nodes: Iterable[Any], judged_from: date) -> None:
    """Store the tests among dbt's nodes, compiled for months from `judged_from` on; in place of those stored before."""
    kept = [_stored(node, judged_from) for node in nodes if node.resource_type == "test" and node.compiled_code]
    file.write_text(json.dumps([asdict(test) for test in kept]), encoding="utf-8")


def _stored(node: Any, judged_from: date) -> StoredTest:
    config = node.config
    return StoredTest(
        unique_id=node.unique_id,
        name=node.name,
        sql=node.compiled_code.replace(_JUDGED_FROM.format(day=judged_from), _JUDGED_FROM),
        fail_calc=config.fail_calc,
        warn_if=config.warn_if,
        error_if=config.error_if,
        limit=config.limit,
        is_warning=str(config.severity).lower() == "warn",
        reads=tuple(node.depends_on.nodes),
    )


def stored_tests(file: Path) -> list[StoredTest]:
    """The tests of the last full build; none where it kept none."""
    if not file.exists():
        return []
    listed = json.loads(file.read_text(encoding="utf-8"))
    return [StoredTest(**{**test, "reads": tuple(test["reads"])}) for test in listed]


def run_tests(
    connection: duckdb.DuckDBPyConnection,
    tests: Iterable[StoredTest],
    built: Collection[str],
    broken: Collection[str],
    judged_from: date,
) -> Iterator[TestOutcome]:
    """Run the tests that read a table of `built` and none that is `broken`, in the order given."""
    for test in tests:
        if any(name in built for name in test.reads) and not any(name in broken for name in test.reads):
            began = time.monotonic()
            status, failures = _run(connection, test, judged_from)
            yield TestOutcome(test.unique_id, test.name, status, failures, round(time.monotonic() - began, 3))


def _run(connection: duckdb.DuckDBPyConnection, test: StoredTest, judged_from: date) -> tuple[str, int]:
    limit = f" limit {test.limit}" if test.limit else ""
    rows = test.sql.replace(_JUDGED_FROM, _JUDGED_FROM.format(day=judged_from))
    try:
        row = connection.execute(
            f"select {test.fail_calc}, {test.fail_calc} {test.warn_if}, {test.fail_calc} {test.error_if} "
            f"from ({rows}{limit}) as offending_rows"
        ).fetchone()
    except duckdb.Error:
        return "error", 0
    failures, warns, fails = row or (0, False, False)
    return _status(test, bool(warns), bool(fails)), int(failures or 0)


def _status(test: StoredTest, warns: bool, fails: bool) -> str:
    if fails and not test.is_warning:
        return "fail"
    return "warn" if warns else "pass"
