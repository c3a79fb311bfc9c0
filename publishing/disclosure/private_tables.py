"""The private form of the tables of a release, as disclosure control reads it: rows by period, their digests, and the relations
that hold what was decided. Temporary relations of the connection; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from publishing.disclosure.ledger import PeriodName
from publishing.disclosure.months import month_number
from publishing.disclosure.structure import Restated, Structure
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
_AS_AT = "disclosure_as_at_"
_DECISIONS = "disclosure_decided_"
#: Columns of a period, and its value.
NamedPeriod = tuple[PeriodName, str]


def kind_of(structure: Structure) -> PeriodName:
    """What periods of the same kind have in common; figures of such periods are figures of one period."""
    return (structure.hierarchy or "", *structure.period)


def _as_it_was(table: PublishedTable, restated: Restated) -> str:
    """Rows of the months that later months have changed, as they were at each of those."""
    schema, name = restated.by.split(".")
    late, as_at = f"{identifier(schema)}.{identifier(name)}", identifier(restated.as_at)
    period = ", ".join(identifier(column) for column in table.structure.period)
    group = ", ".join(identifier(c) for c in ("trust_code", *table.structure.groups, *table.structure.period))
    figures = ", ".join(
        f"now.{identifier(measure)} - coalesce(late.{identifier(measure)}, 0) as {identifier(measure)}"
        for measure in restated.measures
    )
    return (
        f"select now.* replace ({figures}), versions._as_at from {identifier(table.schema)}.{identifier(table.name)} as now"
        f" inner join (select distinct {period}, {as_at} as _as_at from {late}) as versions using ({period})"
        f" left join (select *, {as_at} as _as_at from {late}) as late using ({group}, _as_at)"
    )


class PrivateTables:
    """The private relations of the tables that a period may have rows in."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: Sequence[PublishedTable], policy: DisclosurePolicy
    ) -> None:
        self.connection = connection
        self.tables = {table.name: table for table in tables if table.structure.hierarchy}
        for table in self.tables.values():
            self._create(_PRIVATE, table, flagged_sql(table, policy))
            if table.structure.restated:
                before = flagged_sql(table, policy, f"({_as_it_was(table, table.structure.restated)})", ["_as_at"])
                self._create(_AS_AT, table, before, ("_as_at",))

    def _create(self, prefix: str, table: PublishedTable, rows: str, version: Sequence[str] = ()) -> None:
        names = ", ".join(f"cast({identifier(name)} as varchar)" for name in table.structure.period)
        part = ", ".join(identifier(name) for name in (*table.structure.period, *version))
        key = ", ".join(identifier(name) for name in table.key)
        self.connection.execute(
            f"create or replace temp table {prefix}{table.name} as select *, concat_ws('|', {names}) as _period,"
            f" row_number() over (partition by {part} order by {key}) as _row from ({rows})"
        )

    def columns(self, table: PublishedTable) -> list[str]:
        """What decisions depend on, beside the key."""
        structure = table.structure
        named = {*structure.groups, *structure.period, *structure.item, *structure.counted, *structure.wholes}
        named |= {follows.month for follows in structure.follows.values() if follows.month}
        flags = {flag(column.name) for column in table.suppressible}
        return [*table.key, *sorted(named - set(table.key)), *sorted(flags)]

    def digests(self, measures: Collection[str] | None = None) -> dict[NamedPeriod, dict[str, str]]:
        """Hash of the rows of each table, by period.

        Args:
            measures: of these alone, and of tables that have one of them.
        """
        found: dict[NamedPeriod, dict[str, str]] = {}
        for table in self.tables.values():
            columns = self.columns(table)
            if measures is not None:
                some = [name for name in table.structure.sums if name in measures]
                columns = [*table.key, *some] if some else []
            for period, _, digest in self._digests(_PRIVATE, table, columns) if columns else ():
                found.setdefault((kind_of(table.structure), period), {})[table.name] = digest
        return found

    def digests_as_at(self) -> dict[NamedPeriod, dict[str, dict[str, str]]]:
        """Hash of the rows of each table as they were before later months changed them: by period, and by the month up to
        which files had been read, in order. A table without an entry was as it is.
        """
        found: dict[NamedPeriod, dict[str, dict[str, str]]] = {}
        for table in self.tables.values():
            if table.structure.restated:
                for period, as_at, digest in self._digests(
                    _AS_AT, table, self.columns(table), "cast(_as_at as varchar)"
                ):
                    found.setdefault((kind_of(table.structure), period), {}).setdefault(as_at, {})[table.name] = digest
        return {period: dict(sorted(of.items())) for period, of in found.items()}

    def _digests(
        self, prefix: str, table: PublishedTable, columns: Sequence[str], version: str = "''"
    ) -> list[tuple[str, str, str]]:
        listed = ", ".join(identifier(name) for name in columns)
        rows = self.connection.execute(
            f"select _period, {version}, md5(string_agg(cast(hash({listed}) as varchar), ',' order by _row))"
            f" from {prefix}{table.name} group by all"
        ).fetchall()
        return [(str(period), str(as_at), str(digest)) for period, as_at, digest in rows]

    def months(self, table: PublishedTable, period: str, column: str) -> list[int]:
        """The months that a column names in a period."""
        found = self.connection.execute(
            f"select distinct cast({identifier(column)} as varchar) from {_PRIVATE}{table.name}"
            f" where _period = {literal(period)} and {identifier(column)} is not null order by 1"
        ).fetchall()
        return [month_number(row[0]) for row in found]

    def of_months(
        self, measures: Collection[str], months: Collection[str]
    ) -> dict[tuple[str, str], dict[Group, float]]:
        """Measures of monthly tables by measure and month (YYYY-MM-DD), each by group."""
        from publishing.disclosure.cells import Group

        found: dict[tuple[str, str], dict[Group, float]] = {(m, month): {} for m in measures for month in months}
        wanted = ", ".join(literal(month) for month in sorted(months))
        for table in self.tables.values():
            here = [name for name in table.structure.sums if name in measures]
            if not (here and wanted) or kind_of(table.structure) != MONTH:
                continue
            group = ["trust_code", *table.structure.groups]
            listed = ", ".join(identifier(name) for name in ("_period", *group, *here))
            rows = self.connection.execute(
                f"select {listed} from {_PRIVATE}{table.name} where _period in ({wanted}) order by _period, _row"
            ).fetchall()
            for month, *row in rows:
                of = Group(*map(str, row[: len(group)]))
                for measure, value in zip(here, row[len(group) :], strict=True):
                    if value is not None:
                        found[measure, month][of] = float(value)
        return found

    def month_of(self, measure: str, month: str) -> dict[Group, float]:
        """A measure of a monthly table in a month, by group."""
        return self.of_months([measure], [month])[measure, month]

    def rows(self, table: PublishedTable, period: str, as_at: str | None = None) -> dict[str, np.ndarray]:
        """Rows of a table in a period, as they are or, of a table that later months have changed, as they were."""
        listed = ", ".join(identifier(name) for name in self.columns(table))
        where = f"_period = {literal(period)}"
        if as_at is not None:
            where += f" and cast(_as_at as varchar) = {literal(as_at)}"
        found: dict[str, np.ndarray] = self.connection.execute(
            f"select {listed} from {_PRIVATE if as_at is None else _AS_AT}{table.name} where {where} order by _row"
        ).fetchnumpy()
        return found

    def keep(self, table: PublishedTable, decisions: Mapping[str, Mapping[str, str]]) -> tuple[str, tuple[str, ...]]:
        """A temporary relation with the decisions of all periods of a table."""
        name = f"{_DECISIONS}{table.name}"
        measures = sorted({measure for of_period in decisions.values() for measure in of_period})
        key = ", ".join(identifier(column) for column in table.key)
        periods = sorted(decisions)
        columns = {"_period": periods} | {m: [decisions[period].get(m, "") for period in periods] for m in measures}
        listed = ", ".join(f"unnest(cast(? as varchar[])) as {identifier(column)}" for column in columns)
        self.connection.execute(
            f"create or replace temp table _disclosure_texts as select {listed}", list(columns.values())
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
            for prefix in (_PRIVATE, _AS_AT):
                self.connection.execute(f"drop table if exists {prefix}{table}")
