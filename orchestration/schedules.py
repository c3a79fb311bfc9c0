"""When the month before is loaded: on the sixth working day, when HR and R&D have closed their month."""

from __future__ import annotations

from datetime import datetime, timedelta

import dagster as dg

from orchestration.alert_sensors import tell_of_late_deliveries
from orchestration.jobs import monthly_load
from orchestration.working_days import DUE_DAY, working_day_of_month


@dg.schedule(
    job=monthly_load,
    cron_schedule="0 6 * * 1-5",
    execution_timezone="Europe/London",
    description="On the sixth working day of a month, load the month before.",
)
def sixth_working_day(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    now: datetime = context.scheduled_execution_time
    today = now.date()
    tell_of_late_deliveries()
    if working_day_of_month(today) != DUE_DAY:
        return dg.SkipReason(f"{today:%d %B} is not the sixth working day of the month.")
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return dg.RunRequest(run_key=f"scheduled {month:%Y-%m}", partition_key=month.isoformat())
