"""The job `monthly_load` in this process: what the command line calls. Dagster is imported here and only when there is work."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from datetime import date

from ingestion.settings import Settings, load_settings
from orchestration.faults import in_words
from orchestration.instance import dagster_home

#: Tag of a run that the command line watches itself, so that no sensor tells of it again.
STARTED_BY = "rcw/started_by"

_NO_RELEASE = "The run ended without a release, since a step was left out. `rcw dev` shows the run with all details."


@dataclass(frozen=True)
class RunOutcome:
    """Whether the job went through, and if not the message of the step that failed (for people, without a traceback).

    `is_fault`: it was no delivery and no gate that stopped it, but the machine, the settings or the code.
    """

    is_success: bool
    run_id: str
    message: str = ""
    is_fault: bool = False


def run_monthly_load(settings: Settings, first: date, last: date) -> RunOutcome:
    """Run the job over a range of months.

    Raises:
        KeyboardInterrupt: a person stopped it, which Dagster takes for the failure of a step.
    """
    dagster_home(settings)
    warnings.filterwarnings("ignore")
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    import dagster as dg

    from orchestration.definitions import defs

    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("monthly_load").execute_in_process(
            instance=instance,
            tags={
                "dagster/asset_partition_range_start": first.isoformat(),
                "dagster/asset_partition_range_end": last.isoformat(),
                STARTED_BY: "rcw load",
            },
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        failures = [event for event in result.all_events if event.is_step_failure]
        if any(map(_is_stopped, failures)):
            raise KeyboardInterrupt
        messages = [failure_message(event) for event in failures]
    if result.success and not any(map(_is_release, result.all_events)):
        return RunOutcome(False, result.run_id, _NO_RELEASE, is_fault=True)
    return RunOutcome(result.success, result.run_id, "\n".join(messages), any(map(_is_fault, failures)))


def _is_stopped(event: object) -> bool:
    error = event.step_failure_data.error  # type: ignore[attr-defined]
    while error is not None and error.cls_name != "DagsterExecutionInterruptedError":
        error = error.cause
    return error is not None


def _is_release(event: object) -> bool:
    from orchestration.release_assets import RELEASE_KEY

    return (event.event_type_value, event.asset_key) == ("ASSET_MATERIALIZATION", RELEASE_KEY)  # type: ignore[attr-defined]


def _is_fault(event: object) -> bool:
    """A step says by `dagster.Failure` that deliveries or tables are not fit; anything else is a fault."""
    return event.step_failure_data.user_failure_data is None  # type: ignore[attr-defined]


def failure_message(event: object) -> str:
    data = event.step_failure_data  # type: ignore[attr-defined]
    failure = data.user_failure_data
    if failure and failure.description:
        return str(failure.description)
    error, texts = data.error, []
    while error is not None:
        texts.append(f"{error.cls_name}: {error.message}")
        if error.cause is None:
            break
        error = error.cause
    if words := in_words(load_settings(), texts):
        return words
    if error is None:
        return "A step failed without a message."
    known = error.cls_name in ("RcwError", "PublishingError")
    text = error.message.split(":", 1)[-1].strip() if known else f"an unexpected {error.cls_name} stopped it"
    return text if known else f"{event.step_key}: {text}. `rcw dev` shows the run with all details."  # type: ignore[attr-defined]
