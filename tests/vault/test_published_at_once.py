"""Forgetting and another key through the command line, to the release that is published at once; killed on the way, and searched."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.identity import pseudonym
from synthetic import Truth
from tests.homes import KEY, Rcw
from tests.privacy.searching import Traces, search
from tests.releases.one_process import Home
from tests.vault.test_forgetting import Known, someone

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kills a process group")]

__all__ = ["someone"]
NEW_KEY = "another key for tests that is long enough"


@dataclass(frozen=True)
class Story:
    """A home in which somebody was forgotten by a command that was killed, and whose key was then replaced.

    `forgotten` and `rekeyed` are copies of the releases of either; `former` is the id of the release before.
    """

    rcw: Rcw
    landing: Path
    former: str
    forgotten: Path
    rekeyed: Path
    lists: dict[str, bytes]  # the list of the forgotten under the former key and under the new one


def _kill_while_building(rcw: Rcw, *arguments: str) -> str:
    """What a command had said when it was killed."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("RCW_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        env=own | {"RCW_HOME": str(rcw.home), "RCW_PSEUDONYM_KEY": KEY},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if line.startswith("building"):
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return "".join(said)


@pytest.fixture(scope="module")
def story(small_trust: tuple[Path, Truth], someone: Known, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("published_at_once")
    home = Home(folder / "home")
    shutil.copytree(small_trust[0], home.landing)
    home.load()
    former, rcw = home.release().name, Rcw(home.path)
    numbers = folder / "numbers.txt"
    numbers.write_text(f"{someone.number}\n", encoding="utf-8")
    said = _kill_while_building(rcw, "forget", "--from", str(numbers))
    assert "building" in said
    assert home.release().name == former
    done = rcw("load")
    assert done.returncode == 0, done.stderr
    forgotten, rekeyed = folder / "forgotten", folder / "rekeyed"
    shutil.copytree(rcw.release(), forgotten / rcw.release().name)
    suppressed = home.path / "vault" / "suppressed.csv"
    lists = {KEY: suppressed.read_bytes()}

    key_file = folder / "new.key"
    key_file.write_text(f"{NEW_KEY}\n", encoding="utf-8")
    key_file.chmod(0o600)
    done = rcw("rekey", "--new-key-file", str(key_file))
    assert done.returncode == 0, done.stderr
    assert "Published release" in done.stdout
    shutil.copytree(rcw.release(), rekeyed / rcw.release().name)
    lists[NEW_KEY] = suppressed.read_bytes()
    return Story(rcw, home.landing, former, forgotten, rekeyed, lists)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.mark.parametrize("key", [KEY, NEW_KEY], ids=["forgotten", "rekeyed"])
def test_release__is_that_of_a_new_home_with_this_key_and_list(key: str, story: Story, tmp_path: Path) -> None:
    fresh = Home(tmp_path / "home", key)
    shutil.copytree(story.landing, fresh.landing)
    (fresh.path / "vault").mkdir(mode=0o700)
    (fresh.path / "vault" / "suppressed.csv").write_bytes(story.lists[key])
    fresh.load()
    expected = story.forgotten if key == KEY else story.rekeyed
    assert _hashes(fresh.release().parent) == _hashes(expected)


def test_another_key__changes_no_figure(story: Story) -> None:
    before, after = (
        {file.name: file.read_bytes() for file in folder.rglob("*.csv")} for folder in (story.forgotten, story.rekeyed)
    )
    assert before == after
    assert len(before) > 20


def test_person__is_found_nowhere_outside_landing_any_more(story: Story, someone: Known) -> None:
    keys = {pseudonym(key.encode(), f"RVN|{someone.number}") for key in (KEY, NEW_KEY)}
    texts = {someone.email, *keys}
    traces = Traces(frozenset(text.encode() for text in texts), frozenset({someone.number.encode()}))
    allowed = [story.landing, story.rcw.home / "vault" / "suppressed.csv"]
    betrayed, searched = search(story.rcw.home, traces, allowed)
    assert betrayed == []
    assert searched > 100
    assert search(story.landing, traces)[0], "the search finds the person where they still are"


def test_every_use_of_the_vault__is_in_its_audit(story: Story, someone: Known) -> None:
    audit = (story.rcw.home / "vault" / "audit.log").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in audit.splitlines()]
    assert {line[2] for line in lines} >= {"rcw load", "rcw forget", "rcw rekey"}
    assert all(len(line) == 5 for line in lines)
    assert someone.number not in audit
    record = (story.rcw.home / "vault" / "forgotten.csv").read_text(encoding="utf-8")
    assert len(list(csv.DictReader(record.splitlines()))) == 1
    changes = (story.rcw.home / "vault" / "key_changes.csv").read_text(encoding="utf-8")
    assert KEY not in changes + audit
    assert NEW_KEY not in changes + audit
    loose = [file for file in (story.rcw.home / "vault").rglob("*") if file.is_file() and file.stat().st_mode & 0o077]
    assert loose == []
