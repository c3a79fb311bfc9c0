"""Data quality: which deliveries are there, what was refused, how many R&D people are linked to staff, what may still change."""

from __future__ import annotations

from publishing.report import wording
from publishing.report.content import ABSENT, Block, Cell, Column, Heading, Notice, Section, Table, Text
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import Row, count, percent

_CALENDAR, _QUALITY = "mart_load_calendar", "mart_data_quality"
_LINKED = {
    "rd_study_team": "Study teams",
    "rd_awards": "Awards",
    "rd_outputs": "Outputs",
    "rd_project_sites": "Study-sites",
}
_NOT_THERE = ("missing", "rejected", "conflict", "withdrawn")


def calendar(tables: ReleaseTables) -> list[Row]:
    """Per extract: months expected and there, and months by what stands in the way."""
    if not tables.has(_CALENDAR):
        return []
    states = ", ".join(f"count(*) filter (state = '{state}') as {state}_months" for state in ("current", *_NOT_THERE))
    return list(
        tables.rows(
            f"select extract, count(*) filter (is_expected) as expected, count(*) filter (is_expected and state = 'current') as there,"
            f" {states}, max(reporting_month) filter (state = 'current') as newest from {_CALENDAR}"
            " where trust_code = $trust group by extract order by extract"
        )
    )


def _rows_by_extract(tables: ReleaseTables) -> dict[str, Row]:
    if not tables.has(_QUALITY):
        return {}
    rows = tables.rows(
        "select extract, sum(rows_delivered)::bigint as delivered, sum(rows_rejected)::bigint as rejected,"
        " bool_or(rows_delivered_is_suppressed) as delivered_is_suppressed, bool_or(rows_rejected_is_suppressed) as rejected_is_suppressed"
        " from (select distinct extract, delivery_id, reporting_month, rows_delivered, rows_rejected, rows_delivered_is_suppressed,"
        f" rows_rejected_is_suppressed from {_QUALITY} where trust_code = $trust) group by extract"
    )
    return {row["extract"]: row for row in rows}


def section(tables: ReleaseTables) -> Section | None:
    deliveries = calendar(tables)
    if not deliveries:
        return None
    months = wording.listed([wording.month(day) for day in tables.provisional])
    return Section(
        "quality",
        "Data quality",
        "What the figures rest on. A month that is missing stays missing: nothing is carried over or filled in.",
        (
            Notice(f"Provisional: {months}. Later deliveries may still change these months."),
            _deliveries(deliveries, _rows_by_extract(tables)),
            *_missing(tables),
            *_rejections(tables),
            *_links(tables),
        ),
    )


def _deliveries(rows: list[Row], counts: dict[str, Row]) -> Table:
    def line(row: Row) -> tuple[Cell, ...]:
        of_rows = counts.get(row["extract"], {})
        rejected, delivered = of_rows.get("rejected"), of_rows.get("delivered")
        share = Cell(percent(100 * rejected / delivered), "number") if delivered and rejected is not None else ABSENT
        return (
            Cell(str(row["extract"])),
            Cell(count(row["expected"]), "number"),
            Cell(count(row["there"]), "number"),
            Cell(count(sum(row[f"{state}_months"] for state in _NOT_THERE)), "number"),
            Cell(wording.month(row["newest"])) if row["newest"] else ABSENT,
            wording.cell(of_rows, "delivered"),
            wording.cell(of_rows, "rejected"),
            share,
        )

    return Table(
        "Deliveries by extract, all months",
        (
            Column("Extract", "text"), Column("Months expected"), Column("Of these there"), Column("Missing or refused"),
            Column("Newest", "text"), Column("Rows delivered"), Column("Rows rejected"), Column("Share rejected"),
        ),
        tuple(line(row) for row in rows),
        _CALENDAR,
        "Surveys and yearly files have no month in which they must come. Rows delivered are those accepted and those rejected.",
    )  # fmt: skip


def _missing(tables: ReleaseTables) -> list[Block]:
    rows = tables.rows(
        f"select extract, reporting_month, state from {_CALENDAR} where trust_code = $trust"
        " and (state in ('rejected', 'conflict', 'withdrawn') or (is_expected and state <> 'current'))"
        " order by reporting_month desc, extract limit 30"
    )
    if not rows:
        return [Text("Every expected delivery is there.")]
    return [
        Table(
            "Months that are missing, refused, in conflict or withdrawn, newest first",
            (Column("Extract", "text"), Column("Month", "text"), Column("State", "text")),
            tuple(
                (Cell(str(r["extract"])), Cell(wording.month(r["reporting_month"])), Cell(str(r["state"])))
                for r in rows
            ),
            _CALENDAR,
        )
    ]


def _rejections(tables: ReleaseTables) -> list[Block]:
    if not tables.has(_QUALITY):
        return []
    rows = tables.rows(
        "select extract, check_name, column_name, reason_code, severity, sum(n)::bigint as n, bool_or(n_is_suppressed) as n_is_suppressed"
        f" from {_QUALITY} where trust_code = $trust and check_name not like 'researchers\\_%' escape '\\' and check_name <> 'link_rate'"
        " and check_name <> 'rows_reconciled' group by extract, check_name, column_name, reason_code, severity"
        " order by list_position(['error', 'warning', 'info'], severity), n desc nulls last, extract, check_name,"
        " column_name nulls first, reason_code nulls first limit 25"
    )
    if not rows:
        return []
    return [
        Table(
            "What the checks found, all months together",
            (Column("Extract", "text"), Column("Check", "text"), Column("Column", "text"), Column("Reason", "text"), Column("Severity", "text"), Column("Cases")),
            tuple(
                (
                    Cell(str(row["extract"])),
                    Cell(str(row["check_name"]).replace("_", " ")),
                    Cell(str(row["column_name"] or "whole row")),
                    Cell(str(row["reason_code"] or "none")),
                    Cell(str(row["severity"])),
                    wording.cell(row, "n"),
                )
                for row in rows
            ),
            _QUALITY,
        )
    ]  # fmt: skip


def link_rates(tables: ReleaseTables) -> list[Row]:
    """Percentage of R&D people linked to staff per extract, in the newest month that has any; all professions together."""
    if not tables.has(_QUALITY):
        return []
    return list(
        tables.rows(
            f"select q.* from {_QUALITY} q join (select extract, max(reporting_month) as reporting_month from {_QUALITY}"
            " where trust_code = $trust and check_name = 'link_rate' group by extract) newest using (extract, reporting_month)"
            " where q.trust_code = $trust and q.check_name = 'link_rate' and q.reason_code = 'all' order by q.extract, q.delivery_id"
        )
    )


def _links(tables: ReleaseTables) -> list[Block]:
    rows = link_rates(tables)
    if not rows:
        return []
    return [
        Heading("R&D people linked to staff"),
        Text(
            "People in R&D records are linked to staff by number, e-mail, ORCID or name; only links that are certain count. People who are not "
            "linked are missing from figures by profession, which are therefore lower bounds."
        ),
        Table(
            "Share of R&D people linked to staff",
            (Column("Records", "text"), Column("Month", "text"), Column("Linked")),
            tuple(
                (
                    Cell(_LINKED.get(str(row["extract"]), str(row["extract"]))),
                    Cell(wording.month(row["reporting_month"])),
                    wording.cell(row, "n", lambda value: f"{count(value)}%"),
                )
                for row in rows
            ),
            _QUALITY,
        ),
    ]
