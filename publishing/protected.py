"""The protected form of every published table, written into the database of the release.

Two steps, in this order, and nothing else writes tables there: `protect` turns each private mart into what may be shown of
it; `derive` (derived.py) then computes the tables that follow from those, which see nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from publishing.catalogue import PublishedTable
from publishing.column_types import can_become
from publishing.errors import PublishingError
from publishing.policy import DisclosurePolicy
from publishing.sql import identifier
from publishing.suppress import published_sql

if TYPE_CHECKING:
    import duckdb


def check_types(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    """Refuse a table of the warehouse that is not what its YAML declares."""
    actual = dict(
        connection.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_catalog = current_database() and table_schema = ? and table_name = ?",
            [table.schema, table.name],
        ).fetchall()
    )
    if not actual:
        raise PublishingError(
            f"the warehouse holds no table {table.schema}.{table.name}", "warehouse", "run the load, then publish"
        )
    faults = []
    for column in table.columns:
        if column.name not in actual:
            faults.append(f"{column.name} is missing")
        elif not can_become(actual[column.name], column.type):
            faults.append(f"{column.name} is {actual[column.name]}, declared {column.type}")
    if faults:
        raise PublishingError(
            "the table in the warehouse is not what its YAML declares",
            f"{table.schema}.{table.name}",
            "correct the model or its YAML, then load and publish again",
            faults,
        )


def protect(
    connection: duckdb.DuckDBPyConnection, alias: str, tables: Sequence[PublishedTable], policy: DisclosurePolicy
) -> None:
    """Write what may be shown of each table that is not derived, as `<alias>.main.<table>`, rows in the order of the key.

    Args:
        connection: with the private warehouse as the current database.
        alias: the attached database of the release.

    Raises:
        PublishingError: a table is missing from the warehouse or has other types than declared.
    """
    for table in tables:
        check_types(connection, table)
        if not table.is_derived:
            written = f"{alias}.main.{identifier(table.name)}"
            connection.execute(f"create table {written} as {published_sql(table, policy)}")
