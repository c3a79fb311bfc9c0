"""One further month, built from the SQL that the last full build kept: dbt is not even imported."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from contextlib import suppress

import duckdb

from orchestration.build_result import BuildResult, NodeResult, OnNode
from orchestration.stored_models import StoredModel
from orchestration.stored_sql import MonthDates, StoredSql
from orchestration.stored_tests import StoredTest, judge


def build_month(
    connection: duckdb.DuckDBPyConnection, stored: StoredSql, dates: MonthDates, on_node: OnNode | None
) -> BuildResult:
    """Make every table that follows a delivery, each in one transaction, then run the tests of what was made.

    A table that cannot be made is a result, not an exception: what reads it is skipped, as dbt does.
    """
    result = BuildResult(dates.from_month)
    broken: set[str] = set()
    number = len(stored.models) + len(stored.tests)
    for model in stored.models:
        made = _make(connection, model, dates, broken)
        if made.status != "success":
            broken.add(model.unique_id)
        _add(result, made, number, on_node)
    for test in stored.tests:
        _add(result, _judge(connection, test, dates, broken), number, on_node)
    return result


def _add(result: BuildResult, node: NodeResult, number: int, on_node: OnNode | None) -> None:
    result.nodes.append(node)
    if on_node:
        on_node(node.name, len(result.nodes), number)


def _make(
    connection: duckdb.DuckDBPyConnection, model: StoredModel, dates: MonthDates, broken: Collection[str]
) -> NodeResult:
    if _reads_one_of(model.reads, broken):
        return NodeResult(model.unique_id, model.name, "model", "skipped", 0, "", 0)
    began, status, message = time.monotonic(), "success", ""
    connection.execute("begin")
    try:
        for statement in model.statements:
            connection.execute(dates.put_into(statement))
        connection.execute("commit")
    except duckdb.Error as error:
        status, message = "error", f"{type(error).__name__}: {error}"
        with suppress(duckdb.Error):  # nothing is left to be undone where the commit failed
            connection.execute("rollback")
    return NodeResult(model.unique_id, model.name, "model", status, 0, message, round(time.monotonic() - began, 3))


def _judge(
    connection: duckdb.DuckDBPyConnection, test: StoredTest, dates: MonthDates, broken: Collection[str]
) -> NodeResult:
    if _reads_one_of(test.reads, broken):
        return NodeResult(test.unique_id, test.name, "test", "skipped", 0, "", 0)
    began = time.monotonic()
    status, failures = judge(connection, test, dates.put_into)
    return NodeResult(test.unique_id, test.name, "test", status, failures, "", round(time.monotonic() - began, 3))


def _reads_one_of(reads: Iterable[str], broken: Collection[str]) -> bool:
    return any(name in broken for name in reads)
