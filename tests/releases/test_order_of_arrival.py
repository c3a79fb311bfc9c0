"""The same files give the same release, byte for byte, in whatever order and grouping they come, and after any interruption."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from synthetic.trust import write_trust
from tests.homes import KEY, Rcw

MONTHS = ("2025-02", "2025-03", "2025-04")
Order = Callable[[Rcw, Path], None]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing of a small trust: with a corrected file, and one that was withdrawn after a later version had come."""
    landing = tmp_path_factory.mktemp("files") / "landing"
    write_trust(landing, staff=40, months=len(MONTHS), first_month=MONTHS[0], seed=3)
    for extract, month in (("hr_absence", MONTHS[0]), ("training_compliance", MONTHS[1])):
        file = landing / extract / f"{extract}_{month}.csv"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.with_name(f"{file.stem}_v2.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    withdrawn = landing / "training_compliance" / f"training_compliance_{MONTHS[1]}_v2.csv"
    sha256 = hashlib.sha256(withdrawn.read_bytes()).hexdigest()
    (landing / "withdrawn.csv").write_text(f"sha256,reason\n{sha256},sent by mistake\n", encoding="utf-8")
    return landing


def _deliver(rcw: Rcw, files: Path, chosen: Iterable[Path]) -> None:
    for file in chosen:
        place = rcw.landing / file.relative_to(files)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def _all(files: Path) -> list[Path]:
    return sorted(file for file in files.rglob("*") if file.is_file())


def _of(files: Path, month: str) -> list[Path]:
    return [file for file in _all(files) if month in file.name]


def _load(rcw: Rcw, *arguments: str) -> None:
    """A load on the way: the gate may close on half of the files, but nothing may break."""
    done = rcw("load", *arguments)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def at_once(rcw: Rcw, files: Path) -> None:
    _deliver(rcw, files, _all(files))


def month_by_month(rcw: Rcw, files: Path) -> None:
    for month in MONTHS:
        _deliver(rcw, files, _of(files, month))
        _load(rcw)
    _deliver(rcw, files, _all(files))


def newest_month_first(rcw: Rcw, files: Path) -> None:
    for month in reversed(MONTHS):
        _deliver(rcw, files, _of(files, month))
        _load(rcw)
    _deliver(rcw, files, _all(files))


def corrections_before_what_they_correct(rcw: Rcw, files: Path) -> None:
    corrected = {file.with_name(file.name.replace("_v2", "")) for file in files.rglob("*_v2.csv")}
    _deliver(rcw, files, [file for file in _all(files) if file not in corrected])
    _load(rcw)
    _deliver(rcw, files, _all(files))


def every_second_extract_late(rcw: Rcw, files: Path) -> None:
    extracts = sorted(folder.name for folder in files.iterdir() if folder.is_dir())
    early = {"hr_assignments", *extracts[::2]}
    _deliver(rcw, files, [file for file in _all(files) if file.parent.name in early])
    _load(rcw)
    _deliver(rcw, files, _all(files))


def months_asked_for_one_by_one(rcw: Rcw, files: Path) -> None:
    _deliver(rcw, files, _all(files))
    for month in (MONTHS[1], MONTHS[2]):
        _load(rcw, "--month", month)


def killed_on_the_way(rcw: Rcw, files: Path) -> None:
    _deliver(rcw, files, _all(files))
    environment = os.environ | {"RCW_HOME": str(rcw.home), "RCW_PSEUDONYM_KEY": KEY}
    load = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "load"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert load.stderr is not None
    for line in load.stderr:
        if line.startswith("building"):
            break
    os.killpg(load.pid, signal.SIGKILL)
    load.wait()


def _hashes(release: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(release.iterdir())}


@pytest.fixture(scope="module")
def expected(files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """(id, hashes) of the release of all files at once."""
    return _released(Rcw(tmp_path_factory.mktemp("at_once")), files, at_once)


def _released(rcw: Rcw, files: Path, order: Order) -> tuple[str, dict[str, str]]:
    order(rcw, files)
    done = rcw("load")
    assert done.returncode == 0, done.stdout + done.stderr
    return rcw.release().name, _hashes(rcw.release())


@pytest.mark.slow
@pytest.mark.parametrize(
    "order",
    [
        month_by_month,
        newest_month_first,
        corrections_before_what_they_correct,
        every_second_extract_late,
        months_asked_for_one_by_one,
        pytest.param(killed_on_the_way, marks=pytest.mark.skipif(os.name != "posix", reason="kills a process group")),
    ],
)
def test_release__is_the_same_in_every_order(
    order: Order, files: Path, expected: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    assert _released(Rcw(tmp_path), files, order) == expected
