"""What the indicator page shows: the catalogue, the groups that have figures, the months of one series, and their quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from publishing.explorer.released import ABSENT, SUPPRESSED, Released, Row, Table
from publishing.published_table import flag
from publishing.report.spc_chart import Point, spc_chart

NEEDS = ("dim_indicator", "mart_scorecard_month", "mart_spc_point")
LIMITS = {
    "ok": "",
    "trial": "Limits are on trial: fewer than 13 points.",
    "gappy": "No icons: too many months without a figure.",
    "too_sparse": "No limits: the figures hardly vary but for single steps.",
    "no_variation": "No limits: all figures are equal.",
    "insufficient": "No limits: too few points.",
    "suppressed": "No limits: a figure of these months is suppressed.",
    "rolling": "No limits: a figure of twelve rolling months shares eleven of them with its neighbour.",
}


def indicators(release: Released) -> list[Row]:
    """The catalogue in its order; only indicators that have a row in the scorecard."""
    return release.rows(
        "select * from dim_indicator where indicator_code in (select indicator_code from mart_scorecard_month)"
        " order by sort_order, indicator_code"
    )


def groups(release: Released, indicator: str) -> list[Row]:
    """Groups that the indicator has rows for, the whole trust first."""
    return release.rows(
        "select trust_code, group_type, group_code, max(group_name) as group_name from mart_scorecard_month"
        " where indicator_code = ? group by trust_code, group_type, group_code"
        " order by case group_type when 'trust' then 1 when 'profession' then 2 else 3 end, group_name, group_code",
        [indicator],
    )


def series(release: Released, indicator: str, group: Mapping[str, Any]) -> list[Row]:
    """Every month of one series: the scorecard's row with the limits of its control chart."""
    return release.rows(
        """
        select score.*, point.mean, point.lpl_display as lower, point.upl_display as upper, point.segment,
            point.special_cause_type, point.point_type, point.limits_status
        from mart_scorecard_month as score
        left join mart_spc_point as point using (trust_code, indicator_code, group_type, group_code, reporting_month)
        where indicator_code = ? and trust_code = ? and group_type = ? and group_code = ?
        order by reporting_month
        """,
        [indicator, group["trust_code"], group["group_type"], group["group_code"]],
    )


def written(value: float | None, about: Mapping[str, Any], *, is_suppressed: bool = False) -> str:
    """A figure of an indicator as written for people."""
    if is_suppressed:
        return SUPPRESSED
    if value is None:
        return ABSENT
    return f"{value:,.{int(about.get('decimals') or 0)}f}{suffix(about)}"


def suffix(about: Mapping[str, Any]) -> str:
    return "%" if about.get("unit") == "percent" else ""


def chart(rows: Sequence[Row], about: Mapping[str, Any]) -> Mapping[str, Any]:
    """The control chart of these months, as the report draws it."""
    points = [
        Point(
            month=row["reporting_month"],
            value=row["value"],
            is_suppressed=bool(row[flag("value")]),
            mean=row["mean"],
            lower=row["lower"],
            upper=row["upper"],
            segment=int(row["segment"] or 0),
            point_type=str(row["point_type"] or "common_cause"),
            is_provisional=bool(row["is_provisional"]),
        )
        for row in rows
    ]
    return spc_chart(points, rows[-1]["target"], suffix(about))


def in_words(rows: Sequence[Row], about: Mapping[str, Any], group: str) -> str:
    """What the chart shows, for those who do not see it."""
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return f"Control chart of {about['indicator_name']}, {group}: no month has a figure that can be shown."
    newest = known[-1]
    words = (
        f"Control chart of {about['indicator_name']}, {group}, {rows[0]['reporting_month']:%B %Y} to"
        f" {rows[-1]['reporting_month']:%B %Y}. Newest figure {written(newest['value'], about)}"
        f" in {newest['reporting_month']:%B %Y}"
    )
    if newest["mean"] is not None:
        words += (
            f"; mean {written(newest['mean'], about)}, process limits {written(newest['lower'], about)}"
            f" and {written(newest['upper'], about)}"
        )
    hidden = sum(1 for row in rows if row[flag("value")])
    return words + (f"; {hidden} months are suppressed." if hidden else ".")


def point_table(rows: Sequence[Row], about: Mapping[str, Any]) -> list[dict[str, str]]:
    """The months as text, for a table beside the chart."""

    def figure(row: Row, name: str) -> str:
        return written(row[name], about, is_suppressed=bool(row.get(flag(name))))

    def count(row: Row, name: str) -> str:
        if row.get(flag(name)):
            return SUPPRESSED
        return ABSENT if row[name] is None else f"{row[name]:,.10g}"

    return [
        {
            "Month": f"{row['reporting_month']:%Y-%m}",
            "Figure": figure(row, "value"),
            "Numerator": count(row, "numerator"),
            "Denominator": count(row, "denominator"),
            "Target": figure(row, "target"),
            "Benchmark": figure(row, "benchmark"),
            "Mean": figure(row, "mean"),
            "Lower limit": figure(row, "lower"),
            "Upper limit": figure(row, "upper"),
            "Signal": str(row["special_cause_type"] or ABSENT) if row["value"] is not None else ABSENT,
            "Provisional": "yes" if row["is_provisional"] else "no",
        }
        for row in rows
    ]


def source(release: Released, about: Mapping[str, Any]) -> Table | None:
    """The mart that the indicator is read from."""
    return release.tables.get(str(about.get("source_mart") or ""))


def deliveries(release: Released, extracts: Sequence[str], trust: str, first: date, last: date) -> list[Row]:
    """What came of these extracts in these months, and how many rows were rejected, the newest month first."""
    return release.rows(
        """
        select calendar.reporting_month, calendar.extract, calendar.state, calendar.file_name, calendar.delivery_id,
            calendar.replaced_count, max(quality.rows_delivered) as rows_delivered,
            max(quality.rows_accepted) as rows_accepted, max(quality.rows_rejected) as rows_rejected,
            bool_or(quality.rows_delivered_is_suppressed) as rows_delivered_is_suppressed,
            bool_or(quality.rows_accepted_is_suppressed) as rows_accepted_is_suppressed,
            bool_or(quality.rows_rejected_is_suppressed) as rows_rejected_is_suppressed
        from mart_load_calendar as calendar
        left join mart_data_quality as quality
            on calendar.trust_code = quality.trust_code and calendar.delivery_id = quality.delivery_id
        where calendar.trust_code = ? and list_contains(?, calendar.extract)
            and calendar.reporting_month between ? and ?
        group by all
        order by calendar.reporting_month desc, calendar.extract
        """,
        [trust, list(extracts), first, last],
    )


def findings(release: Released, extracts: Sequence[str], trust: str, first: date, last: date) -> list[Row]:
    """What the checks of these deliveries found beyond what is usual, and link rates; the newest month first."""
    return release.rows(
        """
        select reporting_month, extract, check_name, column_name, reason_code, severity, n, n_is_suppressed
        from mart_data_quality
        where trust_code = ? and list_contains(?, extract) and reporting_month between ? and ?
            and (severity <> 'info' or check_name like 'link_rate%')
        order by reporting_month desc, extract, check_name, column_name, reason_code
        """,
        [trust, list(extracts), first, last],
    )
