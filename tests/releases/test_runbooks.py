"""The runbooks are followed to the letter: each section's commands run in a shell, on a home that lost what the section is about."""

from __future__ import annotations

import csv
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
from tests.releases.conftest import MONTH, TwoReleases

pytestmark = pytest.mark.slow  # needs a loaded home of its own; with the others `make test` would pass its time

RUNBOOKS = ROOT / "docs" / "runbooks"


def sections(page: str) -> dict[str, list[str]]:
    """Commands of a page by heading: the lines of its shell blocks."""
    text = (RUNBOOKS / page).read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        found[heading] = "\n".join(re.findall(r"^```sh\n(.*?)^```$", body, flags=re.M | re.S)).splitlines()
    return found


def follow(rcw: Rcw, commands: list[str], folder: Path, **variables: str | None) -> str:
    """Run the lines in one shell, in which `rcw` is the command of this clone; the first that fails ends it.

    Args:
        folder: where the shell is. `variables`: set in it; None takes one away.

    Returns:
        What they said.
    """
    shim = folder / "bin" / "rcw"
    shim.parent.mkdir(exist_ok=True)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m orchestration.cli "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith("RCW_")}
    environment: dict[str, str | None] = (
        own
        | {
            "RCW_HOME": str(rcw.home),
            "RCW_PSEUDONYM_KEY": KEY,
            "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }
        | variables
    )
    run = subprocess.run(
        ["sh", "-eu"],
        input="\n".join(commands),
        cwd=folder,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"{commands}\n{run.stdout}\n{run.stderr}"
    return run.stdout + run.stderr


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


# --- a late file, a rejected delivery ----------------------------------------------------------------------------------------


def _commands(page: str, beginning: str) -> list[str]:
    """The commands of the one section whose heading begins so."""
    [commands] = [lines for heading, lines in sections(page).items() if heading.startswith(beginning)]
    assert commands
    return commands


@pytest.mark.slow
def test_a_late_file__gives_the_release_that_it_would_have_given_in_time(two: TwoReleases, tmp_path: Path) -> None:
    rcw, page = two.rcw.copy(tmp_path / "home"), "late-file.md"
    late = rcw.landing / "hr_appraisals" / f"hr_appraisals_{MONTH}.csv"
    withdrawn = rcw.landing / "withdrawn.csv"
    sha256 = hashlib.sha256(late.read_bytes()).hexdigest()
    late.rename(tmp_path / late.name)
    withdrawn.write_text(f"sha256,reason\n{sha256},it never came\n", encoding="utf-8")
    assert rcw("load").returncode == 0
    without = rcw.release().name
    assert without != two.second

    said = follow(rcw, _commands(page, "1."), tmp_path)
    assert f"withdrawn hr_appraisals/{late.name}" in said
    assert "hr_appraisals" in said.partition("late  ")[2]
    assert rcw.release().name == without
    (tmp_path / late.name).rename(late)
    withdrawn.unlink()
    follow(rcw, _commands(page, "2."), tmp_path)
    assert rcw.release().name == without
    follow(rcw, _commands(page, "3."), tmp_path)
    assert rcw.release().name == two.second
    assert published(rcw.home).items() >= published(two.rcw.home).items()
    said = follow(rcw, _commands(page, "4."), tmp_path)
    assert f"hr_appraisals {MONTH}" in said


@pytest.mark.slow
def test_a_rejected_delivery__is_followed_by_the_corrected_one(two: TwoReleases, tmp_path: Path) -> None:
    rcw, page = two.rcw.copy(tmp_path / "home"), "rejected-delivery.md"
    leavers = rcw.landing / "hr_leavers" / "hr_leavers_2025-04.csv"
    header, *rows = leavers.read_text(encoding="utf-8").splitlines(keepends=True)
    spoilt = leavers.with_name("hr_leavers_2025-04_v2.csv")
    spoilt.write_text(header.replace("Leaving Reason", "Why") + "".join(rows), encoding="utf-8")
    assert rcw("load").returncode == 1

    said = follow(rcw, _commands(page, "1."), tmp_path)
    assert f"rejected  hr_leavers/{spoilt.name}" in said
    assert "Leaving Reason" in said
    spoilt.with_name("hr_leavers_2025-04_v3.csv").write_text(header + "".join(rows[:-1]), encoding="utf-8")
    said = follow(rcw, _commands(page, "3."), tmp_path)
    assert "Loaded 1 deliveries" in said
    said = follow(rcw, _commands(page, "4."), tmp_path)
    assert "hr_leavers_2025-04_v3.csv" in said


# --- a lost key, another machine ---------------------------------------------------------------------------------------------


def test_a_lost_key__is_told_from_another_and_put_back(two: TwoReleases, tmp_path: Path) -> None:
    rcw, page = two.rcw.copy(tmp_path / "home"), "lost-key.md"
    lost = rcw("load", RCW_PSEUDONYM_KEY="")
    assert lost.returncode == 2
    found = tmp_path / "found.key"
    for content, is_right in (("a key that was for something else", False), (KEY, True)):
        found.write_text(content + "\n", encoding="utf-8")
        found.chmod(0o600)
        checked = rcw("key", "--check", str(found), RCW_PSEUDONYM_KEY="")
        assert (checked.returncode, "NOT that" in checked.stdout) == ((0, False) if is_right else (1, True))
    refused = rcw("key")
    assert (refused.returncode, "was made with another key" in refused.stderr) == (2, True)
    before = published(rcw.home)
    for step in ("1.", "2.", "3."):
        follow(rcw, _commands(page, step), tmp_path, RCW_PSEUDONYM_KEY=None)
    assert published(rcw.home) == before


@pytest.mark.slow
def test_a_lost_key__and_a_new_home_give_the_same_figures(two: TwoReleases, tmp_path: Path) -> None:
    rcw, page = two.rcw.copy(tmp_path / "home"), "lost-key.md"
    [file] = rcw.landing.glob("hr_assignments/*2025-04.csv")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        number = list(csv.DictReader(stream))[5]["Employee Number"]
    new = Rcw(rcw.home.with_name("home-new"))
    follow(rcw, _commands(page, "4."), tmp_path, RCW_PSEUDONYM_KEY=None)
    figures = {file.name: file.read_bytes() for file in new.release().glob("*.csv")}
    assert figures == {file.name: file.read_bytes() for file in rcw.release().glob("*.csv")}
    assert new.release().name != rcw.release().name
    (tmp_path / "numbers.txt").write_text(f"{number}\n", encoding="utf-8")
    variables = {"RCW_HOME": str(new.home), "RCW_LANDING": str(rcw.landing)}
    said = follow(new, _commands(page, "5."), tmp_path, RCW_PSEUDONYM_KEY=None, **variables)
    assert "Forgotten: " in said
    assert number not in said
    assert not (tmp_path / "numbers.txt").exists()


@pytest.mark.slow
def test_moving__takes_the_home_as_it_is(two: TwoReleases, tmp_path: Path) -> None:
    old = two.rcw.copy(tmp_path / "old" / "home")
    new, page = Rcw(tmp_path / "new" / "home"), "moving.md"
    before = published(old.home)
    for step in ("1.", "2."):
        follow(old, _commands(page, step), tmp_path, NEW_HOME=str(new.home))
    shutil.rmtree(old.home)
    # One shell, as for a person: the third step names the new home to it.
    there = [*_commands(page, "3."), *_commands(page, "4.")]
    assert "Nothing new" in follow(old, there, tmp_path, NEW_HOME=str(new.home))
    assert published(new.home) == before
    traced = new("trace", "mart_workforce_month", "group_type=trust", "group_code=RVN", f"reporting_month={MONTH}")
    assert traced.returncode == 0, traced.stderr
    assert not old.home.exists()


def test_every_page__is_tried() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    assert [
        page.name for page in RUNBOOKS.glob("*.md") if page.name != "README.md" and f'"{page.name}"' not in tried
    ] == []
