"""dbt as a home has it: its folder there, the manifest of the project, and how it is called in this process."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingestion.errors import RcwError
from ingestion.settings import Settings
from orchestration.code_identity import DBT_PROJECT, code_fingerprint
from orchestration.faults import in_words
from orchestration.stored_sql import MonthDates


def dbt_folder(settings: Settings) -> Path:
    return settings.home / "dbt"


def manifest_file(settings: Settings) -> Path:
    return dbt_folder(settings) / "target" / "manifest.json"


def stored_sql_file(settings: Settings) -> Path:
    """What a full build keeps for further months, see `stored_sql`."""
    return dbt_folder(settings) / "further_month.json"


def set_environment(settings: Settings) -> None:
    """What the project file and the profile read."""
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

    set_environment(settings)
    dbt_folder(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    parsed = dbtRunner().invoke(["parse", *_project_arguments(), write])
    if not parsed.success:
        words = in_words(settings, [str(parsed.exception)])
        raise RcwError(words or f"The dbt project cannot be read: {parsed.exception}")
    return parsed.result


def arguments(dates: MonthDates) -> list[str]:
    """What every invocation of dbt on the warehouse of a home bears."""
    return [*_project_arguments(), "--vars", json.dumps(dates.by_mark()), "--no-write-json"]


def log_faults(settings: Settings, faults: Sequence[str]) -> None:
    """What is wrong with nodes that failed, in `dbt/logs/dbt.log` of the home."""
    if faults:
        log = dbt_folder(settings) / "logs" / "dbt.log"
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("a", encoding="utf-8") as out:
            out.writelines(faults)


def close_dbt() -> None:
    """Let go of the warehouse file: dbt-duckdb keeps its connection for the life of the process otherwise."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()
