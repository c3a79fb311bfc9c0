"""Wrong usage, settings, key or place: one clear message, exit code 2, nothing changed. None of this imports dbt or Dagster."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.cli.conftest import Rcw

ROOT = Path(__file__).parents[2]


def test_load__without_a_landing_folder_says_which_was_expected(rcw: Rcw) -> None:
    rcw.landing.rmdir()
    answer = rcw("load")
    assert answer.code == 2
    assert f"There is no landing folder at {rcw.landing}" in answer.err
    assert "RCW_LANDING" in answer.err


def test_load__where_landing_is_a_file_says_so(rcw: Rcw) -> None:
    rcw.landing.rmdir()
    rcw.landing.write_text("x", encoding="utf-8")
    assert (rcw("load").code, "no landing folder" in rcw("load").err) == (2, True)


def test_load__where_the_home_is_a_file_says_so(rcw: Rcw, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    rcw.set(HOME=str(tmp_path / "file"))
    answer = rcw("load")
    assert answer.code == 2
    assert str(tmp_path / "file") in answer.err


# --- the key ---------------------------------------------------------------------------------------------------------------


def test_load__without_a_key_says_how_to_make_one(rcw: Rcw) -> None:
    rcw.set(PSEUDONYM_KEY=None)
    answer = rcw("load")
    assert answer.code == 2
    assert "There is no pseudonym key" in answer.err
    assert "rcw key" in answer.err


@pytest.mark.parametrize("key", ["", "too short"])
def test_load__with_a_short_key_is_refused(rcw: Rcw, key: str) -> None:
    rcw.set(PSEUDONYM_KEY=key)
    answer = rcw("load")
    assert (answer.code, "at least 16 bytes" in answer.err) == (2, True)


def test_load__with_a_key_file_that_others_can_read_is_refused(rcw: Rcw) -> None:
    rcw.set(PSEUDONYM_KEY=None)
    assert rcw("key").code == 0
    file = rcw.home / "pseudonym.key"
    assert rcw("load").code == 0
    file.chmod(0o644)
    answer = rcw("load")
    assert (answer.code, "can be read by others" in answer.err, "chmod 600" in answer.err) == (2, True, True)


def test_load__with_another_key_than_before_changes_nothing(rcw: Rcw) -> None:
    assert rcw("load").code == 0
    before = {path: path.stat().st_mtime_ns for path in rcw.home.rglob("*")}
    rcw.set(PSEUDONYM_KEY="another key, just as long as the first")
    answer = rcw("load")
    assert (answer.code, "is not the one that" in answer.err) == (2, True)
    assert "another key" not in answer.text
    assert {path: path.stat().st_mtime_ns for path in rcw.home.rglob("*")} == before


def test_key__is_made_once(rcw: Rcw) -> None:
    assert rcw("key").code == 0
    assert (rcw.home / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    again = rcw("key")
    assert (again.code, "There is a key" in again.err) == (2, True)


# --- options and settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", ["2025-13", "2025-00", "2025", "march", "2025-4", "2025-04-01", "", "0000-01"])
@pytest.mark.parametrize("option", ["--month", "--to"])
def test_month__that_is_none_is_refused(rcw: Rcw, option: str, month: str) -> None:
    others = ["--from", "2025-01"] if option == "--to" else []
    answer = rcw("load", option, month, *others)
    assert (answer.code, "expected YYYY-MM" in answer.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["load", "--month", "2025-04", "--from", "2025-01", "--to", "2025-02"], "not both"),
        (["load", "--from", "2025-01"], "belong together"),
        (["load", "--to", "2025-01"], "belong together"),
        (["load", "--from", "2025-03", "--to", "2025-01"], "is after --to"),
        (["load", "--moth", "2025-01"], "No such option"),
        (["lod"], "No such command"),
        (["quarantine"], "Missing argument"),
        (["quarantine", "payroll"], "is no extract; known are"),
        (["quarantine", "hr_leavers", "--month", "May"], "expected YYYY-MM"),
        (["quarantine", "hr_leavers", "--limit", "many"], "Invalid value for '--limit'"),
        (["verify"], "Missing argument"),
    ],
)
def test_wrong_usage__is_explained(rcw: Rcw, arguments: list[str], message: str) -> None:
    answer = rcw(*arguments)
    assert (answer.code, message in answer.text) == (2, True), answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUST_CODE", "r v n"),
        ("TRUST_CODE", ""),
        ("THREADS", "0"),
        ("THREADS", "two"),
        ("MEMORY_LIMIT", "lots"),
        ("SETTLE_SECONDS", "-1"),
    ],
)
def test_setting__that_cannot_be_used_is_named(rcw: Rcw, name: str, value: str) -> None:
    rcw.set(**{name: value})
    answer = rcw("load")
    assert (answer.code, f"RCW_{name}" in answer.err) == (2, True), answer.text


def test_settings__are_read_from_a_file_in_the_working_folder(rcw: Rcw, tmp_path: Path) -> None:
    rcw.set(HOME=None)
    (tmp_path / ".env").write_text(f"RCW_HOME={tmp_path / 'elsewhere'}\n", encoding="utf-8")
    assert str(tmp_path / "elsewhere" / "landing") in rcw("load").err


# --- what stops a load -------------------------------------------------------------------------------------------------------


def test_second_load__waits_for_the_first_to_end(rcw: Rcw) -> None:
    with FileLock(rcw.home / "rcw.lock", is_singleton=False):
        answer = rcw("load")
    assert (answer.code, "Another load is running" in answer.err) == (2, True)
    assert rcw("load").code == 0


@pytest.mark.parametrize("content", ["", "hash,why\n", "sha256,reason\nabc,too short\n"])
def test_broken_withdrawn__stops_the_load(rcw: Rcw, content: str) -> None:
    rcw.put("withdrawn.csv", content)
    answer = rcw("load")
    assert (answer.code, "sha256,reason" in answer.err, "Nothing was changed" in answer.err) == (2, True, True)


@pytest.mark.parametrize("command", [["load"], ["status"], ["quarantine", "hr_leavers"]])
def test_ledger__that_is_broken_is_named(rcw: Rcw, command: list[str]) -> None:
    (rcw.home / "ledger.sqlite").write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    answer = rcw(*command)
    assert (answer.code, "ledger.sqlite" in answer.err) == (2, True)


# --- commands that look, over an empty home ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["status"], ["status", "--json"], ["quarantine", "hr_leavers"], ["publish"]])
def test_command__over_an_empty_home_says_that_nothing_is_loaded(rcw: Rcw, command: list[str]) -> None:
    answer = rcw(*command)
    assert (answer.code, "rcw load" in answer.err or "othing" in answer.text) == (2, True), answer.text


def test_releases__of_an_empty_home_are_none(rcw: Rcw) -> None:
    assert (rcw("releases").code, "no release yet" in rcw("releases").out) == (0, True)
    assert rcw("releases", "--json").out.strip() == "[]"


@pytest.mark.parametrize("release", ["current", "nonsense", "..", "../..", "/etc", "", "."])
def test_verify__of_a_release_that_is_not_there_says_so(rcw: Rcw, release: str) -> None:
    answer = rcw("verify", release)
    assert (answer.code, "There is no release" in answer.err) == (2, True)


def test_rcw__without_anything_shows_its_commands(rcw: Rcw) -> None:
    assert "quarantine" in rcw().text
    assert (rcw("--help").code, "quarantine" in rcw("-h").text) == (0, True)


def test_process__ends_with_the_exit_code_and_one_message(rcw: Rcw) -> None:
    rcw.landing.rmdir()
    run = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "load"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("There is no landing folder")


def test_commands_that_look__import_neither_dagster_nor_dbt(rcw: Rcw) -> None:
    script = (
        "import sys\nfrom orchestration.cli import main\nsys.argv[1:] = ['load']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = [name for name in ('dagster', 'dbt', 'great_expectations', 'pandas') if sys.modules.get(name)]\n"
        "assert not heavy, heavy"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
