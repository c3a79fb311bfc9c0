"""Dagster's own storage in the home: run history, event log, schedules. Private, and without telemetry.

Output of steps is not kept in files: the event log says what happened, and capturing it would start two processes a step.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from ingestion.settings import Settings

_INSTANCE = """\
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: orchestration.event_log_storage
  class: KeptOpenSqliteEventLogStorage
  config:
    base_dir: {base_dir}
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
concurrency:
  runs:
    max_concurrent_runs: 1
"""


def dagster_home(settings: Settings) -> Path:
    """Folder of Dagster's storage, made at first use; DAGSTER_HOME is set to it for this process and its children."""
    folder = settings.home / "dagster"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = folder / "dagster.yaml"
    text = _INSTANCE.format(base_dir=json.dumps(str(folder / "history" / "runs")))
    if not config.exists() or config.read_text(encoding="utf-8") != text:
        config.write_text(text, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")  # else Dagster does not send batches as such
    return folder
