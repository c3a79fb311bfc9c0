"""The private form of the tables of a release, as disclosure control reads it: rows by period, their digests, and the relations
that hold what was decided. Temporary relations of the connection; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from publishing.disclosure.ledger import PeriodName
from publishing.disclosure.months import month_number
from publishing.disclosure.structure import Structure
from publishing.policy import DisclosurePolicy
from publishing.published_table import PublishedTable, flag
from publishing.sql import identifier, literal
from publishing.suppress import DECIDED, NOTHING, flagged_sql

if TYPE_CHECKING:
    import duckdb
    import numpy as np

    from publishing.disclosure.cells import Group

#: Hierarchy and period columns of the tables by group and month.
MONTH = ("people", "reporting_month")
_PRIVATE = "disclosure_private_"
_DECISIONS = "disclosure_decided_"


def kind_of(structure: Structure) -> PeriodName:
    """What periods of the same kind have in common; figures of such periods are figures of one period."""
    return (structure.hierarchy or "", *structure.period)


class PrivateTables:
    """The private relations of the tables that a period may have rows in."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: Sequence[PublishedTable], policy: DisclosurePolicy
    ) -> None:
        self.connection = connection
        self.tables = {table.name: table for table in tables if table.structure.hierarchy}
        for table in self.tables.values():
            names = ", ".join(f"cast({identifier(name)} as varchar)" for name in table.structure.period)
            key = ", ".join(identifier(name) for name in table.key)
            connection.execute(
                f"create or replace temp table {_PRIVATE}{table.name} as"
                f" select *, concat_ws('|', {names}) as _period,"
                f" row_number() over (partition by {names} order by {key}) as _row"
                f" from ({flagged_sql(table, policy)})"
            )

    def columns(self, table: PublishedTable) -> list[str]:
        """What decisions depend on, beside the key."""
        structure = table.structure
        named = {*structure.groups, *structure.period, *structure.item, *structure.counted, *structure.wholes}
        named |= {follows.month for follows in structure.follows.values() if follows.month}
        flags = {flag(column.name) for column in table.suppressible}
        return [*table.key, *sorted(named - set(table.key)), *sorted(flags)]

    def digests(self, measures: Collection[str] | None = None) -> dict[tuple[PeriodName, str], dict[str, str]]:
        """Hash of the rows of each table, by period (its columns and its value).

        Args:
            measures: of these alone, and of tables that have one of them.
        """
        found: dict[tuple[PeriodName, str], dict[str, str]] = {}
        for table in self.tables.values():
            columns = self.columns(table)
            if measures is not None:
                some = [name for name in table.structure.sums if name in measures]
                columns = [*table.key, *some] if some else []
            if not columns:
                continue
            listed = ", ".join(identifier(name) for name in columns)
            rows = self.connection.execute(
                f"select _period, md5(string_agg(cast(hash({listed}) as varchar), ',' order by _row))"
                f" from {_PRIVATE}{table.name} group by _period"
            ).fetchall()
            for period, digest in rows:
                found.setdefault((kind_of(table.structure), str(period)), {})[table.name] = str(digest)
        return found

    def months(self, table: PublishedTable, period: str, column: str) -> list[int]:
        """The months that a column names in a period."""
        found = self.connection.execute(
            f"select distinct cast({identifier(column)} as varchar) from {_PRIVATE}{table.name}"
            f" where _period = {literal(period)} and {identifier(column)} is not null order by 1"
        ).fetchall()
        return [month_number(row[0]) for row in found]

    def month_of(self, measure: str, month: str) -> dict[Group, float]:
        """A measure of a monthly table in a month, by group."""
        from publishing.disclosure.cells import Group

        found: dict[Group, float] = {}
        for table in self.tables.values():
            if kind_of(table.structure) == MONTH and measure in table.structure.sums:
                listed = ", ".join(identifier(name) for name in ("trust_code", *table.structure.groups, measure))
                rows = self.connection.execute(
                    f"select {listed} from {_PRIVATE}{table.name} where _period = {literal(month)}"
                    f" and {identifier(measure)} is not null"
                ).fetchall()
                found |= {Group(*map(str, group)): float(value) for *group, value in rows}
        return found

    def rows(self, table: PublishedTable, period: str) -> dict[str, np.ndarray]:
        listed = ", ".join(identifier(name) for name in self.columns(table))
        found: dict[str, np.ndarray] = self.connection.execute(
            f"select {listed} from {_PRIVATE}{table.name} where _period = {literal(period)} order by _row"
        ).fetchnumpy()
        return found

    def keep(self, table: PublishedTable, decisions: Mapping[str, Mapping[str, str]]) -> tuple[str, tuple[str, ...]]:
        """A temporary relation with the decisions of all periods of a table."""
        name = f"{_DECISIONS}{table.name}"
        measures = sorted({measure for of_period in decisions.values() for measure in of_period})
        key = ", ".join(identifier(column) for column in table.key)
        periods = sorted(decisions)
        texts = {m: [decisions[period].get(m, "") for period in periods] for m in measures}
        self.connection.execute(
            f"create or replace temp table _disclosure_texts (_period varchar, {', '.join(f'{identifier(m)} varchar' for m in measures)})"
        )
        if periods:
            self.connection.executemany(
                f"insert into _disclosure_texts values ({', '.join('?' * (len(measures) + 1))})",
                [[period, *(texts[m][number] for m in measures)] for number, period in enumerate(periods)],
            )
        flags = ", ".join(
            f"coalesce(substr(t.{identifier(m)}, cast(p._row as integer), 1), '{NOTHING}') as {identifier(m + DECIDED)}"
            for m in measures
        )
        self.connection.execute(
            f"create or replace temp table {name} as select {key}, {flags} from {_PRIVATE}{table.name} as p"
            " inner join _disclosure_texts as t using (_period)"
        )
        return name, tuple(measures)

    def drop(self) -> None:
        for table in self.tables:
            self.connection.execute(f"drop table if exists {_PRIVATE}{table}")
