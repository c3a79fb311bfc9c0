"""Equity: whether groups of staff take part in research in proportion, with intervals."""

from __future__ import annotations

from itertools import groupby

from publishing.report import wording
from publishing.report.charts import Whisker, ratios
from publishing.report.content import Cell, Column, Figure, Figures, Section, Table, Text
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import Row, percent, two

_MART = "mart_equity"
_LOW, _HIGH = "representation_ratio_lower_95", "representation_ratio_upper_95"


def categories_now(tables: ReleaseTables) -> list[Row]:
    """Every category of every characteristic in the newest month."""
    if not tables.has(_MART):
        return []
    return list(
        tables.rows(
            f"select * from {_MART} where trust_code = $trust and reporting_month = $month"
            " order by characteristic_name, characteristic, category_code"
        )
    )


def side(row: Row) -> str:
    """`more`, `less` or `level` as the interval leaves out 1 or holds it; empty where there is none."""
    if not all(wording.shown(row, name) for name in (_LOW, _HIGH)):
        return ""
    return "more" if row[_LOW] > 1 else "less" if row[_HIGH] < 1 else "level"


def section(tables: ReleaseTables) -> Section | None:
    rows = categories_now(tables)
    if not rows:
        return None
    month = wording.month(tables.newest_month)
    figures, listed = [], []
    for name, of_one in groupby(rows, key=lambda row: str(row["characteristic_name"])):
        categories = list(of_one)
        figures.append(_figure(name, categories, month))
        listed.append(_table(name, categories, month))
    return Section(
        "equity",
        "Equity",
        "A ratio of 1 means that a group takes part in research in proportion to its size; 2 is twice as often as the trust as a whole, "
        "0.5 half as often.",
        (
            Text(
                "The line is the 95% interval. A filled circle means that the interval leaves 1 out; an open circle that a difference "
                "may be chance. Groups differ in profession and pay band, so a ratio describes and does not explain."
            ),
            Figures(tuple(figures)),
            *listed,
        ),
    )  # fmt: skip


def _figure(name: str, rows: list[Row], month: str) -> Figure:
    sides = {word: [str(row["category_name"]) for row in rows if side(row) == word] for word in ("more", "less")}
    drawn = [row[column] for row in rows for column in (_LOW, _HIGH) if wording.shown(row, column)]
    low, high = min([0.5, *(max(n, 0.05) for n in drawn)]), max([2.0, *drawn])
    return Figure(
        id=f"equity-{wording.slug(rows[0]['characteristic'])}",
        title=name,
        subtitle=f"representation among research-active people, {month}",
        description=f"Representation ratio with 95% interval by {name.lower()}, {month}. More often than in proportion: "
        f"{wording.listed(sides['more'])}. Less often: {wording.listed(sides['less'])}. The table below holds the figures.",
        spec=ratios([_whisker(row) for row in rows], "ratio (1 = in proportion)", (low * 0.9, high * 1.1)),
    )


def _whisker(row: Row) -> Whisker:
    label = str(row["category_name"])
    cell = wording.cell(row, "representation_ratio", two)
    if cell.kind != "number" or not row["representation_ratio"]:
        return Whisker(label, None, gap="suppressed" if cell.kind == "suppressed" else "n/a")
    low, high = (row[name] if wording.shown(row, name) else None for name in (_LOW, _HIGH))
    return Whisker(label, row["representation_ratio"], low, high)


def _table(name: str, rows: list[Row], month: str) -> Table:
    def interval(row: Row) -> Cell:
        low, high = wording.cell(row, _LOW, two), wording.cell(row, _HIGH, two)
        return Cell(f"{low.text} to {high.text}", "number") if low.kind == high.kind == "number" else low

    return Table(
        f"{name}: research activity, {month}",
        (
            Column(name, "text"), Column("People"), Column("Research-active"), Column("Rate"), Column("Ratio"), Column("95% interval"),
            Column("Awards won, 12 months"),
        ),
        tuple(
            (
                Cell(str(row["category_name"])),
                wording.cell(row, "headcount"),
                wording.cell(row, "research_active_headcount"),
                wording.cell(row, "research_active_rate", percent),
                wording.cell(row, "representation_ratio", two),
                interval(row),
                wording.cell(row, "award_success_rate_12m", percent),
            )
            for row in rows
        ),
        _MART,
        "Awards won: share of decided applications that were awarded.",
    )  # fmt: skip
