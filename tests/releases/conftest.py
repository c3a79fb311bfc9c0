"""A home with two releases: all months, and the same after a corrected file for an earlier month."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.homes import Rcw, correct_absences

MONTH = "2025-03"


@dataclass(frozen=True)
class TwoReleases:
    """`first` and `second` are ids. `kept` is a copy of the first one's files; `corrected` the file that made the second."""

    rcw: Rcw
    first: str
    second: str
    kept: Path
    corrected: Path

    def folder(self, release: str) -> Path:
        return self.rcw.home / "published" / "releases" / release


def answer(rcw: Rcw, *arguments: str, code: int = 0, **environment: str) -> dict[str, object] | list[dict[str, object]]:
    """The JSON answer of a command that ends with this exit code."""
    run = rcw(*arguments, "--json", **environment)
    assert run.returncode == code, run.stdout + run.stderr
    found: dict[str, object] | list[dict[str, object]] = json.loads(run.stdout)
    return found


@pytest.fixture(scope="session")
def two(loaded: Rcw, tmp_path_factory: pytest.TempPathFactory) -> TwoReleases:
    """Read it, or leave it as it was found; copy it before changing anything else."""
    folder = tmp_path_factory.mktemp("releases")
    rcw = loaded.copy(folder / "home")
    first = rcw.release()
    shutil.copytree(first, folder / "kept")
    corrected = correct_absences(rcw.landing, MONTH)
    done = rcw("load")
    assert done.returncode == 0, done.stdout + done.stderr
    return TwoReleases(rcw, first.name, rcw.release().name, folder / "kept", corrected)
