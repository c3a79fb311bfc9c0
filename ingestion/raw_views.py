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
from ingestion.text_columns import put_rows


def quote(text: str) -> str:
    """A text as SQL literal. File paths are the only texts written into SQL; values are always bound."""
    return "'" + text.replace("'", "''") + "'"


def raw_view_sql(contract: Contract, files: Sequence[Path], other_versions: Sequence[Sequence[Path]] = ()) -> str:
    """`create view` over the current files of an extract, typed by the contract; an empty view where there are none.

    `other_versions` are files stored under another version of the contract, a group each: a column that they lack is NULL in
    their rows, one that the contract no longer has is not read, and a value that the present type cannot hold is NULL (raw storage keeps it).
    """
    types = {name: sql_type for name, sql_type, _ in contract.raw_columns}
    empty = f"select {', '.join(f'cast(null as {sql_type}) as {name}' for name, sql_type in types.items())} where false"
    view = f"create or replace view raw.{contract.extract} as "
    if not other_versions:
        return view + (f"select {', '.join(types)} from {_parquet(files)}" if files else empty)
    groups = [group for group in (files, *other_versions) if group]
    rows = " union all by name ".join([empty, *(f"select * from {_parquet(group)}" for group in groups)])
    typed = ", ".join(f"try_cast({name} as {sql_type}) as {name}" for name, sql_type in types.items())
    return f"{view}select {typed} from ({rows}) as versions"


def _parquet(files: Sequence[Path]) -> str:
    listed = ", ".join(quote(file.as_posix()) for file in files)
    hive = "hive_partitioning = true, hive_types = {'reporting_month': DATE, 'trust_code': VARCHAR}"
    return f"read_parquet([{listed}], {hive})"


def create_raw_views(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Mapping[int, Sequence[Path]]]) -> None:
    """Make the raw schema: a view for every contract, over `files[extract][contract version]` (none: an empty view)."""
    connection.execute("create schema if not exists raw")
    for contract in contracts().values():
        by_version = dict(files.get(contract.extract, {}))
        own = by_version.pop(contract.version, ())
        connection.execute(raw_view_sql(contract, own, list(by_version.values())))


def create_control_tables(
    connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Sequence[object]]]
) -> None:
    """Write the control tables anew from `rows[table]`, values in the order of `CONTROL_TABLES[table]`: all of them or none."""
    connection.execute("begin")
    connection.execute("create schema if not exists raw")
    for table, (_, columns) in CONTROL_TABLES.items():
        typed = ", ".join(f"{name} {sql_type}" for name, (sql_type, _) in columns.items())
        connection.execute(f"create or replace table raw.{table} ({typed})")
        values = rows.get(table, ())
        texts = {name: [None if row[i] is None else str(row[i]) for row in values] for i, name in enumerate(columns)}
        put_rows(connection, f"raw.{table}", texts)
    connection.execute("commit")
