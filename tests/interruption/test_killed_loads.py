"""A load killed with its whole process group, again and again, and then let run: the release of an undisturbed home, byte for byte.

Meanwhile a reader polls `published/current` and compares every file with its manifest. Moments are drawn in two ways: some
time into a phase, and at the n-th change of a file, where interruptions hurt most.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthetic.trust import write_trust
from tests.homes import Rcw
from tests.interruption.killing import Ended, Warm, read_all_the_while, wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills a process group")

PHASES = ("landing", "building", "checking", "publishing")
#: How long a phase is at most waited in, seconds; longer than some last in so small a trust, so some commands are not reached.
LONGEST = {"landing": 2.0, "building": 3.0, "checking": 2.0, "publishing": 2.0}
#: Homes, and kills of each, in `make test-all`.
HOMES, KILLS = 6, 10


def hashes(release: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(release.iterdir())}


@dataclass(frozen=True)
class Case:
    """A home with a published release and further files in landing; `expected` is the release of all, from an undisturbed load."""

    before: Path
    expected: str
    files: dict[str, str]
    changes: int

    def check(self, home: Path, folder: Path) -> None:
        rcw = Rcw(home)
        assert rcw.release().name == self.expected
        assert hashes(rcw.release()) == self.files, folder
        assert sorted(one.name for one in (home / "published" / "releases").iterdir() if one.name.startswith(".")) == []


@pytest.fixture(scope="module")
def case(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Two months are published; a third has come, a corrected file for the first, and a withdrawal."""
    folder = tmp_path_factory.mktemp("interrupted")
    files, before, after = folder / "files", folder / "before", folder / "after"
    write_trust(files, staff=40, months=3, first_month="2025-02", seed=5)
    newest = sorted(files.glob("*/*2025-04*"))
    shutil.copytree(files, before / "landing", ignore=shutil.ignore_patterns("*2025-04*"))
    assert warm(before, "load").code == 0
    for file in newest:
        shutil.copyfile(file, before / "landing" / file.parent.name / file.name)
    corrected = before / "landing" / "hr_absence" / "hr_absence_2025-02.csv"
    lines = corrected.read_text(encoding="utf-8").splitlines(keepends=True)
    corrected.with_name("hr_absence_2025-02_v2.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    appraisals = next((before / "landing" / "hr_appraisals").glob("*2025-03*"))
    sha256 = hashlib.sha256(appraisals.read_bytes()).hexdigest()
    (before / "landing" / "withdrawn.csv").write_text(f"sha256,reason\n{sha256},sent by mistake\n", encoding="utf-8")
    shutil.copytree(before, after, symlinks=True)
    done = warm(after, "load")
    assert done.code == 0, done.out + done.err
    release = Rcw(after).release()
    return Case(before, release.name, hashes(release), done.changes)


def _kill_somewhere(warm: Warm, home: Path, chance: random.Random, changes: int, phase: str | None = None) -> Ended:
    """A load that dies somewhere, in a phase or at a change of a file; unless it was done before."""
    if phase is None and chance.random() < 0.5:
        return warm(home, "load", die_at=chance.randint(1, changes))
    phase = phase or chance.choice(("start", *PHASES))
    running = warm.start(home, "load")
    wait_until(running, lambda said: phase == "start" or phase in said)
    time.sleep(chance.uniform(0, LONGEST.get(phase, 2.0)))
    running.kill()
    return running.end()


@pytest.mark.slow
def test_a_load__killed_in_two_phases_gives_the_same_release(warm: Warm, case: Case, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(case.before, home, symlinks=True)
    chance = random.Random(1)
    with read_all_the_while(home / "published", tmp_path):
        for phase in ("landing", "building"):
            assert _kill_somewhere(warm, home, chance, case.changes, phase).was_killed
        done = warm(home, "load")
    assert done.code == 0, done.out + done.err
    case.check(home, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(HOMES))
def test_a_load__killed_at_random_moments_gives_the_same_release(
    seed: int, warm: Warm, case: Case, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(case.before, home, symlinks=True)
    chance = random.Random(seed)
    left = KILLS
    while left:
        with read_all_the_while(home / "published", tmp_path):
            while left and _kill_somewhere(warm, home, chance, case.changes).was_killed:
                left -= 1
                assert warm(home, "status").code == 0, "a home that was left anyhow can be looked at"
            done = warm(home, "load")
        assert done.code == 0, done.out + done.err
        case.check(home, tmp_path)
        if left:  # a load was done before its moment came: once more from the beginning
            shutil.rmtree(home)
            shutil.copytree(case.before, home, symlinks=True)
