"""Tables and bars of groups, such as professions: one row a group, one column a measure of a mart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from publishing.report import wording
from publishing.report.charts import Bar
from publishing.report.content import Cell, Column, Table
from publishing.report.wording import Form, Row

WHOLE_TRUST = "Whole trust"


@dataclass(frozen=True)
class Measure:
    """A column of a table: its heading, the measure of the mart, how it is printed."""

    title: str
    column: str
    form: Form = wording.count


def group_name(row: Row) -> str:
    """Name of a group; the trust itself is the whole of its groups."""
    return WHOLE_TRUST if row.get("group_type") == "trust" else str(row["group_name"])


def group_table(
    rows: Sequence[Row],
    caption: str,
    measures: Sequence[Measure],
    source: str,
    *,
    first: str = "Profession",
    name: Callable[[Row], str] = group_name,
    note: str = "",
    is_folded: bool = False,
) -> Table:
    """One row for each of `rows`, in their order."""
    return Table(
        caption,
        (Column(first, "text"), *(Column(measure.title) for measure in measures)),
        tuple((Cell(name(row)), *(wording.cell(row, m.column, m.form) for m in measures)) for row in rows),
        source,
        note,
        is_folded,
    )


def short_name(name: str) -> str:
    """A profession's name for a chart: `Medical and dental` → `Medical`."""
    return name.split(" and ")[0]


def group_bars(rows: Sequence[Row], measure: str, form: Form = wording.percent) -> list[Bar]:
    """Bars of one measure, a row each; what is hidden or not collected is said in its place."""
    found = []
    for row in rows:
        cell, label = wording.cell(row, measure, form), short_name(str(row["group_name"]))
        if cell.kind == "number":
            found.append(Bar(label, float(row[measure]), cell.text))
        else:
            found.append(Bar(label, None, "", "suppressed" if cell.kind == "suppressed" else "n/a"))
    return found


def largest(rows: Sequence[Row], measure: str) -> Row | None:
    """The row with the largest published figure; the first of them in order."""
    known = [row for row in rows if wording.shown(row, measure)]
    return max(known, key=lambda row: row[measure]) if known else None


def smallest(rows: Sequence[Row], measure: str) -> Row | None:
    known = [row for row in rows if wording.shown(row, measure)]
    return min(known, key=lambda row: row[measure]) if known else None
