"""The protected form of every published table, written into the database of the release.

Two steps, in this order, and nothing else writes tables there: `protect` turns each private mart into what may be shown of
it; `derive` (derived.py) then computes the tables that follow from those, which see nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from publishing.column_types import can_become
from publishing.disclosure.audit import Reading, refuse_what_follows
from publishing.disclosure.decide import decide
from publishing.disclosure.ledger import earlier_releases, keep_release, not_yet_published
from publishing.disclosure.repeated import hide_repeated
from publishing.disclosure.report import as_document, shares, write_report
from publishing.errors import PublishingError
from publishing.policy import DisclosurePolicy
from publishing.published_table import PublishedTable
from publishing.sql import identifier
from publishing.suppress import published_sql

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class PrivateFolders:
    """Folders of disclosure control outside `published/`.

    Attributes:
        decisions: what each period hides, kept so that a further month costs one month; may be thrown away.
        reports: a report a release, for information governance.
    """

    decisions: Path
    reports: Path


def _nothing() -> None:
    pass


@dataclass
class Protected:
    """What `protect` has written.

    Attributes:
        keep: says it in the ledger and the reports of disclosure control. Call it after the block, when the tables are to be published
            and before anybody sees them.
    """

    keep: Callable[[], None] = _nothing


def check_types(connection: duckdb.DuckDBPyConnection, tables: Sequence[PublishedTable]) -> None:
    """Refuse tables of the warehouse that are not what their YAML declares."""
    actual: dict[tuple[str, str], dict[str, str]] = {}
    for schema, name, column, type_ in connection.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        " where table_catalog = current_database()"
    ).fetchall():
        actual.setdefault((schema, name), {})[column] = type_
    for table in tables:
        _check_types(table, actual.get((table.schema, table.name), {}))


def _check_types(table: PublishedTable, actual: Mapping[str, str]) -> None:
    if not actual:
        raise PublishingError(
            f"the warehouse holds no table {table.schema}.{table.name}", "warehouse", "run the load, then publish"
        )
    faults = []
    for column in table.columns:
        if column.name not in actual:
            faults.append(f"{column.name} is missing")
        elif not can_become(actual[column.name], column.type):
            faults.append(f"{column.name} is {actual[column.name]}, declared {column.type}")
    if faults:
        raise PublishingError(
            "the table in the warehouse is not what its YAML declares",
            f"{table.schema}.{table.name}",
            "correct the model or its YAML, then load and publish again",
            faults,
        )


@contextmanager
def protect(
    connection: duckdb.DuckDBPyConnection,
    alias: str,
    tables: Sequence[PublishedTable],
    policy: DisclosurePolicy,
    private_folders: PrivateFolders | None = None,
    release: str = "",
    beside: Sequence[str] = (),
    until_decided: Callable[[], None] = lambda: None,
) -> Iterator[Protected]:
    """Write what may be shown of each table that is not derived, as `<alias>.main.<table>`, rows in the order of the key.

    The tables stand when the block begins. While it runs, what follows from them is worked out in a thread; when it ends,
    they have been found safe, but nothing is kept of that (`Protected`). The block may make other tables, and new ones in the place
    of these.

    Args:
        connection: with the private warehouse as the current database.
        alias: the attached database of the release.
        private_folders: where decisions of disclosure control are kept and its report is written; both may be left out.
        release: id of the release, for the report and the ledger.
        beside: ids of earlier releases that this one is protected together with.
        until_decided: waits for decisions that are being made ahead.

    Raises:
        PublishingError: a table is missing from the warehouse or has other types than declared, or a hidden figure cannot be
            protected.
    """
    check_types(connection, tables)
    protected = Protected()
    private = [table for table in tables if not table.is_derived]
    kept = private_folders.decisions if private_folders else None
    decided = decide(connection, private, policy, kept, earlier_releases(kept, beside), until_decided)
    for table in private:
        decisions, measures = decided.relations.get(table.name, (None, ()))
        written = f"{alias}.main.{identifier(table.name)}"
        connection.execute(f"create table {written} as {published_sql(table, policy, decisions, measures)}")
    hide_repeated(connection, f"{alias}.main", private)
    new = not_yet_published(kept, decided.keys) if kept else None
    shared = shares(connection, f"{alias}.main", private, policy) if private_folders else []

    def read() -> tuple[Reading, float]:
        began = monotonic()
        return refuse_what_follows(reader, f"{alias}.main", private, new), monotonic() - began

    with ThreadPoolExecutor(1) as beside_the_block, connection.cursor() as reader:
        reader.execute("begin")  # from its first look on it sees the tables as they are now
        for table in private[:1]:
            reader.execute(f"select count(*) from {alias}.main.{identifier(table.name)}")
        being_read = beside_the_block.submit(read)
        yield protected
        reading, seconds = being_read.result()
    if private_folders:
        folders, document = (
            private_folders,
            as_document(release, shared, policy, decided, new or (), reading.equations, seconds),
        )

        def keep() -> None:
            keep_release(folders.decisions, release, decided.keys)
            write_report(folders.reports, document)

        protected.keep = keep
