"""One further month, built from the SQL that the last full build kept: dbt is not even imported."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from graphlib import TopologicalSorter

import duckdb

from orchestration.build_result import BuildResult, NodeResult, OnNode
from orchestration.stored_models import StoredModel
from orchestration.stored_sql import MonthDates, StoredSql
from orchestration.stored_tests import StoredTest, judge, keep_rows


def build_month(
    connection: duckdb.DuckDBPyConnection,
    stored: StoredSql,
    dates_of: Callable[[Collection[str]], MonthDates],
    on_node: OnNode | None = None,
    threads: int = 1,
) -> BuildResult:
    """Make every table that follows a delivery, each in one transaction, then run the tests of what was made.

    A table that cannot be made is a result, not an exception: what reads it is skipped, as dbt does.

    Args:
        dates_of: the dates of what follows from some sources, asked in this thread.
        threads: how many tables are made, or tests run, at a time.
    """
    nodes: list[StoredModel | StoredTest] = [*stored.models, *stored.tests]
    names = [node.unique_id for node in nodes]
    done: dict[str, NodeResult] = {}
    broken: set[str] = set()
    dates = {node.unique_id: dates_of(node.sources) for node in nodes}

    def keep(node: NodeResult) -> None:
        done[node.unique_id] = node
        if node.kind == "model" and node.status != "success":
            broken.add(node.unique_id)
        if on_node:
            on_node(node.name, len(done), len(names))

    models = {model.unique_id: model for model in stored.models}
    order = TopologicalSorter({name: models.keys() & model.reads for name, model in models.items()})
    order.prepare()
    with ThreadPoolExecutor(threads) as pool:
        under_way: set[Future[NodeResult]] = set()
        while order.is_active():
            under_way |= {
                pool.submit(_make, connection, models[name], dates[name], frozenset(broken))
                for name in order.get_ready()
            }
            ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for made in ended:
                keep(made.result())
                order.done(made.result().unique_id)
        longest_first = sorted(stored.tests, key=lambda test: -len(test.reads))  # as a rule, what reads most
        for judged in pool.map(partial(_judge, connection, dates, broken), longest_first):
            keep(judged)
    for test in stored.tests:
        if done[test.unique_id].status in ("fail", "warn"):
            keep_rows(connection, test, dates[test.unique_id].put_into)
    return BuildResult([done[name] for name in names])


def _make(
    connection: duckdb.DuckDBPyConnection, model: StoredModel, dates: MonthDates, broken: Collection[str]
) -> NodeResult:
    if _reads_one_of(model.reads, broken):
        return NodeResult(model.unique_id, model.name, "model", "skipped", 0, "", 0)
    began, status, message = time.monotonic(), "success", ""
    with connection.cursor() as own:
        own.execute("begin")
        try:
            for statement in model.statements:
                own.execute(dates.put_into(statement))
            own.execute("commit")
        except duckdb.Error as error:
            status, message = "error", f"{type(error).__name__}: {error}"
            with suppress(duckdb.Error):  # nothing is left to be undone where the commit failed
                own.execute("rollback")
    return NodeResult(model.unique_id, model.name, "model", status, 0, message, round(time.monotonic() - began, 3))


def _judge(
    connection: duckdb.DuckDBPyConnection, dates: Mapping[str, MonthDates], broken: Collection[str], test: StoredTest
) -> NodeResult:
    if _reads_one_of(test.reads, broken):
        return NodeResult(test.unique_id, test.name, "test", "skipped", 0, "", 0)
    began = time.monotonic()
    with connection.cursor() as own:
        status, failures = judge(own, test, dates[test.unique_id].put_into)
    return NodeResult(test.unique_id, test.name, "test", status, failures, "", round(time.monotonic() - began, 3))


def _reads_one_of(reads: Iterable[str], broken: Collection[str]) -> bool:
    return any(name in broken for name in reads)
