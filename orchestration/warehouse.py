"""Raw storage to marts: the `raw` schema is made ready, then the warehouse is built in this process.

A full build is one invocation of dbt. A further month runs the SQL that the last full build kept, with other dates. Nothing here
imports Dagster; dbt is imported only for a full build.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from functools import cache
from typing import Any

import duckdb

from ingestion.contract import contracts
from ingestion.delivery import THE_BEGINNING
from ingestion.errors import RcwError
from ingestion.ledger import Ledger
from ingestion.raw_store import ROWS, DeliveryKey, raw_folder, vault_file
from ingestion.raw_views import create_control_tables, create_raw_views
from ingestion.researcher_link.decisions import standing_in
from ingestion.researcher_link.history import Link, link_researchers
from ingestion.researcher_link.people import Delivered, extracts_of_evidence, extracts_of_people
from ingestion.settings import Settings
from ingestion.transient import tried_again
from ingestion.vault_audit import note_use
from ingestion.vault_retention import names_from, purge_identities
from orchestration.build_result import BuildResult, OnNode
from orchestration.dbt_home import log_faults, parse, stored_sql_file
from orchestration.faults import in_words
from orchestration.full_build import build_all
from orchestration.further_month import build_month
from orchestration.plan import FULL_BUILD, LINKS, NOTHING, BuildPlan, marks
from orchestration.stored_sql import MonthDates, StoredSql, stored_sql

#: Below this size of the warehouse a second thread costs a query more than it saves, and so does compression.
_SMALL_BYTES = 1_000_000_000


class DamagedWarehouse(RcwError):
    """The file cannot be read. It holds nothing of its own."""


def _is_locked(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, duckdb.IOException) and ("lock" in said or "used by another process" in said)


def open_warehouse(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The warehouse, for writing. A program that has it open for a moment is waited for.

    Raises:
        DamagedWarehouse: it cannot be read.
        RcwError: another process holds the file open.
    """
    settings.warehouse_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return tried_again(lambda: duckdb.connect(str(settings.warehouse_file)), _is_locked)
    except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException) as error:
        if not _is_locked(error):
            if words := in_words(settings, [f"{type(error).__name__}: {error}"]):
                raise RcwError(words) from None
            raise DamagedWarehouse(
                f"The warehouse {settings.warehouse_file} cannot be read: it is damaged. It holds nothing of its own, so delete it; "
                "rcw load builds it anew from raw storage."
            ) from None
        raise RcwError(
            f"The warehouse {settings.warehouse_file} is open in another program, so nothing was changed. Close that program "
            "(query the published release instead: published/current/research_culture.duckdb) and run the command again."
        ) from None


def prepare(settings: Settings, ledger: Ledger, plan: BuildPlan) -> BuildPlan:
    """Make the `raw` schema follow the ledger and mark the build as under way.

    Links of R&D people are worked out in the vault; where a month's have changed, the build goes back to that month.
    A warehouse that cannot be read is built anew, and so is one for which no SQL was kept.
    """
    if not plan.is_full and (not stored_sql_file(settings).exists() or _is_damaged(settings)):
        plan = FULL_BUILD
    if plan.is_full:
        ledger.set_state("built", None)
        stored_sql_file(settings).unlink(missing_ok=True)
        _discard_warehouse(settings)
    with open_warehouse(settings) as connection:
        create_raw_views(connection, ledger.raw_files())
        before = stored_links(connection)
        links = current_links(settings, ledger, before, plan.links_from)
        plan = plan.with_changed(LINKS, _first_month_of_changed_links(before, links))
        ledger.set_state("building", plan.as_mark())
        create_control_tables(
            connection, {**ledger.control_rows(), "researcher_link": [astuple(link) for link in links]}
        )
    return plan


def _is_damaged(settings: Settings) -> bool:
    try:
        open_warehouse(settings).close()
    except DamagedWarehouse:
        return True
    return False


def _discard_warehouse(settings: Settings) -> None:
    """A full build starts from an empty file: what a former version of the code left behind cannot leak into it."""
    for file in settings.warehouse_file.parent.glob(settings.warehouse_file.name + "*"):
        file.unlink()


def delivered_people(settings: Settings, ledger: Ledger) -> list[Delivered]:
    """Where the current deliveries lie that name people or speak for who they are, oldest month first."""
    deliveries = ledger.deliveries()
    return people_delivered_in(settings, [deliveries[d].key for d in ledger.current().values()])


def people_delivered_in(settings: Settings, current: Sequence[DeliveryKey]) -> list[Delivered]:
    """The same for deliveries that were current at another time, sorted by trust, extract and month."""
    found = []
    for contract in [*extracts_of_people(), *extracts_of_evidence()]:
        keys = [key for key in current if key.extract == contract.extract]
        vault = [vault_file(settings, key) for key in keys]
        found.append(
            Delivered(
                contract, [file for file in vault if file.exists()], [raw_folder(settings, key) / ROWS for key in keys]
            )
        )
    return found


def current_links(
    settings: Settings, ledger: Ledger, known: Sequence[Link] = (), since: date = THE_BEGINNING
) -> list[Link]:
    """The history of links by the current deliveries; its months before `since` are taken from `known`."""
    purge_identities(settings, ledger)
    links = link_researchers(
        delivered_people(settings, ledger),
        standing_in(settings),
        known=known,
        since=since,
        names_from=names_from(settings),
    )
    note_use(settings, "rcw load", "linking R&D people to staff", len({link.person for link in links}))
    return links


def stored_links(connection: duckdb.DuckDBPyConnection) -> list[Link]:
    """The history of links that the warehouse was made from; none where it was never made."""
    known = connection.execute(
        "select count(*) from information_schema.tables where table_schema = 'raw' and table_name = 'researcher_link'"
    ).fetchone()
    if not known or not known[0]:
        return []
    return [Link(*row) for row in connection.execute("select * from raw.researcher_link").fetchall()]


def links_as_built(settings: Settings) -> list[Link]:
    """The same, of a warehouse that may be missing, damaged or in use: then none."""
    if not settings.warehouse_file.exists():
        return []
    try:
        with duckdb.connect(str(settings.warehouse_file), read_only=True) as connection:
            return stored_links(connection)
    except duckdb.Error:
        return []


def _first_month_of_changed_links(before: Sequence[Link], now: Sequence[Link]) -> date:
    """The first month in which somebody is another member of staff than before, or of another status or profession."""

    def verdicts(links: Sequence[Link]) -> dict[tuple[object, ...], date]:
        return {(link.verdict, link.valid_from): link.valid_from for link in links}

    first, second = verdicts(before), verdicts(now)
    return min((month for row, month in (first | second).items() if (row in first) != (row in second)), default=NOTHING)


def build(
    settings: Settings,
    plan: BuildPlan,
    judged_from: date,
    on_node: OnNode | None = None,
    *,
    with_tests: bool = True,
    is_last: bool = False,
    manifest: Any = None,
) -> BuildResult:
    """Build everything, or what has changed sources, each table from the first month on in which they have; tests, if any, read from
    `judged_from` on.

    Args:
        is_last: no further month will be built on this one, so no SQL is kept for it.
        manifest: what `parse` gave, where that has been done already. A further month needs none.

    Raises:
        RcwError: dbt could not run at all. A failing model or test is a result, not an exception.
    """
    if plan.is_full:
        return build_all(settings, judged_from, on_node, with_tests, is_last, manifest or parse(settings))
    stored = stored_sql(stored_sql_file(settings))
    with open_warehouse(settings) as connection:
        _as_dbt_has_it(connection, settings)
        chosen = StoredSql(
            [model for model in stored.models if plan.concerns(model.sources)],
            [test for test in stored.tests if with_tests and plan.concerns(test.sources)],
        )

        @cache
        def dates(month: date) -> MonthDates:
            return MonthDates(month, judged_from, _oldest_deliveries(connection, month))

        result = build_month(
            connection, chosen, lambda sources: dates(plan.first_month_of(sources)), on_node, settings.threads
        )
    log_faults(settings, [f"{node.name}: {node.message}\n" for node in result.nodes if node.status == "error"])
    return result


def _as_dbt_has_it(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The options of `dbt_project/profiles.yml`; in a small warehouse one thread a query, since several tables are made at a time,
    and tables as they are: to choose how a column is compressed takes twice as long as to write it.
    """
    connection.execute(f"set memory_limit = '{settings.memory_limit}'")
    is_small = settings.warehouse_file.stat().st_size < _SMALL_BYTES
    connection.execute(f"set threads = {1 if is_small else settings.threads}")
    connection.execute(f"set force_compression = '{'uncompressed' if is_small else 'auto'}'")
    connection.execute("set checkpoint_threshold = '1GB'")


def _oldest_deliveries(connection: duckdb.DuckDBPyConnection, from_month: date) -> dict[str, date]:
    """Month of the oldest delivery that the months from one on are computed from, by extract: a month without one takes the newest before."""
    newest = connection.execute(
        "select extract, min(newest) from ("
        " select extract, trust_code, max(reporting_month) as newest from raw.delivery"
        " where status = 'current' and reporting_month <= ? group by extract, trust_code"
        ") as by_trust group by extract",
        [from_month],
    ).fetchall()
    return dict.fromkeys(contracts(), from_month) | dict(newest)


def finish(ledger: Ledger) -> None:
    """Mark the warehouse as whole and made from the ledger as it stands."""
    ledger.set_state("built", marks(ledger))
    ledger.set_state("building", None)
