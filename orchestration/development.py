"""`rcw dev`: the Dagster pages, on this machine only."""

from __future__ import annotations

import subprocess
import sys

from ingestion.errors import RcwError
from ingestion.settings import load_settings
from orchestration.code_identity import REPOSITORY
from orchestration.dbt_home import ensure_manifest
from orchestration.instance import dagster_home
from orchestration.session import LoadSession


def dev_command(port: int) -> int:
    """Start `dagster dev` on localhost and wait for it. Returns its exit code."""
    settings = load_settings()
    LoadSession(settings).close()  # a wrong key or setting is said here, not in a page
    ensure_manifest(settings)
    dagster_home(settings)
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-w",
        str(REPOSITORY / "workspace.yaml"),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    try:
        return subprocess.run(command, cwd=REPOSITORY, check=False).returncode
    except FileNotFoundError:
        raise RcwError("Dagster is not installed in this environment. Run make env.") from None
