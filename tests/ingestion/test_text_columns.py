"""Columns of text come to the database as they are, whatever they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.text_columns import put_rows

#: What is most likely to be taken for a mark, and other text.
VALUES = st.one_of(
    st.none(),
    st.text(alphabet=["\x1e", "\x1f", "0", "1", "\x00", "'", " "], max_size=6),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=6),
)
COLUMNS = st.integers(0, 5).flatmap(
    lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n), min_size=1, max_size=3)
)


def _stored(columns: Mapping[str, Sequence[str | None]], type_: str = "varchar") -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"create table stored ({', '.join(f'{name} {type_}' for name in columns)})")
        put_rows(connection, "stored", columns)
        return connection.execute("select * from stored order by rowid").fetchall()


@settings(deadline=None)  # the first use of the engine takes its time
@given(COLUMNS)
def test_every_value_comes_back_in_its_place(columns: list[list[str | None]]) -> None:
    assert _stored({f"c{i}": values for i, values in enumerate(columns)}) == list(zip(*columns, strict=True))


def test_rows_are_handed_over_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.text_columns._ROWS", 3)
    values = [None if number == 4 else str(number) for number in range(10)]
    assert _stored({"a": values, "b": values[::-1]}) == list(zip(values, values[::-1], strict=True))


@pytest.mark.parametrize(
    ("values", "rows"), [([], []), ([""], [("",)]), ([None], [(None,)]), (["", None], [("",), (None,)])]
)
def test_no_row_an_empty_text_and_a_missing_one_are_three_things(
    values: list[str | None], rows: list[tuple[str | None]]
) -> None:
    assert _stored({"c": values}) == rows


def test_values_become_of_the_type_of_their_column() -> None:
    assert _stored({"c": ["1", None]}, "bigint") == [(1,), (None,)]
