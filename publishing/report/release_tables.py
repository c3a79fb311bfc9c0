"""The tables of one release, as the report reads them: the Parquet files of its folder, and no other file.

Nothing here knows the warehouse. The engine itself is told to open nothing outside the folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.errors import PublishingError
from publishing.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb


_STAFF = "mart_workforce_month"


@dataclass(frozen=True)
class ReleaseTables:
    """The tables of a release, asked about one trust.

    Attributes:
        trust_code: ODS code of the trust that the report is about.
        newest_month: the last reporting month.
        provisional: the months that later deliveries may still change.
    """

    connection: duckdb.DuckDBPyConnection
    names: frozenset[str]
    trust_code: str
    newest_month: date
    provisional: tuple[date, ...]
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)

    def has(self, *tables: str) -> bool:
        """Whether the release holds all these tables."""
        return self.names.issuperset(tables)

    def trusts(self) -> list[str]:
        """The trusts whose staff the release counts, by ODS code."""
        if not self.has(_STAFF):
            return []
        return [row["trust_code"] for row in self.rows(f"select distinct trust_code from {_STAFF} order by trust_code")]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query; `$trust` and `$month` in it stand for the report's trust and newest month.

        They are put in as text, since a query need not use both. The same question is asked of the engine once.

        Raises:
            PublishingError: a table or column is not in the release, which another version made.
        """
        import duckdb

        bound = sql.replace("$trust", literal(self.trust_code)).replace(
            "$month", f"date {literal(str(self.newest_month))}"
        )
        if bound in self.answers:
            return self.answers[bound]
        try:
            result = self.connection.execute(bound)
            names = [about[0] for about in result.description or []]
            self.answers[bound] = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
            return self.answers[bound]
        except (duckdb.BinderException, duckdb.CatalogException) as fault:
            raise PublishingError(
                f"the release does not hold what the report shows: {str(fault).splitlines()[0]}",
                "report",
                "make the report with the version of the product that made the release",
            ) from fault

    def group_rows(self, table: str, group_type: str, day: date | None = None) -> list[dict[str, Any]]:
        """Rows of a monthly mart for one kind of group in a month (default the newest), professions in their own order."""
        return self.rows(
            f"select t.* from {identifier(table)} t left join professions p on p.profession_code = t.group_code"
            f" where t.trust_code = $trust and t.group_type = {literal(group_type)}"
            f" and t.reporting_month = {literal(str(day)) + '::date' if day else '$month'}"
            " order by p.sort_order nulls last, t.group_name, t.group_code"
        )

    def trust_row(self, table: str, day: date | None = None) -> Mapping[str, Any]:
        """The row of the whole trust in a month; empty where there is none."""
        found = self.group_rows(table, "trust", day)
        return found[0] if found else {}


@contextmanager
def opened(folder: Path, trust_code: str, newest_month: str, provisional: Sequence[str]) -> Iterator[ReleaseTables]:
    """The tables of the release in `folder`, readable until the block ends. Months are `YYYY-MM`."""
    import duckdb

    files = sorted(folder.glob("*.parquet"))
    with duckdb.connect(
        ":memory:", config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    ) as connection:
        connection.execute(f"set allowed_directories = [{literal(folder.resolve().as_posix())}]")
        connection.execute("set enable_external_access = false")
        for file in files:
            path = literal(file.resolve().as_posix())
            connection.execute(f"create view {identifier(file.stem)} as select * from read_parquet({path})")
        names = frozenset(file.stem for file in files)
        of_professions = "select profession_code, sort_order from dim_profession"
        nothing = "select null::varchar as profession_code, null::integer as sort_order where false"
        connection.execute(f"create view professions as {of_professions if 'dim_profession' in names else nothing}")
        yield ReleaseTables(
            connection,
            names,
            trust_code,
            date.fromisoformat(f"{newest_month}-01"),
            tuple(date.fromisoformat(f"{one}-01") for one in provisional),
        )
