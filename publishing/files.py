"""Writing the tables of a release: a Parquet and a CSV file for each. The DuckDB file is made from these (`database_file`).

Every file must come out the same, byte for byte, from the same figures: one thread, rows in key order, fixed row groups
and compression, no clock. The connection's own settings are put back afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from publishing.column_law import meaning
from publishing.errors import PublishingError
from publishing.published_table import PublishedColumn, PublishedTable
from publishing.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

ROW_GROUP_ROWS = 122_880
_ALIAS = "rcw_release"
_SETTINGS = {"threads": "1", "preserve_insertion_order": "true"}
_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"


@contextmanager
def _deterministic(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    listed = ", ".join(f"current_setting('{name}')" for name in _SETTINGS)
    before = connection.execute(f"select {listed}").fetchone() or ()
    for name, value in _SETTINGS.items():
        connection.execute(f"set {name} = {value}")
    try:
        yield
    finally:
        for name, old in zip(_SETTINGS, before, strict=True):
            connection.execute(f"set {name} = {literal(str(old))}")


@contextmanager
def working_database(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Attach a new database in memory in which the tables of a release are made; gives its alias. It is gone after the block."""
    with _deterministic(connection):
        connection.execute(f"attach ':memory:' as {_ALIAS} (read_write)")
        try:
            yield _ALIAS
        finally:
            connection.execute(f"detach {_ALIAS}")


def _check_rows(connection: duckdb.DuckDBPyConnection, table: PublishedTable, written: str) -> int:
    """Number of rows, once it is sure that the key tells them apart and that no figure is infinite."""
    key = ", ".join(identifier(name) for name in table.key)
    blank = " or ".join(f"{identifier(name)} is null" for name in table.key)
    doubles = [identifier(column.name) for column in table.published if column.type == "DOUBLE"]
    unreal = " or ".join(f"not isfinite({name})" for name in doubles) or "false"
    found = connection.execute(
        f"select count(*), count(*) filter ({blank}), count(*) filter ({unreal}),"
        f" (select count(*) from (select 1 from {written} group by {key} having count(*) > 1)) from {written}"
    ).fetchone()
    rows, without_key, not_finite, repeated = (int(number or 0) for number in found or (0, 0, 0, 0))
    faults = [
        text
        for count, text in (
            (without_key, f"{without_key} rows have no value in the key ({', '.join(table.key)})"),
            (repeated, f"{repeated} values of the key ({', '.join(table.key)}) stand on more than one row"),
            (not_finite, f"{not_finite} rows hold a figure that is infinite or no number"),
        )
        if count
    ]
    if faults:
        raise PublishingError("the table cannot be published", table.name, "correct the model, then load again", faults)
    return rows


def csv_cell(name: str) -> str:
    """SQL for a text in a CSV. A spreadsheet runs a cell that begins like a formula: such a text gets an apostrophe before it."""
    quoted = identifier(name)
    begins = f"left({quoted}, 1) in ('=', '+', '-', '@', chr(9), chr(13))"
    return (
        f"case when {begins} and not regexp_full_match({quoted}, '{_NUMBER}') then '''' || {quoted} else {quoted} end"
    )


def _csv_column(column: PublishedColumn) -> str:
    return csv_cell(column.name) if column.type == "VARCHAR" else identifier(column.name)


def write_parquet(connection: duckdb.DuckDBPyConnection, alias: str, folder: Path, table: PublishedTable) -> int:
    """Write one table of the working database as Parquet, with what it and its columns say.

    Returns:
        Number of rows written.

    Raises:
        PublishingError: the table's key does not tell rows apart, or a figure is infinite.
    """
    written = f"{alias}.main.{identifier(table.name)}"
    rows = _check_rows(connection, table, written)
    key = ", ".join(identifier(name) for name in table.key)

    described = json.dumps(
        {
            column.name: {
                "label": meaning(column).label,
                "unit": meaning(column).unit,
                "description": column.description,
            }
            for column in table.released
        },
        ensure_ascii=False,
    )
    metadata = f"{{description: {literal(table.description)}, columns: {literal(described)}}}"
    connection.execute(
        f"copy (select * from {written} order by {key}) to {literal((folder / f'{table.name}.parquet').as_posix())}"
        f" (format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS}, kv_metadata {metadata})"
    )
    return rows


def write_csv(connection: duckdb.DuckDBPyConnection, alias: str, folder: Path, table: PublishedTable) -> None:
    """Write one table of the working database as CSV."""
    written = f"{alias}.main.{identifier(table.name)}"
    key = ", ".join(identifier(name) for name in table.key)
    # The engine writes no byte order mark, so the first header begins with it. Lines end in LF: every reader takes it,
    # Excel included.
    headers = ["\ufeff" + table.released[0].name, *(column.name for column in table.released[1:])]
    cells = [f"{_csv_column(c)} as {identifier(header)}" for c, header in zip(table.released, headers, strict=True)]
    connection.execute(
        f"copy (select {', '.join(cells)} from {written} order by {key})"
        f" to {literal((folder / f'{table.name}.csv').as_posix())} (format csv, header true)"
    )
