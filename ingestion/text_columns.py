"""Columns of text handed to DuckDB: each as one long text that it takes apart itself.

It binds a list, or scans an array of Python's texts, value by value: ten times as long, and ten times again where it looks
for pandas at each of them and does not find it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

#: What may mark the end of a value, or a missing one: a control character, else a private one, that no value holds.
_MARKS = [chr(code) for code in chain((0x1F, 0x1E), range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))]


def rows_of_text(columns: Mapping[str, Sequence[str | None]]) -> tuple[str, list[str | None]]:
    """A select that gives the columns, of equal length, as text in the order of their values; and its parameters.

    A missing value is NULL; an empty text stays one.
    """
    selected: list[str] = []
    texts: list[str | None] = []
    for name, values in columns.items():
        end, missing = islice(_unused("".join(value for value in values if value)), 2)
        text = end.join(missing if value is None else value for value in values)
        texts.append(text if values else None)  # of no text there is no row, of an empty one there is
        value = f"unnest(string_split(?, '{end}'))"
        value = f"nullif({value}, '{missing}')" if missing in text else value
        selected.append(f"{value} as {name}")
    return f"select {', '.join(selected)}", texts


def _unused(text: str) -> Iterator[str]:
    return (mark for mark in _MARKS if mark not in text)
