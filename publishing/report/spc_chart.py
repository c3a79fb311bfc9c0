"""The control chart of one indicator as Vega-Lite, in the NHS style: points, mean, limits, target, segments, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from publishing.report.charts import Spec, index_axis, sized
from publishing.report.palette import GREY, POINT_STYLES, QUIET, TARGET
from publishing.report.wording import short_month

PLOT, _LEFT = 146, 44
_EDGE = 0.4  # of a month, between the outermost points and the ends of the axis
_SUPPRESSED, _MISSING = "s", "×"


@dataclass(frozen=True)
class Point:
    """One month of a control chart; limits are None where there are none. Values in the indicator's unit."""

    month: date
    value: float | None
    is_suppressed: bool
    mean: float | None
    lower: float | None
    upper: float | None
    segment: int
    point_type: str
    is_provisional: bool


def _axis(points: Sequence[Point]) -> dict[str, Any]:
    last = len(points) - 1
    step = 6 if last >= 12 else 3 if last >= 6 else 1
    named = [i for i in range(last + 1) if (last - i) % step == 0]
    return {
        "field": "at", "type": "quantitative", "scale": {"domain": [-_EDGE, max(last, 1) + _EDGE], "nice": False},
        "axis": index_axis([short_month(p.month) for p in points], named),
    }  # fmt: skip


def _line(values: list[dict[str, Any]], mark: dict[str, Any], x: Spec, y: Spec, field: str) -> list[Spec]:
    known = [value for value in values if value[field] is not None]
    if not known:
        return []
    detail = {"field": "segment", "type": "nominal"}
    encoding = {"x": x, "y": {**y, "field": field}, "detail": detail}
    return [{"data": {"values": known}, "mark": {"type": "line", **mark}, "encoding": encoding}]


def month_by_month(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same with a point without a value for each month that has none, where the series is monthly.

    A series with fewer than half of the months between its ends, such as the waves of a survey, is left as it is.
    """
    if not points:
        return ()
    by_month = {_number(point.month): point for point in points}
    first, last = min(by_month), max(by_month)
    if 2 * len(by_month) < last - first + 1:
        return tuple(points)
    found = [by_month[first]]
    for number in range(first + 1, last + 1):
        missing = replace(found[-1], month=date(number // 12, number % 12 + 1, 1), value=None, is_suppressed=False)
        found.append(by_month.get(number, missing))
    return tuple(found)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def spc_chart(points: Sequence[Point], target: float | None, suffix: str = "", plot: int = PLOT) -> Spec:
    """A chart of all months given, in order.

    Args:
        suffix: written after each number of the axis, such as `%`.
        plot: height of the plot in units.
    """
    values: list[dict[str, Any]] = [
        {
            "at": i, "value": p.value, "mean": p.mean, "lower": p.lower, "upper": p.upper, "segment": p.segment,
            **({"fill": "#ffffff" if p.is_provisional else _style(p).colour,
                "stroke": _style(p).colour, "shape": _style(p).shape, "size": _style(p).size} if p.value is not None else {}),
        }
        for i, p in enumerate(points)
    ]  # fmt: skip
    x = _axis(points)
    label = f"format(datum.value, ',.{_axis_decimals(points, target)}f') + '{suffix}'"
    y = {
        "field": "value", "type": "quantitative", "scale": {"zero": False, "nice": False, "padding": 9},
        "axis": {"title": None, "tickCount": 4, "labelExpr": label},
    }  # fmt: skip
    shown = [value for value in values if value["value"] is not None]
    layers: list[Spec] = [
        *_line(values, {"color": GREY, "strokeDash": [3, 3], "strokeWidth": 1.3}, x, y, "upper"),
        *_line(values, {"color": GREY, "strokeDash": [3, 3], "strokeWidth": 1.3}, x, y, "lower"),
        *_line(values, {"color": GREY, "strokeWidth": 1.3}, x, y, "mean"),
        *_rebase_layers(points, x),
        *_target_layers(target, x, y, len(points)),
        {
            "data": {"values": values},
            "mark": {"type": "line", "color": GREY, "strokeWidth": 1.5, "invalid": "break-paths-filter-domains"},
            "encoding": {"x": x, "y": y},
        },
    ]
    if shown:
        by = {name: {"field": name, "type": "nominal", "scale": None} for name in ("fill", "stroke", "shape")}
        size = {"field": "size", "type": "quantitative", "scale": None}
        mark = {"type": "point", "strokeWidth": 1.6, "opacity": 1}
        layers.append({"data": {"values": shown}, "mark": mark, "encoding": {"x": x, "y": y, **by, "size": size}})
    return sized([*layers, *_gap_layers(points, x)], plot, _LEFT)


def _style(point: Point) -> Any:
    return POINT_STYLES.get(point.point_type, POINT_STYLES["common_cause"])


def _axis_decimals(points: Sequence[Point], target: float | None) -> int:
    """As many decimals as four ticks need to differ."""
    drawn = [n for p in points for n in (p.value, p.lower, p.upper) if n is not None] + [
        n for n in (target,) if n is not None
    ]
    spread = max(drawn) - min(drawn) if drawn else 0.0
    if spread == 0 and all(float(n).is_integer() for n in drawn):
        return 0
    return 0 if spread >= 4 else 1 if spread >= 0.4 else 2


def _target_layers(target: float | None, x: Spec, y: Spec, places: int) -> list[Spec]:
    """The target across the chart, with a T in the margin where it ends."""
    if target is None:
        return []
    ends = [{"at": at, "value": target} for at in (-_EDGE, max(places - 1, 1) + _EDGE)]
    mark = {"type": "line", "color": TARGET, "strokeDash": [9, 3, 2, 3], "strokeWidth": 1.8}
    letter = {
        "type": "text",
        "text": "T",
        "color": TARGET,
        "fontSize": 11,
        "fontWeight": "bold",
        "align": "left",
        "dx": 4,
    }
    return [
        {"data": {"values": ends}, "mark": mark, "encoding": {"x": x, "y": y}},
        {"data": {"values": ends[1:]}, "mark": letter, "encoding": {"x": x, "y": y}},
    ]


def _rebase_layers(points: Sequence[Point], x: Spec) -> list[Spec]:
    starts = [{"at": i - 0.5} for i, (before, now) in enumerate(pairwise(points), 1) if now.segment != before.segment]
    mark = {"type": "rule", "color": QUIET, "strokeDash": [1, 3], "strokeWidth": 1.5}
    return [{"data": {"values": starts}, "mark": mark, "encoding": {"x": x}}] if starts else []


def _gap_layers(points: Sequence[Point], x: Spec) -> list[Spec]:
    """A letter at the foot of the chart where a month has no point: `s` suppressed, `×` no figure."""
    gaps = [
        {"at": i, "text": _SUPPRESSED if p.is_suppressed else _MISSING} for i, p in enumerate(points) if p.value is None
    ]
    mark = {"type": "text", "fontSize": 10, "color": QUIET, "fontStyle": "italic", "baseline": "bottom"}
    encoding = {"x": x, "y": {"value": "height"}, "text": {"field": "text"}}
    return [{"data": {"values": gaps}, "mark": mark, "encoding": encoding}] if gaps else []
