"""The chart rules against the reference's vectors, against a second calculation, and where limits would mislead."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.control_charts.charts import profiles
from tests.control_charts.charting import chart, labels_by_hand

PLOT_THE_DOTS, MDC_EXCEL = profiles()["plot_the_dots"], profiles()["mdc_excel"]
WAVE = [50.0, 53.0, 49.0, 52.0, 48.0, 51.0, 50.5, 47.5, 52.5, 49.5, 51.5, 48.5, 50.2, 52.2, 49.2, 51.2]


def same(found: Any, wanted: Any) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


def test_reference_vectors__are_met_point_by_point(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "spc" / "spc_vectors_dev.json").read_text(encoding="utf-8"))["series"]
    assert len(vectors) == 20
    for vector in vectors:
        given_, wanted = vector["params"], vector["expected"]
        found = chart(
            [point["value"] for point in vector["input"]],
            replace(PLOT_THE_DOTS, screens_outliers=given_["screen_outliers"]),
            dates=[date.fromisoformat(point["date"]) for point in vector["input"]],
            direction=given_["improvement_direction"],
            target=given_["target"],
            rebase=[date.fromisoformat(day) for day in given_["rebase"]],
            fix_after=given_["fix_after_n_points"],
        )
        for point, expected in zip(found.points, wanted["points"], strict=True):
            place = (vector["id"], point["date"])
            assert all(same(point[name], expected[name]) for name in ("mean", "lpl", "upl")), place
            for name in ("rebase_group", "special_cause_type", "point_type"):
                assert point[name] == expected[name], place
        if "degenerate" in vector["tags"]:
            assert (found.variation_icon, found.limits_status) == (None, "no_variation")
        elif wanted["points"][-1]["short_group_warning"]:  # the reference warns and shows an icon all the same
            assert (found.variation_icon, found.assurance_icon, found.limits_status) == (None, None, "trial")
        else:
            icons = (found.variation_icon, found.assurance_icon)
            assert icons == (wanted["variation_icon"], wanted["assurance_icon"]), vector["id"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 60).map(lambda tenths: 40 + tenths / 7), min_size=13, max_size=40).filter(
        lambda values: len(set(values)) > 6
    ),
    st.booleans(),
)
def test_any_series__is_labelled_as_the_rules_read(values: list[float], screens: bool) -> None:
    found = chart(values, replace(PLOT_THE_DOTS, screens_outliers=screens))
    if found.limits_status != "ok":
        return
    mean, low, high, labels = labels_by_hand(values, screens=screens)
    first = found.points[0]
    for name, wanted in (("mean", mean), ("lpl", low), ("upl", high)):
        assert same(first[name], wanted), name
    edges = (mean, low, high, mean + (high - mean) * 2 / 3, mean - (high - mean) * 2 / 3)
    if not any(math.isclose(value, edge, rel_tol=1e-7) for value in values for edge in edges):
        assert [point["special_cause_type"] for point in found.points] == labels


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([5.0] * 24, "no_variation"),
        ([0.1 * 3] * 12 + [0.3] * 12, "no_variation"),  # equal but for the last bit
        ([0.0] * 14 + [3.0], "too_sparse"),
        ([1.0, 1.0, 1.0, 1.0, 2.0] * 3, "ok"),
        ([2.0] * 12 + [5.0] * 12, "too_sparse"),  # one step and nothing else
        ([4.0], "insufficient"),
        ([None] * 15, "insufficient"),
        ([1.0, 3.0, 2.0, 4.0, 1.0], "trial"),
        ([value for pair in zip(WAVE, [None] * 16, strict=True) for value in pair], "insufficient"),  # no two neighbours
        ([*WAVE[:4], *[None] * 7, *WAVE[4:]], "gappy"),
        (WAVE, "ok"),
    ],
)
def test_series_without_sound_limits__says_so_and_has_no_icon(values: list[float | None], status: str) -> None:
    found = chart(values, PLOT_THE_DOTS, target=50)
    assert found.limits_status == status
    assert (found.variation_icon is not None) == (status == "ok")
    if status in ("no_variation", "too_sparse", "insufficient"):
        assert {(point["upl"], point["special_cause_type"]) for point in found.points} == {(None, "Common Cause")}


def test_missing_newest_point__has_no_variation_icon() -> None:
    assert chart([*WAVE, None], PLOT_THE_DOTS).variation_icon is None


def test_short_newest_segment__has_no_icon_whatever_came_before() -> None:
    found = chart([*WAVE, 60.0, 62.0, 61.0], PLOT_THE_DOTS, rebase=[date(2021, 5, 1)])
    assert [point["rebase_group"] for point in found.points][-4:] == [0, 1, 1, 1]
    assert (found.limits_status, found.variation_icon) == ("trial", None)


def test_point_on_a_limit_or_on_the_mean__is_inside_and_breaks_a_run() -> None:
    values = [1.0, 3.0] * 3 + [2.0] + [1.0, 3.0] * 3
    found = chart(values, PLOT_THE_DOTS)
    assert found.points[6]["mean"] == 2.0
    assert {point["special_cause_type"] for point in found.points} == {"Common Cause"}


@pytest.mark.parametrize(("points", "has_limits"), [(12, False), (13, True)])
def test_mdc_excel__shows_limits_and_icons_from_13_points(points: int, has_limits: bool) -> None:
    found = chart(WAVE[:points], MDC_EXCEL)
    assert (found.points[0]["upl"] is not None) == has_limits
    assert (found.variation_icon is not None) == has_limits


def test_mdc_excel__shows_the_improvement_where_rules_disagree() -> None:
    # A fall of seven points ends below the mean, and its second point lies far above the upper limit.
    values = [*[50.0, 52.0] * 5, 90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0, *[50.0, 52.0] * 5]
    by_profile = {
        profile.name: chart(values, replace(profile, screens_outliers=False), direction="decrease")
        for profile in (PLOT_THE_DOTS, MDC_EXCEL)
    }
    place = values.index(90.0)
    assert by_profile["plot_the_dots"].points[place]["special_cause_type"] == "Above UCL"
    assert by_profile["mdc_excel"].points[place]["special_cause_type"] == "7 Point Trend (Decreasing)"
    assert by_profile["mdc_excel"].points[place]["point_type"] == "special_cause_improvement"


def test_neutral_series__has_neither_good_nor_bad_and_no_assurance() -> None:
    found = chart([*WAVE, 90.0], PLOT_THE_DOTS, direction="neutral", target=10)
    assert (found.variation_icon, found.assurance_icon) == ("neutral_high", None)


def test_order_of_rows__does_not_matter() -> None:
    days = [date(2024, 1, 1) + timedelta(days=7 * week) for week in range(len(WAVE))]
    forwards = chart(WAVE, PLOT_THE_DOTS, dates=days)
    assert chart(WAVE[::-1], PLOT_THE_DOTS, dates=days[::-1]) == forwards
