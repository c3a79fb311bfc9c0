"""The monthly partitions that every asset shares, and how a run's months are read.

A run may hold one month or a range (a backfill in one run); an asset that read only the first month of a range would load
it alone and report success, so months are always taken from here.
"""

from __future__ import annotations

from datetime import date

import dagster as dg

from orchestration.months import FIRST_MONTH

monthly = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, fmt="%Y-%m-%d", end_offset=1)
one_run = dg.BackfillPolicy.single_run()


def months_of(context: dg.AssetExecutionContext) -> set[date]:
    """First days of all months of the run."""
    return {date.fromisoformat(key) for key in context.partition_keys}
