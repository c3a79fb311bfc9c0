"""Border 2, marts out: every published table is judged as a whole before any of them is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from expectations.from_manifest import Mart, mart_frames, published_marts
from expectations.judging import judge
from expectations.result import CheckResult


def check_marts(
    connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], from_month: date | None
) -> list[CheckResult]:
    """Judge the published tables of the warehouse.

    Args:
        connection: a connection or cursor to the warehouse.
        manifest: the dbt manifest as a dictionary.
        from_month: first month that was loaded; tables built by month are read from it on. None: all months.
    """
    return [result for mart in published_marts(manifest) for result in _check_mart(connection, mart, from_month)]


def _check_mart(connection: duckdb.DuckDBPyConnection, mart: Mart, from_month: date | None) -> list[CheckResult]:
    loaded = f"from_{from_month:%Y-%m}" if from_month else "all_months"
    return [
        CheckResult(
            id=f"marts.{mart.name}.{loaded}.{judged.check.name}",
            border="marts",
            table=mart.relation,
            month=from_month,
            name=judged.check.name,
            meaning=judged.check.meaning,
            severity=judged.check.severity,
            success=judged.success,
            observed=judged.observed,
            unexpected_count=judged.unexpected_count,
            rows=judged.rows,
            how_to_see=judged.how_to_see,
        )
        for frame in mart_frames(mart, from_month.isoformat() if from_month else None)
        for judged in judge(connection, frame)
    ]
