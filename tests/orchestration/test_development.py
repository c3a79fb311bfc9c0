"""Dagster's pages are for this machine alone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from orchestration import development


def test_dev__listens_on_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        started.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setenv("RCW_HOME", str(tmp_path))
    monkeypatch.setenv("RCW_PSEUDONYM_KEY", "a key for tests that is long enough")
    monkeypatch.setattr(development, "ensure_manifest", lambda settings: None)
    monkeypatch.setattr(development.subprocess, "run", run)
    assert development.dev_command(3999) == 0
    [command] = started
    assert command[command.index("-h") + 1] == "127.0.0.1"
    assert command[command.index("-p") + 1] == "3999"


@pytest.mark.parametrize("script", ["workspace.yaml", "Makefile"])
def test_nothing__opens_dagster_to_others(script: str) -> None:
    from tests.conftest import ROOT

    assert "0.0.0.0" not in (ROOT / script).read_text(encoding="utf-8")
