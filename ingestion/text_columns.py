"""Columns of text handed to DuckDB: each as one long text that it takes apart itself.

It binds a list value by value, which takes longer, and looks for pandas at each of them, be it there or not (`own_process`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice

import duckdb

#: Rows that are handed over together: of more, the texts and the lists made of them would fill the memory.
_ROWS = 20_000


def put_rows(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Sequence[str | None]]) -> None:
    """Append rows of text to a table that has these columns, of whatever types. None is NULL; an empty text stays one.

    Args:
        columns: by name in the table, each with a value a row, in the order of the rows.
    """
    rows = len(next(iter(columns.values()), ()))
    for first in range(0, rows, _ROWS):
        select, texts = _rows_of_text({name: values[first : first + _ROWS] for name, values in columns.items()})
        connection.execute(f"insert into {table} ({', '.join(columns)}) {select}", texts)


def _rows_of_text(columns: Mapping[str, Sequence[str | None]]) -> tuple[str, list[str]]:
    """A select that gives the columns in the order of their values, and its parameters."""
    selected, texts = [], []
    for values in columns.values():
        known = [value for value in values if value is not None]
        end, missing = islice(_unused("".join(known)), 2)
        is_whole = len(known) == len(values)
        texts.append(end.join(known if is_whole else (missing if value is None else value for value in values)))
        value = f"unnest(string_split(?, '{end}'))"
        selected.append(value if is_whole else f"nullif({value}, '{missing}')")
    return f"select {', '.join(selected)}", texts


def _unused(text: str) -> Iterator[str]:
    """Marks that the text does not hold. None begins as another ends, so that none arises where a value meets a mark."""
    return (mark for number in count() if (mark := f"\x1f{number}\x1e") not in text)
