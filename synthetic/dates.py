"""Days and months as plain integers, and their text in the forms that the extracts use.

A day is the number of days since 1970-01-01; a month is 12 x year + month - 1. Integers keep whole columns of dates in
one NumPy array, and no clock is ever read.
"""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int32]
Texts = NDArray[np.object_]

#: A date that is blank. Far below every real day, so `day <= last_day` must always be guarded by `day > NO_DAY`.
NO_DAY = -100_000
_EPOCH = datetime.date(1970, 1, 1)
_TABLE_FROM = (datetime.date(1920, 1, 1) - _EPOCH).days
_TABLE_TO = (datetime.date(2070, 1, 1) - _EPOCH).days


def month_of(text: str) -> int:
    """The month that `YYYY-MM` names.

    Raises:
        ValueError: the text is no month.
    """
    year, month = text.split("-")
    if not 1 <= int(month) <= 12:
        raise ValueError(f"{text} is no month")
    return 12 * int(year) + int(month) - 1


def month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def first_day(month: int) -> int:
    return (datetime.date(month // 12, month % 12 + 1, 1) - _EPOCH).days


def last_day(month: int) -> int:
    return first_day(month + 1) - 1


def days_in(month: int) -> int:
    return first_day(month + 1) - first_day(month)


def month_of_day(day: int) -> int:
    date = _EPOCH + datetime.timedelta(days=int(day))
    return 12 * date.year + date.month - 1


def day_of(text: str) -> int:
    """The day that `YYYY-MM-DD` names."""
    return (datetime.date.fromisoformat(text) - _EPOCH).days


def add_months(days: Days, months: int) -> Days:
    """The same day of the month, `months` later; the last day of a month too short for it."""
    found = []
    for day in days.tolist():
        date = _EPOCH + datetime.timedelta(days=day)
        month = 12 * date.year + date.month - 1 + months
        found.append(min(first_day(month) + date.day - 1, last_day(month)))
    return np.array(found, dtype=np.int32)


@cache
def _table(pattern: str) -> Texts:
    """Text of every day from 1920 to 2069, with a blank at the end that `NO_DAY` is sent to."""
    dates = [(_EPOCH + datetime.timedelta(days=day)).strftime(pattern) for day in range(_TABLE_FROM, _TABLE_TO)]
    return np.array([*dates, ""], dtype=object)


def text_of(days: Days, pattern: str = "%d/%m/%Y") -> Texts:
    """Each day as text in a `strftime` pattern; `NO_DAY` as an empty string."""
    table = _table(pattern)
    return table[np.where(days <= NO_DAY, len(table) - 1, days - _TABLE_FROM)]


def one_text(day: int, pattern: str = "%d/%m/%Y") -> str:
    return str(text_of(np.array([day]), pattern)[0])
