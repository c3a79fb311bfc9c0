"""The research capacity and culture survey: what people think of research at three levels, what stops them and what drives them."""

from __future__ import annotations

from itertools import groupby

from publishing.report import wording
from publishing.report.charts import Bar, bars
from publishing.report.content import Block, Cell, Column, Figure, Figures, Heading, Section, Table, Text
from publishing.report.group_table import Measure, group_table
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import Row, count, percent, two

_DOMAINS, _REASONS = "mart_rcc_domain", "mart_barriers_motivators"
BLOCKS = {"barrier": "Barriers to taking part in research", "motivator": "Motivators for taking part in research"}
_TOP = 10
_TOP_OF_PROFESSION = 3
_MEASURES = (
    Measure("People", "n"),
    Measure("Median", "median", two),
    Measure("Lower quartile", "p25", two),
    Measure("Upper quartile", "p75", two),
    Measure("Unsure", "unsure_rate", percent),
)


def ranked(tables: ReleaseTables, block: str) -> list[Row]:
    """Barriers or motivators of the whole trust in the newest wave, most ticked first."""
    if not tables.has(_REASONS):
        return []
    return list(
        tables.rows(
            f"select * from {_REASONS} b where trust_code = $trust and group_type = 'trust' and block = '{block}'"
            f" and wave = (select max(wave) from {_REASONS} where trust_code = $trust)"
            " order by rank nulls last, item_name, item_code"
        )
    )


def section(tables: ReleaseTables) -> Section | None:
    blocks = [*_domains(tables), *_reasons(tables)]
    if not blocks:
        return None
    return Section(
        "culture",
        "Research culture, barriers and motivators",
        "From the research capacity and culture survey, in which people rate the organisation, their team and themselves from 1 to 10. "
        "It speaks for those who answered.",
        tuple(blocks),
    )


def _domains(tables: ReleaseTables) -> list[Block]:
    if not tables.has(_DOMAINS):
        return []
    where = "trust_code = $trust and level = 'domain'"
    rows = tables.rows(
        f"select * from {_DOMAINS} where {where} and group_type = 'trust'"
        " order by wave, list_position(['org', 'team', 'ind'], domain_code), domain_code"
    )
    if not rows:
        return []
    newest = str(rows[-1]["wave"])
    by_profession = tables.rows(
        f"select m.* from {_DOMAINS} m left join professions p on p.profession_code = m.group_code"
        f" where {where} and group_type = 'profession' and wave = '{newest}'"
        " order by p.sort_order nulls last, group_name, list_position(['org', 'team', 'ind'], domain_code), domain_code"
    )
    return [
        group_table(
            rows,
            "Research capacity and culture, all waves: median of people's mean rating",
            _MEASURES,
            _DOMAINS,
            first="Level and wave",
            name=lambda row: f"{_level(row)}, {row['wave']}",
            note="There are no cut-points: what is high or low for such a trust is not known.",
        ),
        *([_levels_by_profession(by_profession, newest)] if by_profession else []),
    ]


def _level(row: Row) -> str:
    return {"org": "Organisation", "team": "Team", "ind": "Individual"}.get(row["domain_code"], str(row["item_name"]))


def _levels_by_profession(rows: list[dict[str, object]], wave: str) -> Table:
    levels = list(dict.fromkeys(_level(row) for row in rows))
    groups = [(str(name), {_level(r): r for r in of}) for name, of in groupby(rows, key=lambda r: r["group_name"])]
    return Table(
        f"Research capacity and culture by profession, {wave}: medians",
        (Column("Profession", "text"), Column("Respondents"), *(Column(level) for level in levels)),
        tuple(
            (
                Cell(name),
                wording.cell(next(iter(of.values())), "respondents"),
                *(wording.cell(of.get(level, {}), "median", two) for level in levels),
            )
            for name, of in groups
        ),
        _DOMAINS,
    )


def _reasons(tables: ReleaseTables) -> list[Block]:
    blocks: list[Block] = []
    for block, title in BLOCKS.items():
        rows = ranked(tables, block)
        if rows:
            blocks += [Heading(title), Text(_base(rows)), *_reason_blocks(tables, block, title, rows)]
    return blocks


def _base(rows: list[Row]) -> str:
    asked = wording.cell(rows[0], "denominator")
    return (
        f"{rows[0]['wave']}: share of the {asked.text} respondents with at least one tick who ticked it. Rank 1 is ticked most; "
        "ranks of neighbours with nearly the same share can change places by chance."
    )


def _reason_blocks(tables: ReleaseTables, block: str, title: str, rows: list[Row]) -> list[Block]:
    wave = str(rows[0]["wave"])
    top = [row for row in rows if wording.shown(row, "share")][:_TOP]
    figure = Figure(
        id=f"culture-{block}",
        title=f"{title}: the first {len(top)}",
        subtitle=f"share of respondents, {wave}",
        description=f"{title}, {wave}. Most ticked: {wording.listed([str(row['item_name']) for row in top[:3]])}. "
        "The table beside holds the figures.",
        spec=bars([Bar(_capital(row), row["share"], percent(row["share"])) for row in top], "per cent of respondents"),
    )
    return [
        *([Figures((figure,))] if top else []),
        group_table(
            rows,
            f"{title}, {wave}: all",
            (Measure("Rank", "rank", count), Measure("Ticked", "n"), Measure("Share", "share", percent)),
            _REASONS,
            first=block.capitalize(),
            name=_capital,
            is_folded=True,
        ),
        *_first_of_professions(tables, block, title, wave),
    ]


def _capital(row: Row) -> str:
    name = str(row["item_name"])
    return name[:1].upper() + name[1:]


def _first_of_professions(tables: ReleaseTables, block: str, title: str, wave: str) -> list[Block]:
    rows = tables.rows(
        f"select m.* from {_REASONS} m left join professions p on p.profession_code = m.group_code"
        f" where m.trust_code = $trust and m.group_type = 'profession' and m.block = '{block}' and m.wave = '{wave}'"
        " order by p.sort_order nulls last, m.group_name, m.rank nulls last, m.item_name, m.item_code"
    )
    groups = [(str(name), list(of)) for name, of in groupby(rows, key=lambda row: row["group_name"])]
    if not groups:
        return []

    def first(of_group: list[dict[str, object]]) -> tuple[Cell, ...]:
        known = [
            Cell(f"{_capital(row)} ({percent(float(str(row['share'])))})")
            for row in of_group
            if wording.shown(row, "share")
        ]
        hidden = wording.cell(of_group[0], "share")
        return (*known[:_TOP_OF_PROFESSION], *[hidden] * max(0, _TOP_OF_PROFESSION - len(known)))

    names = ("First", "Second", "Third")
    return [
        Table(
            f"{title} by profession, {wave}: the first three with a published figure",
            (Column("Profession", "text"), *(Column(name, "text") for name in names)),
            tuple((Cell(name), *first(of_group)) for name, of_group in groups),
            _REASONS,
        )
    ]
