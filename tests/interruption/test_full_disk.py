"""A disk that fills up during a load, and one that cannot be written: one message, nothing damaged, and the next load is fine.

A small file system in memory is mounted for it, which needs the right to mount.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synthetic.trust import write_trust
from tests.homes import Rcw
from tests.interruption.reader import look
from tests.releases.one_process import Home

pytestmark = pytest.mark.slow

Resize = Callable[[str], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Resize]]:
    """A file system of its own, and how its options are changed."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no file system can be mounted here (it takes the rights of root)")

    def changed(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)

    yield place, changed
    subprocess.run(["umount", str(place)], check=True)


def _hashes(release: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(release.iterdir())}


def test_disk__that_fills_up_or_is_closed_stops_the_load_and_harms_nothing(
    disk: tuple[Path, Resize], tmp_path: Path
) -> None:
    place, change = disk
    home = Home(tmp_path / "home")
    write_trust(home.landing, staff=40, months=2, first_month="2025-03", seed=5)
    home.load()
    newest = home.landing / "hr_absence" / "hr_absence_2025-04.csv"
    lines = newest.read_text(encoding="utf-8").splitlines(keepends=True)
    newest.with_name("hr_absence_2025-04_v2.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    rcw = Rcw(place / "home")
    shutil.copytree(home.path, rcw.home, symlinks=True)
    former = rcw.release().name
    home.load()

    used = shutil.disk_usage(place).used
    for options, said in (
        (f"size={used + 500_000}", "is full"),
        (f"size={used + 6_000_000}", "is full"),
        ("ro", "cannot be written"),
    ):
        change(options)
        stopped = rcw("load")
        assert (stopped.returncode, said in stopped.stderr) == (2, True), (options, stopped.stdout, stopped.stderr)
        assert "Traceback" not in stopped.stderr
        assert look(rcw.home / "published" / "current") == former
    change("rw,size=1g")
    done = rcw("load")
    assert done.returncode == 0, done.stderr
    assert rcw.release().name == home.release().name
    assert _hashes(rcw.release()) == _hashes(home.release())
