"""dbt's tests as a further month runs them: with their names, their severities and dbt's verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb


@dataclass(frozen=True)
class StoredTest:
    """A test as compiled. `sql` gives the offending rows, `kept_in` is the table that keeps them; `reads` and `sources` as of a model."""

    unique_id: str
    name: str
    sql: str
    kept_in: str
    fail_calc: str
    warn_if: str
    error_if: str
    limit: int | None
    is_warning: bool
    reads: tuple[str, ...]
    sources: tuple[str, ...]


def stored_test(node: Any, reads: tuple[str, ...], sources: tuple[str, ...]) -> StoredTest:
    """A test among dbt's nodes that has been compiled; `reads` and `sources` as of a model."""
    config = node.config
    return StoredTest(
        unique_id=node.unique_id,
        name=node.name,
        sql=node.compiled_code,
        kept_in=f'"{node.schema}"."{node.alias}"',
        fail_calc=config.fail_calc,
        warn_if=config.warn_if,
        error_if=config.error_if,
        limit=config.limit,
        is_warning=str(config.severity).lower() == "warn",
        reads=reads,
        sources=sources,
    )


def judge(connection: duckdb.DuckDBPyConnection, test: StoredTest, dated: Callable[[str], str]) -> tuple[str, int]:
    """Run a test as dbt does.

    Args:
        dated: puts the dates of the month into SQL.

    Returns:
        dbt's word (pass, warn, fail or error) and the number of failures.
    """
    try:
        row = connection.execute(
            f"select {test.fail_calc}, {test.fail_calc} {test.warn_if}, {test.fail_calc} {test.error_if} "
            f"from {_offending_rows(test, dated)}"
        ).fetchone()
    except duckdb.Error:
        return "error", 0
    failures, warns, fails = row or (0, False, False)
    return _status(test, bool(warns), bool(fails)), int(failures or 0)


def keep_rows(connection: duckdb.DuckDBPyConnection, test: StoredTest, dated: Callable[[str], str]) -> None:
    """Keep the offending rows of a test where dbt would keep them, so that they can be looked at."""
    connection.execute(f"create schema if not exists {test.kept_in.partition('.')[0]}")
    connection.execute(f"create or replace table {test.kept_in} as select * from {_offending_rows(test, dated)}")


def _offending_rows(test: StoredTest, dated: Callable[[str], str]) -> str:
    limit = f" limit {test.limit}" if test.limit else ""
    return f"({dated(test.sql)}{limit}) as offending_rows"


def _status(test: StoredTest, warns: bool, fails: bool) -> str:
    if fails and not test.is_warning:
        return "fail"
    return "warn" if warns else "pass"
