"""What the machine may refuse: a folder that cannot be read or written, a full disk, an unforeseen fault. One message, nothing damaged."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingestion.ledger import Ledger
from orchestration import loading
from orchestration.faults import in_words
from tests.cli.conftest import Rcw
from tests.conftest import ROOT
from tests.ingestion.delivering import KEY, settings_for

_PR_CAPBSET_DROP, _DAC_OVERRIDE, _DAC_READ_SEARCH = 24, 1, 2  # Linux


def run(home: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RCW_")}
    environment |= {"RCW_HOME": str(home), "RCW_PSEUDONYM_KEY": KEY.decode(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "orchestration.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert "Traceback" not in done.stdout + done.stderr
    assert KEY.decode() not in done.stdout + done.stderr
    return done  # type: ignore[no-any-return]


def as_others() -> None:
    """Run before a command: whoever runs the tests may be allowed everything, which the command then is not."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@pytest.fixture
def closed() -> Iterator[Callable[..., None]]:
    """Take rights from folders and files, for as long as the test runs."""
    changed: list[tuple[Path, int]] = []

    def close(path: Path, mode: int) -> None:
        changed.append((path, path.stat().st_mode & 0o777))
        path.chmod(mode)

    yield close
    for path, mode in reversed(changed):
        path.chmod(mode)


def test_home__that_cannot_be_written_is_named(rcw: Rcw, closed: Callable[..., None]) -> None:
    closed(rcw.home, 0o500)
    done = run(rcw.home, "load", preexec_fn=as_others)
    assert done.returncode == 2, done.stderr
    assert f"{rcw.home} cannot be written" in done.stderr
    assert "RCW_HOME" in done.stderr
    assert {path.name for path in rcw.home.iterdir()} == {"landing"}


@pytest.mark.parametrize("part", ["vault", "ledger.sqlite"])
def test_part_of_the_home__that_cannot_be_written_stops_the_load(
    rcw: Rcw, closed: Callable[..., None], part: str
) -> None:
    assert run(rcw.home, "load").returncode == 0
    closed(rcw.home / part, 0o500 if part == "vault" else 0o400)
    rcw.put("withdrawn.csv", f"sha256,reason\n{'0' * 64},wrong\n")
    done = run(rcw.home, "load", preexec_fn=as_others)
    assert done.returncode in (0, 2), done.stderr
    assert len(done.stderr.strip().splitlines()) <= 1


def test_landing__that_cannot_be_read_is_named(rcw: Rcw, closed: Callable[..., None]) -> None:
    closed(rcw.landing, 0)
    done = run(rcw.home, "load", preexec_fn=as_others)
    assert done.returncode == 2
    assert "landing folder cannot be read" in done.stderr


def test_landing__that_cannot_be_written_is_no_hindrance(rcw: Rcw, closed: Callable[..., None]) -> None:
    file = rcw.put("hr_leavers/march.csv")
    for path in (file, file.parent, rcw.landing):
        closed(path, 0o400 if path.is_file() else 0o500)
    done = run(rcw.home, "load", preexec_fn=as_others)
    assert (done.returncode, "holds no month" in done.stderr) == (1, True)


def test_file__that_cannot_be_read_is_named(rcw: Rcw, closed: Callable[..., None]) -> None:
    closed(rcw.put("hr_leavers/x_2025-03.csv"), 0)
    done = run(rcw.home, "load", preexec_fn=as_others)
    assert done.returncode == 1
    assert "hr_leavers/x_2025-03.csv cannot be opened" in done.stderr


@pytest.mark.parametrize("size", [0, 2_000, 40_000])
def test_disk__that_takes_no_more_stops_the_load_and_harms_nothing(rcw: Rcw, size: int) -> None:
    done = run(rcw.home, "load", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.strip().splitlines()) == 1
    assert run(rcw.home, "load").returncode == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("OSError: [Errno 28] No space left on device: '/x'", "is full"),
        ("OperationalError: database or disk is full", "is full"),
        ("IOException: Could not write file: No space left on device", "is full"),
        ("OperationalError: attempt to write a readonly database", "cannot be written"),
        ("OSError: [Errno 30] Read-only file system", "cannot be written"),
        ("OutOfMemoryException: failed to allocate data of size 16.0 MiB", "Memory ran out"),
    ],
)
def test_fault_of_the_machine__is_put_in_words(tmp_path: Path, text: str, word: str) -> None:
    words = in_words(settings_for(tmp_path), [text])
    assert words is not None
    assert word in words
    assert "run the same command again" in words
    assert in_words(settings_for(tmp_path), ["ValueError: odd"]) is None


def test_unforeseen_fault__is_told_without_its_text(rcw: Rcw, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ValueError("a value of Jane Doe, 20401234")

    monkeypatch.setattr(loading, "find_pending", broken)
    answer = rcw("load")
    assert (answer.code, "unexpected ValueError" in answer.err, "Jane" in answer.text) == (2, True, False)
    [trace] = (rcw.home / "logs").glob("fault-*.txt")
    assert "find_pending" not in answer.text
    assert ("loading.py" in trace.read_text(), "Jane" in trace.read_text()) == (True, False)


def test_link__that_leads_out_of_landing_is_not_followed(rcw: Rcw, tmp_path: Path) -> None:
    outside = tmp_path / "outside_2025-03.csv"
    outside.write_text("secret", encoding="utf-8")
    link = rcw.landing / "hr_leavers" / "x_2025-03.csv"
    link.parent.mkdir()
    link.symlink_to(outside)
    answer = rcw("load")
    assert (answer.code, "points outside the landing folder" in answer.err) == (1, True)
    ledger = Ledger(settings_for(rcw.home))
    assert ledger.deliveries() == {}
    ledger.close()
