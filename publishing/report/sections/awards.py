"""Awards, outputs and networks of the newest financial year."""

from __future__ import annotations

from publishing.report import wording
from publishing.report.content import Block, Cell, Column, Heading, Section, Table, Text
from publishing.report.group_table import Measure, group_table
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import percent, pounds

_AWARDS, _NETWORKS = "mart_awards_outputs", "mart_networks"
_PAIRS = 12
_AWARD_MEASURES = (
    Measure("Applications", "applications"),
    Measure("Shortlisted", "shortlisted"),
    Measure("Decided", "decided"),
    Measure("Awarded", "awarded"),
    Measure("Success", "success_rate", percent),
    Measure("Value", "award_value", pounds),
    Measure("People in schemes", "in_scheme_headcount"),
)
_OUTPUT_MEASURES = (
    Measure("Outputs", "outputs"),
    Measure("First author here", "first_author_share", percent),
    Measure("Last author here", "last_author_share", percent),
    Measure("External partners", "external_partners"),
)
_KINDS = {
    "profession": "Professions",
    "directorate": "Directorates",
    "partner": "Directorates and partner organisations",
}


def section(tables: ReleaseTables) -> Section | None:
    blocks = [*_awards(tables), *_networks(tables)]
    if not blocks:
        return None
    return Section(
        "awards",
        "Awards, outputs and networks",
        "What people applied for and won, what they published, and who works with whom, in the newest financial year.",
        tuple(blocks),
    )


def _awards(tables: ReleaseTables) -> list[Block]:
    if not tables.has(_AWARDS):
        return []
    rows = tables.rows(
        f"select a.* from {_AWARDS} a left join professions p on p.profession_code = a.group_code where a.trust_code = $trust"
        f" and a.financial_year = (select max(financial_year) from {_AWARDS} where trust_code = $trust)"
        " order by a.group_type = 'trust', p.sort_order nulls last, a.group_name, a.group_code"
    )
    if not rows:
        return []
    year = wording.financial_year(int(rows[0]["financial_year"]))
    return [
        Text(
            f"{year}. Awards and outputs count for a profession through the people linked to staff; the trust's figure also holds those "
            "that are not linked. First author here: the first of the trust's own authors is of the "
            "profession; for the trust as a whole, is linked to staff at all, so that its share is mostly higher. Last author likewise."
        ),
        group_table(rows, f"Awards by profession, {year}", _AWARD_MEASURES, _AWARDS),
        group_table(rows, f"Outputs by profession, {year}", _OUTPUT_MEASURES, _AWARDS),
    ]


def _networks(tables: ReleaseTables) -> list[Block]:
    if not tables.has(_NETWORKS):
        return []
    rows = tables.rows(
        f"select * from {_NETWORKS} n where trust_code = $trust"
        f" and financial_year = (select max(financial_year) from {_NETWORKS} where trust_code = $trust)"
        " and (network_type = 'partner' or unit_name < other_name)"
        " order by joint_outputs desc nulls last, joint_studies desc nulls last, unit_name, other_name, unit_code, other_code"
    )
    blocks: list[Block] = []
    for kind, title in _KINDS.items():
        of_kind = [row for row in rows if row["network_type"] == kind]
        if of_kind:
            year = wording.financial_year(int(of_kind[0]["financial_year"]))
            blocks.append(_pairs(of_kind, f"{title} that work together, {year}"))
    return [Heading("Networks"), Text("Pairs with the most joint outputs and studies. Working together is counted, not rated."), *blocks] if blocks else []  # fmt: skip


def _pairs(rows: list[dict[str, object]], caption: str) -> Table:
    with_studies = any(wording.shown(row, "joint_studies") for row in rows)
    measures = ["joint_outputs", *(["joint_studies", "people_in_common"] if with_studies else [])]
    names = {"joint_outputs": "Joint outputs", "joint_studies": "Joint studies", "people_in_common": "People in common"}
    return Table(
        caption,
        (Column("Pair", "text"), *(Column(names[measure]) for measure in measures)),
        tuple(
            (Cell(f"{row['unit_name']} – {row['other_name']}"), *(wording.cell(row, measure) for measure in measures))
            for row in rows[:_PAIRS]
        ),
        _NETWORKS,
        f"The first {_PAIRS} of {len(rows)}; {_NETWORKS} has all." if len(rows) > _PAIRS else "",
    )
