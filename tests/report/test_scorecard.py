"""The scorecard section: figures, icons and gaps of indicators as their tables hold them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from publishing.report.sections.scorecard import Indicator
from publishing.report.write import write_report
from tests.report.reading import Page
from tests.report.releases import HIDDEN, INPUTS, MONTH, TRUST, group, small_release, write_release

_MONTHS = [date(2025 + (3 + at) // 12, (3 + at) % 12 + 1, 1) for at in range(12)]


def _indicator(code: str, name: str, **about: Any) -> dict[str, Any]:
    shared = {
        "domain": "research capacity",
        "definition": f"What {name} is",
        "unit": "percent",
        "decimals": 1,
        "owner": "R&D lead",
    }
    return {
        "indicator_code": code,
        "indicator_name": name,
        "direction": "increase",
        "sort_order": 1,
        "minimum_n": 8,
        **shared,
        **about,
    }


def _series(code: str, values: list[float | None], **last: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the scorecard and of the chart; `last` holds for the newest month."""
    scores, points = [], []
    for day, value in zip(_MONTHS, values, strict=True):
        newest = last if day == MONTH else {}
        key = group(
            "trust", TRUST, "THE TRUST", day, indicator_code=code, value=value, target=30.0, is_provisional=day == MONTH
        )
        scores.append(key | newest)
        chart = {
            "mean": 20.0,
            "lpl_display": 15.0,
            "upl_display": 25.0,
            "segment": 0,
            "limits_status": "ok",
            "profile": "plot_the_dots",
        }
        icons = {name: icon for name, icon in newest.items() if name != "numerator"}
        points.append(key | chart | {"point_type": "common_cause"} | icons)
    return scores, points


@pytest.fixture(scope="module")
def scorecard(tmp_path_factory: pytest.TempPathFactory) -> Page:
    risen, chart_of_risen = _series(
        "R1", [20.04 + at / 10 for at in range(12)], variation_icon="improvement_high", assurance_icon="fail"
    )
    hidden, chart_of_hidden = _series("R2", [18.0] * 11 + [float(HIDDEN)], value_is_suppressed=True)
    chart_of_hidden = [
        row | {"mean": None, "lpl_display": None, "upl_display": None, "limits_status": "suppressed"}
        for row in chart_of_hidden
    ]
    of_group = group("profession", "nursing", "Nursing", indicator_code="R1", value=12.5, variation_icon="concern_low")
    rows = small_release() | {
        "dim_indicator": [
            _indicator("R1", "Engaged with research"),
            _indicator("R2", "Delivering research", sort_order=2),
        ],
        "mart_scorecard_month": [*risen, *hidden, of_group],
        "mart_spc_point": [*chart_of_risen, *chart_of_hidden],
    }
    files = write_report(write_release(tmp_path_factory.mktemp("scorecard") / "release", rows), INPUTS)
    return Page(files[0].read_text(encoding="utf-8"))


def test_scorecard__has_the_newest_figure_target_and_icons(scorecard: Page) -> None:
    table = scorecard.table("Scorecard of the trust")
    assert table.column("Figure") == {"Engaged with research": "21.1%", "Delivering research": "suppressed"}
    assert table.column("Target")["Engaged with research"] == "30.0%"
    assert table.column("Variation") == {"Engaged with research": "improvement, high", "Delivering research": "no icon"}
    assert table.column("Assurance")["Engaged with research"] == "target missed every time"


def test_chart__has_its_figures_beside_it_and_says_what_is_hidden(scorecard: Page) -> None:
    figures = scorecard.table("Engaged with research: figures of the chart")
    assert figures.column("Figure")["April 2025"] == "20.0%"
    assert figures.column("Upper limit")["March 2026"] == "25.0%"
    hidden = scorecard.table("Delivering research: figures of the chart")
    assert hidden.column("Figure")["March 2026"] == "suppressed"
    assert hidden.column("Mean")["March 2026"] == "n/a"
    assert "No limits: a figure of the series is suppressed." in scorecard.words


def test_a_hidden_value__is_neither_written_nor_drawn(scorecard: Page) -> None:
    everything = scorecard.words + str(scorecard.tags)
    assert str(HIDDEN) not in everything
    assert f"{HIDDEN:,}" not in everything
    assert ",000%" not in everything  # an axis that reaches so far


def test_summary__says_what_the_icons_say(scorecard: Page) -> None:
    words = " ".join(scorecard.words.split())
    assert "Of 2 indicators, 1 has enough months for a sound control chart. The other cannot be judged yet." in words
    assert "1 shows a change for the better that is more than chance: Engaged with research (21.1%)." in words
    assert "will be missed every time if nothing changes (Engaged with research)" in words


def test_groups_that_stand_out__are_named_with_their_icon(scorecard: Page) -> None:
    assert scorecard.table("Professions and directorates with special cause").rows == [
        ["Engaged with research", "Nursing", "12.5%", "concern, low"]
    ]


def test_definitions__are_those_of_the_catalogue(scorecard: Page) -> None:
    assert "What Engaged with research is" in scorecard.words
    assert "smallest number shown: 8" in scorecard.words


@pytest.mark.parametrize(
    ("way", "assurance", "value", "has_crossed"),
    [
        ("increase", "fail", 31.0, True),
        ("increase", "fail", 29.0, False),
        ("increase", "pass", 29.0, True),
        ("decrease", "pass", 29.0, False),
        ("decrease", "fail", 29.0, True),
        ("decrease", "inconsistent", 29.0, False),
    ],
)
def test_a_target_that_was_just_crossed__is_noticed(way: str, assurance: str, value: float, has_crossed: bool) -> None:
    about, latest = _indicator("R1", "x", direction=way), {"value": value, "target": 30.0, "assurance_icon": assurance}
    assert Indicator("R1", "x", "research", about, latest, ()).has_crossed_target is has_crossed
