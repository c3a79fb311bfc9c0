"""The scorecard: every indicator of the trust with its control chart, and which groups stand out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from publishing.report import wording
from publishing.report.content import ABSENT, Block, Cell, Column, Figures, Heading, Key, Section, Table, Text
from publishing.report.indicator_chart import assurance_cell, icon_cell, indicator_figure, target_cell
from publishing.report.indicators import FEWEST_POINTS, Indicator, form_of, profession_indicators, trust_indicators
from publishing.report.release_tables import ReleaseTables

_SIGNALS = 24
#: Indicators that are charted for each profession; every further one costs a chart a profession.
_BY_PROFESSION = ("R1",)
_SMALL_PLOT = 96


def section(tables: ReleaseTables) -> Section | None:
    indicators = trust_indicators(tables)
    if not indicators:
        return None
    blocks: list[Block] = [_key(), Text(_how_to_read(indicators)), _table(indicators)]
    for domain, of_domain in groupby(indicators, key=lambda indicator: indicator.domain):
        blocks += _charts(domain_name(domain), list(of_domain))
    for code in _BY_PROFESSION:
        blocks += _professions(profession_indicators(tables, code))
    return Section(
        "scorecard",
        "Scorecard",
        "Every indicator of the trust with its newest figure, its target and a control chart, which tells a real change from the "
        "ups and downs that any process has.",
        (*blocks, *_signals(tables, indicators)),
    )


def _charts(heading: str, indicators: Sequence[Indicator], lead: str = "", **look: int) -> list[Block]:
    """Charts under a heading; indicators with too few published figures for one are named."""
    drawn = [indicator for indicator in indicators if indicator.has_chart]
    bare = [indicator.group or indicator.name for indicator in indicators if not indicator.has_chart]
    why = (
        f"No chart, with fewer than {wording.spelled(FEWEST_POINTS)} published figures: {wording.listed(bare)}."
        if bare
        else ""
    )
    words = " ".join(filter(None, (lead, why)))
    if not indicators:
        return []
    return [
        Heading(heading),
        *([Text(words)] if words else []),
        *([Figures(tuple(indicator_figure(indicator, **look) for indicator in drawn))] if drawn else []),
    ]


def _professions(indicators: Sequence[Indicator]) -> list[Block]:
    """The same chart for each profession."""
    if not any(indicator.has_chart for indicator in indicators):
        return []
    lead = "Each chart has a scale of its own, so compare its points with its own limits and not its height with another's."
    return _charts(f"{indicators[0].name}, by profession", indicators, lead, plot=_SMALL_PLOT)


def domain_name(domain: str) -> str:
    return domain[:1].upper() + domain[1:]


def _key() -> Key:
    wanted = ["improvement_high", "concern_high", "common_cause", "pass", "fail", "inconsistent"]
    words = {
        "improvement_high": "Improvement: a significant change for the better. H: figures are high, L: low.",
        "concern_high": "Concern: a significant change for the worse. H: figures are high, L: low.",
        "common_cause": "Common cause: no significant change.",
        "pass": "The target is expected to be met every time: the limits lie on its good side. A month beyond them may miss it.",
        "fail": "The target is expected to be missed every time: the limits lie on its other side. A month beyond them may meet it.",
        "inconsistent": "The target lies between the limits: it may be met or missed, by chance.",
    }
    return Key(tuple(Cell(words[code], icon=code) for code in wanted))


def _how_to_read(indicators: Sequence[Indicator]) -> str:
    profiles = sorted({str(point["profile"]) for i in indicators for point in i.points if point.get("profile")})
    drawn_as = f" Rules: profile {wording.listed(profiles)}." if profiles else ""
    return (
        "In each chart the solid line is the mean and the dashed lines are the process limits, between which nearly all points fall while "
        "nothing changes. Grey circles are common cause; blue diamonds are special cause for the better, orange squares for the "
        "worse, purple triangles where neither way is better. Hollow points are provisional. The dash-and-dot line that ends in T is the target. "
        "A dotted upright line is where mean and limits start anew. At the foot of a chart, s marks a month whose figure is "
        f"suppressed and a cross one without a figure. Limits are drawn from 0, and up to 100 per cent.{drawn_as}"
    )


def _table(indicators: Sequence[Indicator]) -> Table:
    no_icon = Cell("no icon", "absent")
    rows = tuple(
        (
            Cell(indicator.name),
            wording.cell(indicator.latest, "value", indicator.form),
            Cell(wording.month(indicator.latest["reporting_month"])) if indicator.latest else ABSENT,
            target_cell(indicator),
            wording.cell(indicator.latest, "benchmark", indicator.form),
            icon_cell(indicator.variation, no_icon),
            assurance_cell(indicator, no_icon),
        )
        for indicator in indicators
    )
    return Table(
        "Scorecard of the trust, newest figure of each indicator",
        (
            Column("Indicator", "text"), Column("Figure"), Column("Month", "text"), Column("Target"), Column("Benchmark"),
            Column("Variation", "text"), Column("Assurance", "text"),
        ),
        rows,
        "mart_scorecard_month",
        "No icon: no target, or too few figures for sound limits; the chart says which.",
    )  # fmt: skip


def _signals(tables: ReleaseTables, indicators: Sequence[Indicator]) -> list[Block]:
    """Professions and directorates whose newest point is special cause, the worse first."""
    rows = tables.rows(
        "select s.*, i.indicator_name, i.unit, i.decimals, i.sort_order from mart_scorecard_month s"
        " join dim_indicator i using (indicator_code)"
        " where s.trust_code = $trust and s.group_type in ('profession', 'directorate') and s.reporting_month = $month"
        " order by s.group_type desc, i.sort_order, s.indicator_code, s.group_name, s.group_code"
    )
    charted = [row for row in rows if row["variation_icon"]]
    found = [row for row in charted if not str(row["variation_icon"]).startswith("common")]
    found.sort(key=lambda row: not str(row["variation_icon"]).startswith("concern"))
    if not charted:
        return []
    text = (
        f"Of {wording.plural(len(charted), 'chart')} of a profession or directorate, {wording.number(len(found))} show special cause in "
        f"{wording.month(tables.newest_month)}. With so many charts some signals come by chance: ask what happened before acting on one."
    )
    if not found:
        return [Heading("Professions and directorates"), Text(text)]
    table = Table(
        "Professions and directorates with special cause, concerns first",
        (Column("Indicator", "text"), Column("Group", "text"), Column("Figure"), Column("Variation", "text")),
        tuple(
            (
                Cell(row["indicator_name"]),
                Cell(str(row["group_name"])),
                wording.cell(row, "value", form_of(row)),
                icon_cell(str(row["variation_icon"])),
            )
            for row in found[:_SIGNALS]
        ),
        "mart_scorecard_month",
        f"The first {_SIGNALS} of {len(found)}; mart_scorecard_month has all." if len(found) > _SIGNALS else "",
    )
    return [Heading("Professions and directorates"), Text(text), table]
