"""dbt's own tests, between the two borders, as check results: read from `run_results.json` and the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.result import CheckResult
from ingestion.contract import contracts

JUDGED = ("pass", "fail", "warn", "error")
_EXTRACTS_SHOWN = 4


def dbt_test_results(
    run_results: Mapping[str, Any], manifest: Mapping[str, Any], from_month: date | None
) -> list[CheckResult]:
    """Every data test of a dbt run. A failure blocks unless the test's severity is `warn`; a broken test blocks too.

    Args:
        run_results: the run results as a dictionary (`results` with `unique_id`, `status`, `failures`).
        manifest: the manifest of the same run as a dictionary.
    """
    nodes = manifest["nodes"]
    found = [
        _result(result, nodes[result["unique_id"]], nodes, from_month)
        for result in run_results["results"]
        if nodes.get(result["unique_id"], {}).get("resource_type") == "test" and str(result["status"]) in JUDGED
    ]
    return sorted(found, key=lambda result: result.id)


def _result(
    result: Mapping[str, Any], test: Mapping[str, Any], nodes: Mapping[str, Any], from_month: date | None
) -> CheckResult:
    status, failures = str(result["status"]), int(result.get("failures") or 0)
    # A test in a file of its own is attached to nothing; the first table that it reads stands for it.
    tables = [nodes[name] for name in (test.get("attached_node"), *test["depends_on"]["nodes"]) if name in nodes]
    table = f"{tables[0]['schema']}.{tables[0].get('alias') or tables[0]['name']}" if tables else test["name"]
    stored = f'"{test["schema"]}"."{test["alias"]}"' if status in ("fail", "warn") else None
    loaded = f"from_{from_month:%Y-%m}" if from_month else "all_months"
    return CheckResult(
        id=f"dbt.{table.rpartition('.')[2]}.{loaded}.{test['name']}",
        border="dbt",
        table=table,
        month=from_month,
        name=test["name"],
        meaning=test.get("description")
        or f"A dbt test of the warehouse failed. See its rows, then {_origin(test, nodes)}.",
        severity="warning" if status == "warn" else "blocking",
        success=status == "pass",
        # The message of an error may quote a value, so only the counts are kept.
        observed="the test could not be run" if status == "error" else f"{failures:,} failing rows",
        unexpected_count=failures,
        how_to_see=f"select * from {stored}" if stored else f"dbt show --select {test['name']}",
    )


def _origin(test: Mapping[str, Any], nodes: Mapping[str, Any]) -> str:
    """Where to look for the cause: the deliveries that the tested tables are made of, nearest first, and the commands that show them."""
    extracts: list[str] = []
    seen: set[str] = set()
    following: list[str] = list(test["depends_on"]["nodes"])
    for name in following:  # grows as it goes: breadth first
        if name in seen:
            continue
        seen.add(name)
        if name.startswith("source.") and name.rpartition(".")[2] in contracts():
            extracts.append(name.rpartition(".")[2])
        following += nodes.get(name, {}).get("depends_on", {}).get("nodes", [])
    if not extracts:
        return "the model it tests"
    more = f" and {len(extracts) - _EXTRACTS_SHOWN} more extracts" if len(extracts) > _EXTRACTS_SHOWN else ""
    return (
        f"the deliveries of {', '.join(extracts[:_EXTRACTS_SHOWN])}{more}: rcw status names the files, rcw quarantine {extracts[0]} "
        "their rejected rows. If the deliveries are right, the model it tests is wrong"
    )
