"""When the month before is loaded: on the sixth working day, when HR and R&D have closed their month."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from functools import cache

import dagster as dg

from orchestration.code_identity import DBT_PROJECT
from orchestration.jobs import monthly_load

WORKING_DAY = 6


@cache
def bank_holidays() -> frozenset[date]:
    """Bank holidays of England, from the seed that the date dimension uses."""
    with (DBT_PROJECT / "seeds" / "workforce" / "list_bank_holiday.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(date.fromisoformat(row["holiday_date"]) for row in csv.DictReader(file))


def working_day_of_month(day: date) -> int | None:
    """Which working day of its month a day is (1 = the first), or None on weekends and bank holidays."""
    days = (day.replace(day=1) + timedelta(n) for n in range(day.day))
    working = [d for d in days if d.weekday() < 5 and d not in bank_holidays()]
    return len(working) if working and working[-1] == day else None


@dg.schedule(
    job=monthly_load,
    cron_schedule="0 6 * * 1-5",
    execution_timezone="Europe/London",
    description="On the sixth working day of a month, load the month before.",
)
def sixth_working_day(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    now: datetime = context.scheduled_execution_time
    today = now.date()
    if working_day_of_month(today) != WORKING_DAY:
        return dg.SkipReason(f"{today:%d %B} is not the sixth working day of the month.")
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return dg.RunRequest(run_key=f"scheduled {month:%Y-%m}", partition_key=month.isoformat())
