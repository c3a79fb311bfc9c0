"""Columns of text come to the database as they are, whatever they hold."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.text_columns import rows_of_text

#: What is most likely to be taken for a mark, and other text.
VALUES = st.one_of(
    st.none(),
    st.text(alphabet=["\x1e", "\x1f", "\ue000", "\x00", "'", "a", " "], max_size=4),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=6),
)


@settings(deadline=None)  # the first use of the engine takes its time
@given(st.integers(0, 5).flatmap(lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n), min_size=1, max_size=3)))
def test_every_value_comes_back_in_its_place(columns: list[list[str | None]]) -> None:
    named = {f"c{i}": values for i, values in enumerate(columns)}
    with duckdb.connect() as connection:
        rows = connection.execute(*rows_of_text(named)).fetchall()
    assert rows == list(zip(*columns, strict=True))


@pytest.mark.parametrize(
    ("values", "rows"), [([], []), ([""], [("",)]), ([None], [(None,)]), (["", None], [("",), (None,)])]
)
def test_no_row_an_empty_text_and_a_missing_one_are_three_things(
    values: list[str | None], rows: list[tuple[str | None]]
) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(*rows_of_text({"c": values})).fetchall() == rows
