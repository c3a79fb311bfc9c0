"""Everything built by one invocation of dbt in this process, and what it wrote kept for further months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ingestion.delivery import THE_BEGINNING
from ingestion.errors import RcwError
from ingestion.settings import Settings
from orchestration.build_result import BuildResult, NodeResult, OnNode
from orchestration.dbt_home import arguments, close_dbt, log_faults, set_environment, stored_sql_file
from orchestration.faults import in_words
from orchestration.plan import NOTHING
from orchestration.stored_models import Sent, is_by_month, models_of_a_month, reads_of, sources_of, stored_model
from orchestration.stored_sql import MonthDates, StoredSql
from orchestration.stored_tests import stored_test


def build_all(
    settings: Settings,
    judged_from: date,
    on_node: OnNode | None,
    with_tests: bool,
    is_last: bool,
    manifest: Any,
) -> BuildResult:
    """As `warehouse.build`; `manifest` is dbt's own of the project, into which it writes.

    Raises:
        RcwError: dbt could not run at all.
    """
    from dbt.cli.main import dbtRunner

    set_environment(settings)
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
        ["build", *arguments(dates), *left_out]
    )
    log_faults(settings, faults)
    if outcome.result is None:
        close_dbt()
        raise RcwError(in_words(settings, [str(outcome.exception)]) or f"dbt could not run: {outcome.exception}")
    result = BuildResult([_node_result(run) for run in outcome.result.results])
    if failed := [test.name for test in result.tests if test.status in ("fail", "warn")]:
        # Once more for the few that failed, so that their rows can be looked at: to keep the rows of all costs seconds a load.
        again = ["test", *arguments(dates), "--store-failures", "--select", *failed]
        dbtRunner(manifest=manifest).invoke(again)
    if not (is_last or result.errors):
        tests = [run.node for run in outcome.result.results if run.node.resource_type == "test"]
        _keep_sql(settings, manifest, tests, sent)
    close_dbt()
    return result


def _keep_sql(settings: Settings, manifest: Any, tests: Sequence[Any], sent: Sent) -> None:
    """Keep what a further month runs. What it sends for a model by month, dbt says when it builds a month that never comes."""
    from dbt.cli.main import dbtRunner

    models = models_of_a_month(manifest.nodes)
    rehearsed = Sent()
    by_month = [model.name for model in models if is_by_month(model)]
    chosen = ["--select", *by_month, "--exclude-resource-type", "test", "unit_test"]
    rehearsal = dbtRunner(manifest=manifest, callbacks=[rehearsed.hear])
    if not rehearsal.invoke(["build", *arguments(MonthDates(NOTHING, NOTHING)), *chosen]).success:
        log_faults(
            settings, ["The SQL of a further month could not be written, so the next load builds everything again.\n"]
        )
        return
    reads = reads_of(manifest.nodes, {model.unique_id for model in models})
    sources = sources_of(manifest.nodes, manifest.sources)

    def follows(node: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return reads[node.unique_id], sources[node.unique_id]

    StoredSql(
        [stored_model(model, *follows(model), rehearsed if is_by_month(model) else sent) for model in models],
        [stored_test(test, *follows(test)) for test in tests if test.compiled_code and reads[test.unique_id]],
    ).keep(stored_sql_file(settings))


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
