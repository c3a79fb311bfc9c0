"""The appendix on paper: the figures behind each chart, and the tables that the page keeps folded.

The page has both beside the charts, where a click opens them; paper has nothing to click.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from publishing.report.content import ABSENT, Block, Cell, Column, Figure, Figures, Heading, Section, Table
from publishing.report.wording import month_number

#: Charts in one table, so that it fits the width of A4.
_ABREAST = 7
_AT_THE_FOOT = ("Mean", "Lower limit", "Upper limit")


def section(sections: Sequence[Section]) -> Section | None:
    """The appendix of these sections; None where they have no charts with figures and nothing folded."""
    blocks: list[Block] = []
    for one in sections:
        found = [*_behind_charts(one), *_folded(one)]
        if found:
            blocks += [Heading(one.title), *found]
    if not blocks:
        return None
    return Section(
        "appendix",
        "Appendix: the figures behind the charts",
        "Month by month, as published. Of control charts the mean and limits are those of the newest month; mart_spc_point has all.",
        tuple(blocks),
        is_for_paper_alone=True,
    )


def _behind_charts(section: Section) -> Iterator[Table]:
    """Charts of one heading side by side, a row a month."""
    heading = section.title
    for block in section.blocks:
        if isinstance(block, Heading):
            heading = block.text
        if isinstance(block, Figures):
            with_figures = [figure for figure in block.figures if figure.data]
            for at in range(0, len(with_figures), _ABREAST):
                yield _side_by_side(with_figures[at : at + _ABREAST], heading)


def _folded(section: Section) -> list[Table]:
    return [replace(block, is_folded=False) for block in section.blocks if isinstance(block, Table) and block.is_folded]


def _side_by_side(figures: Sequence[Figure], heading: str) -> Table:
    held = [(figure.title, _by_row(figure.data)) for figure in figures if figure.data]
    months = sorted({name for _, rows in held for name in rows}, key=month_number)
    foot = [(Cell(name), *(_newest(figure.data, name) for figure in figures)) for name in _AT_THE_FOOT]
    return Table(
        f"{heading}: figures of the charts",
        (Column("Month", "text"), *(Column(title) for title, _ in held)),
        (
            *((Cell(name), *(rows.get(name, (ABSENT, ABSENT))[1] for _, rows in held)) for name in months),
            *(row for row in foot if any(cell.kind != "absent" for cell in row[1:])),
        ),
        next(figure.data.source for figure in figures if figure.data),
    )


def _by_row(data: Table | None) -> dict[str, tuple[Cell, ...]]:
    return {row[0].text: row for row in data.rows} if data else {}


def _newest(data: Table | None, title: str) -> Cell:
    """The cell of the newest row under a heading."""
    if not data or title not in data.titles or not data.rows:
        return ABSENT
    return data.rows[-1][data.titles.index(title)]
