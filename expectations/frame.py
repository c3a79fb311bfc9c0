"""Bounded pandas frames for Great Expectations.

It has no working DuckDB engine, and with Arrow-backed strings it is a hundred times slower, so rows come as numpy
arrays: text as objects, truth values and integers as floats, dates as datetime64. Only columns that checks name are
read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.suite import Check

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]

#: Rows given to Great Expectations at most. A longer table is sampled by the hash of its key, so that rows which share
#: a key are drawn together and a repeated key is still seen; the same rows are drawn every time.
MAXIMUM_ROWS = 100_000


@dataclass(frozen=True)
class Frame:
    """A table with the checks to run on it.

    `relation` is what stands after `from`; `derived` are further columns as SQL expressions over it; `sample_by` are
    the columns that decide which rows of a long table are drawn; `row_number`, if given, names the line of the file.
    """

    relation: str
    checks: Sequence[Check]
    derived: Mapping[str, str] = field(default_factory=dict)
    sample_by: Sequence[str] = ()
    row_number: str | None = None

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(column for check in self.checks for column in check.columns))

    def source(self, columns: Sequence[str]) -> str:
        """The relation, with those of the columns that are derived."""
        used = [f"{self.derived[name]} as {name}" for name in columns if name in self.derived]
        return f"(select *, {', '.join(used)} from {self.relation}) as checked_rows" if used else self.relation


@dataclass(frozen=True)
class LoadedFrame:
    """The rows drawn. `row_numbers` gives, by position, the line in the delivered file."""

    rows: pandas.DataFrame
    row_numbers: Sequence[int]
    total: int
    one_in: int = 1


def load(connection: duckdb.DuckDBPyConnection, frame: Frame, maximum_rows: int = MAXIMUM_ROWS) -> LoadedFrame:
    """Read the columns that the frame's checks need, at most about `maximum_rows` rows of them."""
    names = frame.columns + ([frame.row_number] if frame.row_number else [])
    select = f"select {', '.join(names)} from {frame.source(frame.columns)}"
    arrays = connection.execute(f"{select} limit {maximum_rows + 1}").fetchnumpy()
    total, one_in = len(next(iter(arrays.values()))), 1
    if total > maximum_rows:  # long, so counted and drawn from; most tables are short and read once
        counted = connection.execute(f"select count(*) from {frame.relation}").fetchone()
        total = int(counted[0]) if counted else 0
        one_in = -(-total // maximum_rows) if frame.sample_by else 1
        drawn = (
            f"where hash({', '.join(frame.sample_by)}) % {one_in} = 0" if frame.sample_by else f"limit {maximum_rows}"
        )
        arrays = connection.execute(f"{select} {drawn}").fetchnumpy()
    numbers = arrays.pop(frame.row_number) if frame.row_number else ()
    return LoadedFrame(_as_pandas(arrays), [int(number) for number in numbers], total, one_in)


#: By numpy kind: truth values and numbers become floats and text objects, so that a missing value has a place in each.
_PLAIN_TYPES = {"b": "float64", "i": "float64", "u": "float64", "f": "float64", "O": "object"}


def _as_pandas(arrays: Mapping[str, Any]) -> pandas.DataFrame:
    import numpy
    import pandas

    columns = {}
    for name, values in arrays.items():
        plain = numpy.ma.getdata(values).astype(_PLAIN_TYPES.get(values.dtype.kind, values.dtype))
        plain[numpy.ma.getmaskarray(values)] = None
        # An explicit type keeps pandas from turning text into Arrow strings.
        columns[name] = pandas.Series(plain, dtype=plain.dtype)
    return pandas.DataFrame(columns)
