"""dbt's tests run from stored SQL: the same verdicts as dbt's, on the months that are judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from orchestration.stored_sql import MonthDates
from orchestration.stored_tests import StoredTest, judge, stored_test
from tests.homes import EmptyWarehouse

FULL, MONTH = date(1900, 1, 1), date(2025, 3, 1)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            "create table figure as select date '2025-02-01' as reporting_month, -1 as n union all select date '2025-03-01', 2"
        )
        yield opened


def node(**values: Any) -> SimpleNamespace:
    """A test as dbt has it, compiled in a full build."""
    judged = "(select * from figure where reporting_month >= cast('1900-01-01' as date) /* judged_from */)"
    config = {
        "fail_calc": "count(*)", "warn_if": "!= 0", "error_if": "!= 0", "limit": None, "severity": "ERROR",
    } | values.pop("config", {})  # fmt: skip
    plain = {
        "resource_type": "test", "unique_id": "test.a", "name": "a", "compiled_code": f"select * from {judged} where n < 0",
        "depends_on": SimpleNamespace(nodes=["model.figure"]), "config": SimpleNamespace(**config), "schema": "kept", "alias": "a",
    }  # fmt: skip
    return SimpleNamespace(**(plain | values))


def verdict(connection: duckdb.DuckDBPyConnection, test: StoredTest, judged_from: date) -> tuple[str, int]:
    return judge(connection, test, MonthDates(judged_from, judged_from).put_into)


def test_stored_test__judges_the_months_asked_for(connection: duckdb.DuckDBPyConnection) -> None:
    test = stored_test(node(), ("model.figure",), ("hr_assignments",))
    assert verdict(connection, test, MONTH) == ("pass", 0)
    assert verdict(connection, test, date(2025, 2, 1)) == ("fail", 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"config": {"severity": "WARN"}}, ("warn", 1)),
        ({"config": {"error_if": "> 1"}}, ("warn", 1)),
        ({"config": {"warn_if": "> 1", "error_if": "> 1"}}, ("pass", 1)),
        ({"config": {"fail_calc": "coalesce(sum(n * n + 6), 0)"}}, ("fail", 7)),
        ({"compiled_code": "select * from figure order by n", "config": {"limit": 1}}, ("fail", 1)),
        ({"compiled_code": "select * from no_such_table"}, ("error", 0)),
    ],
)
def test_stored_test__gives_dbts_verdict(
    connection: duckdb.DuckDBPyConnection, values: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert verdict(connection, stored_test(node(**values), ("model.figure",), ("hr_assignments",)), FULL) == expected


def _stored(node: Any) -> StoredTest:
    return stored_test(node, tuple(node.depends_on.nodes), ())


def _tests_of(warehouse: EmptyWarehouse) -> list[SimpleNamespace]:
    """The project's tests as they were compiled and run."""
    nodes = warehouse.manifest["nodes"]
    ran = {
        result["unique_id"]: nodes[result["unique_id"]] | {"compiled_code": result["compiled_code"]}
        for result in warehouse.results
        if result["unique_id"].startswith("test.")
    }
    return [json.loads(json.dumps(found), object_hook=lambda part: SimpleNamespace(**part)) for found in ran.values()]


def test_every_test_of_the_project__gives_what_dbt_found(empty_warehouse: EmptyWarehouse) -> None:
    by_dbt = {
        result["unique_id"]: (result["status"], result["failures"] or 0)
        for result in empty_warehouse.results
        if result["unique_id"].startswith("test.")
    }
    with duckdb.connect(str(empty_warehouse.file), read_only=True) as opened:
        found = {test.unique_id: verdict(opened, test, FULL) for test in map(_stored, _tests_of(empty_warehouse))}
    assert found == by_dbt


def test_every_test_of_judged_months__has_its_day_marked(empty_warehouse: EmptyWarehouse) -> None:
    judged = [found for found in _tests_of(empty_warehouse) if getattr(found.config, "where", None) == "judged_months"]
    assert judged
    for test in map(_stored, judged):
        dated = MonthDates(FULL, date(2031, 7, 1)).put_into(test.sql)
        assert "cast('2031-07-01' as date) /* judged_from */" in dated, test.name
