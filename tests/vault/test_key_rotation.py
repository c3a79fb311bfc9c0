"""Another key: what is stored is then the same as if it had been landed under that key, wherever numbers have to be found."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion import rewriting
from ingestion.errors import RcwError
from ingestion.identity import check_fingerprint, key_fingerprint, make_key_file, pseudonym, stored_fingerprint
from ingestion.key_rotation import texts
from ingestion.key_rotation.rotate import rotate_key
from ingestion.ledger import Ledger
from ingestion.researcher_link.decisions import Decision, append_decisions, decisions_file, read_decisions
from ingestion.rewriting import finish_rewriting
from ingestion.suppressed import Suppressed, as_text, read_suppressed, suppressed_file
from tests.ingestion.delivering import KEY, settings_for
from tests.vault.stored import StoredHome, employee_numbers

NEW = b"the key that comes after it, long enough"


@pytest.fixture(scope="session")
def under_new_key(landed_once: StoredHome, tmp_path_factory: pytest.TempPathFactory) -> StoredHome:
    home = StoredHome(tmp_path_factory.mktemp("under_new_key"), landed_once.landing, NEW)
    home.land()
    return home


@pytest.fixture(autouse=True)
def _few_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The synthetic trust gives out numbers from a narrow range; to search all would take minutes."""
    monkeypatch.setattr(texts, "SEARCHED", ((20_400_000, 20_403_000),))


def test_rotation__stores_what_a_load_under_the_new_key_would(stored: StoredHome, under_new_key: StoredHome) -> None:
    rotation = rotate_key(stored.settings, KEY, NEW)
    assert (rotation.unknown, rotation.pseudonyms > 60) == (0, True)
    assert set(rotation.found) == {"the vault", "landing files"}
    assert stored.files() == under_new_key.files()


def test_rotation__finds_numbers_again_when_landing_is_empty(
    stored: StoredHome, under_new_key: StoredHome, without_landing: Callable[[StoredHome], StoredHome]
) -> None:
    rotation = rotate_key(without_landing(stored).settings, KEY, NEW)
    assert (rotation.unknown, rotation.found["a search"] > 60) == (0, True)
    assert stored.files() == under_new_key.files()


def test_rotation__changes_lists_in_the_vault_too(stored: StoredHome) -> None:
    number = employee_numbers(stored.landing, "2025-01")[0]
    old, new = pseudonym(KEY, f"RVN|{number}"), pseudonym(NEW, f"RVN|{number}")
    unseen, gone = "20402999", pseudonym(KEY, "RVN|name|somebody who has gone")
    append_decisions(
        decisions_file(stored.settings), [Decision("2025-01-01", "an officer", "RVN", gone, "same", old, "known to me")]
    )
    listed = [Suppressed("RVN", "staff", pseudonym(KEY, f"RVN|{unseen}"))]
    suppressed_file(stored.settings).write_text(as_text(listed), encoding="utf-8")
    rotate_key(stored.settings, KEY, NEW)
    [decision] = read_decisions(decisions_file(stored.settings))
    assert (decision.staff_key, decision.reason) == (new, "known to me")
    assert decision.researcher_key not in ("", gone)
    assert read_suppressed(stored.settings) == [Suppressed("RVN", "staff", pseudonym(NEW, f"RVN|{unseen}"))]


def test_rotation__leaves_no_old_pseudonym_and_no_key(stored: StoredHome) -> None:
    olds = {pseudonym(KEY, f"RVN|{number}").encode() for number in employee_numbers(stored.landing, "2025-02")}
    before = stored.everything()
    assert all(old in before for old in olds)
    rotate_key(stored.settings, KEY, NEW)
    after = stored.everything()
    assert not [old for old in olds if old in after]
    assert (KEY in after, NEW in after) == (False, False)


def test_rotation__changes_the_fingerprint_and_recognises_the_former_key(stored: StoredHome) -> None:
    check_fingerprint(stored.settings, KEY)
    rotate_key(stored.settings, KEY, NEW)
    assert stored_fingerprint(stored.settings) == key_fingerprint(NEW)
    check_fingerprint(stored.settings, NEW)
    with pytest.raises(RcwError, match="former pseudonym key"):
        check_fingerprint(stored.settings, KEY)
    with pytest.raises(RcwError, match="not the one that"):
        check_fingerprint(stored.settings, b"a third key, never seen before")


def test_rotation__puts_the_new_key_into_the_homes_own_file_alone(stored: StoredHome, tmp_path: Path) -> None:
    own = settings_for(stored.path, landing=stored.landing, pseudonym_key=None)
    make_key_file(own.home / "pseudonym.key")
    assert rotate_key(own, KEY, NEW).installed == own.home / "pseudonym.key"
    assert (own.home / "pseudonym.key").read_bytes().strip() == NEW
    assert stat.S_IMODE((own.home / "pseudonym.key").stat().st_mode) == 0o600


def test_rotation__brings_the_same_release_of_deliveries_to_the_ledger(stored: StoredHome) -> None:
    before = stored.deliveries()
    rotate_key(stored.settings, KEY, NEW)
    assert stored.deliveries() == before
    ledger = Ledger(stored.settings)
    assert ledger.get_state("built") is None
    ledger.close()


def test_dry_run__changes_nothing(stored: StoredHome) -> None:
    before = {file: file.stat().st_mtime_ns for file in stored.path.rglob("*") if file.is_file()}
    assert rotate_key(stored.settings, KEY, NEW, dry_run=True).pseudonyms > 60
    assert {file: file.stat().st_mtime_ns for file in stored.path.rglob("*") if file.is_file()} == before


# --- people whom nothing explains any more -----------------------------------------------------------------------------------


@pytest.fixture
def unexplained(
    stored: StoredHome, without_landing: Callable[[StoredHome], StoredHome], monkeypatch: pytest.MonkeyPatch
) -> StoredHome:
    monkeypatch.setattr(texts, "SEARCHED", ((20_400_000, 20_400_001),))
    return without_landing(stored)


def test_rotation__stops_where_somebody_is_found_nowhere(unexplained: StoredHome) -> None:
    before = unexplained.files()
    with pytest.raises(RcwError, match="--carry-unknown"):
        rotate_key(unexplained.settings, KEY, NEW)
    assert unexplained.files() == before
    assert not (unexplained.path / "vault" / "rewriting").exists()


def test_rotation__may_carry_people_on_under_new_pseudonyms(unexplained: StoredHome, landed_once: StoredHome) -> None:
    assert rotate_key(unexplained.settings, KEY, NEW, carry_unknown=True).unknown > 60
    [place] = [
        name
        for name in unexplained.files()
        if name.startswith("raw/hr_assignments") and "2025-01" in name and name.endswith("rows.parquet")
    ]
    was, now = landed_once.files()[place], unexplained.files()[place]
    at = was[0].index("staff_key")
    change = {old[at]: new[at] for old, new in zip(was[1:], now[1:], strict=True)}
    assert len(set(change.values())) == len(change) > 50
    assert not set(change).intersection(change.values())


# --- interruption ------------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What no handler takes for an error."""


@pytest.mark.parametrize("after", [0, 1, 20])
def test_rotation__that_was_killed_while_putting_in_place_is_finished_by_the_next(
    stored: StoredHome, under_new_key: StoredHome, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    put, moved = rewriting.put_file, 0

    def dying(made: Path, place: Path) -> None:
        nonlocal moved
        if moved == after:
            raise Killed
        moved += 1
        put(made, place)

    monkeypatch.setattr(rewriting, "put_file", dying)
    with pytest.raises(Killed):
        rotate_key(stored.settings, KEY, NEW)
    monkeypatch.setattr(rewriting, "put_file", put)
    assert finish_rewriting(stored.settings) == "the pseudonym key was replaced"
    assert stored.files() == under_new_key.files()
    assert stored_fingerprint(stored.settings) == key_fingerprint(NEW)
    assert finish_rewriting(stored.settings) is None


@pytest.mark.parametrize("what", ["write_with_other_keys", "_noted"])
def test_rotation__that_was_killed_before_it_was_decided_has_changed_nothing(
    stored: StoredHome, landed_once: StoredHome, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    from ingestion.key_rotation import rotate

    def dying(*arguments: object) -> None:
        shutil.copytree(stored.path / "vault" / "rewriting", stored.path / "kept")
        raise Killed

    monkeypatch.setattr(rotate, what, dying)
    with pytest.raises(Killed):
        rotate_key(stored.settings, KEY, NEW)
    (stored.path / "kept").replace(stored.path / "vault" / "rewriting")  # as a kill leaves it, without any handler
    assert finish_rewriting(stored.settings) is None
    assert stored.files() == landed_once.files()
    check_fingerprint(stored.settings, KEY)
