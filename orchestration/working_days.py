"""Working days of a month in England: neither weekends nor the bank holidays of the seed `list_bank_holiday`."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache

from orchestration.code_identity import DBT_PROJECT

#: The working day of a month on which the month before is due, and loaded.
DUE_DAY = 6


@cache
def bank_holidays() -> frozenset[date]:
    """Bank holidays of England, from the seed that the date dimension uses."""
    with (DBT_PROJECT / "seeds" / "workforce" / "list_bank_holiday.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(date.fromisoformat(row["holiday_date"]) for row in csv.DictReader(file))


def _working_days(day: date) -> list[date]:
    """The working days of a month up to a day."""
    days = (day.replace(day=1) + timedelta(n) for n in range(day.day))
    return [d for d in days if d.weekday() < 5 and d not in bank_holidays()]


def working_day_of_month(day: date) -> int | None:
    """Which working day of its month a day is (1 = the first), or None on weekends and bank holidays."""
    working = _working_days(day)
    return len(working) if working and working[-1] == day else None


def newest_due_month(today: date) -> date:
    """The newest month whose extracts should have come: the month before, once its due day has begun."""
    month = today.replace(day=1)
    back = 1 if len(_working_days(today)) >= DUE_DAY else 2
    for _ in range(back):
        month = (month - timedelta(days=1)).replace(day=1)
    return month
