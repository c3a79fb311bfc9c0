"""`rcw forget` and `rcw rekey` as they are typed: what they say, and what they never say."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from ingestion.identity import key_fingerprint, pseudonym
from ingestion.key_rotation import texts
from tests.cli.conftest import Answer, Rcw
from tests.ingestion.delivering import KEY
from tests.vault.stored import StoredHome, employee_numbers

NEW = "the key that comes after it, long enough"


class Stdin(io.StringIO):
    """What is typed: `is_typed` where a person sits at a terminal."""

    is_typed = False

    def isatty(self) -> bool:
        return self.is_typed


@pytest.fixture
def home(rcw: Rcw, landed_once: StoredHome, monkeypatch: pytest.MonkeyPatch) -> Rcw:
    shutil.copytree(landed_once.path, rcw.home, dirs_exist_ok=True)
    rcw.set(LANDING=str(landed_once.landing))
    monkeypatch.setattr("sys.stdin", Stdin(""))
    monkeypatch.setattr(texts, "SEARCHED", ((20_400_000, 20_403_000),))
    return rcw


@pytest.fixture
def number(landed_once: StoredHome) -> str:
    return employee_numbers(landed_once.landing, "2025-02")[3]


def says_nothing_of(number: str, answer: Answer) -> bool:
    return number not in answer.text


# --- forget ------------------------------------------------------------------------------------------------------------------


def test_forget__with_a_number_on_the_command_line_does_nothing_and_does_not_repeat_it(home: Rcw, number: str) -> None:
    answer = home("forget", number)
    assert (answer.code, "history" in answer.err, says_nothing_of(number, answer)) == (2, True, True)
    assert not (home.home / "vault" / "suppressed.csv").exists()


@pytest.mark.parametrize("way", ["stdin", "-", "file", "pseudonym"])
def test_forget__takes_a_person_from_wherever_it_is_safe(
    home: Rcw, number: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "who.txt").write_text(f"{number}\r\n\r\n", encoding="utf-8")
    if way in ("stdin", "-"):
        monkeypatch.setattr("sys.stdin", Stdin(f"{number}\n"))
    options = {
        "stdin": [],
        "-": ["--from", "-"],
        "file": ["--from", str(tmp_path / "who.txt")],
        "pseudonym": ["--staff-key", pseudonym(KEY, f"RVN|{number}")],
    }[way]
    answer = home("forget", "--no-publish", *options)
    assert (answer.code, says_nothing_of(number, answer)) == (0, True), answer.text
    assert answer.out.startswith("Forgotten: ")
    assert "Landing still holds the person" in answer.out
    assert "hr_assignments/" in answer.out
    assert "The next rcw load" in answer.out
    audit = (home.home / "vault" / "audit.log").read_text(encoding="utf-8")
    assert ("rcw forget" in audit, number in audit) == (True, False)


@pytest.mark.parametrize(("word", "is_done"), [("y", True), ("n", False)])
def test_forget__asks_for_the_number_and_once_more(
    home: Rcw, number: str, word: str, is_done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stdin, "is_typed", True)
    monkeypatch.setattr("getpass.getpass", lambda *arguments, **options: number)
    monkeypatch.setattr("typer.prompt", lambda *arguments, **options: number)
    monkeypatch.setattr("sys.stdin", Stdin(f"{word}\n"))
    answer = home("forget", "--no-publish")
    assert "cannot be undone" in answer.text
    assert says_nothing_of(number, answer)
    assert (home.home / "vault" / "suppressed.csv").exists() == is_done


def test_forget__of_somebody_who_is_not_stored_changes_nothing(home: Rcw, number: str, tmp_path: Path) -> None:
    (tmp_path / "who.txt").write_text(f"{number}\n20999999\n", encoding="utf-8")
    answer = home("forget", "--from", str(tmp_path / "who.txt"))
    assert (answer.code, "place 2" in answer.err, "20999999" in answer.text) == (1, True, False)
    assert not (home.home / "vault" / "suppressed.csv").exists()


def test_forget__dry_run_says_the_same_as_the_deed(home: Rcw, number: str) -> None:
    key = pseudonym(KEY, f"RVN|{number}")
    would = json.loads(home("forget", "--dry-run", "--json", "--staff-key", key).out)
    did = json.loads(home("forget", "--no-publish", "--json", "--staff-key", key).out)
    assert (would.pop("dry_run"), did.pop("dry_run")) == (True, False)
    assert would == did
    assert sum(one["rows"] for one in did["deliveries"]) > 0


@pytest.mark.parametrize("command", [["forget", "--staff-key", "a" * 32], ["rekey", "--new-key-file", "new.key"]])
def test_command__over_an_empty_home_says_that_nothing_is_stored(rcw: Rcw, tmp_path: Path, command: list[str]) -> None:
    key_file(tmp_path / "new.key")
    answer = rcw(*command)
    assert (answer.code, "Nothing has been loaded" in answer.err) == (2, True)


# --- rekey -------------------------------------------------------------------------------------------------------------------


def key_file(file: Path, mode: int = 0o600, content: str = NEW) -> Path:
    file.write_text(content, encoding="utf-8")
    file.chmod(mode)
    return file


@pytest.mark.parametrize("way", ["file", "environment"])
def test_rekey__changes_the_key_and_shows_neither(home: Rcw, tmp_path: Path, way: str) -> None:
    if way == "environment":
        home.set(NEW_PSEUDONYM_KEY=NEW)
    options = ["--new-key-file", str(key_file(tmp_path / "new.key"))] if way == "file" else []
    answer = home("rekey", "--no-publish", *options)
    assert (answer.code, NEW in answer.text) == (0, False), answer.text
    assert "From now on give the new key" in answer.out
    assert home("load", "--dry-run").code == 2  # the former key
    assert "former pseudonym key" in home("load").err
    again = home("rekey", "--no-publish", *options)
    assert (again.code, "in force already" in again.out) == (0, True)
    home.set(PSEUDONYM_KEY=NEW)
    assert home("load", "--dry-run").code == 0
    assert (home.home / "vault" / "key.fingerprint").read_text().strip() == key_fingerprint(NEW.encode())


def test_rekey__dry_run_changes_nothing(home: Rcw, tmp_path: Path) -> None:
    answer = home("rekey", "--dry-run", "--new-key-file", str(key_file(tmp_path / "new.key")))
    assert (answer.code, "Nothing was changed" in answer.out) == (0, True)
    assert home("load", "--dry-run").code == 0


@pytest.mark.parametrize(
    ("mode", "content", "message"),
    [(0o644, NEW, "can be read by others"), (0o600, "short", "at least 16 bytes"), (0o600, "", "at least 16 bytes")],
)
def test_rekey__with_a_key_that_cannot_be_used_changes_nothing(
    home: Rcw, tmp_path: Path, mode: int, content: str, message: str
) -> None:
    answer = home("rekey", "--new-key-file", str(key_file(tmp_path / "new.key", mode, content)))
    assert (answer.code, message in answer.err) == (2, True)
    assert home("load", "--dry-run").code == 0


def test_rekey__without_a_new_key_says_where_to_give_it(home: Rcw) -> None:
    answer = home("rekey")
    assert (answer.code, "--new-key-file" in answer.err, "RCW_NEW_PSEUDONYM_KEY" in answer.err) == (2, True, True)
