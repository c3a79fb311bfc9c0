"""Derived tables: computed from published values only, so that they reveal nothing that the release does not show anyway.

In the private warehouse a derived mart is a table made of the published form of other tables (dbt macro `shown`), and beside it
stands a view with the SQL that made it (`derivation`). Here the same SQL runs over the protected tables in that form's place. What
it may read is checked, not assumed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from publishing.errors import PublishingError
from publishing.published_table import ROW_FLAG, PublishedTable, flag
from publishing.sql import identifier
from publishing.suppress import shown_value

if TYPE_CHECKING:
    import duckdb

#: Schema of the published form, in the warehouse and here; the dbt project's name for it.
FORM = "published_form"
#: Schema of the views with the SQL of derived marts; the dbt project's name for it.
DERIVATION = "derivation"
_PLACE = "rcw_published"


def _definitions(connection: duckdb.DuckDBPyConnection, tables: Sequence[PublishedTable]) -> dict[str, str]:
    """The stored SQL of each derived table."""
    stored = connection.execute(
        "select view_name, sql from duckdb_views() where database_name = current_database() and schema_name = ?",
        [DERIVATION],
    ).fetchall()
    known = {view: _select_of(sql) for view, sql in stored}
    missing = [table.name for table in tables if table.name not in known]
    if missing:
        raise PublishingError(
            "the warehouse does not say how derived tables are computed",
            ", ".join(missing),
            "leave them in models/marts/derived of the dbt project, load and publish again",
        )
    return {table.name: known[table.name] for table in tables}


def _select_of(create_view: str) -> str:
    return create_view.split(" AS ", 1)[1].rstrip("; \n")


def _relations(parsed: object) -> Iterator[tuple[str, str, str]]:
    """Catalogue, schema and name of every relation in a parsed statement; the first two are empty for a CTE."""
    if isinstance(parsed, dict):
        if parsed.get("type") == "BASE_TABLE":
            yield str(parsed["catalog_name"]), str(parsed["schema_name"]), str(parsed["table_name"])
        for part in parsed.values():
            yield from _relations(part)
    elif isinstance(parsed, list):
        for part in parsed:
            yield from _relations(part)


def _reads(connection: duckdb.DuckDBPyConnection, name: str, sql: str, published: Sequence[PublishedTable]) -> set[str]:
    """The tables that the SQL of a derived table reads, all of them in their published form."""
    (parsed,) = connection.execute("select json_serialize_sql(?)", [sql]).fetchone() or ("{}",)
    read = {place for place in _relations(json.loads(parsed)) if any(place[:2])}
    allowed = {("", FORM, table.name) for table in published}
    if beside := sorted(".".join(part for part in place if part) for place in read - allowed):
        raise PublishingError(
            "a derived table reads more than published tables",
            f"{name} reads {', '.join(beside)}",
            "let its model read other tables by the macro `shown` alone, load and publish again",
        )
    return {table for _, _, table in read}


def _in_order(reads: Mapping[str, set[str]]) -> list[str]:
    try:
        return [name for name in TopologicalSorter(reads).static_order() if name in reads]
    except CycleError:
        raise PublishingError(
            "derived tables are computed from one another in a circle", ", ".join(sorted(reads)), "correct their models"
        ) from None


@contextmanager
def _published_form(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """A catalogue of its own for the published form, current while the block runs, so that no name leads elsewhere."""
    (warehouse,) = connection.execute("select current_database()").fetchone() or ("memory",)
    connection.execute(f"attach ':memory:' as {_PLACE} (read_write)")
    try:
        connection.execute(f"create schema {_PLACE}.{FORM}; use {_PLACE}")
        yield f"{_PLACE}.{FORM}"
    finally:
        connection.execute(f"use {identifier(warehouse)}; detach {_PLACE}")


def derived_sql(table: PublishedTable, select: str) -> str:
    """`select` of the released table: as computed, hidden where a flag says so, rows in the order of the key."""
    shown = [shown_value(column, has_flag=column.name in table.flagged) for column in table.published]
    flags = [identifier(flag(name)) for name in table.flagged]
    if flags:
        shown += [*flags, f"({' or '.join(flags)}) as {ROW_FLAG}"]
    columns = ", ".join(f"cast({identifier(c.name)} as {c.type}) as {identifier(c.name)}" for c in table.columns)
    key = ", ".join(identifier(name) for name in table.key)
    return (
        f"with computed as ({select}), typed as (select {columns} from computed)"
        f" select {', '.join(shown)} from typed order by {key}"
    )


def derive(connection: duckdb.DuckDBPyConnection, alias: str, tables: Sequence[PublishedTable]) -> None:
    """Compute every derived table from the protected ones, as `<alias>.main.<table>`.

    Args:
        connection: with the private warehouse as the current database, where the views of `derivation` stand.
        alias: the attached database of the release, in which `protect` has written every other table.

    Raises:
        PublishingError: a derived table is missing, or its SQL reads anything but published tables.
    """
    derived = {table.name: table for table in tables if table.is_derived}
    if not derived:
        return
    definitions = _definitions(connection, list(derived.values()))
    reads = {name: _reads(connection, name, sql, tables) for name, sql in definitions.items()}
    order = _in_order({name: read & derived.keys() for name, read in reads.items()})
    with _published_form(connection) as form:
        for name in sorted(set().union(*reads.values()) - derived.keys()):
            connection.execute(f"create view {form}.{name} as select * from {alias}.main.{identifier(name)}")
        for name in order:
            written = f"{alias}.main.{identifier(name)}"
            connection.execute(f"create table {written} as {derived_sql(derived[name], definitions[name])}")
            connection.execute(f"create view {form}.{name} as select * from {written}")
