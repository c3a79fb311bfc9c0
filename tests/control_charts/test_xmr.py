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

from publishing.control_charts.charts import Profile, profiles
from tests.control_charts.charting import chart, chart_by_hand

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
    mean, low, high, labels, edges = chart_by_hand(values, fix_after=None, screens=screens)
    first = found.points[0]
    for name, wanted in (("mean", mean), ("lpl", low), ("upl", high)):
        assert same(first[name], wanted), name
    if not any(math.isclose(value, edge, rel_tol=1e-7) for value in values for edge in edges):
        assert [point["special_cause_type"] for point in found.points] == labels


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 60).map(lambda tenths: 40 + tenths / 7), min_size=14, max_size=30).filter(
        lambda values: len(set(values[:13])) > 6
    ),
    st.sampled_from(["increase", "decrease", "neutral"]),
)
def test_each_point__bears_the_icon_that_it_had_as_the_newest(values: list[float], direction: str) -> None:
    """With limits fixed after 13 points what comes later changes nothing of an icon, though it may colour earlier points."""
    whole = chart(values, PLOT_THE_DOTS, direction=direction, fix_after=13)
    for count in range(13, len(values) + 1):
        then = chart(values[:count], PLOT_THE_DOTS, direction=direction, fix_after=13)
        if then.limits_status == whole.limits_status == "ok":
            assert whole.points[count - 1]["variation_icon"] == then.variation_icon, count


def test_a_shift__is_an_icon_only_from_its_seventh_point() -> None:
    """The last value of the wave is its first."""
    found = chart([*WAVE, *[50.9] * 3, *[51.3] * 3], PLOT_THE_DOTS, direction="increase", fix_after=16)
    assert [point["special_cause_type"] for point in found.points[-7:]] == ["7 Points Above CL"] * 7
    assert [point["variation_icon"] for point in found.points[-7:]] == ["common_cause"] * 6 + ["improvement_high"]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([5.0] * 24, "no_variation"),
        ([0.1 * 3] * 12 + [0.3] * 12, "no_variation"),  # equal but for the last bit
        ([0.0] * 14 + [3.0], "too_sparse"),
        ([1.0, 1.0, 1.0, 1.0, 2.0] * 3, "too_sparse"),
        ([2.0] * 12 + [5.0] * 12, "too_sparse"),  # one step and nothing else
        ([4.0], "insufficient"),
        ([None] * 15, "insufficient"),
        ([1.0, 3.0, 2.0, 4.0, 1.0], "trial"),
        (
            [value for pair in zip(WAVE, [None] * 16, strict=True) for value in pair],
            "insufficient",
        ),  # no two neighbours
        ([*WAVE[:4], *[None] * 7, *WAVE[4:]], "gappy"),
        ([0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0], "too_sparse"),  # most points alike
        ([0, 0, 1, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], "too_sparse"),
        (WAVE[:12], "trial"),
        (WAVE[:13], "ok"),
        (WAVE, "ok"),
    ],
)
def test_series_without_sound_limits__says_so_and_has_no_icon(values: list[float | None], status: str) -> None:
    found = chart(values, PLOT_THE_DOTS, target=50)
    assert found.limits_status == status
    assert (found.variation_icon is not None) == (status == "ok")
    if status in ("no_variation", "too_sparse", "insufficient"):
        assert {(point["upl"], point["special_cause_type"]) for point in found.points} == {(None, "Common Cause")}


@pytest.mark.parametrize("values", [[2.0] * 12 + [5.0] * 12, [0.0] * 14 + [3.0], [1.0] * 8 + [2.0] * 5 + [3.0] * 6])
@pytest.mark.parametrize("profile", [MDC_EXCEL, PLOT_THE_DOTS, replace(PLOT_THE_DOTS, screens_outliers=False)])
def test_flat_series_with_steps__raises_no_alarm_whether_screened_or_not(values: list[float], profile: Profile) -> None:
    found = chart(values, profile)
    assert (found.limits_status, found.variation_icon) == ("too_sparse", None)
    assert {point["special_cause_type"] for point in found.points} == {"Common Cause"}


def test_months_that_are_not_there__are_gaps_as_missing_values_are() -> None:
    every_month = [date(2020 + month // 12, month % 12 + 1, 1) for month in range(24)]
    without_a_third = [day for place, day in enumerate(every_month) if place % 3]
    assert chart(WAVE, PLOT_THE_DOTS, dates=without_a_third).limits_status == "gappy"
    quarters = [date(2020 + place // 4, 1 + 3 * (place % 4), 1) for place in range(16)]
    assert chart(WAVE, PLOT_THE_DOTS, dates=quarters).limits_status == "ok"


def test_peak_shared_by_a_rise_and_a_fall_of_seven__points_down() -> None:
    rise, fall = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0], [60.0, 50.0, 40.0, 30.0, 20.0, 10.0]
    wide = [0.0, 100.0] * 4
    found = chart([*wide, *rise, *fall, *wide], replace(PLOT_THE_DOTS, screens_outliers=False))
    labels = [point["special_cause_type"] for point in found.points[8 : 8 + 13]]
    assert labels == ["7 Point Trend (Increasing)"] * 6 + ["7 Point Trend (Decreasing)"] * 7


def test_missing_value_or_tie_in_a_rise__breaks_it() -> None:
    wide = [0.0, 100.0] * 6
    for middle in (None, 40.0):
        values = [*wide, 10.0, 20.0, 30.0, 40.0, middle, 50.0, 60.0, 70.0, *wide]
        found = chart(values, replace(PLOT_THE_DOTS, screens_outliers=False))
        assert not any(point["is_in_trend"] for point in found.points)


def test_target_on_a_limit__is_inconsistent_and_beyond_it_is_not() -> None:
    upl = chart(WAVE, PLOT_THE_DOTS).points[-1]["upl"]
    assert isinstance(upl, float)
    icons = [chart(WAVE, PLOT_THE_DOTS, target=target).assurance_icon for target in (upl, upl + 1e-6)]
    assert icons == ["inconsistent", "fail"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 400).map(lambda n: 40 + n / 7)), min_size=26, max_size=44),
    st.integers(13, 25),
    st.sampled_from([None, 12, 14]),
    st.booleans(),
)
def test_any_series_with_gaps_segments_and_fixed_limits__is_charted_as_the_rules_read(
    values: list[float | None], start: int, fix_after: int | None, screens: bool
) -> None:
    days = [date(2020 + month // 12, month % 12 + 1, 1) for month in range(len(values))]
    found = chart(values, replace(PLOT_THE_DOTS, screens_outliers=screens), rebase=[days[start]], fix_after=fix_after)
    for segment, part in enumerate((values[:start], values[start:])):
        points = [point for point in found.points if point["rebase_group"] == segment]
        assert len(points) == len(part)
        if points[0]["limits_status"] not in ("ok", "trial", "gappy"):
            continue
        mean, low, high, labels, edges = chart_by_hand(part, fix_after=fix_after, screens=screens)
        for name, wanted in (("mean", mean), ("lpl", low), ("upl", high)):
            assert same(points[0][name], wanted), name
        if not any(value is not None and math.isclose(value, edge, rel_tol=1e-7) for value in part for edge in edges):
            assert [point["special_cause_type"] for point in points] == labels


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
