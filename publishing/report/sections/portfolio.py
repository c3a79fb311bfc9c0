"""The R&D portfolio: studies by state, set-up, recruitment to time and target, and what needs attention."""

from __future__ import annotations

from datetime import date
from statistics import median

from publishing.report import wording
from publishing.report.charts import Bar, columns
from publishing.report.content import ABSENT, Block, Cell, Column, Figure, Figures, Heading, Section, Table, Text
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import Row, count, one

_MART = "mart_portfolio_study_month"
_STUDIES = 40
_STATES = {
    "in_setup": "In set-up", "open": "Open", "suspended": "Suspended", "closed_follow_up": "Closed, in follow-up",
    "closed": "Closed", "withdrawn": "Withdrawn", "unmapped": "State not known",
}  # fmt: skip
_INTERVALS = {
    "days_invited_to_selected": "Invited to selected",
    "days_selected_to_confirmed": "Selected to confirmed",
    "days_confirmed_to_open": "Confirmed to open",
    "days_open_to_first_participant": "Open to first participant",
}


def studies_now(tables: ReleaseTables) -> list[Row]:
    """The study-sites of the newest month, furthest behind first; those without an rtt last."""
    if not tables.has(_MART):
        return []
    return list(
        tables.rows(
            f"select * from {_MART} where trust_code = $trust and reporting_month = $month"
            " order by rtt nulls last, short_title, project_id"
        )
    )


def section(tables: ReleaseTables) -> Section | None:
    rows = studies_now(tables)
    if not rows:
        return None
    month = wording.month(tables.newest_month)
    is_open = [row for row in rows if row["is_open_in_month"]]
    judged = [row for row in is_open if row["on_track"] is not None]
    on_track = sum(bool(row["on_track"]) for row in judged)
    share = f" ({wording.percent(100 * on_track / len(judged))})" if judged else ""
    intro = (
        f"{wording.plural(len(is_open), 'study', 'studies')} open in {month}. Of the {wording.number(len(judged))} whose progress can be "
        f"judged, {wording.number(on_track)}{share} are on track for their target by their planned end. Recruitment is shown study "
        "by study, because it counts participants, not staff."
    )
    return Section(
        "portfolio",
        "Research portfolio",
        "How studies are set up and recruit at the trust's sites, as the R&D office's records have it.",
        (
            Text(intro),
            _states(rows, month),
            *_recruitment(tables),
            _set_up(rows, tables.newest_month),
            Heading("Open studies"),
            _study_table(is_open, month),
        ),
    )


def _states(rows: list[Row], month: str) -> Table:
    def line(state: str, name: str) -> tuple[Cell, ...]:
        of_state = [row for row in rows if row["status_group"] == state]
        recruits = [row["recruited_in_month"] for row in of_state if row["recruited_in_month"] is not None]
        return (
            Cell(name),
            Cell(count(len(of_state)), "number"),
            Cell(count(sum(row["is_commercial"] is True for row in of_state)), "number"),
            Cell(count(sum(recruits)), "number") if recruits else ABSENT,
        )

    held = [(state, name) for state, name in _STATES.items() if any(row["status_group"] == state for row in rows)]
    return Table(
        f"Study-sites by state, {month}",
        (Column("State", "text"), Column("Study-sites"), Column("Commercial"), Column("Participants in the month")),
        tuple(line(state, name) for state, name in held),
        _MART,
    )


def recruited_by_month(tables: ReleaseTables) -> list[Row]:
    """Participants recruited in each month as reported in it, over all study-sites."""
    if not tables.has(_MART):
        return []
    return list(
        tables.rows(
            f"select reporting_month, sum(recruited_in_month) as recruited from {_MART} where trust_code = $trust"
            " group by reporting_month order by reporting_month"
        )
    )


def _recruitment(tables: ReleaseTables) -> list[Block]:
    rows = recruited_by_month(tables)
    known = [row for row in rows if row["recruited"] is not None]
    if not known:
        return []
    bars = [
        Bar(
            wording.short_month(row["reporting_month"]),
            None if row["recruited"] is None else float(row["recruited"]),
            "" if row["recruited"] is None else count(row["recruited"]),
        )
        for row in rows
    ]
    title = "Participants recruited each month"
    return [
        Figures(
            (
                Figure(
                    id="portfolio-recruited",
                    title=title,
                    subtitle="all study-sites, as reported in the month",
                    description=f"{title}: {count(known[-1]['recruited'])} in {wording.month(known[-1]['reporting_month'])}.",
                    spec=columns(bars),
                    data=Table(
                        title,
                        (Column("Month", "text"), Column("Participants")),
                        tuple((Cell(wording.month(row["reporting_month"])), wording.cell(row, "recruited")) for row in rows),
                        _MART,
                    ),
                ),
            )
        )
    ]  # fmt: skip


def _set_up(rows: list[Row], newest: date) -> Table:
    year_ago = date(newest.year - 1, newest.month, 1)
    recent = [row for row in rows if row["opened_date"] and row["opened_date"] >= year_ago]

    def line(column: str, name: str) -> tuple[Cell, ...]:
        days = sorted(row[column] for row in recent if row[column] is not None)
        figures = (
            (median(days), days[len(days) // 4], days[-1 - len(days) // 4])
            if len(days) >= 4
            else (median(days),)
            if days
            else ()
        )
        middle = Cell(one(figures[0]), "number") if figures else ABSENT
        half = Cell(f"{count(figures[1])} to {count(figures[2])}", "number") if len(figures) == 3 else ABSENT
        return (Cell(name), Cell(count(len(days)), "number"), middle, half)

    return Table(
        "Set-up of studies opened in the last twelve months: calendar days",
        (Column("Interval", "text"), Column("Study-sites"), Column("Median"), Column("Middle half")),
        tuple(line(column, name) for column, name in _INTERVALS.items()),
        _MART,
        "Studies that still wait for the second date are not in the median, so that it may look too short.",
    )


def _study_table(rows: list[Row], month: str) -> Table:
    def tracked(row: Row) -> Cell:
        return ABSENT if row["on_track"] is None else Cell("on track" if row["on_track"] else "behind")

    return Table(
        f"Open studies, {month}, furthest behind first",
        (
            Column("Study", "text"), Column("Recruited"), Column("Target"), Column("Against time and target"), Column("State", "text"),
            Column("Months since last recruit"),
        ),
        tuple(
            (
                Cell(str(row["short_title"] or row["project_id"])),
                wording.cell(row, "recruited_to_date"),
                wording.cell(row, "target"),
                wording.cell(row, "rtt", lambda value: f"{wording.signed(100 * value)}%"),
                tracked(row),
                wording.cell(row, "months_since_last_recruit"),
            )
            for row in rows[:_STUDIES]
        ),
        _MART,
        (f"The first {_STUDIES} of {len(rows)}; {_MART} has all. " if len(rows) > _STUDIES else "")
        + "Against time and target: how far recruitment is ahead of (+) or behind an even pace to the target.",
    )  # fmt: skip
