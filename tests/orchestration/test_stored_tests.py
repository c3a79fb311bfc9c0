"""dbt's tests run from stored SQL: the same verdicts as dbt's, on the months that are judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from orchestration.stored_tests import StoredTest, keep_tests, run_tests, stored_tests
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
        "depends_on": SimpleNamespace(nodes=["model.figure"]), "config": SimpleNamespace(**config),
    }  # fmt: skip
    return SimpleNamespace(**(plain | values))


def kept(tmp_path: Path, *nodes: SimpleNamespace) -> list[StoredTest]:
    keep_tests(tmp_path / "tests.json", nodes, FULL)
    return stored_tests(tmp_path / "tests.json")


def statuses(
    connection: duckdb.DuckDBPyConnection, tests: list[StoredTest], judged_from: date
) -> list[tuple[str, int]]:
    found = run_tests(connection, tests, {"model.figure"}, set(), judged_from)
    return [(outcome.status, outcome.failures) for outcome in found]


def test_stored_test__judges_the_months_asked_for(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    tests = kept(tmp_path, node())
    assert statuses(connection, tests, MONTH) == [("pass", 0)]
    assert statuses(connection, tests, date(2025, 2, 1)) == [("fail", 1)]


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
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, values: dict[str, Any], expected: tuple[str, int]
) -> None:
    assert statuses(connection, kept(tmp_path, node(**values)), FULL) == [expected]


def test_stored_tests__of_tables_that_were_not_built_or_broke_do_not_run(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    two = SimpleNamespace(nodes=["model.figure", "model.other"])
    tests = kept(tmp_path, node(), node(unique_id="test.b", name="b", depends_on=two))

    def ran(built: set[str], broken: set[str]) -> list[str]:
        return [outcome.name for outcome in run_tests(connection, tests, built, broken, FULL)]

    assert ran({"model.figure"}, set()) == ["a", "b"]
    assert ran({"model.other"}, set()) == ["b"]
    assert ran({"model.figure"}, {"model.other"}) == ["a"]
    assert ran(set(), set()) == []


def test_no_tests_are_stored__before_the_first_full_build(tmp_path: Path) -> None:
    assert stored_tests(tmp_path / "tests.json") == []


def _tests_of(warehouse: EmptyWarehouse) -> list[SimpleNamespace]:
    """The project's tests as they were compiled and run."""
    nodes = warehouse.manifest["nodes"]
    ran = {
        result["unique_id"]: nodes[result["unique_id"]] | {"compiled_code": result["compiled_code"]}
        for result in warehouse.results
        if result["unique_id"].startswith("test.")
    }
    return [json.loads(json.dumps(found), object_hook=lambda part: SimpleNamespace(**part)) for found in ran.values()]


def test_every_test_of_the_project__is_stored_and_gives_what_dbt_found(
    empty_warehouse: EmptyWarehouse, tmp_path: Path
) -> None:
    by_dbt = {
        result["unique_id"]: (result["status"], result["failures"] or 0)
        for result in empty_warehouse.results
        if result["unique_id"].startswith("test.")
    }
    tests = kept(tmp_path, *_tests_of(empty_warehouse))
    assert {test.unique_id for test in tests} == by_dbt.keys()
    everything = {name for test in tests for name in test.reads}
    with duckdb.connect(str(empty_warehouse.file), read_only=True) as opened:
        found = {
            outcome.unique_id: (outcome.status, outcome.failures)
            for outcome in run_tests(opened, tests, everything, set(), FULL)
        }
    assert found == by_dbt


def test_every_test_of_judged_months__has_its_day_marked(empty_warehouse: EmptyWarehouse, tmp_path: Path) -> None:
    judged = [found for found in _tests_of(empty_warehouse) if getattr(found.config, "where", None) == "judged_months"]
    assert judged
    for test in kept(tmp_path, *judged):
        assert "{day}" in test.sql, test.name
        assert "as date) /* judged_from */" not in test.sql.replace("cast('{day}' as date) /* judged_from */", ""), (
            test.name
        )
