"""The `raw` schema of the warehouse: one view an extract over the Parquet of its current deliveries.

dbt reads these views and nothing else. They are made anew before each dbt run, in the same process, so a view never
names a file that the ledger no longer holds current.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from ingestion.contract import Contract, contracts
from ingestion.control_tables import CONTROL_TABLES


def quote(text: str) -> str:
    """A text as SQL literal. File paths are the only texts written into SQL; values are always bound."""
    return "'" + text.replace("'", "''") + "'"


def raw_view_sql(contract: Contract, files: Sequence[Path]) -> str:
    """`create view` over the current files of an extract, typed by the contract; an empty view where there are none."""
    columns = ", ".join(f"cast(null as {sql_type}) as {name}" for name, sql_type, _ in contract.raw_columns)
    empty = f"select {columns} where false"
    if not files:
        return f"create or replace view raw.{contract.extract} as {empty}"
    names = ", ".join(name for name, _, _ in contract.raw_columns)
    listed = ", ".join(quote(file.as_posix()) for file in files)
    hive = "hive_partitioning = true, hive_types = {'reporting_month': DATE, 'trust_code': VARCHAR}"
    return f"create or replace view raw.{contract.extract} as select {names} from read_parquet([{listed}], {hive})"


def create_raw_views(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[Path]]) -> None:
    """Make the raw schema: a view for every contract, over `files[extract]` (none: an empty view)."""
    connection.execute("create schema if not exists raw")
    for contract in contracts().values():
        connection.execute(raw_view_sql(contract, files.get(contract.extract, ())))


def create_control_tables(
    connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Sequence[object]]]
) -> None:
    """Write the control tables anew from `rows[table]`, values in the order of `CONTROL_TABLES[table]`."""
    connection.execute("create schema if not exists raw")
    for table, (_, columns) in CONTROL_TABLES.items():
        typed = ", ".join(f"{name} {sql_type}" for name, (sql_type, _) in columns.items())
        connection.execute(f"create or replace table raw.{table} ({typed})")
        values = rows.get(table, ())
        if values:  # column by column: row by row would take a millisecond each
            lists = [[None if row[i] is None else str(row[i]) for row in values] for i in range(len(columns))]
            unnested = ", ".join(
                f"unnest(?::varchar[])::{sql_type} as {name}" for name, (sql_type, _) in columns.items()
            )
            connection.execute(f"insert into raw.{table} select {unnested}", lists)
