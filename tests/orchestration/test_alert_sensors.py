"""Runs that Dagster starts tell people; those of the command line, which tells them itself, are passed over."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.watched import Watch


@dg.op
def refuses() -> None:
    raise dg.Failure("The gate is closed: 3 checks failed.", allow_retries=False)


@dg.job
def failing() -> None:
    refuses()


@dg.op
def nothing() -> None:
    return


@dg.job
def going_through() -> None:
    nothing()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Watch]:
    (tmp_path / "landing" / "payroll").mkdir(parents=True)
    monkeypatch.setenv("RCW_HOME", str(tmp_path))
    from orchestration import alert_sensors

    heard: list[Watch] = []
    monkeypatch.setattr(alert_sensors, "tell", heard.append)
    return heard


def run(job: dg.JobDefinition, tags: dict[str, str]) -> None:
    from orchestration.alert_sensors import alert_after_run, alert_on_failed_run

    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)
        is_failure = not result.success
        context = dg.build_run_status_sensor_context(
            sensor_name="alert",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event() if is_failure else result.get_run_success_event(),
        )
        if is_failure:
            alert_on_failed_run(context.for_run_failure())
        else:
            alert_after_run(context)


def test_failed_run__is_told_with_the_message_of_its_step(told: list[Watch]) -> None:
    run(failing, {})
    [watch] = told
    assert watch.fault == "The gate is closed: 3 checks failed."
    assert any("payroll" in problem for problem in watch.problems)


def test_run_that_went_through__tells_what_it_did_not_take(told: list[Watch]) -> None:
    run(going_through, {})
    [watch] = told
    assert (watch.fault, len(watch.problems)) == (None, 1)


@pytest.mark.parametrize("job", [failing, going_through])
def test_run_of_the_command_line__is_passed_over(told: list[Watch], job: dg.JobDefinition) -> None:
    from orchestration.run import STARTED_BY

    run(job, {STARTED_BY: "rcw load"})
    assert told == []
