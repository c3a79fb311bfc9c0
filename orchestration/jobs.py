"""The one job: a month, or a range of months, from landing to the published release, in one process."""

from __future__ import annotations

import dagster as dg

from orchestration.partitions import monthly

monthly_load = dg.define_asset_job(
    "monthly_load",
    selection=dg.AssetSelection.all(),
    partitions_def=monthly,
    executor_def=dg.in_process_executor,  # DuckDB takes one writing process
    description="Land, check, build and publish the months of the run.",
)
