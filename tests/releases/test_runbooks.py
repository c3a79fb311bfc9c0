"""The runbooks are followed to the letter: each section's commands run in a shell, on a home that lost what the section is about."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.homes import KEY, Rcw
from tests.releases.conftest import TwoReleases

RUNBOOKS = ROOT / "docs" / "runbooks"


def sections(page: str) -> dict[str, list[str]]:
    """Commands of a page by heading: the lines of its shell blocks."""
    text = (RUNBOOKS / page).read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        found[heading] = "\n".join(re.findall(r"^```sh\n(.*?)^```$", body, flags=re.M | re.S)).splitlines()
    return found


def follow(rcw: Rcw, commands: list[str], folder: Path) -> None:
    """Run the lines in one shell, in which `rcw` is the command of this clone; the first that fails ends it."""
    shim = folder / "bin" / "rcw"
    shim.parent.mkdir(exist_ok=True)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m orchestration.cli "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RCW_")}
    environment |= {
        "RCW_HOME": str(rcw.home),
        "RCW_PSEUDONYM_KEY": KEY,
        "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    run = subprocess.run(
        ["sh", "-eu"], input="\n".join(commands), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"{commands}\n{run.stdout}\n{run.stderr}"


def published(home: Path) -> dict[str, str]:
    files = [file for file in (home / "published" / "releases").rglob("*") if file.is_file()]
    return {file.relative_to(home).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_runbooks__that_are_listed_are_there() -> None:
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (RUNBOOKS / "README.md").read_text(encoding="utf-8")))
    assert {file.name for file in RUNBOOKS.glob("*.md")} - {"README.md"} == listed


def test_a_wrong_figure__can_be_followed(two: TwoReleases, tmp_path: Path) -> None:
    commands = [line for lines in sections("wrong-figure.md").values() for line in lines]
    assert len(commands) >= 9
    before = published(two.rcw.home)
    follow(two.rcw, commands, tmp_path)
    assert published(two.rcw.home) == before


def _nothing(home: Path) -> None:
    return None


LOST: dict[str, Callable[[Path], None]] = {
    "The files of a release are gone": lambda home: shutil.rmtree(
        next(folder for folder in (home / "published" / "releases").iterdir() if folder != _current(home))
    ),
    "The warehouse is gone or damaged": lambda home: (home / "warehouse" / "warehouse.duckdb").unlink(),
    "All of published/ is gone": lambda home: shutil.rmtree(home / "published"),
    "Prove that raw storage still gives what was published": _nothing,
}


def _current(home: Path) -> Path:
    return (home / "published" / "current").resolve()


@pytest.mark.slow
@pytest.mark.parametrize("heading", LOST)
def test_restoring__gives_back_every_byte(heading: str, two: TwoReleases, tmp_path: Path) -> None:
    rcw = two.rcw.copy(tmp_path / "home")
    before, current = published(rcw.home), _current(rcw.home).name
    LOST[heading](rcw.home)
    follow(rcw, sections("restoring-from-raw.md")[heading], tmp_path)
    assert published(rcw.home) == before
    assert _current(rcw.home).name == current


def test_restoring__every_section_with_commands_is_tried() -> None:
    assert {heading for heading, commands in sections("restoring-from-raw.md").items() if commands} == set(LOST)
