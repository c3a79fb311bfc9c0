"""Charts that compare groups, as Vega-Lite: bars, scores beside their benchmark, ratios with their interval, months.

All are drawn for a column 360 units wide, so that their text can be read on a phone and in two columns on A4. A figure that is
not published is named in its place, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from publishing.report.palette import BLUE, GREY, INK, LINE, ORANGE, QUIET

Spec = Mapping[str, Any]
WIDTH = 360
_ROW = 21
_LABELS = 160
_LONGEST = 27
_TOP, _RIGHT, _FOOT, _FOOT_WITH_TITLE = 8, 20, 22, 40
Gap = Literal["", "suppressed", "n/a"]


@dataclass(frozen=True)
class Bar:
    """One group; `gap` names what stands in place of a figure. `text` is the figure as printed."""

    label: str
    value: float | None
    text: str
    gap: Gap = ""


@dataclass(frozen=True)
class Whisker:
    """A figure with its interval, and another to hold it against."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    other: float | None = None
    gap: Gap = ""


def _axis() -> dict[str, Any]:
    return {
        "labelColor": INK, "labelFontSize": 12, "titleColor": QUIET, "titleFontSize": 11, "titleFontWeight": "normal",
        "gridColor": LINE, "domain": False, "ticks": False, "labelPadding": 5, "labelLimit": 0, "labelOverlap": False, "titleLimit": 0,
    }  # fmt: skip


def sized(layers: Sequence[Spec], height: int, left: int, bottom: int = _FOOT) -> Spec:
    """A chart of these layers on a plot of this height, WIDTH wide with its margins.

    The margins are given, not fitted: all plots of a page stand in line, and Vega need not measure every label, which is most
    of what a chart costs.
    """
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH - left - _RIGHT,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"left": left, "right": _RIGHT, "top": _TOP, "bottom": bottom},
        "config": {"view": {"stroke": None}, "axis": _axis(), "background": None, "point": {"opacity": 1}},
        "layer": list(layers),
    }


def _rows(values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"values": list(values)}


def _labels(values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    order = [value["label"] for value in values]
    axis = {
        "title": None,
        "labelExpr": f"length(datum.label) > {_LONGEST} ? slice(datum.label, 0, {_LONGEST - 1}) + '…' : datum.label",
    }
    return {"field": "label", "type": "nominal", "sort": order, "axis": axis}


def _gap_layer(values: Sequence[Mapping[str, Any]], y: Spec) -> list[Spec]:
    gaps = [value for value in values if value["gap"]]
    if not gaps:
        return []
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "dx": 3,
        "fontStyle": "italic",
        "fontSize": 11,
        "color": QUIET,
    }
    layer = {"data": _rows(gaps), "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "gap"}}}
    # White edges keep the words apart from lines that run behind them.
    return [{**layer, "mark": {**mark, "stroke": "#ffffff", "strokeWidth": 4}}, {**layer, "mark": mark}]


def bars(groups: Sequence[Bar], axis_title: str, whole: Bar | None = None) -> Spec:
    """Horizontal bars in the order given, each with its figure; `whole` is a bar of its own below, with a line upwards."""
    values = [_bar(group, BLUE) for group in groups] + ([_bar(whole, GREY)] if whole else [])
    top = max([value["value"] for value in values if value["value"] is not None] + [0.0]) or 1.0
    y = _labels(values)
    x = {
        "field": "value", "type": "quantitative", "scale": {"domain": [0, top * 1.2], "nice": False},
        "axis": {"title": axis_title, "tickCount": 4},
    }  # fmt: skip
    colour = {"field": "colour", "type": "nominal", "scale": None}
    layers: list[Spec] = []
    if whole and whole.value is not None:
        line = {"type": "rule", "color": GREY, "strokeDash": [1, 3]}
        layers.append({"data": _rows([_bar(whole, GREY)]), "mark": line, "encoding": {"x": x}})
    known = [value for value in values if value["value"] is not None]
    text = {"type": "text", "align": "left", "baseline": "middle", "dx": 4, "fontSize": 12, "color": INK}
    layers += [
        {"data": _rows(values), "mark": {"type": "bar", "height": 13}, "encoding": {"y": y, "x": x, "color": colour}},
        # White edges keep the figures apart from the line of the whole, as in the gaps.
        *(
            {"data": _rows(known), "mark": mark, "encoding": {"y": y, "x": x, "text": {"field": "text"}}}
            for mark in ({**text, "stroke": "#ffffff", "strokeWidth": 4}, text)
        ),
        *_gap_layer(values, y),
    ]
    return sized(layers, _ROW * len(values), _LABELS, _FOOT_WITH_TITLE)


def _bar(bar: Bar, colour: str) -> dict[str, Any]:
    return {"label": bar.label, "value": bar.value, "text": bar.text, "gap": bar.gap, "colour": colour}


def scores(groups: Sequence[Whisker], axis_title: str, domain: tuple[float, float]) -> Spec:
    """A filled circle with its interval for each score, an open diamond for what it is held against."""
    values = [_whisker(g) for g in groups]
    y = _labels(values)
    x = {
        "field": "value", "type": "quantitative", "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": {"title": axis_title, "tickCount": 5},
    }  # fmt: skip
    diamond = {"type": "point", "shape": "diamond", "size": 90, "filled": False, "stroke": ORANGE, "strokeWidth": 1.8}
    held = [{"label": v["label"], "value": v["other"]} for v in values if v["other"] is not None]
    return sized(
        [
            *_interval_layers(values, x, y, solid=lambda v: True),
            {"data": _rows(held), "mark": diamond, "encoding": {"y": y, "x": x}},
            *_gap_layer(values, y),
        ],
        _ROW * len(values),
        _LABELS,
        _FOOT_WITH_TITLE,
    )


def ratios(groups: Sequence[Whisker], axis_title: str, domain: tuple[float, float]) -> Spec:
    """Ratios to 1 on a logarithmic axis: a filled point where the interval leaves 1 out, an open one where it does not."""
    values = [_whisker(g) for g in groups]
    y = _labels(values)
    ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10) if domain[0] <= tick <= domain[1]]
    x = {
        "field": "value", "type": "quantitative", "scale": {"type": "log", "domain": list(domain), "nice": False},
        "axis": {"title": axis_title, "values": ticks, "format": "~r"},
    }  # fmt: skip
    one = {
        "data": _rows([{"value": 1}]),
        "mark": {"type": "rule", "color": GREY, "strokeWidth": 1.5},
        "encoding": {"x": x},
    }

    def leaves_one_out(value: Mapping[str, Any]) -> bool:
        return value["low"] is not None and value["high"] is not None and not value["low"] <= 1 <= value["high"]

    return sized(
        [one, *_interval_layers(values, x, y, solid=leaves_one_out), *_gap_layer(values, y)],
        _ROW * len(values),
        _LABELS,
        _FOOT_WITH_TITLE,
    )


def _whisker(group: Whisker) -> dict[str, Any]:
    return {
        "label": group.label, "value": group.value, "low": group.low, "high": group.high, "other": group.other, "gap": group.gap,
    }  # fmt: skip


def _interval_layers(values: Sequence[dict[str, Any]], x: Spec, y: Spec, solid: Any) -> list[Spec]:
    known = [value for value in values if value["value"] is not None]
    with_interval = [value for value in known if value["low"] is not None and value["high"] is not None]
    rule = {"type": "rule", "color": BLUE, "strokeWidth": 2}
    point = {"type": "point", "shape": "circle", "size": 62, "stroke": BLUE, "strokeWidth": 1.8}
    low = {**x, "field": "low"}
    layers: list[Spec] = [
        {"data": _rows(values), "mark": {"type": "point", "opacity": 0, "size": 1}, "encoding": {"y": y}},
        {"data": _rows(with_interval), "mark": rule, "encoding": {"y": y, "x": low, "x2": {"field": "high"}}},
    ]
    for is_solid, fill in ((True, BLUE), (False, "#ffffff")):
        of_kind = [value for value in known if bool(solid(value)) is is_solid]
        if of_kind:
            layers.append({"data": _rows(of_kind), "mark": {**point, "fill": fill}, "encoding": {"y": y, "x": x}})
    return layers


def columns(groups: Sequence[Bar], every: int = 6) -> Spec:
    """Upright columns in the order given, such as months; every so many of the newest backwards are named."""
    last = len(groups) - 1
    values = [{"at": i, "value": g.value, "gap": g.gap} for i, g in enumerate(groups)]
    named = [i for i in range(last + 1) if (last - i) % every == 0]
    x = {
        "field": "at", "type": "quantitative", "scale": {"domain": [-0.6, last + 0.6], "nice": False},
        "axis": index_axis([g.label for g in groups], named),
    }  # fmt: skip
    y = {"field": "value", "type": "quantitative", "axis": {"title": None, "tickCount": 4}}
    bar = {"type": "bar", "color": BLUE, "width": max(3, min(16, round(270 / max(1, len(groups)))))}
    return sized([{"data": _rows(values), "mark": bar, "encoding": {"x": x, "y": y}}], 140, 44)


def index_axis(labels: Sequence[str], named: Sequence[int]) -> dict[str, Any]:
    """An axis of places 0, 1, 2 … that bear names; free of the time zone that an axis of dates would bring in."""
    places = ",".join(str(i) for i in named)
    names = ",".join(f"'{labels[i]}'" for i in named)
    return {
        "title": None,
        "values": list(named),
        "grid": False,
        "labelExpr": f"[{names}][indexof([{places}], datum.value)]",
        "labelFlush": False,
    }
