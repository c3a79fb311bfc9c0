"""Dagster's runs tell people the same things by the same function as `rcw load`, which watches its own runs itself."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg

from ingestion.settings import load_settings
from orchestration.alerts.standing import landing_problems
from orchestration.jobs import monthly_load
from orchestration.run import STARTED_BY, failure_message
from orchestration.watched import Watch, tell


def _tell(run: dg.DagsterRun, instance: dg.DagsterInstance, fault: str | None) -> None:
    if STARTED_BY in run.tags:
        return
    settings = load_settings()
    began = instance.get_run_stats(run.run_id).start_time
    watch = Watch(settings, problems=landing_problems(settings), fault=fault)
    if began:
        watch.started = datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds")
    tell(watch)


@dg.run_failure_sensor(
    monitored_jobs=[monthly_load],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tell people that a run failed or that the gate is closed (RCW_ALERT_*).",
)
def alert_on_failed_run(context: dg.RunFailureSensorContext) -> None:
    steps = [failure_message(event) for event in context.get_step_failure_events()]
    _tell(context.dagster_run, context.instance, "\n".join(steps) or "The run ended before a step could say why.")


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[monthly_load],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tell people which files a run did not take, and what is late (RCW_ALERT_*).",
)
def alert_after_run(context: dg.RunStatusSensorContext) -> None:
    _tell(context.dagster_run, context.instance, None)


def tell_of_late_deliveries() -> None:
    """What a morning without a load has to tell."""
    settings = load_settings()
    tell(Watch(settings, problems=landing_problems(settings)))
