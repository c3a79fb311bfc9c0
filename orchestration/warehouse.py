"""Raw storage to marts: the `raw` schema is made ready, then the warehouse is built in this process.

A full build is one invocation of dbt. A further month runs the SQL that the last full build kept, with other dates. Nothing here
imports Dagster; dbt is imported only for a full build.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path
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
from orchestration.build_result import BuildResult, NodeResult, OnNode
from orchestration.code_identity import DBT_PROJECT, code_fingerprint
from orchestration.faults import in_words
from orchestration.further_month import build_month
from orchestration.plan import FULL_BUILD, NOTHING, BuildPlan, marks
from orchestration.stored_models import Sent, is_by_month, models_of_a_month, reads_of, stored_model
from orchestration.stored_sql import MonthDates, StoredSql, stored_sql
from orchestration.stored_tests import stored_test

#: Below this size of the warehouse a second thread costs a query more than it saves.
_SMALL_BYTES = 1_000_000_000


def dbt_folder(settings: Settings) -> Path:
    return settings.home / "dbt"


def manifest_file(settings: Settings) -> Path:
    return dbt_folder(settings) / "target" / "manifest.json"


def stored_sql_file(settings: Settings) -> Path:
    return dbt_folder(settings) / "further_month.json"


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
        plan = replace(plan, from_month=min(plan.from_month, _first_month_of_changed_links(before, links)))
        ledger.set_state("building", {"from_month": plan.from_month.isoformat()})
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


def _dbt_environment(settings: Settings) -> None:
    os.environ.update(
        RCW_WAREHOUSE_FILE=settings.warehouse_file.as_posix(),
        RCW_MEMORY_LIMIT=settings.memory_limit,
        RCW_THREADS=str(settings.threads),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        DBT_TARGET_PATH=(dbt_folder(settings) / "target").as_posix(),
        DBT_LOG_PATH=(dbt_folder(settings) / "logs").as_posix(),
        DO_NOT_TRACK="1",
    )


def _project_arguments() -> list[str]:
    """No logs of dbt's own: it would put every event into words, three thousand a load, before it asks whether they are wanted."""
    silent = ["--log-level", "none", "--log-level-file", "none", "--quiet"]
    return ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT), *silent]


def _stamp(settings: Settings) -> Path:
    """The fingerprint of the code that the manifest was made from."""
    return dbt_folder(settings) / "code"


def has_fresh_manifest(settings: Settings) -> bool:
    """Whether the manifest is that of this code."""
    file, stamp = manifest_file(settings), _stamp(settings)
    return file.exists() and stamp.exists() and stamp.read_text() == code_fingerprint()


def ensure_manifest(settings: Settings) -> Path:
    """The manifest of this code, parsed anew when the code has changed. Dagster takes its assets from it."""
    file = manifest_file(settings)
    if not has_fresh_manifest(settings):
        shutil.rmtree(file.parent, ignore_errors=True)
        parse(settings, "--write-json")
        _stamp(settings).write_text(code_fingerprint())
    return file


def parse(settings: Settings, write: str = "--no-write-json") -> Any:
    """dbt's own manifest of the project.

    Raises:
        RcwError: the project cannot be read.
    """
    from dbt.cli.main import dbtRunner

    _dbt_environment(settings)
    dbt_folder(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    parsed = dbtRunner().invoke(["parse", *_project_arguments(), write])
    if not parsed.success:
        words = in_words(settings, [str(parsed.exception)])
        raise RcwError(words or f"The dbt project cannot be read: {parsed.exception}")
    return parsed.result


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
    """Build everything, or what a further month can change, from `plan.from_month` on; tests, if any, read from `judged_from` on.

    Args:
        is_last: no further month will be built on this one, so no SQL is kept for it.
        manifest: what `parse` gave, where that has been done already. A further month needs none.

    Raises:
        RcwError: dbt could not run at all. A failing model or test is a result, not an exception.
    """
    if plan.is_full:
        return _build_all(settings, judged_from, on_node, with_tests, is_last, manifest or parse(settings))
    stored = stored_sql(stored_sql_file(settings))
    with open_warehouse(settings) as connection:
        _as_dbt_has_it(connection, settings)
        dates = MonthDates(plan.from_month, judged_from, _oldest_deliveries(connection, plan.from_month))
        chosen = stored if with_tests else replace(stored, tests=[])
        result = build_month(connection, chosen, dates, on_node, settings.threads)
    _log_faults(settings, [f"{node.name}: {node.message}\n" for node in result.nodes if node.status == "error"])
    return result


def _as_dbt_has_it(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The options of `dbt_project/profiles.yml`; in a small warehouse one thread a query, since several tables are made at a time."""
    connection.execute(f"set memory_limit = '{settings.memory_limit}'")
    is_small = settings.warehouse_file.stat().st_size < _SMALL_BYTES
    connection.execute(f"set threads = {1 if is_small else settings.threads}")
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


def _build_all(
    settings: Settings,
    judged_from: date,
    on_node: OnNode | None,
    with_tests: bool,
    is_last: bool,
    manifest: Any,
) -> BuildResult:
    from dbt.cli.main import dbtRunner

    _dbt_environment(settings)
    dates = MonthDates(THE_BEGINNING, judged_from)
    kinds = ("model", "seed", "test") if with_tests else ("model", "seed")
    chosen = {node_id for node_id, node in manifest.nodes.items() if node.resource_type in kinds}
    done, faults, sent = 0, [], Sent()

    def report(event: Any) -> None:
        nonlocal done
        if event.info.level == "error":
            faults.append(f"{event.info.msg}\n")
        if event.info.name == "NodeFinished" and on_node:
            done += 1
            on_node(str(event.data.node_info.node_name), done, len(chosen))

    left_out = ["--exclude-resource-type", "unit_test", "exposure", *(() if with_tests else ("test",))]
    outcome = dbtRunner(manifest=manifest, callbacks=[report, sent.hear]).invoke(
        ["build", *_arguments(dates), *left_out]
    )
    _log_faults(settings, faults)
    if outcome.result is None:
        _close_dbt()
        raise RcwError(in_words(settings, [str(outcome.exception)]) or f"dbt could not run: {outcome.exception}")
    result = BuildResult(THE_BEGINNING, [_node_result(run) for run in outcome.result.results])
    if failed := [test.name for test in result.tests if test.status in ("fail", "warn")]:
        # Once more for the few that failed, so that their rows can be looked at: to keep the rows of all costs seconds a load.
        again = ["test", *_arguments(dates), "--store-failures", "--select", *failed]
        dbtRunner(manifest=manifest).invoke(again)
    if not (is_last or result.errors):
        tests = [run.node for run in outcome.result.results if run.node.resource_type == "test"]
        _keep_sql(settings, manifest, tests, sent)
    _close_dbt()
    return result


def _keep_sql(settings: Settings, manifest: Any, tests: Sequence[Any], sent: Sent) -> None:
    """Keep what a further month runs. What it sends for a model by month, dbt says when it builds a month that never comes."""
    from dbt.cli.main import dbtRunner

    models = models_of_a_month(manifest.nodes)
    rehearsed = Sent()
    select = [
        "--select",
        *(model.name for model in models if is_by_month(model)),
        "--exclude-resource-type",
        "test",
        "unit_test",
    ]
    rehearsal = dbtRunner(manifest=manifest, callbacks=[rehearsed.hear])
    if not rehearsal.invoke(["build", *_arguments(MonthDates(NOTHING, NOTHING)), *select]).success:
        return
    reads = reads_of(manifest.nodes, {model.unique_id for model in models})
    StoredSql(
        [stored_model(model, reads[model.unique_id], rehearsed if is_by_month(model) else sent) for model in models],
        [stored_test(test, reads[test.unique_id]) for test in tests if test.compiled_code and reads[test.unique_id]],
    ).keep(stored_sql_file(settings))


def _arguments(dates: MonthDates) -> list[str]:
    return [*_project_arguments(), "--vars", json.dumps(dates.by_mark()), "--no-write-json"]


def _log_faults(settings: Settings, faults: list[str]) -> None:
    """What dbt says of nodes that failed, in `dbt/logs/dbt.log` of the home."""
    if faults:
        log = dbt_folder(settings) / "logs" / "dbt.log"
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("a", encoding="utf-8") as out:
            out.writelines(faults)


def _node_result(run: Any) -> NodeResult:
    node = run.node
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        kind=str(node.resource_type),
        status=str(run.status),
        failures=run.failures or 0,
        message=str(run.message or ""),
        seconds=round(run.execution_time, 3),
    )


def _close_dbt() -> None:
    """Let go of the warehouse file: dbt-duckdb keeps its connection for the life of the process otherwise."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def finish(ledger: Ledger) -> None:
    """Mark the warehouse as whole and made from the ledger as it stands."""
    ledger.set_state("built", marks(ledger))
    ledger.set_state("building", None)
