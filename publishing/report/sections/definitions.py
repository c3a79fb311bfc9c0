"""Definitions of every indicator and tier, from the release's own catalogue."""

from __future__ import annotations

from publishing.report.content import Block, Definition, Definitions, Heading, Section
from publishing.report.release_tables import ReleaseTables
from publishing.report.sections.board import newest_half
from publishing.report.sections.capacity import TIERS
from publishing.report.wording import Row

_WAYS = {"increase": "higher is better", "decrease": "lower is better", "neutral": "neither way is better"}


def section(tables: ReleaseTables) -> Section | None:
    blocks: list[Block] = []
    if tables.has("dim_indicator"):
        rows = tables.rows("select * from dim_indicator order by sort_order, indicator_code")
        blocks += [Heading("Indicators"), Definitions(tuple(_indicator(row) for row in rows))]
    if tables.has("mart_research_capacity_month"):
        tiers = tuple(Definition(name, words[:1].upper() + words[1:] + ".") for _, name, words in TIERS)
        blocks += [Heading("Tiers of research activity"), Definitions(tiers)]
    lines = newest_half(tables)
    if lines:
        said = tuple(Definition(str(row["line_name"]), f"{row['definition']}.") for row in lines)
        blocks += [Heading("Lines for the board"), Definitions(said)]
    if not blocks:
        return None
    return Section(
        "definitions", "Definitions", "What each figure counts. The release's data dictionary says more.", tuple(blocks)
    )


def _indicator(row: Row) -> Definition:
    def fact(name: str, words: str) -> str:
        return f"{words}: {str(row[name]).rstrip('.')}" if row.get(name) not in (None, "") else ""

    way = _WAYS.get(str(row.get("direction")), "")
    facts = (
        way,
        fact("unit", "unit"),
        fact("numerator", "numerator"),
        fact("denominator", "denominator"),
        fact("source_policy", "source"),
        fact("minimum_n", "smallest number shown"),
        fact("owner", "owner"),
    )
    return Definition(
        f"{row['indicator_code']} {row['indicator_name']}", str(row["definition"]), tuple(filter(None, facts))
    )
