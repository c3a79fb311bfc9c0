"""Months as the load counts them. They stand apart from the partitions so that the command line need not import Dagster."""

from __future__ import annotations

from datetime import date

#: The first month that may be loaded.
FIRST_MONTH = "2000-01-01"


def months_between(first: date, last: date) -> set[date]:
    """First days of all months from the one of `first` up to the one of `last`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return {date(number // 12, number % 12 + 1, 1) for number in numbers}
