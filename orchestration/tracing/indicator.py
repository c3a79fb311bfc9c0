"""From a row of a derived mart to the row of the mart that its indicator is taken from, which is what can be traced."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingestion.errors import RcwError
from orchestration.tracing.subject import NoSuchRow, parse_key
from publishing.published_table import PublishedTable


def row_behind(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, key: Sequence[str], tables: Sequence[PublishedTable]
) -> tuple[PublishedTable, list[str], str | None]:
    """The mart, key and measure behind a row of a derived mart.

    Raises:
        RcwError: the key names no indicator, or its figure has no single row behind it; the message says where to look.
    """
    if "indicator_code" not in table.key:
        raise RcwError(
            f"{table.name} shows figures of other marts as they are. Trace the mart: docs/dictionary/tables/{table.name}.md names them."
        )
    given = parse_key(table, key)
    found = connection.execute(
        "select source_mart, source_item, value_measure, numerator_measure from core.dim_indicator where indicator_code = ?",
        [given.get("indicator_code", "")],
    ).fetchone()
    if not found:
        known = connection.execute("select indicator_code from core.dim_indicator order by sort_order").fetchall()
        raise NoSuchRow(f"Give indicator_code=..., one of {', '.join(code for (code,) in known)}.")
    mart, item, value, numerator = found
    source = next(one for one in tables if one.name == mart)
    beside = sorted(set(source.key) - set(table.key))
    if beside:
        about = f" about {item}" if item else ""
        raise RcwError(
            f"{table.name} takes {given['indicator_code']} from several rows of {mart}{about}. Trace those: "
            f"rcw trace {mart} {' '.join(f'{name}=...' for name in source.key if name != 'trust_code')}"
        )
    return source, [f"{name}={value_}" for name, value_ in given.items() if name in source.key], value or numerator
