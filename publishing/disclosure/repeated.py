"""Figures of a summary that repeat, or are made from, figures of monthly tables: hidden wherever one of those is hidden.

What repeats what is declared in `adds_up.repeats` of the summary's model (`structure`). Such figures stand in no group, so that the
sums over groups (`cells`) do not see them; here the protected monthly tables are read as a reader reads them, and the summary follows.
Counts of rows of files are such figures too: a file of leavers has about as many rows as the trust has leavers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from publishing.disclosure.structure import Repeated, Repeats
from publishing.published_table import ROW_FLAG, PublishedTable, flag
from publishing.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb


def hide_repeated(connection: duckdb.DuckDBPyConnection, schema: str, tables: Sequence[PublishedTable]) -> None:
    """Hide in each summary what its monthly tables hide.

    Args:
        schema: of the protected tables, all of which are written; rows stay in the order of the key.
    """
    for table in tables:
        if table.structure.repeats:
            _hide(connection, schema, table, table.structure.repeats)


def _hide(connection: duckdb.DuckDBPyConnection, schema: str, table: PublishedTable, repeats: Repeats) -> None:
    written, first = f"{schema}.{identifier(table.name)}", identifier(repeats.first)
    line = f"trust_code, {identifier(repeats.by)}"

    sources = {
        **repeats.undefined,
        **{
            c.name: c.disclosure.computed_from
            for c in table.suppressible
            if c.disclosure and c.disclosure.computed_from
        },
    }

    def hide(measures: Sequence[str], where: str, is_there: str | None = None) -> None:
        changes = []
        for measure in measures:
            hidden = identifier(flag(measure))
            was_there = is_there or _was_there(measure, sources.get(measure, ()))
            changes += [f"{identifier(measure)} = null", f"{hidden} = {hidden} or {was_there}"]
        connection.execute(f"update {written} set {', '.join(changes)} where {where}")

    for name, figure in repeats.lines.items():
        hide(repeats.measures, f"({line}, {first}) in ({_hidden_lines(schema, written, repeats, name, figure)})")
    some = _any_flag(repeats.measures)
    for name in repeats.all_or_none:
        of_line = f"{identifier(repeats.by)} = {literal(name)}"
        hide(repeats.measures, f"({line}) in (select {line} from {written} where {of_line} and ({some}))")
    for later, of in repeats.former.items():
        before = f"select {line}, cast({first} + to_months({repeats.months}) as date) from {written} where {identifier(flag(of))}"
        hide([later], f"({line}, {first}) in ({before})", "true")
    for part, among in repeats.among.items():
        hide([part], f"{identifier(flag(among.of))} and ({among.where})")
    for column in table.suppressible:
        if column.disclosure and column.disclosure.computed_from:
            hide([column.name], _any_flag(column.disclosure.computed_from))
    row = _any_flag([column.name for column in table.suppressible])
    key = ", ".join(identifier(name) for name in table.key)
    connection.execute(
        f"create or replace table {written} as select * replace (({row}) as {ROW_FLAG}) from {written} order by {key}"
    )


def _was_there(measure: str, sources: Sequence[str]) -> str:
    """Whether a figure was collected: a NULL was too where all that it is computed from was, since it is undefined then."""
    known = [f"({identifier(name)} is not null or {identifier(flag(name))})" for name in sources]
    return f"{identifier(measure)} is not null" + (f" or ({' and '.join(known)})" if known else "")


def _any_flag(measures: Sequence[str]) -> str:
    return " or ".join(identifier(flag(measure)) for measure in measures)


def _hidden_lines(schema: str, written: str, repeats: Repeats, name: str, figure: Repeated) -> str:
    """Rows of a line in whose months one of its measures is hidden, of whichever of its groups: in any month, or in the newest
    that the table has.
    """
    by, first, last = (identifier(column) for column in (repeats.by, repeats.first, repeats.last))
    flags = " or ".join(f"month.{identifier(flag(measure))}" for measure in figure.measures)
    in_any = figure.every_month or figure.from_the_first
    together = "bool_or(is_hidden)" if in_any else "max_by(is_hidden, (month, is_hidden))"
    month = f"month.{identifier(figure.month)}"
    is_of_line = [f"{month} <= line.{last}", *([] if figure.from_the_first else [f"{month} >= line.{first}"])]
    is_of_line += [f"month.{identifier(column)} = {literal(value)}" for column, value in figure.only.items()]
    months = (
        f"select line.trust_code, line.{by}, line.{first}, {month} as month, ({flags}) as is_hidden"
        f" from {written} as line inner join {schema}.{identifier(figure.table)} as month"
        f" on line.trust_code = month.trust_code and month.group_type = {literal(figure.group_type or repeats.group_type)}"
        f" and {' and '.join(is_of_line)} where line.{by} = {literal(name)}"
    )
    return f"select trust_code, {by}, {first} from ({months}) group by all having {together}"
