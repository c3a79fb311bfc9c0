"""The scorecard: every indicator of the trust with its control chart, and which groups stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from publishing.report import wording
from publishing.report.content import ABSENT, Block, Cell, Column, Figure, Figures, Heading, Key, Section, Table, Text
from publishing.report.icons import ASSURANCE, ICONS, VARIATION
from publishing.report.palette import POINT_STYLES
from publishing.report.release_tables import ReleaseTables
from publishing.report.spc_chart import Point, month_by_month, spc_chart
from publishing.report.wording import Form, Row

_NEEDS = ("dim_indicator", "mart_scorecard_month", "mart_spc_point")
_SIGNALS = 24
#: Why a chart has no limits or icons, by `limits_status`.
LIMITS_WORDS = {
    "ok": "",
    "insufficient": "No limits: too few neighbouring months have a figure.",
    "trial": "Too few figures for icons; the limits will still move.",
    "gappy": "No icons: more than a quarter of the months have no figure.",
    "no_variation": "No limits: all figures are equal.",
    "too_sparse": "No limits: the figures hardly vary but for single steps.",
    "suppressed": "No limits: a figure of the series is suppressed.",
    "rolling": "No limits: neighbouring months share eleven of twelve months, so that every change would look special.",
}


_CROSSED = "The newest figure has crossed the target, while the limits still rest on earlier months: think of starting them anew."


@dataclass(frozen=True)
class Indicator:
    """An indicator of the trust: what it is, its newest row in the scorecard, and its chart. `latest` is empty without a figure."""

    code: str
    name: str
    domain: str
    about: Row
    latest: Row
    points: tuple[Row, ...]

    @property
    def form(self) -> Form:
        return form_of(self.about)

    @property
    def suffix(self) -> str:
        return "%" if self.about.get("unit") == "percent" else ""

    @property
    def variation(self) -> str:
        return str(self.latest.get("variation_icon") or "")

    @property
    def assurance(self) -> str:
        return str(self.latest.get("assurance_icon") or "")

    @property
    def has_crossed_target(self) -> bool:
        """Whether the newest figure lies on the other side of the target than limits of earlier months let expect."""
        value, target, way = self.latest.get("value"), self.latest.get("target"), self.about.get("direction")
        if (
            value is None
            or target is None
            or self.assurance not in ("pass", "fail")
            or not wording.shown(self.latest, "value")
        ):
            return False
        is_met = value <= target if way == "decrease" else value >= target
        return is_met is (self.assurance == "fail")


def form_of(about: Row) -> Form:
    """How figures of an indicator are printed, by its unit and decimals."""
    decimals, suffix = int(about.get("decimals") or 0), "%" if about.get("unit") == "percent" else ""
    return lambda value: f"{wording.number(value, decimals)}{suffix}"


def trust_indicators(tables: ReleaseTables) -> list[Indicator]:
    """The indicators of the trust in the order of the catalogue; none where the release has no scorecard."""
    if not tables.has(*_NEEDS):
        return []
    catalogue = tables.rows("select * from dim_indicator order by sort_order, indicator_code")
    of_trust = "trust_code = $trust and group_type = 'trust'"
    scores = _by_indicator(tables, f"select * from mart_scorecard_month where {of_trust}")
    points = _by_indicator(tables, f"select * from mart_spc_point where {of_trust}")
    return [
        Indicator(
            about["indicator_code"], about["indicator_name"], about["domain"], about,
            _newest(scores.get(about["indicator_code"], ())), points.get(about["indicator_code"], ()),
        )
        for about in catalogue
    ]  # fmt: skip


def _by_indicator(tables: ReleaseTables, sql: str) -> dict[str, tuple[Row, ...]]:
    rows = tables.rows(f"{sql} order by indicator_code, reporting_month")
    return {code: tuple(of_one) for code, of_one in groupby(rows, key=lambda row: str(row["indicator_code"]))}


def _newest(rows: Sequence[Row]) -> Row:
    known = [row for row in rows if row["value"] is not None or wording.is_suppressed(row, "value")]
    return known[-1] if known else {}


def section(tables: ReleaseTables) -> Section | None:
    indicators = trust_indicators(tables)
    if not indicators:
        return None
    blocks: list[Block] = [_key(), Text(_how_to_read(indicators)), _table(indicators)]
    for domain, of_domain in groupby(indicators, key=lambda indicator: indicator.domain):
        figures = [_figure(indicator) for indicator in of_domain if indicator.points]
        if figures:
            blocks += [Heading(domain_name(domain)), Figures(tuple(figures))]
    return Section(
        "scorecard",
        "Scorecard",
        "Every indicator of the trust with its newest figure, its target and a control chart, which tells a real change from the "
        "ups and downs that any process has.",
        (*blocks, *_signals(tables, indicators)),
    )


def domain_name(domain: str) -> str:
    return domain[:1].upper() + domain[1:]


def _key() -> Key:
    wanted = ["improvement_high", "concern_high", "common_cause", "pass", "fail", "inconsistent"]
    words = {
        "improvement_high": "Improvement: a significant change for the better. H: figures are high, L: low.",
        "concern_high": "Concern: a significant change for the worse. H: figures are high, L: low.",
        "common_cause": "Common cause: no significant change.",
        "pass": "The target will be met every time if nothing changes.",
        "fail": "The target will be missed every time if nothing changes.",
        "inconsistent": "The target is met at times and missed at times, by chance.",
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


def _icon(code: str, absent: Cell = ABSENT) -> Cell:
    return Cell(ICONS[code].short, icon=code) if code in ICONS else absent


def _target(indicator: Indicator) -> Cell:
    return wording.cell(indicator.latest, "target", indicator.form) if indicator.latest else ABSENT


def _table(indicators: Sequence[Indicator]) -> Table:
    no_icon = Cell("no icon", "absent")
    rows = tuple(
        (
            Cell(indicator.name),
            wording.cell(indicator.latest, "value", indicator.form),
            Cell(wording.month(indicator.latest["reporting_month"])) if indicator.latest else ABSENT,
            _target(indicator),
            wording.cell(indicator.latest, "benchmark", indicator.form),
            _icon(indicator.variation, no_icon),
            _icon(indicator.assurance, no_icon),
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


def _figure(indicator: Indicator) -> Figure:
    points = month_by_month([_point(row) for row in indicator.points])
    status = str(indicator.points[-1]["limits_status"])
    latest = wording.cell(indicator.latest, "value", indicator.form)
    target = indicator.latest.get("target")
    icons = [_icon(code) for code in (indicator.variation, indicator.assurance) if code in ICONS]
    return Figure(
        id=f"spc-{wording.slug(indicator.code)}",
        title=indicator.name,
        description=_description(indicator, latest, status),
        spec=spc_chart(points, target, indicator.suffix),
        data=_points_table(indicator),
        subtitle=_subtitle(indicator),
        headline=latest.text,
        icons=tuple(icons),
        note=_CROSSED if indicator.has_crossed_target else LIMITS_WORDS.get(status, status),
    )


def _subtitle(indicator: Indicator) -> str:
    if not indicator.latest:
        return "no figure yet"
    target = _target(indicator)
    way = {"increase": "target at least ", "decrease": "target at most "}.get(
        str(indicator.about.get("direction")), "reference "
    )
    aim = f"{way}{target.text}" if target.kind == "number" else "no target"
    provisional = ", provisional" if indicator.latest.get("is_provisional") else ""
    unit = "" if indicator.suffix else f"{indicator.about['unit']}, "
    return f"{unit}{wording.month(indicator.latest['reporting_month'])}{provisional}; {aim}"


def _description(indicator: Indicator, latest: Cell, status: str) -> str:
    known = [row for row in indicator.points if wording.shown(row, "value")]
    words = [f"Control chart of {indicator.name}"]
    if known:
        first, last = known[0]["reporting_month"], known[-1]["reporting_month"]
        words.append(f"{wording.month(first)} to {wording.month(last)}")
    sentence = ", ".join(words) + f". Newest figure: {latest.text}."
    last_point = indicator.points[-1]
    if None not in (last_point["mean"], last_point["lpl_display"], last_point["upl_display"]):
        limits = f"{indicator.form(last_point['lpl_display'])} and {indicator.form(last_point['upl_display'])}"
        sentence += f" Mean {indicator.form(last_point['mean'])}, limits {limits}."
    if indicator.variation in VARIATION:
        sentence += f" {VARIATION[indicator.variation].words}."
    if indicator.assurance in ASSURANCE:
        sentence += f" {ASSURANCE[indicator.assurance].words}."
    return f"{sentence} {LIMITS_WORDS.get(status, '')}".strip()


def _point(row: Row) -> Point:
    def decimal(name: str) -> float | None:
        return float(row[name]) if row[name] is not None else None

    return Point(
        month=row["reporting_month"],
        value=decimal("value") if wording.shown(row, "value") else None,
        is_suppressed=wording.is_suppressed(row, "value"),
        mean=decimal("mean"),
        lower=decimal("lpl_display"),
        upper=decimal("upl_display"),
        segment=int(row["segment"] or 0),
        point_type=str(row["point_type"] or "common_cause"),
        is_provisional=bool(row.get("is_provisional")),
    )


def _points_table(indicator: Indicator) -> Table:
    def words(row: Row) -> Cell:
        style = POINT_STYLES.get(str(row["point_type"]))
        return Cell(style.words) if style and wording.shown(row, "value") else ABSENT

    return Table(
        f"{indicator.name}: figures of the chart",
        (Column("Month", "text"), Column("Figure"), Column("Mean"), Column("Lower limit"), Column("Upper limit"), Column("Variation", "text")),
        tuple(
            (
                Cell(wording.month(row["reporting_month"])),
                wording.cell(row, "value", indicator.form),
                *(wording.cell(row, name, indicator.form) for name in ("mean", "lpl_display", "upl_display")),
                words(row),
            )
            for row in indicator.points
        ),
        "mart_spc_point",
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
                _icon(str(row["variation_icon"])),
            )
            for row in found[:_SIGNALS]
        ),
        "mart_scorecard_month",
        f"The first {_SIGNALS} of {len(found)}; mart_scorecard_month has all." if len(found) > _SIGNALS else "",
    )
    return [Heading("Professions and directorates"), Text(text), table]
