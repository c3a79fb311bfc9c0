"""The control chart of an indicator with its words: icons, what stands in the way of limits, the text alternative, its figures."""

from __future__ import annotations

from publishing.report import wording
from publishing.report.content import ABSENT, Cell, Column, Figure, Table
from publishing.report.icons import ASSURANCE, ICONS, VARIATION
from publishing.report.indicators import Indicator
from publishing.report.palette import POINT_STYLES
from publishing.report.spc_chart import PLOT, Point, month_by_month, spc_chart
from publishing.report.wording import Row

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


_AIMS = {"increase": "at least", "decrease": "at most"}


def named(indicator: Indicator) -> str:
    return f"{indicator.name}, {indicator.group}" if indicator.group else indicator.name


def icon_cell(code: str, absent: Cell = ABSENT) -> Cell:
    return Cell(ICONS[code].short, icon=code) if code in ICONS else absent


def target_cell(indicator: Indicator) -> Cell:
    """The target with the side of it that is aimed at."""
    cell = wording.cell(indicator.latest, "target", indicator.form)
    aim = _AIMS.get(str(indicator.about.get("direction")), "")
    return Cell(f"{aim} {cell.text}", cell.kind) if aim and cell.kind == "number" else cell


def assurance_cell(indicator: Indicator, absent: Cell = ABSENT) -> Cell:
    """What the limits let expect of the target, and the months that were otherwise; without limits, whether the newest figure meets it."""
    if indicator.assurance in ASSURANCE:
        words = "; ".join(filter(None, (ASSURANCE[indicator.assurance].short, indicator.exceptions)))
        return Cell(words, icon=indicator.assurance)
    is_met = indicator.latest.get("is_target_met")
    if is_met is None or absent is ABSENT:
        return absent
    return Cell(f"{absent.text}; the newest figure {'meets' if is_met else 'misses'} the target", absent.kind)


def indicator_figure(indicator: Indicator, *, plot: int = PLOT) -> Figure:
    """The control chart of an indicator as a figure; of a group it bears the group's name. `plot` is its height in units."""
    of_group = f"-{wording.slug(str(indicator.points[-1]['group_code']))}" if indicator.group else ""
    points = month_by_month([_point(row) for row in indicator.points])
    status = str(indicator.points[-1]["limits_status"])
    latest = wording.cell(indicator.latest, "value", indicator.form)
    target = indicator.latest.get("target")
    icons = [cell for cell in (icon_cell(indicator.variation), assurance_cell(indicator)) if cell.icon]
    return Figure(
        id=f"spc-{wording.slug(indicator.code)}{of_group}",
        title=indicator.group or indicator.name,
        description=_description(indicator, latest, status),
        spec=spc_chart(points, target, indicator.suffix, plot),
        data=_points_table(indicator),
        subtitle=_subtitle(indicator),
        headline=latest.text,
        icons=tuple(icons),
        note=_CROSSED if indicator.has_crossed_target else LIMITS_WORDS.get(status, status),
    )


def _subtitle(indicator: Indicator) -> str:
    if not indicator.latest:
        return "no figure yet"
    target = target_cell(indicator)
    way = "target" if str(indicator.about.get("direction")) in _AIMS else "reference"
    aim = f"{way} {target.text}" if target.kind == "number" else "no target"
    provisional = ", provisional" if indicator.latest.get("is_provisional") else ""
    unit = "" if indicator.suffix else f"{indicator.about['unit']}, "
    return f"{unit}{wording.month(indicator.latest['reporting_month'])}{provisional}; {aim}"


def _description(indicator: Indicator, latest: Cell, status: str) -> str:
    known = [row for row in indicator.points if wording.shown(row, "value")]
    words = [f"Control chart of {named(indicator)}"]
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
        sentence += f" {'; '.join(filter(None, (ASSURANCE[indicator.assurance].words, indicator.exceptions)))}."
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
        f"{named(indicator)}: figures of the chart",
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
