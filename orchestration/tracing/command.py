"""`rcw trace MART COLUMN=VALUE ...`: opens the private warehouse for reading, traces one row and says what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from ingestion.control_tables import CONTROL_TABLES
from ingestion.errors import RcwError
from ingestion.ledger import Ledger
from ingestion.settings import Settings, load_settings
from orchestration.answers import DONE, REFUSED, as_json_text
from orchestration.dbt_home import dbt_folder, manifest_file
from orchestration.loading import err, out
from orchestration.plan import plan_build
from orchestration.tracing.indicator import row_behind
from orchestration.tracing.lineage import Lineage, Relation
from orchestration.tracing.rows import CoreRows, RawLines, Sum, added_up, core_rows, raw_lines, set_out_deliveries
from orchestration.tracing.subject import Subject, chosen_measures, find_row, parse_key, set_out, ways
from publishing.catalogue import read_catalogue
from publishing.pointer import RELEASES, current_release
from publishing.published_table import PublishedColumn, PublishedTable
from publishing.sql import literal

PRIVATE = (
    "From the private warehouse: figures are shown before small numbers are hidden. For engineers with access to it, not for "
    "sharing."
)


@dataclass(frozen=True)
class Trace:
    """What stands behind one row of a mart."""

    subject: Subject
    measures: list[PublishedColumn]
    release: str | None
    raw: list[RawLines]
    core: list[CoreRows]
    whole: list[str]
    sums: list[Sum]


def trace_command(mart: str, key: Sequence[str], measure: str | None, limit: int, *, as_json: bool) -> int:
    """Trace a row; exit code 1 where the rows found do not add up to the figure."""
    settings = load_settings()
    with opened(settings) as bench:
        found = trace(bench, mart, key, measure, limit)
    if as_json:
        out.print_json(as_json_text(_document(found)))
    else:
        for line in _lines(found, limit):
            out.print(line, markup=False)
    differing = [one for one in found.sums if not one.agrees]
    if differing:
        names = ", ".join(sorted({one.measure for one in differing}))
        err.print(f"The rows found do not add up to the mart's {names}: report this as a fault of the product.")
    return REFUSED if differing else DONE


@dataclass(frozen=True)
class Bench:
    """The warehouse for reading, in a database of its own in memory that takes the trace's temporary tables."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    tables: list[PublishedTable]
    lineage: Lineage


@contextmanager
def opened(settings: Settings) -> Iterator[Bench]:
    """Open the warehouse for tracing.

    Raises:
        RcwError: there is none, it does not follow the deliveries, or another program holds it.
    """
    if not settings.warehouse_file.exists() or not settings.ledger_file.exists():
        raise RcwError(f"There is no warehouse in {settings.home} yet. Run rcw load first.")
    ledger = Ledger(settings)
    try:
        if plan_build(settings, ledger).is_needed:
            raise RcwError("The warehouse does not follow the deliveries and the code yet. Run rcw load, then trace.")
        limits: dict[str, Any] = {
            "memory_limit": settings.memory_limit,
            "temp_directory": settings.work_folder.as_posix(),
        }
        with duckdb.connect(":memory:", config=limits) as connection:
            try:
                connection.execute(f"attach {literal(settings.warehouse_file.as_posix())} as warehouse (read_only)")
            except duckdb.IOException:
                raise RcwError(
                    f"The warehouse {settings.warehouse_file} is open in another program. Wait until the load has ended, or "
                    "close that program, and trace again."
                ) from None
            connection.execute("use warehouse")
            tables = read_catalogue(manifest_file(settings))
            lineage = Lineage(dbt_folder(settings) / "target", _schema(connection))
            yield Bench(settings, connection, ledger, tables, lineage)
    finally:
        ledger.close()


def _mart(tables: Sequence[PublishedTable], name: str) -> PublishedTable:
    for table in tables:
        if table.name == name:
            return table
    raise RcwError(f"{name!r} is no mart; there are {', '.join(table.name for table in tables)}.")


def trace(bench: Bench, mart: str, key: Sequence[str], measure: str | None, limit: int) -> Trace:
    """Trace one row of a mart; a row of a derived mart by the row that its figure is taken from.

    Raises:
        RcwError: there is no such mart, key, measure or row, or raw storage has lost a file.
    """
    settings, connection = bench.settings, bench.connection
    table = _mart(bench.tables, mart)
    if table.is_derived:
        table, key, measure = row_behind(connection, table, key, bench.tables)
    measures = chosen_measures(table, measure)
    names = [column.name for column in measures]
    current = current_release(settings.published_folder)
    release = settings.published_folder / RELEASES / current if current else None
    subject = find_row(connection, table, parse_key(table, key), settings.trust_code, release)
    behind = _behind(bench, table, names)
    subject = set_out(connection, subject, ways()["months_back"].get(measure, 0))
    extracts = {one.name for one in behind if one.schema == "raw"} - CONTROL_TABLES.keys()
    deliveries = set_out_deliveries(connection, bench.ledger, subject, extracts)
    used = {way["table"] for way in ways()["people"] if subject.key.keys() >= set(way["by"])}  # the group's members
    models = {one.name for one in behind if one.schema == "core" and one in bench.lineage.models}
    core, whole = core_rows(connection, subject, sorted((used | models) - {table.name}), limit)
    raw = raw_lines(connection, settings, subject, deliveries)
    sums = added_up(connection, settings, subject, names, deliveries)
    return Trace(subject, measures, current, raw, core, whole, sums)


def _behind(bench: Bench, table: PublishedTable, columns: list[str]) -> set[Relation]:
    try:
        return bench.lineage.behind(Relation(table.schema, table.name), columns)
    except FileNotFoundError:
        raise RcwError(
            f"The SQL that dbt compiled has gone from {dbt_folder(bench.settings)}. Remove the folder "
            f"{bench.settings.warehouse_file.parent} and run rcw load: it builds the warehouse again from raw storage, and "
            "compiles the SQL anew."
        ) from None


def _schema(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    rows = connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where database_name = 'warehouse'"
    ).fetchall()
    for schema, table, column, data_type in rows:
        found.setdefault(schema, {}).setdefault(table, {})[column] = data_type
    return found


def _document(found: Trace) -> dict[str, Any]:
    subject = found.subject
    return {
        "notice": PRIVATE,
        "mart": subject.mart,
        "key": subject.key,
        "release": found.release,
        "measures": [
            {"measure": m.name, "value": subject.values[m.name], "is_hidden_in_release": m.name in subject.hidden}
            for m in found.measures
        ],
        "sums": [asdict(one) | {"agrees": one.agrees} for one in found.sums],
        "core": [asdict(rows) for rows in found.core],
        "core_not_narrowed": found.whole,
        "deliveries": [asdict(lines) for lines in found.raw],
    }


def _lines(found: Trace, limit: int) -> Iterator[str]:
    subject = found.subject
    yield PRIVATE
    yield f"{subject.mart}  {' '.join(f'{name}={value}' for name, value in subject.key.items())}"
    yield f"Current release: {found.release or 'none'}"
    yield "Figures:"
    for measure in found.measures:
        hidden = "  (hidden in the release)" if measure.name in subject.hidden else ""
        value = subject.values[measure.name]
        yield f"  {measure.name}: {_number(value)}{hidden}"
    if found.sums:
        yield "What the rows below add up to:"
    for one in found.sums:
        yield f"  {one.measure}: {_number(one.figure)} from {one.table}{'' if one.agrees else f', BUT THE MART SAYS {_number(one.in_mart)}'}"
    yield "Core rows:"
    for rows in found.core:
        yield f"  {rows.table}: {rows.rows:,} rows"
        if rows.keys:
            more = f" and {rows.rows - len(rows.keys):,} more" if rows.rows > len(rows.keys) else ""
            yield f"    {rows.key_column}: {', '.join(rows.keys)}{more}"
    if found.whole:
        yield f"  narrowed to trust and month only: {', '.join(found.whole)}"
    yield "Files and lines:"
    for lines in found.raw:
        yield f"  {lines.extract} {lines.month}: {lines.file} (delivery {lines.delivery_id}), {lines.lines:,} lines"
        if lines.lines and not lines.is_narrowed:
            yield "    all of them: nothing in the file says which"
        elif lines.lines:
            more = ", ..." if len(lines.line_ranges) > limit else ""
            yield f"    lines {', '.join(lines.line_ranges[:limit])}{more}"


def _number(value: object) -> str:
    return "NULL" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
