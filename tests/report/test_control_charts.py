"""Control charts as they are drawn: each meaning has a shape, a gap is said, segments stand apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from publishing.report.drawing import cleaned, drawn
from publishing.report.icons import ICONS
from publishing.report.palette import POINT_STYLES
from publishing.report.spc_chart import Point, month_by_month, spc_chart

POINT = Point(date(2025, 1, 1), 10.0, False, 10.0, 8.0, 12.0, 0, "common_cause", False)
YEAR = [replace(POINT, month=date(2025, month, 1), value=float(month)) for month in range(1, 13)]


def _layers(spec: Mapping[str, Any], mark: str) -> list[dict[str, Any]]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]


def _points(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    (layer,) = _layers(spec, "point")
    return list(layer["data"]["values"])


def _texts(spec: Mapping[str, Any]) -> list[str]:
    return [value["text"] for layer in _layers(spec, "text") for value in layer["data"]["values"] if "text" in value]


@pytest.mark.parametrize("point_type", POINT_STYLES)
def test_a_point__has_the_shape_and_colour_of_its_kind(point_type: str) -> None:
    (point,) = _points(spc_chart([replace(POINT, point_type=point_type)], None))
    style = POINT_STYLES[point_type]
    assert (point["shape"], point["fill"]) == (style.shape, style.colour)


def test_kinds_of_points__differ_without_colour() -> None:
    assert len({style.shape for style in POINT_STYLES.values()}) == len(POINT_STYLES)


def test_a_provisional_point__is_hollow() -> None:
    (point,) = _points(spc_chart([replace(POINT, is_provisional=True)], None))
    assert (point["fill"], point["stroke"]) == ("#ffffff", POINT_STYLES["common_cause"].colour)


def test_a_gap__is_said_at_the_foot_and_breaks_the_line() -> None:
    points = [YEAR[0], replace(YEAR[1], value=None, is_suppressed=True), replace(YEAR[2], value=None), YEAR[3]]
    spec = spc_chart(points, None)
    assert _texts(spec) == ["s", "×"]
    assert len(_points(spec)) == 2
    (line,) = [layer for layer in _layers(spec, "line") if layer["mark"].get("invalid")]
    assert [value["value"] for value in line["data"]["values"]] == [1.0, None, None, 4.0]


def test_each_new_segment__has_a_line_before_it() -> None:
    points = [replace(point, segment=int(place >= 6)) for place, point in enumerate(YEAR)]
    (rule,) = _layers(spc_chart(points, None), "rule")
    assert [value["at"] for value in rule["data"]["values"]] == [5.5]
    assert not _layers(spc_chart(YEAR, None), "rule")


def test_a_target__ends_in_its_letter() -> None:
    marks = [layer["mark"].get("text") for layer in _layers(spc_chart(YEAR, 7.0), "text")]
    assert marks == ["T"]


def test_months_without_a_row__are_gaps_but_waves_of_a_survey_are_not_filled() -> None:
    without_march = [point for point in YEAR if point.month.month != 3]
    filled = month_by_month(without_march)
    assert [point.month for point in filled] == [point.month for point in YEAR]
    assert filled[2].value is None
    waves = [replace(POINT, month=date(year, 11, 1)) for year in (2023, 2024, 2025)]
    assert list(month_by_month(waves)) == waves
    assert month_by_month([]) == ()


@pytest.mark.parametrize("points", [YEAR, YEAR[:1], [replace(POINT, value=None, mean=None, lower=None, upper=None)]])
def test_a_chart__is_drawn_the_same_twice_and_in_its_place(points: list[Point]) -> None:
    spec = spc_chart(points, 7.0, "%")
    svg = drawn(spec, "a")
    assert svg == drawn(spec, "a")
    assert re.match(r'<svg [^>]*viewBox="0 0 360 \d+"', svg)


def test_ids_of_a_chart__begin_with_its_name() -> None:
    svg = '<svg><clipPath id="clip0"></clipPath><g clip-path="url(#clip0)"><path d="M1,1"/></g></svg>'
    assert cleaned(svg, "w1").count("w1-clip0") == 2


def test_icons__have_words_and_differ_in_shape() -> None:
    shapes = {re.sub(r"#[0-9a-f]{6}", "", icon.svg) for icon in ICONS.values()}
    assert len(shapes) == len(ICONS)
    assert all(icon.words and icon.short for icon in ICONS.values())
    assert {code: icon.svg.count(">?<") for code, icon in ICONS.items() if ">?<" in icon.svg} == {"inconsistent": 1}


@pytest.mark.parametrize(("value", "decimals"), [(100.0, 0), (0.97, 2)])
def test_axis_of_a_constant_series__has_the_decimals_of_its_value(value: float, decimals: int) -> None:
    flat = [replace(point, value=value, mean=None, lower=None, upper=None) for point in YEAR]
    spec = spc_chart(flat, value, "%")
    labels = {
        layer["encoding"]["y"]["axis"]["labelExpr"]
        for layer in _layers(spec, "line")
        if "axis" in layer["encoding"]["y"]
    }
    assert labels == {f"format(datum.value, ',.{decimals}f') + '%'"}
