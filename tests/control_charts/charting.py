"""Series as the tests write them, and the rules a second time, in plain Python, as one reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import duckdb

from publishing.control_charts.charts import Profile, draw

Value = float | None


@dataclass(frozen=True)
class Chart:
    points: list[dict[str, object]]
    variation_icon: str | None
    assurance_icon: str | None
    limits_status: str


def chart(
    values: Sequence[Value],
    profile: Profile,
    *,
    dates: Sequence[date] | None = None,
    direction: str = "increase",
    target: float | None = None,
    rebase: Sequence[date] = (),
    fix_after: int | None = None,
) -> Chart:
    """One series, drawn by the product."""
    days = dates or [date(2020 + month // 12, month % 12 + 1, 1) for month in range(len(values))]
    rows = [
        ("s", day, value, day in rebase, direction, target, fix_after) for day, value in zip(days, values, strict=True)
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "create table given (series_id varchar, date date, value double, is_rebase boolean, improvement_direction varchar, "
            "target double, fix_after_n_points integer)"
        )
        connection.executemany("insert into given values (?, ?, ?, ?, ?, ?, ?)", rows)
        draw(connection, "given", profile)
        found = connection.execute("select * from spc_point order by date")
        names = [column[0] for column in found.description or ()]
        points = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        (series,) = connection.execute(
            "select variation_icon, assurance_icon, limits_status from spc_series"
        ).fetchall()
    return Chart(points, *series)


def chart_by_hand(
    values: Sequence[Value], *, fix_after: int | None, screens: bool
) -> tuple[float, float, float, list[str], tuple[float, ...]]:
    """Mean, lower limit, upper limit, labels and edges (where a last bit decides) of one segment, rule by rule."""
    baseline = list(values[: fix_after or len(values)])
    known = [value for value in baseline if value is not None]
    mean = sum(known) / len(known)
    ranges = [abs(b - a) for a, b in pairwise(baseline) if a is not None and b is not None]
    average = sum(ranges) / len(ranges)
    if screens:
        kept = [size for size in ranges if size < 3.267 * average]
        average = sum(kept) / len(kept)
    low, high = mean - 2.66 * average, mean + 2.66 * average
    near = 2 * 2.66 / 3 * average
    side = [0 if value is None else (value > mean) - (value < mean) for value in values]
    outside = [0 if value is None else (value > high) - (value < low) for value in values]
    close = [
        value is not None and not out and abs(value - mean) > near for value, out in zip(values, outside, strict=True)
    ]
    step = [0] + [0 if a is None or b is None else (b > a) - (b < a) for a, b in pairwise(values)]
    places = range(len(values))
    in_shift = {p for end in places[6:] for p in range(end - 6, end + 1) if side[end] and len({*side[end - 6 : end + 1]}) == 1}  # fmt: skip
    in_trend = {p for end in places[6:] for p in range(end - 6, end + 1) if step[end] and len({*step[end - 5 : end + 1]}) == 1}  # fmt: skip
    in_pair = {
        p
        for end in places[2:]
        for p in range(end - 2, end + 1)
        if side[end] and len({*side[end - 2 : end + 1]}) == 1 and sum(close[end - 2 : end + 1]) >= 2 and close[p]
    }
    found = []
    for p in places:
        if outside[p]:
            found.append("Above UCL" if outside[p] > 0 else "Below LCL")
        elif p in in_trend:
            way = step[p + 1] if p + 1 in in_trend else step[p]
            found.append(f"7 Point Trend ({'Increasing' if way > 0 else 'Decreasing'})")
        elif p in in_pair:
            found.append(f"2 in 3 {'Above' if side[p] > 0 else 'Below'} CL")
        elif p in in_shift:
            found.append(f"7 Points {'Above' if side[p] > 0 else 'Below'} CL")
        else:
            found.append("Common Cause")
    return mean, low, high, found, (mean, low, high, mean + near, mean - near)
