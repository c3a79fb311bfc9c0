"""Everything Dagster loads. `workspace.yaml` names this module."""

from __future__ import annotations

import dagster as dg

from orchestration.alert_sensors import alert_after_run, alert_on_failed_run
from orchestration.jobs import monthly_load
from orchestration.raw_assets import raw_assets
from orchestration.release_assets import published, quality_gate
from orchestration.resources import Home
from orchestration.schedules import sixth_working_day
from orchestration.sensors import landing_sensor
from orchestration.warehouse_assets import control_tables, warehouse_assets

defs = dg.Definitions(
    assets=[raw_assets, control_tables, warehouse_assets, quality_gate, published],
    jobs=[monthly_load],
    schedules=[sixth_working_day],
    sensors=[landing_sensor, alert_on_failed_run, alert_after_run],
    resources={"home": Home()},
    executor=dg.in_process_executor,
)
