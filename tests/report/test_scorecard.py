"""The scorecard section: figures, icons and gaps of indicators as their tables hold them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from publishing.report.content import Cell
from publishing.report.indicator_chart import assurance_cell, target_cell
from publishing.report.indicators import Indicator
from publishing.report.write import write_report
from tests.report.reading import Page, text_of, words_of
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
        icons = {name: icon for name, icon in newest.items() if name not in ("numerator", "is_target_met")}
        points.append(key | chart | {"point_type": "common_cause"} | icons)
    return scores, points


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The report of a scorecard: risen, newest month suppressed, target crossed, hardly a figure; the latter two by profession."""
    risen, chart_of_risen = _series(
        "R1",
        [20.04 + at / 10 for at in range(12)],
        variation_icon="improvement_high",
        assurance_icon="fail",
        is_target_met=False,
    )
    crossed, chart_of_crossed = _series(
        "R3", [20.0] * 11 + [31.5], variation_icon="improvement_high", assurance_icon="fail", is_target_met=True
    )
    hidden, chart_of_hidden = _series("R2", [18.0] * 11 + [float(HIDDEN)], value_is_suppressed=True)
    chart_of_hidden = [
        row | {"mean": None, "lpl_display": None, "upl_display": None, "limits_status": "suppressed"}
        for row in chart_of_hidden
    ]
    sparse, chart_of_sparse = _series("R4", [18.0] + [None] * 11)
    by_profession = [
        row | group("profession", code, name, row["reporting_month"])
        for code, name, rows in (
            ("medical", "Medical and dental", chart_of_hidden),
            ("psychology", "Psychology", chart_of_sparse),
        )
        for row in rows
    ]
    of_group = group("profession", "nursing", "Nursing", indicator_code="R1", value=12.5, variation_icon="concern_low")
    rows = small_release() | {
        "dim_indicator": [
            _indicator("R1", "Engaged with research", numerator="Those engaged."),
            _indicator("R2", "Delivering research", sort_order=2),
            _indicator("R3", "Leading at a site", sort_order=3),
            _indicator("R4", "Leading research", sort_order=4),
        ],
        "mart_scorecard_month": [*risen, *hidden, *crossed, *sparse, of_group],
        "mart_spc_point": [
            *chart_of_risen,
            *chart_of_hidden,
            *chart_of_crossed,
            *chart_of_sparse,
            *(row | {"indicator_code": "R1"} for row in by_profession),
        ],
    }
    return write_report(write_release(tmp_path_factory.mktemp("scorecard") / "release", rows), INPUTS)


@pytest.fixture(scope="module")
def scorecard(files: list[Path]) -> Page:
    return Page(files[0].read_text(encoding="utf-8"))


def test_scorecard__has_the_newest_figure_target_and_icons(scorecard: Page) -> None:
    table = scorecard.table("Scorecard of the trust")
    assert table.column("Figure") == {
        "Engaged with research": "21.1%",
        "Delivering research": "suppressed",
        "Leading at a site": "31.5%",
        "Leading research": "18.0%",
    }
    assert table.column("Target")["Engaged with research"] == "at least 30.0%"
    assert table.column("Variation")["Engaged with research"] == "improvement, high"
    assert table.column("Variation")["Delivering research"] == "no icon"
    assert table.column("Assurance")["Engaged with research"] == "expected to be missed every time"


def test_a_newest_figure_beyond_the_target__is_said_beside_the_icon_of_earlier_months(scorecard: Page) -> None:
    words = "expected to be missed every time; met in 1 of 1 month, last in March 2026"
    assert scorecard.table("Scorecard of the trust").column("Assurance")["Leading at a site"] == words
    assert scorecard.words.count(words) == 3  # in the table, above the chart and in its text alternative


def test_an_indicator_with_hardly_a_figure__has_no_chart_and_is_named(scorecard: Page) -> None:
    assert "No chart, with fewer than three published figures: Leading research." in " ".join(scorecard.words.split())
    with pytest.raises(ValueError, match="not enough values"):
        scorecard.table("Leading research: figures of the chart")


def test_professions__have_a_chart_each_with_a_gap_where_a_figure_is_suppressed(scorecard: Page) -> None:
    of_medical = scorecard.table("Engaged with research, Medical and dental: figures of the chart")
    assert of_medical.column("Figure")["March 2026"] == "suppressed"
    assert of_medical.column("Figure")["April 2025"] == "18.0%"
    assert "No chart, with fewer than three published figures: Psychology." in " ".join(scorecard.words.split())


def test_paper__has_the_figures_behind_each_chart_in_an_appendix(files: list[Path], scorecard: Page) -> None:
    text = text_of(files[1])
    appendix = text[text.rindex("Appendix: the figures behind the charts") :]
    assert "Engaged with research, by profession: figures of the charts" in appendix
    rows = {month: appendix[appendix.index(month) :][:120] for month in ("April 2025", "March 2026")}
    assert rows["April 2025"].startswith("April 2025 20.0% 18.0% 20.0%")
    assert rows["March 2026"].startswith("March 2026 21.1% suppressed 31.5%")
    assert "Upper limit 25.0% n/a 25.0%" in appendix
    assert "Appendix" not in scorecard.words
    assert f"{HIDDEN:,}" not in text


def test_pdf__a_long_text_in_the_scorecard_leaves_every_column_its_room(files: list[Path]) -> None:
    words = words_of(files[1])
    told = [word.text for word in words]
    start = next(at for at in range(len(told)) if told[at : at + 4] == ["Scorecard", "of", "the", "trust,"])
    table = words[start : told.index("icon:", start)]
    assert [(a.text, b.text) for at, a in enumerate(table) for b in table[at + 1 :] if a.covers(b)] == []
    (first,) = [at for at, word in enumerate(table) if word.text == "Engaged"]
    assert [word.text for word in table[first : first + 2]] == ["Engaged", "with"]
    assert table[first].top == table[first + 1].top


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
    assert (
        "Of 4 indicators, 2 have enough months for a sound control chart. Not judged: 1 with a suppressed figure and 1 with too few figures yet."
        in words
    )
    assert (
        "2 show a change for the better that is more than chance: Engaged with research (21.1%) and Leading at a site (31.5%)."
        in words
    )
    assert "Targets expected to be missed every time: Engaged with research; crossed by the newest figure" in words


def test_groups_that_stand_out__are_named_with_their_icon(scorecard: Page) -> None:
    assert scorecard.table("Professions and directorates with special cause").rows == [
        ["Engaged with research", "Nursing", "12.5%", "concern, low"]
    ]


def test_definitions__are_those_of_the_catalogue(scorecard: Page) -> None:
    assert "What Engaged with research is" in scorecard.words
    assert "numerator: Those engaged; smallest number shown: 8" in " ".join(scorecard.words.split())


@pytest.mark.parametrize(
    ("assurance", "is_met", "has_crossed"),
    [
        ("fail", True, True),
        ("fail", False, False),
        ("pass", False, True),
        ("pass", True, False),
        ("inconsistent", True, False),
        ("fail", None, False),
    ],
)
def test_a_target_that_was_just_crossed__is_noticed(assurance: str, is_met: bool | None, has_crossed: bool) -> None:
    latest = {"value": 31.0, "target": 30.0, "assurance_icon": assurance, "is_target_met": is_met}
    assert Indicator("R1", "x", "research", _indicator("R1", "x"), (latest,), ()).has_crossed_target is has_crossed


def _of_months(assurance: str, met: list[bool | None], **newest: Any) -> Indicator:
    about = _indicator("W4", "Sickness absence", direction="decrease")
    rows = [
        {"reporting_month": day, "value": 4.9, "target": 5.0, "assurance_icon": assurance, "is_target_met": is_met}
        for day, is_met in zip(_MONTHS, met, strict=True)
    ]
    return Indicator("W4", "Sickness absence", "workforce", about, (*rows[:-1], rows[-1] | newest), ())


@pytest.mark.parametrize(
    ("assurance", "met", "words"),
    [
        ("pass", [True] * 12, "expected to be met every time"),
        ("pass", [True] * 10 + [False, True], "expected to be met every time; missed in 1 of 12 months, last in February 2026"),
        ("fail", [None, True, True] + [False] * 9, "expected to be missed every time; met in 2 of 11 months, last in June 2025"),
        ("inconsistent", [False] * 12, "may be met or missed, by chance; met in 0 of 12 months"),
    ],
)  # fmt: skip
def test_a_month_that_was_otherwise_than_the_limits_expect__is_said(
    assurance: str, met: list[bool | None], words: str
) -> None:
    indicator = _of_months(assurance, met)
    assert assurance_cell(indicator).text == words
    assert target_cell(indicator).text == "at most 5.0%"


def test_a_suppressed_month__is_counted_on_neither_side() -> None:
    indicator = _of_months("pass", [True] * 11 + [False], value_is_suppressed=True)
    assert assurance_cell(indicator).text == "expected to be met every time"


def test_without_an_icon__whether_the_newest_figure_meets_the_target_is_said() -> None:
    no_icon = Cell("no icon", "absent")
    assert (
        assurance_cell(_of_months("", [True] * 11 + [False]), no_icon).text
        == "no icon; the newest figure misses the target"
    )
    assert assurance_cell(_of_months("", [None] * 12), no_icon) == no_icon


def test_on_a_phone__the_icons_are_in_sight_and_the_table_is_still_a_table(files: list[Path], browser: Any) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    tab.goto(files[0].as_uri())
    table = tab.get_by_role("table", name="Scorecard of the trust")
    row = table.get_by_role("row", name="Engaged with research")
    assurance = row.get_by_role("cell").last.bounding_box()
    assert assurance["x"] > 0
    assert assurance["x"] + assurance["width"] <= 390
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")
    assert row.get_by_role("rowheader").count() == 1
    tab.emulate_media(media="print")
    assert table.evaluate("one => getComputedStyle(one).display") == "table"
    tab.close()
