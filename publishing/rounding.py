"""Rounding of what is shown about people, where the trust asks for it: after everything that is hidden is hidden.

Counts go to the nearest multiple of the base, half a base upwards, each by itself, so that parts no longer add up to their
whole. What follows from counts is computed again from the rounded ones and from nothing else. What becomes of which measure is
data (`column_law.yml`, `rounded` of a column); a measure about people of which nothing is said stops publication. Derived tables
are computed from rounded ones afterwards and need nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from publishing.column_law import meaning, names_in
from publishing.errors import PublishingError
from publishing.published_table import ROW_FLAG, PublishedColumn, PublishedTable, Rounding, flag
from publishing.sql import identifier
from publishing.suppress import place_among_shown, tidy

if TYPE_CHECKING:
    import duckdb

#: A figure a hair below half a base, by the last bits of a sum, is half a base.
_DECIMALS = 9


def _rules(table: PublishedTable) -> dict[str, Rounding]:
    """What becomes of each measure; ranks come of themselves.

    Raises:
        PublishingError: nothing is said of a measure about people.
    """
    rules = {c.name: meaning(c).rounded for c in table.published if c.role == "measure"}
    unsaid = [name for name, rule in rules.items() if rule is None and name not in table.structure.ranked]
    if unsaid:
        raise PublishingError(
            "it is not said what becomes of measures about people where what is shown is rounded",
            table.name,
            "say it under `rounded` in column_law.yml, or set RCW_PUBLISH_ROUND_TO to 0",
            unsaid,
        )
    return {name: rule for name, rule in rules.items() if rule is not None and rule.exact is None}


def _nearest(figure: str, step: float) -> str:
    return f"round(round({figure} / {float(step)}, {_DECIMALS})) * {float(step)}"


def _rounded(name: str, rule: Rounding, base: int) -> dict[str, str]:
    """The columns that rounding alone changes, before anything is computed again."""
    column, hidden = identifier(name), identifier(flag(name))
    if rule.hidden is not None:
        return {name: "null", flag(name): f"{hidden} or {column} is not null"}
    if rule.to is not None:
        return {name: _nearest(column, rule.to)}
    if rule.to_base is not None:
        return {name: f"case when {rule.to_base} then {_nearest(column, base)} else {column} end"}
    return {}


def _computed(column: PublishedColumn, rule: Rounding, base: int) -> str | None:
    """What the figure is, from others that are rounded already; a step of a mean is what one base of its sum would be."""
    if rule.over is not None:
        people, per = identifier(rule.over), 100.0 if meaning(column).unit == "per cent" else 1.0
        return f"{_nearest(f'({identifier(column.name)} * {people} / {per})', base)} * {per} / nullif({people}, 0)"
    return rule.equals


def _in_levels(computed: Mapping[str, str]) -> list[dict[str, str]]:
    """Columns in levels, each computed only from columns of earlier levels, beside itself."""
    waiting, levels = dict(computed), []
    while waiting:
        ready = {name: sql for name, sql in waiting.items() if not (names_in(sql) & waiting.keys()) - {name}}
        if not ready:
            raise ValueError(f"{', '.join(sorted(waiting))}: computed from one another in a circle")
        levels.append(ready)
        waiting = {name: sql for name, sql in waiting.items() if name not in ready}
    return levels


def rounded_sql(table: PublishedTable, shown: str, base: int) -> str:
    """`select` of a protected table with its figures rounded, rows in the order of the key.

    Args:
        shown: relation of the protected table.
        base: what counts become a multiple of.

    Raises:
        PublishingError: nothing is said of a measure about people.
    """
    columns, rules = {column.name: column for column in table.published}, _rules(table)
    first: dict[str, str] = {}
    for name, rule in rules.items():
        first |= _rounded(name, rule, base)
    computed = {name: sql for name, rule in rules.items() if (sql := _computed(columns[name], rule, base))}
    # A figure that is hidden, not collected or undefined stays so: only figures are computed again.
    guarded = [
        {name: f"case when {identifier(name)} is not null then {sql} end" for name, sql in level.items()}
        for level in _in_levels(computed)
    ]
    ranks = {name: place_among_shown(name, table) for name in table.structure.ranked}
    hides = any(rule.hidden is not None for rule in rules.values())
    row_flag = {ROW_FLAG: " or ".join(identifier(flag(name)) for name in table.flagged)} if hides else {}

    steps, before = [f"step_0 as (select * from {shown})"], "step_0"
    for number, changed in enumerate(filter(None, (first, *guarded, ranks, row_flag)), start=1):
        replaced = ", ".join(
            f"{_typed(columns[name], sql) if name in columns else f'({sql})'} as {identifier(name)}"
            for name, sql in changed.items()
        )
        steps.append(f"step_{number} as (select * replace ({replaced}) from {before})")
        before = f"step_{number}"
    key = ", ".join(identifier(name) for name in table.key)
    return f"with {', '.join(steps)} select * from {before} order by {key}"


def _typed(column: PublishedColumn, sql: str) -> str:
    typed = f"cast({sql} as {column.type})"
    return tidy(typed) if column.type == "DOUBLE" else typed


def round_published(
    connection: duckdb.DuckDBPyConnection, schema: str, tables: Sequence[PublishedTable], base: int
) -> None:
    """Round what every protected table shows about people, in its place.

    Args:
        schema: of the protected tables, all of which are written and checked.
    """
    for table in tables:
        if not table.is_derived and _rules(table):
            written = f"{schema}.{identifier(table.name)}"
            connection.execute(f"create or replace table {written} as {rounded_sql(table, written, base)}")
