"""The rows behind a traced figure: of core tables how many and which, of deliveries which lines, and what they add up to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from ingestion.contract import contracts
from ingestion.delivery import Delivery
from ingestion.errors import RcwError
from ingestion.ledger import Ledger
from ingestion.raw_store import ROWS, raw_folder
from ingestion.settings import Settings
from orchestration.tracing.subject import Subject, columns_of, narrowing, set_out, sums, ways
from publishing.sql import identifier, literal


@dataclass(frozen=True)
class CoreRows:
    """Rows of a core table. `keys` are the first surrogate keys, in order; a table without one has none."""

    table: str
    rows: int
    key_column: str | None
    keys: list[str]


@dataclass(frozen=True)
class RawLines:
    """Lines of one delivered file. `is_narrowed` is false where nothing says which of its lines the row is about: then all."""

    extract: str
    month: str
    delivery_id: str
    file: str
    version: int
    sha256: str
    lines: int
    line_ranges: list[str]
    is_narrowed: bool


@dataclass(frozen=True)
class Sum:
    """What the traced rows of a table add up to, and what the mart says."""

    measure: str
    table: str
    figure: float | int | None
    in_mart: float | int | None

    @property
    def agrees(self) -> bool:
        if self.figure is None or self.in_mart is None:
            return self.figure == self.in_mart
        return math.isclose(self.figure, self.in_mart, rel_tol=1e-9, abs_tol=1e-6)


def set_out_deliveries(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, subject: Subject, extracts: Iterable[str]
) -> list[Delivery]:
    """The deliveries that the row's months are computed from, also as the temporary table `traced_delivery`.

    A row about one delivery is about no other.
    """
    deliveries = ledger.deliveries()
    if "extract" in subject.key:
        found = [deliveries[d] for d in (subject.values.get("delivery_id"),) if d in deliveries]
    else:
        found = _as_of(connection, ledger, subject, extracts)
    connection.execute("create or replace temp table traced_delivery (extract varchar, delivery_month date)")
    if found:
        rows = [(delivery.key.extract, delivery.key.reporting_month) for delivery in found]
        connection.executemany("insert into traced_delivery values (?, ?)", rows)
    return found


def _as_of(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, subject: Subject, extracts: Iterable[str]
) -> list[Delivery]:
    """Events that go by their own date may have come with any delivery; of the others the warehouse says which counts."""
    chosen = sorted(extracts)
    by_own_date = [extract for extract in chosen if contracts()[extract].effect_date]
    as_of = connection.execute(
        "select distinct extract, delivery_month from intermediate.int_delivery__as_of as r "
        "where list_contains(?, extract) and reporting_month in (select reporting_month from traced_month)"
        + (" and trust_code = (select trust_code from traced_key)" if "trust_code" in subject.key else ""),
        [chosen],
    ).fetchall()
    wanted, trust, deliveries = set(as_of), subject.key.get("trust_code"), ledger.deliveries()
    return [
        deliveries[delivery_id]
        for slot, delivery_id in ledger.current().items()
        if ((slot.extract, slot.reporting_month) in wanted or slot.extract in by_own_date)
        and trust in (None, slot.trust_code)
    ]


def core_rows(
    connection: duckdb.DuckDBPyConnection, subject: Subject, tables: Sequence[str], limit: int
) -> tuple[list[CoreRows], list[str]]:
    """Rows of core tables that the subject is about; and the tables that nothing narrows, such as lists of professions."""
    found, whole = [], []
    for table in tables:
        condition, is_narrowed = narrowing(connection, "core", table, subject)
        if not is_narrowed:
            whole.append(table)
            continue
        count = connection.execute(f"select count(*) from core.{identifier(table)} as r where {condition}").fetchone()
        key = next((name for name in sorted(columns_of(connection, "core", table)) if name.endswith("_sk")), None)
        keys = []
        if key:
            keys = connection.execute(
                f"select r.{key} from core.{identifier(table)} as r where {condition} order by 1 limit ?", [limit]
            ).fetchall()
        found.append(CoreRows(table, int(count[0]) if count else 0, key, [str(value) for (value,) in keys]))
    return found, whole


def _raw_view(connection: duckdb.DuckDBPyConnection, settings: Settings, deliveries: Sequence[Delivery]) -> set[str]:
    """Temporary view `raw_rows` over the files of one extract's deliveries. Returns its columns."""
    paths = [raw_folder(settings, delivery.key) / ROWS for delivery in deliveries]
    missing = [delivery.file_name for delivery, path in zip(deliveries, paths, strict=True) if not path.is_file()]
    if missing:
        raise RcwError(f"Raw storage has lost {', '.join(missing)}: put back a copy of {settings.raw_folder}.")
    files = [literal(path.as_posix()) for path in paths]
    connection.execute(
        "create or replace temp view raw_rows as select * from "
        f"read_parquet([{', '.join(files)}], union_by_name = true, hive_partitioning = true)"
    )
    return {row[0] for row in connection.execute("describe raw_rows").fetchall()}


def raw_lines(
    connection: duckdb.DuckDBPyConnection, settings: Settings, subject: Subject, deliveries: Sequence[Delivery]
) -> list[RawLines]:
    """The lines of each delivery that the subject is about, by extract and month."""
    found = []
    for delivery in sorted(deliveries, key=lambda one: (one.key.extract, one.key.reporting_month, one.key.trust_code)):
        if not delivery.is_accepted:
            continue  # none of its rows reached raw storage
        columns = _raw_view(connection, settings, [delivery])
        condition, is_narrowed = narrowing(connection, "raw", delivery.key.extract, subject, columns)
        counts = ways()["counts_only"].get(delivery.key.extract, "true")
        rows = connection.execute(
            f"select distinct _row_number from raw_rows as r where {condition} and ({counts}) order by 1"
        ).fetchall()
        lines = [int(number) for (number,) in rows]
        found.append(
            RawLines(
                delivery.key.extract, f"{delivery.key.reporting_month:%Y-%m}", delivery.delivery_id, delivery.file_name,
                delivery.version, delivery.key.sha256, len(lines), ranges(lines), is_narrowed,
            )
        )  # fmt: skip
    return found


def ranges(numbers: Sequence[int]) -> list[str]:
    """Ascending numbers as runs: 2, 3, 4, 9 becomes 2-4, 9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]


def added_up(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    subject: Subject,
    measures: Iterable[str],
    deliveries: Sequence[Delivery],
) -> list[Sum]:
    """What the traced rows add up to, for the measures of which `sums.yml` says how; each over the months that it looks at.

    A measure that was not collected adds up to nothing.
    """
    found, look_back = [], ways()["months_back"]
    how = {measure: sums().get(subject.mart, {}).get(measure, {}) for measure in measures}
    for back in sorted({look_back.get(measure, 0) for measure in how}):
        over = set_out(connection, subject, back)
        for measure, figures in how.items():
            in_mart = subject.values[measure]
            if in_mart is not None and look_back.get(measure, 0) == back:
                for table, sql in figures.items():
                    figure = _figure(connection, settings, over, table, sql, deliveries)
                    found.append(Sum(measure, table, figure, in_mart))
    return found


def _figure(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    subject: Subject,
    table: str,
    figure: str,
    deliveries: Sequence[Delivery],
) -> Any:
    schema, name = table.split(".")
    if schema == "core":
        condition, _ = narrowing(connection, schema, name, subject)
        row = connection.execute(f"select {figure} from core.{identifier(name)} as r where {condition}").fetchone()
        return row[0] if row else None
    of_extract = [delivery for delivery in deliveries if delivery.key.extract == name]
    if not of_extract:
        return None
    columns = _raw_view(connection, settings, of_extract)
    condition, _ = narrowing(connection, schema, name, subject, columns)
    row = connection.execute(f"select {figure} from raw_rows as r where {condition}").fetchone()
    return row[0] if row else None
