"""`rcw forget`, `rcw rekey` and `rcw rebuild` killed again and again, and the same command given once more: as if nothing had been.

Meanwhile a reader polls `published/current`. What each of them changes of stored files, killed at every change, is in
`test_every_change.py`; loads are in `test_killed_loads.py`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthetic.trust import write_trust
from tests.homes import Rcw
from tests.interruption.killing import Warm, read_all_the_while
from tests.releases.one_process import Home
from tests.vault.stored import employee_numbers

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kills a process group")]

NEW_KEY = "another key for tests that is long enough"
#: Where a command is killed, one time after the other: shares of all its changes of files. What it has done by then stays done,
#: so that a later kill may find nothing left to stop.
PLACES = (0.02, 0.2, 0.5, 0.8)


@dataclass(frozen=True)
class Before:
    """A home with two releases, and beside it what the commands are given."""

    home: Path
    number: Path
    key: Path
    former: str

    def arguments(self, command: str) -> tuple[str, ...]:
        match command:
            case "forget":
                return ("forget", "--from", str(self.number))
            case "rekey":
                return ("rekey", "--new-key-file", str(self.key))
            case _:
                return ("rebuild", self.former)

    def copy(self, to: Path, command: str) -> Path:
        shutil.copytree(self.home, to, symlinks=True)
        if command == "rebuild":
            shutil.rmtree(to / "published" / "releases" / self.former)
        return to


@pytest.fixture(scope="module")
def before(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Before:
    folder = tmp_path_factory.mktemp("before")
    home, number, key = Home(folder / "home"), folder / "number", folder / "key"
    write_trust(home.landing, staff=40, months=2, first_month="2025-03", seed=5)
    later = [(file, folder / file.name) for file in home.landing.glob("*/*2025-04*")]
    for file, aside in later:
        file.rename(aside)
    home.load()
    former = home.release().name
    for file, aside in later:
        aside.rename(file)
    home.load()
    number.write_text(f"{employee_numbers(home.landing, '2025-04')[3]}\n", encoding="utf-8")
    key.write_text(f"{NEW_KEY}\n", encoding="utf-8")
    key.chmod(0o600)
    return Before(home.path, number, key, former)


def _releases(home: Path) -> dict[str, str]:
    """Which release is current, and the hashes of all files of all that stand."""
    releases = home / "published" / "releases"
    found = {"current": Rcw(home).release().name}
    for file in sorted(releases.rglob("*")):
        if file.is_file():
            found[file.relative_to(releases).as_posix()] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


@pytest.mark.parametrize("command", ["forget", "rekey", "rebuild"])
def test_command__killed_again_and_again_and_given_again_ends_as_if_undisturbed(
    command: str, warm: Warm, before: Before, tmp_path: Path
) -> None:
    undisturbed, home = before.copy(tmp_path / "undisturbed", command), before.copy(tmp_path / "home", command)
    done = warm(undisturbed, *before.arguments(command))
    assert done.code == 0, done.err
    assert _releases(undisturbed) != _releases(home)
    killed = 0
    with read_all_the_while(home / "published", tmp_path):
        for share in PLACES:
            die_at = max(1, int(share * done.changes))
            killed += warm(home, *before.arguments(command), die_at=die_at).was_killed
            assert warm(home, "status").code == 0, "a home that was left anyhow can be looked at"
        again = warm(home, *before.arguments(command))
    assert again.code == 0, again.out + again.err
    assert "Traceback" not in again.err
    assert killed > 1
    assert _releases(home) == _releases(undisturbed)
    left = [*(home / "vault").glob("rewriting*"), *home.glob("rebuild*"), *(home / "published" / "releases").glob(".*")]
    assert left == []
