"""The same files, in any order and any grouping, with gaps, late and corrected files, conflicts and withdrawals: the same bytes.

Builds and releases in one process; the command line, Dagster and the gate have `test_order_of_arrival.py`.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from synthetic.trust import write_trust
from tests.releases.one_process import Home

MONTHS = ("2025-02", "2025-03", "2025-04")
NO_MONTH = date(9999, 1, 1)


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _shorter(file: Path, name: str, lines: int = 1) -> Path:
    """The same file under another name, without its last lines."""
    kept = file.read_text(encoding="utf-8").splitlines(keepends=True)[:-lines]
    file.with_name(name).write_text("".join(kept), encoding="utf-8")
    return file.with_name(name)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing of a small trust: a corrected month long ago, two files in conflict that a third settles, one withdrawn."""
    landing = tmp_path_factory.mktemp("files") / "landing"
    write_trust(landing, staff=40, months=len(MONTHS), first_month=MONTHS[0], seed=3)
    absence = landing / "hr_absence" / "hr_absence_2025-02.csv"
    _shorter(absence, "hr_absence_2025-02_v2.csv")
    training = landing / "training_compliance" / "training_compliance_2025-03.csv"
    _shorter(training, "training_compliance_2025-03 again.csv", 3)
    _shorter(training, "training_compliance_2025-03_v2.csv", 2)
    withdrawn = _shorter(landing / "hr_appraisals" / "hr_appraisals_2025-04.csv", "hr_appraisals_2025-04_v2.csv", 4)
    sha256 = hashlib.sha256(withdrawn.read_bytes()).hexdigest()
    (landing / "withdrawn.csv").write_text(f"sha256,reason\n{sha256},sent by mistake\n", encoding="utf-8")
    return landing


def _deliver(home: Home, files: Path, is_wanted: Callable[[Path], bool]) -> None:
    for file in sorted(file for file in files.rglob("*") if file.is_file() and is_wanted(file)):
        place = home.landing / file.relative_to(files)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def _everything(home: Home, files: Path) -> None:
    _deliver(home, files, lambda file: True)


def month_by_month(home: Home, files: Path) -> Iterable[date]:
    for month in MONTHS:
        _deliver(home, files, lambda file, month=month: month in file.name)
        yield home.load().from_month
    _everything(home, files)


def newest_first_with_a_gap(home: Home, files: Path) -> Iterable[date]:
    for month in (MONTHS[2], MONTHS[0], MONTHS[1]):
        _deliver(home, files, lambda file, month=month: month in file.name)
        yield home.load().from_month
    _everything(home, files)


def corrections_before_what_they_correct(home: Home, files: Path) -> Iterable[date]:
    first = {"hr_absence_2025-02.csv", "hr_appraisals_2025-04.csv", "training_compliance_2025-03.csv"}
    _deliver(home, files, lambda file: file.name not in first)
    yield home.load().from_month
    _everything(home, files)


def conflict_first_then_settled(home: Home, files: Path) -> Iterable[date]:
    settling = {"training_compliance_2025-03_v2.csv", "withdrawn.csv"}
    _deliver(home, files, lambda file: file.name not in settling)
    yield home.load().from_month
    _everything(home, files)


def every_second_extract_late(home: Home, files: Path) -> Iterable[date]:
    extracts = sorted(folder.name for folder in files.iterdir() if folder.is_dir())
    early = {"hr_assignments", *extracts[::2]}
    _deliver(home, files, lambda file: file.parent.name in early)
    yield home.load().from_month
    _everything(home, files)


def months_asked_for_in_pairs(home: Home, files: Path) -> Iterable[date]:
    _everything(home, files)
    yield home.load({_first(MONTHS[1]), _first(MONTHS[2])}).from_month


ORDERS = [
    month_by_month,
    newest_first_with_a_gap,
    corrections_before_what_they_correct,
    conflict_first_then_settled,
    every_second_extract_late,
    months_asked_for_in_pairs,
]
Order = Callable[[Home, Path], Iterable[date]]


def _hashes(release: Path) -> dict[str, str]:
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(release.iterdir())}
    return {"release": release.name, **found}


@pytest.fixture(scope="module")
def at_once(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("at_once"))
    _everything(home, files)
    home.load()
    return home


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
def test_release__is_the_same_in_every_order(order: Order, files: Path, at_once: Home, tmp_path: Path) -> None:
    home = Home(tmp_path)
    from_months = list(order(home, files))
    home.load()
    assert _hashes(home.release()) == _hashes(at_once.release()), from_months
    assert home.load().is_needed is False


def _calendar(home: Home) -> list[tuple[str, ...]]:
    return duckdb.execute(
        "select file_name, state, version, replaced_count from read_parquet(?) where extract = 'training_compliance' "
        "or extract = 'hr_absence' order by extract, reporting_month",
        [str(home.release() / "mart_load_calendar.parquet")],
    ).fetchall()


@pytest.mark.slow
def test_load__computes_only_what_depends_on_changed_months(files: Path, at_once: Home, tmp_path: Path) -> None:
    shutil.copytree(at_once.path, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    assert ("hr_absence_2025-02_v2.csv", "current", 2, 1) in _calendar(home)
    _mark(home)
    newest = home.landing / "hr_absence" / "hr_absence_2025-04.csv"
    _shorter(newest, "hr_absence_2025-04_v2.csv")
    assert home.load().from_month == _first("2025-04")
    assert ("hr_absence_2025-04_v2.csv", "current", 2, 1) in _calendar(home)
    assert _marked(home) == {_first("2025-02"): True, _first("2025-03"): True, _first("2025-04"): False}


def _mark(home: Home) -> None:
    """Give every row of the fact of staff and months a value that no computation gives it."""
    with duckdb.connect(str(home.settings.warehouse_file)) as connection:
        connection.execute("update core.fct_staff_month set team_name = 'not computed again'")


def _marked(home: Home) -> dict[date, bool | None]:
    """For each month whether all of its rows bear the mark; None where some do."""
    with duckdb.connect(str(home.settings.warehouse_file), read_only=True) as connection:
        rows = connection.execute(
            "select reporting_month, list(distinct team_name = 'not computed again') from core.fct_staff_month group by all"
        ).fetchall()
    return {month: found[0] if len(found) == 1 else None for month, found in rows}
