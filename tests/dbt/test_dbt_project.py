"""The dbt project builds over empty extracts, and every dbt unit test holds. Nothing about figures is tested here."""

from __future__ import annotations

from tests.homes import EmptyWarehouse


def test_project__builds_over_empty_extracts_with_all_its_unit_tests(empty_warehouse: EmptyWarehouse) -> None:
    faults = [
        f"{result['unique_id']}: {result['status']}: {result['message']}"
        for result in empty_warehouse.results
        if result["status"] not in {"success", "pass", "skipped"}
    ]
    assert not faults, "\n".join(faults)


def test_project__has_unit_tests_that_were_run(empty_warehouse: EmptyWarehouse) -> None:
    run = {result["unique_id"] for result in empty_warehouse.results}
    assert set(empty_warehouse.manifest["unit_tests"]) <= run
