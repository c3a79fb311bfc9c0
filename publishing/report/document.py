"""The whole report of a release: its sections in order, its title, and what goes on the poster."""

from __future__ import annotations

from collections.abc import Callable

from publishing.identity import ReleaseInputs, release_id
from publishing.policy import DisclosurePolicy
from publishing.report import wording
from publishing.report.content import Figures, Poster, Report, Section
from publishing.report.release_tables import ReleaseTables
from publishing.report.sections import (
    about,
    appendix,
    awards,
    board,
    capacity,
    culture,
    definitions,
    equity,
    portfolio,
    quality,
    scorecard,
    summary,
    surveys,
    workforce,
)

_SECTIONS: tuple[Callable[[ReleaseTables], Section | None], ...] = (
    summary.section,
    scorecard.section,
    capacity.section,
    workforce.section,
    surveys.section,
    culture.section,
    portfolio.section,
    awards.section,
    equity.section,
    board.section,
    quality.section,
    definitions.section,
)
#: Figures of the poster, a row each: the first two that the report holds.
_POSTER_ROWS = (
    ("spc-r2", "spc-p1", "portfolio-recruited", "spc-r9", "spc-w1"),
    ("capacity-research-active-rate", "culture-barrier", "culture-motivator", "survey-nss-wholes"),
)


def compose(tables: ReleaseTables, inputs: ReleaseInputs) -> Report:
    """The report of the tables' trust, from published figures alone."""
    identity = release_id(inputs)
    made = [section for make in _SECTIONS if (section := make(tables))]
    sections = (*made[:1], about.section(tables, inputs.policy, identity), *made[1:])
    at_the_end = appendix.section(sections)
    return Report(
        title="Research culture report",
        trust_name=_trust_name(tables),
        trust_code=tables.trust_code,
        period=_period(tables),
        release=identity,
        code_version=inputs.code_version,
        sections=(*sections, *filter(None, (at_the_end,))),
        poster=_poster(tables, sections),
        footer=_footer(inputs.policy, identity),
    )


def _trust_name(tables: ReleaseTables) -> str:
    rows = tables.rows("select trust_name from dim_trust where trust_code = $trust") if tables.has("dim_trust") else []
    return wording.title_case(str(rows[0]["trust_name"])) if rows else tables.trust_code


def _period(tables: ReleaseTables) -> str:
    last = wording.month(tables.newest_month)
    rows = tables.rows("select min(reporting_month) as first from dim_month") if tables.has("dim_month") else []
    first = wording.month(rows[0]["first"]) if rows and rows[0]["first"] else last
    return last if first == last else f"{first} to {last}"


def _footer(policy: DisclosurePolicy, identity: str) -> str:
    rounded = f" Counts are rounded to {policy.rounding.base} and need not add up." if policy.rounding else ""
    return (
        f"Release {identity}. Small numbers are suppressed: 1 to {policy.staff.hidden_up_to} staff, 1 to {policy.survey.hidden_up_to} survey "
        f"respondents.{rounded} Figures describe; they do not show cause and effect."
    )


def _poster(tables: ReleaseTables, sections: tuple[Section, ...]) -> Poster:
    held = {
        f.id for section in sections for block in section.blocks if isinstance(block, Figures) for f in block.figures
    }
    rows = ([name for name in row if name in held][:2] for row in _POSTER_ROWS)
    return Poster(summary.tiles(tables), summary.for_poster(tables), tuple(name for row in rows for name in row))
