"""The vault is its owner's alone, keeps names for as long as it is told, and notes each use."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ingestion.ledger import Ledger
from ingestion.researcher_link.history import Link
from ingestion.vault_audit import audit_file, note_use
from ingestion.vault_retention import identities_from, purge_identities, purged_before
from ingestion.vault_rights import keep_private
from orchestration.run_lock import run_lock
from orchestration.warehouse import current_links
from tests.ingestion.delivering import settings_for
from tests.vault.stored import StoredHome


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- rights ------------------------------------------------------------------------------------------------------------------


def test_rights__of_others_are_taken_back_and_told(stored: StoredHome) -> None:
    keep_private(stored.settings)
    assert keep_private(stored.settings) == []
    vault = stored.path / "vault"
    [file, *_] = (vault / "identities").rglob("*.parquet")
    file.chmod(0o644)
    file.parent.chmod(0o755)
    (stored.path / "raw").chmod(0o750)
    (stored.path / "ledger.sqlite").chmod(0o640)
    [notice] = keep_private(stored.settings)
    assert "could be read by others" in notice
    assert "and 1 more" in notice
    assert [mode(path) for path in (file, file.parent, stored.path / "raw", stored.path / "ledger.sqlite")] == [
        0o600,
        0o700,
        0o700,
        0o600,
    ]


def test_rights__are_looked_at_by_whoever_takes_the_lock(
    stored: StoredHome, capsys: pytest.CaptureFixture[str]
) -> None:
    (stored.path / "vault").chmod(0o755)
    with run_lock(stored.settings):
        assert mode(stored.path / "vault") == 0o700
    captured = capsys.readouterr()
    assert ("could be read by others" in captured.err, captured.out) == (True, "")


# --- retention ---------------------------------------------------------------------------------------------------------------


def links_of(home: StoredHome, months: int | None) -> list[Link]:
    settings = settings_for(
        home.path, landing=home.landing, pseudonym_key=home.key.decode(), vault_retention_months=months
    )
    ledger = Ledger(settings)
    try:
        return current_links(settings, ledger)
    finally:
        ledger.close()


def identity_months(home: StoredHome) -> set[str]:
    return {file.parent.name for file in (home.path / "vault" / "identities").rglob("*.parquet")}


def test_retention__without_a_setting_keeps_everything(stored: StoredHome) -> None:
    before = identity_months(stored)
    links_of(stored, None)
    assert identity_months(stored) == before == {"reporting_month=2025-01-01", "reporting_month=2025-02-01"}
    assert purged_before(stored.settings) == "all"


def test_retention__deletes_older_names_and_keeps_links_by_number(stored: StoredHome) -> None:
    before = links_of(stored, None)
    raw = {name: rows for name, rows in stored.files().items() if name.startswith("raw/")}
    after = links_of(stored, 1)
    assert identity_months(stored) == {"reporting_month=2025-02-01"}
    assert {name: rows for name, rows in stored.files().items() if name.startswith("raw/")} == raw
    by_number = {(*link.person, link.staff_key) for link in before if link.link_method == "employee_number"}
    assert by_number
    assert by_number <= {(*link.person, link.staff_key) for link in after}
    assert "retention" in audit_file(stored.settings).read_text(encoding="utf-8")


def test_retention__is_counted_from_the_newest_month_and_not_taken_back(stored: StoredHome) -> None:
    def first_month(months: int | None) -> str:
        settings = settings_for(stored.path, vault_retention_months=months)
        ledger = Ledger(settings)
        try:
            return identities_from(settings, ledger)
        finally:
            ledger.close()

    assert [first_month(n) for n in (None, 1, 2, 14)] == ["all", "2025-02-01", "2025-01-01", "2024-01-01"]
    links_of(stored, 1)
    assert [first_month(n) for n in (None, 1, 14)] == ["2025-02-01"] * 3


def test_retention__that_was_killed_is_made_up_for(stored: StoredHome, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(self: Path, missing_ok: bool = False) -> None:
        raise KeyboardInterrupt

    settings = settings_for(stored.path, vault_retention_months=1)
    ledger = Ledger(settings)
    monkeypatch.setattr(Path, "unlink", dying)
    with pytest.raises(KeyboardInterrupt):
        purge_identities(settings, ledger)
    monkeypatch.undo()
    assert purge_identities(settings, ledger) > 0
    assert purge_identities(settings, ledger) == 0
    ledger.close()
    assert identity_months(stored) == {"reporting_month=2025-02-01"}


# --- audit -------------------------------------------------------------------------------------------------------------------


def test_audit__has_a_line_for_each_use_with_when_command_purpose_and_rows(stored: StoredHome) -> None:
    links = links_of(stored, None)
    note_use(stored.settings, "rcw links", "link rates, no names", 3)
    lines = [line.split("\t") for line in audit_file(stored.settings).read_text(encoding="utf-8").splitlines()]
    assert [(command, purpose, rows) for _, _, command, purpose, rows in lines[-2:]] == [
        ("rcw load", "linking R&D people to staff", str(len(links))),
        ("rcw links", "link rates, no names", "3"),
    ]
    assert mode(audit_file(stored.settings)) == 0o600
