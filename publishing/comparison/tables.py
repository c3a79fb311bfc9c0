"""How one table of a release differs from the same table of another: columns, rows by key, cells.

Works on the released Parquet files alone, so it shows what readers saw: a hidden figure is hidden here as well, and told
apart from one that was never collected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.datapackage import rows_of
from publishing.published_table import flag
from publishing.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

Entry = Mapping[str, Any]  # of a datapackage: one file of a table


@dataclass(frozen=True)
class CellChange:
    """One cell. A value is its text; None with `is_hidden` is a suppressed figure, without it there is none."""

    key: dict[str, str]
    column: str
    before: str | None
    after: str | None
    was_hidden: bool
    is_hidden: bool


@dataclass(frozen=True)
class TableChange:
    """A table that is not the same. Lists are no longer than asked for, counts are of all."""

    table: str
    kind: str  # added, removed, changed
    rows_before: int = 0
    rows_after: int = 0
    rows_added: int = 0
    rows_removed: int = 0
    rows_changed: int = 0
    cells_changed: int = 0
    cells_by_column: dict[str, int] = field(default_factory=dict)
    columns_added: list[str] = field(default_factory=list)
    columns_removed: list[str] = field(default_factory=list)
    columns_retyped: list[str] = field(default_factory=list)
    is_key_changed: bool = False
    added: list[dict[str, str]] = field(default_factory=list)
    removed: list[dict[str, str]] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)


def _columns(entry: Entry) -> dict[str, Mapping[str, Any]]:
    return {column["name"]: column for column in entry["schema"]["fields"]}


def _value(side: str, name: str, columns: Mapping[str, Any]) -> tuple[str, str]:
    """SQL of a cell's text and of whether it is hidden."""
    hidden = f"coalesce({side}.{identifier(flag(name))}, false)" if flag(name) in columns else "false"
    return f"cast({side}.{identifier(name)} as varchar)", hidden


def compare_table(
    connection: duckdb.DuckDBPyConnection,
    before: tuple[Path, Entry],
    after: tuple[Path, Entry],
    limit: int,
) -> TableChange | None:
    """How a table differs; None where it is the same.

    Args:
        before, after: folder of the release, and the datapackage's entry of the table's Parquet file.
        limit: longest list of rows or cells.
    """
    (old_folder, old), (new_folder, new) = before, after
    if old["hash"] == new["hash"]:
        return None
    olds, news = _columns(old), _columns(new)
    shared = [name for name in news if name in olds]
    key = list(new["schema"]["primaryKey"])
    change: dict[str, Any] = {
        "table": new["x-table"],
        "kind": "changed",
        "rows_before": rows_of(old),
        "rows_after": rows_of(new),
        "columns_added": [name for name in news if name not in olds],
        "columns_removed": [name for name in olds if name not in news],
        "columns_retyped": [name for name in shared if olds[name]["x-sql-type"] != news[name]["x-sql-type"]],
        "is_key_changed": sorted(key) != sorted(old["schema"]["primaryKey"]),
    }
    if change["is_key_changed"]:
        return TableChange(**change)  # nothing says which row is which
    for name, folder, entry in (("a", old_folder, old), ("b", new_folder, new)):
        path = literal((folder / entry["path"]).as_posix())
        connection.execute(f"create or replace temp view {name} as select * from read_parquet({path})")
    change |= _rows(connection, key, limit)
    flags = {flag(name) for name in shared}
    compared = [name for name in shared if name not in key and name not in flags and news[name]["x-role"] != "flag"]
    if compared:
        change |= _cells(connection, key, compared, olds, news, limit)
    found = TableChange(**change)
    differs = found.rows_added or found.rows_removed or found.cells_changed or found.columns_added
    return found if differs or found.columns_removed or found.columns_retyped else None


def _same_row(key: Sequence[str]) -> str:
    return " and ".join(f"cast(a.{identifier(n)} as varchar) = cast(b.{identifier(n)} as varchar)" for n in key)


def _rows(connection: duckdb.DuckDBPyConnection, key: Sequence[str], limit: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word, side, other in (("added", "b", "a"), ("removed", "a", "b")):
        texts = ", ".join(f"cast({side}.{identifier(name)} as varchar) as {identifier(name)}" for name in key)
        connection.execute(
            f"create or replace temp table lone as select {texts} from {side} anti join {other} on {_same_row(key)}"
        )
        order = ", ".join(identifier(name) for name in key)
        count = connection.execute("select count(*) from lone").fetchone()
        listed = connection.execute(f"select * from lone order by {order} limit ?", [limit]).fetchall()
        found[f"rows_{word}"] = int(count[0]) if count else 0
        found[word] = [dict(zip(key, row, strict=True)) for row in listed]
    return found


def _cells(
    connection: duckdb.DuckDBPyConnection,
    key: Sequence[str],
    compared: Sequence[str],
    olds: Mapping[str, Any],
    news: Mapping[str, Any],
    limit: int,
) -> dict[str, Any]:
    packed, differs = [], []
    for place, name in enumerate(compared):
        (old, was_hidden), (new, is_hidden) = _value("a", name, olds), _value("b", name, news)
        packed.append(
            f"{{'place': {place}, 'was': {old}, 'becomes': {new}, 'was_hidden': {was_hidden}, 'is_hidden': {is_hidden}}}"
        )
        differs.append(f"({old} is distinct from {new} or {was_hidden} <> {is_hidden})")
    texts = ", ".join(f"cast(b.{identifier(name)} as varchar) as k{i}" for i, name in enumerate(key))
    connection.execute(
        f"create or replace temp table cell as select * exclude (c), c.* from (select {texts}, unnest(list_filter("
        f"[{', '.join(packed)}], lambda c: c.was is distinct from c.becomes or c.was_hidden <> c.is_hidden)) as c "
        f"from a join b on {_same_row(key)} where {' or '.join(differs)})"
    )
    keys = ", ".join(f"k{i}" for i in range(len(key)))
    by_column = connection.execute("select place, count(*) from cell group by place order by place").fetchall()
    rows = connection.execute(f"select count(*) from (select distinct {keys} from cell)").fetchone()
    listed = connection.execute(
        f"select {keys}, place, was, becomes, was_hidden, is_hidden from cell order by {keys}, place limit ?", [limit]
    ).fetchall()
    return {
        "rows_changed": int(rows[0]) if rows else 0,
        "cells_changed": sum(count for _, count in by_column),
        "cells_by_column": {compared[place]: count for place, count in by_column},
        "cells": [
            CellChange(dict(zip(key, row, strict=False)), compared[row[len(key)]], *row[len(key) + 1 :])
            for row in listed
        ],
    }
