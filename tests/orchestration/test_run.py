"""What the command line makes of a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import orchestration.definitions
from ingestion.settings import Settings
from orchestration.run import run_monthly_load
from tests.homes import KEY

MONTH = date(2025, 3, 1)


def test_a_run_that_ends_without_a_release__is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster leaves out what follows a table of which it is told nothing, and calls that a success."""

    def ended(**_: Any) -> SimpleNamespace:
        event = SimpleNamespace(event_type_value="STEP_SUCCESS", asset_key=None, is_step_failure=False)
        return SimpleNamespace(success=True, run_id="1", all_events=[event])

    job = SimpleNamespace(execute_in_process=ended)
    monkeypatch.setattr(orchestration.definitions, "defs", SimpleNamespace(resolve_job_def=lambda name: job))
    settings = Settings(home=tmp_path, pseudonym_key=KEY, _env_file=None)  # type: ignore[arg-type]
    outcome = run_monthly_load(settings, MONTH, MONTH)
    assert (outcome.is_success, outcome.is_fault) == (False, True)
    assert "without a release" in outcome.message
