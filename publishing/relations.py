"""How published tables hang together: which columns of a table refer to which dimension.

Nothing is declared twice. Since one name has one meaning in every published table, a table that holds the columns of a
dimension's key refers to that dimension; where it holds the dimension's surrogate key, it refers by that one column, which is
all that some BI tools can join on. What differs is said in `config.meta`: of a dimension, other names of columns that refer to
it (`referred_to_by`); of a table, dimensions that need not hold all its values (`wider_than`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publishing.published_table import PublishedTable


@dataclass(frozen=True)
class Relation:
    """`columns` of `table` refer to `to_columns` of `dimension`, which tell its rows apart; many rows to one, or one to one."""

    table: str
    columns: tuple[str, ...]
    dimension: str
    to_columns: tuple[str, ...]
    is_one_to_one: bool = False

    @property
    def cardinality(self) -> str:
        return "one-to-one" if self.is_one_to_one else "many-to-one"


def surrogate_key(dimension: PublishedTable) -> str | None:
    """The column that stands for the key of a dimension, where it has one: `group_sk` of `dim_group`."""
    name = f"{dimension.name.removeprefix('dim_')}_sk"
    return name if any(column.name == name for column in dimension.published) else None


def _ways(dimension: PublishedTable) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Columns that refer to a dimension, and what they refer to, the best way first."""
    surrogate = surrogate_key(dimension)
    ways: list[tuple[tuple[str, ...], tuple[str, ...]]] = [((surrogate,), (surrogate,))] if surrogate else []
    ways.append((dimension.key, dimension.key))
    ways += [((name,), dimension.key) for name in dimension.referred_to_by]
    return ways


def _relation(table: PublishedTable, dimension: PublishedTable) -> Relation | None:
    names = {column.name for column in table.published}
    for columns, to_columns in _ways(dimension):
        if names.issuperset(columns):
            one = set(columns) == set(table.key) or columns == (surrogate_key(table),)
            return Relation(table.name, columns, dimension.name, to_columns, one)
    return None


def relations(tables: Sequence[PublishedTable]) -> list[Relation]:
    """Every relation between published tables, by table and dimension."""
    dimensions = [table for table in tables if table.subject == "dimension"]
    found = [
        relation
        for table in tables
        for dimension in dimensions
        if dimension.name not in (table.name, *table.wider_than) and (relation := _relation(table, dimension))
    ]
    return sorted(found, key=lambda relation: (relation.table, relation.dimension))
