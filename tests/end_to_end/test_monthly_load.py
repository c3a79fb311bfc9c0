"""Extracts in, a published release out: the whole path through the command line, and what may stop it."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.homes import MONTHS, STAFF, Rcw


def contents(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_a_load__publishes_a_release_that_verifies(loaded: Rcw) -> None:
    package = json.loads((loaded.release() / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in package["resources"]} >= {"mart_workforce_month.parquet", "dim_month.csv"}
    assert loaded("verify", "current").returncode == 0


def test_demo__ends_with_what_was_published_and_where(loaded: Rcw, tmp_path: Path) -> None:
    rcw = loaded.copy(tmp_path / "home")
    truth = rcw.home / "synthetic_truth" / "truth.json"
    truth.parent.mkdir()
    truth.write_text(json.dumps({"staff": STAFF, "months": list(range(MONTHS)), "seed": 7}), encoding="utf-8")
    done = rcw("demo", "--staff", str(STAFF), "--months", str(MONTHS), "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mart_scorecard_month" in done.stdout
    assert "report.html" in done.stdout


def test_the_three_formats__hold_the_same_rows(loaded: Rcw) -> None:
    release = loaded.release()
    with duckdb.connect(str(release / "research_culture.duckdb"), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("select table_name from information_schema.tables").fetchall()]
        assert len(tables) >= 14
        for table in tables:
            rows = connection.execute(f"select count(*) from {table}").fetchone()
            parquet = duckdb.execute(
                "select count(*) from read_parquet(?)", [str(release / f"{table}.parquet")]
            ).fetchone()
            with (release / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
                lines = sum(1 for _ in csv.reader(file)) - 1
            assert rows == parquet == (lines,), table


def test_headcount__is_that_of_the_newest_snapshot(loaded: Rcw) -> None:
    newest = max(loaded.landing.glob("hr_assignments/*.csv"))
    with newest.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    in_post = {
        row["Employee Number"]
        for row in rows
        if row["Assignment Status"] in ("Active Assignment", "Internal Secondment", "Acting Up")
        and row["Assignment Category"] in ("Permanent", "Fixed Term Temp", "Locum")
        and float(row["FTE"] or 0) > 0
    }
    newest_of_trust = "where group_type = 'trust' order by reporting_month desc limit 1"
    with duckdb.connect(str(loaded.home / "warehouse" / "warehouse.duckdb"), read_only=True) as warehouse:
        counted = warehouse.execute(f"select headcount from marts.mart_workforce_month {newest_of_trust}").fetchone()
    published = duckdb.execute(
        f"select headcount, headcount_is_suppressed from read_parquet(?) {newest_of_trust}",
        [str(loaded.release() / "mart_workforce_month.parquet")],
    ).fetchone()
    assert counted == (len(in_post),)
    assert published in [(len(in_post), False), (None, True)]  # in a trust this small it may be what protects another


def test_a_load_with_nothing_new__says_so_and_changes_nothing(loaded: Rcw) -> None:
    before = contents(loaded.release())
    ledger = (loaded.home / "ledger.sqlite").read_bytes()
    again = loaded("load")
    assert again.returncode == 0
    assert "Nothing new" in again.stdout
    assert contents(loaded.release()) == before
    assert (loaded.home / "ledger.sqlite").read_bytes() == ledger


def test_every_delivered_row__is_accepted_or_rejected(loaded: Rcw) -> None:
    differing = duckdb.execute(
        "select count(*) from read_parquet(?) where rows_delivered <> rows_accepted + rows_rejected",
        [str(loaded.release() / "mart_data_quality.parquet")],
    ).fetchone()
    assert differing == (0,)


@pytest.mark.slow
def test_months_loaded_one_by_one_and_backwards__give_the_same_bytes(
    loaded: Rcw, trust_files: Path, tmp_path: Path
) -> None:
    rcw = Rcw(tmp_path)
    rcw.landing.mkdir()
    months = sorted({file.stem[-7:] for file in trust_files.glob("hr_assignments/*.csv")}, reverse=True)
    for month in [months[0], months[-1], *months[1:-1]]:
        for file in trust_files.glob(f"*/*{month}*"):
            (rcw.landing / file.parent.name).mkdir(exist_ok=True)
            shutil.copy(file, rcw.landing / file.parent.name / file.name)
        done = rcw("load")
        assert done.returncode == 0, done.stdout + done.stderr
    assert rcw.release().name == loaded.release().name
    assert contents(rcw.release()) == contents(loaded.release())


def _truncate_newest_snapshot(rcw: Rcw) -> Path:
    """A `_v2` of the newest assignments with a quarter of the lines."""
    newest = max(rcw.landing.glob("hr_assignments/*.csv"))
    lines = newest.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    cut_off = newest.with_name(newest.stem + "_v2.csv")
    cut_off.write_text("".join(lines[: len(lines) // 4]), encoding="utf-8")
    return cut_off


def test_a_truncated_snapshot__closes_the_gate_and_leaves_the_former_release(loaded: Rcw, tmp_path: Path) -> None:
    rcw = loaded.copy(tmp_path / "home")
    former, standing = rcw.release(), _published(rcw)
    _truncate_newest_snapshot(rcw)
    closed = rcw("load")
    assert closed.returncode == 1
    assert "The gate is closed" in closed.stderr
    assert "hr_assignments" in closed.stderr
    assert rcw.release() == former
    assert _published(rcw) == standing, "the draft, which was written while the marts were judged, is gone"


def _published(rcw: Rcw) -> list[Path]:
    """What is published, hidden folders and what disclosure control knows of releases included."""
    kept = rcw.home / "disclosure" / "releases"
    return sorted([*(rcw.home / "published").rglob("*"), *kept.iterdir()])


@pytest.mark.slow
def test_a_closed_gate__stays_closed_until_the_file_is_withdrawn(loaded: Rcw, tmp_path: Path) -> None:
    rcw = loaded.copy(tmp_path / "home")
    cut_off = _truncate_newest_snapshot(rcw)
    assert [rcw("load").returncode for _ in range(2)] == [1, 1], "a closed gate stays closed while nothing changes"
    gone = cut_off.rename(cut_off.with_suffix(".part"))
    withdrawn = hashlib.sha256(gone.read_bytes()).hexdigest()
    (rcw.landing / "withdrawn.csv").write_text(f"sha256,reason\n{withdrawn},cut off\n", encoding="utf-8")
    mended = rcw("load")
    assert mended.returncode == 0, mended.stdout + mended.stderr


def test_files_whose_names_hold_no_one_month__are_named_and_the_rest_stands(loaded: Rcw, tmp_path: Path) -> None:
    rcw = loaded.copy(tmp_path / "home")
    names = ["notes.csv", "hr_absence_2025-13.csv", "hr_absence_2025-01_2025-02.csv"]
    for name in names:
        (rcw.landing / "hr_absence" / name).write_text("x\n", encoding="utf-8")
    done = rcw("load")
    assert done.returncode == 1
    assert all(name in done.stderr for name in names)
    assert "Nothing new" in done.stdout
    assert "Traceback" not in done.stderr
