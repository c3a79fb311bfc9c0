"""Faults that pass by themselves are tried again; others are said at once; neither harms other files."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from ingestion import transient
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import identify
from ingestion.transient import is_passing, tried_again
from tests.ingestion.delivering import settings_for


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transient.time, "sleep", lambda seconds: None)


class Failing:
    """Fails so often, then answers."""

    def __init__(self, number: int, times: int) -> None:
        self.error, self.left, self.calls = OSError(number, os.strerror(number)), times, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "here"


def test_fault_that_passes__is_tried_again() -> None:
    share = Failing(errno.ESTALE, 2)
    assert (tried_again(share), share.calls) == ("here", 3)


def test_fault_that_stays__is_raised_after_the_last_attempt() -> None:
    share = Failing(errno.ETIMEDOUT, 9)
    with pytest.raises(OSError, match=os.strerror(errno.ETIMEDOUT)):
        tried_again(share)
    assert share.calls == 3


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.ENOENT, errno.EROFS])
def test_fault_that_does_not_pass__is_raised_at_once(number: int) -> None:
    disk = Failing(number, 9)
    with pytest.raises(OSError, match=os.strerror(number)):
        tried_again(disk)
    assert disk.calls == 1
    assert not is_passing(ValueError())


@pytest.fixture
def two_files(tmp_path: Path) -> tuple[Path, Path]:
    landing = tmp_path / "landing" / "hr_leavers"
    landing.mkdir(parents=True)
    files = landing / "a_2025-03.csv", landing / "b_2025-04.csv"
    for file in files:
        file.write_text("x\n", encoding="utf-8")
    return files


def _identify(home: Path, **settings: float) -> tuple[list[str], list[str], list[str]]:
    """Names of the files that were identified, of those left for the next run, and what is said of others."""
    given = settings_for(home, **settings)
    ledger = Ledger(given)
    try:
        known, result = identify(given, ledger, look(given).files)
    finally:
        ledger.close()
    problems = [f"{one.where} {one.message}" for one in result.problems]
    return [file.name for file, _ in known], [file.name for file in result.left_for_next_run], problems


def test_file_that_cannot_be_read_now__is_left_and_the_others_are_taken(
    two_files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, real = [], Path.open

    def away(self: Path, *arguments: object, **options: object) -> object:
        if self == two_files[0]:
            opened.append(self)
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self))
        return real(self, *arguments, **options)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(Path, "open", away)
    taken, left, problems = _identify(tmp_path)
    assert (taken, left, len(opened)) == (["b_2025-04.csv"], [], 3)
    assert problems == [
        f"hr_leavers/a_2025-03.csv cannot be read now ({os.strerror(errno.EIO)}); it is left for the next run"
    ]


def test_file_from_the_future__is_no_file_that_is_being_written(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    year = time.time() + 365 * 86_400
    os.utime(two_files[0], (year, year))
    taken, left, _ = _identify(tmp_path, settle_seconds=60)
    assert (taken, left) == (["a_2025-03.csv"], ["b_2025-04.csv"])
