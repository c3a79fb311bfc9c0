"""Forgetting a person: gone from all that is stored, kept out of what comes, and everybody else is as before."""

from __future__ import annotations

import csv
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingestion import rewriting
from ingestion.errors import RcwError
from ingestion.forgetting import forget as forgetting
from ingestion.forgetting.forget import Forgotten, forget, forgotten_file
from ingestion.forgetting.landing_places import find_in_landing
from ingestion.forgetting.person import Person, find_person, of_number
from ingestion.identity import pseudonym
from ingestion.key_rotation.rotate import rotate_key
from ingestion.ledger import FORGOTTEN, Ledger
from ingestion.researcher_link.decisions import Decision, append_decisions, decisions_file, read_decisions
from ingestion.rewriting import finish_rewriting
from ingestion.suppressed import read_suppressed, suppressed_file, suppression_fingerprint
from orchestration.warehouse import delivered_people
from synthetic import Truth
from tests.ingestion.delivering import KEY
from tests.vault.stored import StoredHome


@dataclass(frozen=True)
class Known:
    """A member of staff whom R&D knows by e-mail: what landing says of them."""

    number: str
    surname: str
    email: str

    @property
    def staff_key(self) -> str:
        return pseudonym(KEY, f"RVN|{self.number}")


@pytest.fixture(scope="session")
def someone(small_trust: tuple[Path, Truth]) -> Known:
    """An investigator with an unusual name."""
    landing, truth = small_trust
    staff = {row["Employee Number"]: row for row in _cells(landing, "hr_assignments")}
    investigators = {row["Principal Investigator"] for row in _cells(landing, "rd_project_sites")}
    for link in truth.links:
        row = staff.get(str(link["true_employee_number"]))
        if row and link["known_by"] == "email" and link["person"] in investigators and row["Work Email"]:
            return Known(row["Employee Number"], row["Last Name"], row["Work Email"].lower())
    raise AssertionError("the small trust has no such person")


def _cells(landing: Path, extract: str) -> list[dict[str, str]]:
    file = sorted((landing / extract).glob("*.csv"))[-1]
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def find(home: StoredHome, someone: Known, key: bytes = KEY) -> Person:
    ledger = Ledger(home.settings)
    try:
        current = delivered_people(home.settings, ledger)
    finally:
        ledger.close()
    return find_person(home.settings, of_number(key, "RVN", someone.number), current)


@dataclass(frozen=True)
class Done:
    home: StoredHome
    person: Person
    result: Forgotten


@pytest.fixture
def done(stored: StoredHome, someone: Known) -> Done:
    person = find(stored, someone)
    return Done(stored, person, forget(stored.settings, person.keys))


def keys_in(row: tuple[Any, ...]) -> set[str]:
    found: set[str] = set()
    for value in row:
        found |= set(value) if isinstance(value, list) else set(value.split(";")) if isinstance(value, str) else set()
    return found


def test_names__that_do_not_fit_into_memory_lie_in_the_vault_meanwhile(
    stored: StoredHome, someone: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    monkeypatch.setattr(
        forgetting,
        "_take_out",
        lambda _, db, *rest: seen.add(db.execute("select current_setting('temp_directory')").fetchone()),
    )
    forget(stored.settings, of_number(KEY, "RVN", someone.number), dry_run=True)
    assert {Path(place) for (place,) in seen} == {stored.settings.work_folder}
    assert stored.settings.work_folder.is_relative_to(stored.settings.vault_folder)


def test_person__is_known_under_all_pseudonyms_of_staff_and_research(stored: StoredHome, someone: Known) -> None:
    keys = {one.key for one in find(stored, someone).keys}
    assert {someone.staff_key, pseudonym(KEY, f"RVN|email|{someone.email}")} <= keys
    assert len(keys) >= 4  # the investigator's name, and the number as R&D would know it


def test_forgetting__leaves_no_trace_of_the_person(done: Done, someone: Known) -> None:
    everything = done.home.everything().lower()
    keys = {one.key for one in done.person.keys}
    assert someone.email.encode() not in everything
    assert someone.number.encode() not in everything
    for name, (_, *rows) in done.home.files().items():
        assert not [row for row in rows if keys & keys_in(row)], name


def test_forgetting__leaves_everybody_else_as_they_were(done: Done, landed_once: StoredHome) -> None:
    keys = {one.key for one in done.person.keys}
    before, after = landed_once.files(), done.home.files()
    assert before.keys() == after.keys()
    changed = 0
    for name, (header, *rows) in after.items():
        about = [i for i, column in enumerate(header) if column in ("staff_key", "researcher_key")]
        kept = [row for row in before[name][1:] if not any(row[i] in keys for i in about)]
        assert len(rows) == len(kept)
        same = [(old, new) for old, new in zip(kept, rows, strict=True) if not keys & keys_in(old)]
        assert all(old == new for old, new in same), name
        changed += len(before[name][1:]) - len(same)
    assert changed > 20


def test_forgetting__takes_the_name_off_studies_and_outputs_that_stay(done: Done, landed_once: StoredHome) -> None:
    sites = [
        name for name in done.home.files() if name.startswith("raw/rd_project_sites") and name.endswith("rows.parquet")
    ]
    assert sites
    for name in sites:
        assert len(done.home.files()[name]) == len(landed_once.files()[name])
    assert sum(done.result.mentions.values()) > 0


def test_forgetting__says_in_the_ledger_why_rows_are_fewer(done: Done, landed_once: StoredHome) -> None:
    before, after = landed_once.deliveries(), done.home.deliveries()
    ledger = Ledger(done.home.settings)
    forgotten = ledger.forgotten_rows()
    names = {d.delivery_id: d.file_name for d in ledger.deliveries().values()}
    assert [f[5] for f in ledger.findings() if f[1] == FORGOTTEN] == ["info"] * len(forgotten)
    ledger.close()
    assert forgotten == done.result.rows
    for delivery_id, name in names.items():
        delivered, accepted, rejected = after[name]
        gone = forgotten.get(delivery_id, 0)
        assert (delivered + gone, accepted + gone, rejected) == before[name]
        assert delivered == accepted + rejected


def test_forgetting__is_what_a_load_with_the_list_gives(done: Done, tmp_path: Path) -> None:
    fresh = StoredHome(tmp_path / "fresh", done.home.landing)
    suppressed_file(fresh.settings).parent.mkdir(parents=True)
    shutil.copy(suppressed_file(done.home.settings), suppressed_file(fresh.settings))
    fresh.land()
    assert fresh.files() == done.home.files()
    assert fresh.deliveries() == done.home.deliveries()
    for home in (fresh, done.home):
        ledger = Ledger(home.settings)
        found = sorted(finding for finding in ledger.findings() if finding[1] == FORGOTTEN)
        ledger.close()
        assert [(f[0], f[4]) for f in found] == sorted(done.result.rows.items())


def test_list_of_the_forgotten__that_is_lost_stops_a_load_before_they_come_back(done: Done) -> None:
    kept = suppressed_file(done.home.settings).read_bytes()
    suppressed_file(done.home.settings).unlink()
    with pytest.raises(RcwError, match=r"1 people who were forgotten are no longer in .*suppressed\.csv"):
        done.home.land()
    suppressed_file(done.home.settings).write_bytes(kept)
    assert done.home.land().outcomes == []


def test_list_of_the_forgotten__from_another_home_takes_them_out_of_what_was_landed_before(
    done: Done, landed_once: StoredHome, tmp_path: Path
) -> None:
    shutil.copytree(landed_once.path, tmp_path / "late")
    late = StoredHome(tmp_path / "late", landed_once.landing)
    shutil.copy(suppressed_file(done.home.settings), suppressed_file(late.settings))
    late.land()
    assert late.files() == done.home.files()
    assert late.deliveries() == done.home.deliveries()
    assert len(forgotten_file(late.settings).read_text(encoding="utf-8").splitlines()) == 2
    late.land()
    assert len(forgotten_file(late.settings).read_text(encoding="utf-8").splitlines()) == 2


def test_forgetting__is_recorded_without_saying_who(done: Done, someone: Known) -> None:
    header, line = forgotten_file(done.home.settings).read_text(encoding="utf-8").splitlines()
    record = dict(zip(header.split(","), line.split(","), strict=True))
    assert record["subject"] == hashlib.sha256(someone.staff_key.encode()).hexdigest()[:16]
    assert int(record["rows"]) == sum(done.result.rows.values()) > 0
    assert not {one.key for one in done.person.keys} & set(line.split(","))
    assert suppression_fingerprint(done.home.settings) != "none"


def test_forgetting__again_finds_the_same_pseudonyms_and_changes_nothing(done: Done, someone: Known) -> None:
    before = {file: file.stat().st_mtime_ns for file in done.home.path.rglob("*") if file.is_file()}
    again = find(done.home, someone)
    assert again.keys == done.person.keys
    assert forget(done.home.settings, again.keys).files == 0
    assert {file: file.stat().st_mtime_ns for file in done.home.path.rglob("*") if file.is_file()} == before


def test_dry_run__counts_the_same_and_changes_nothing(
    stored: StoredHome, someone: Known, landed_once: StoredHome
) -> None:
    keys = find(stored, someone).keys
    counted = forget(stored.settings, keys, dry_run=True)
    assert stored.files() == landed_once.files()
    assert not suppressed_file(stored.settings).exists()
    assert counted == forget(stored.settings, keys)


def test_decisions__about_the_person_go_too(stored: StoredHome, someone: Known) -> None:
    other = "0" * 32
    append_decisions(
        decisions_file(stored.settings),
        [
            Decision("2025-01-01", "an officer", "RVN", other, "same", someone.staff_key, "it is\nher"),
            Decision("2025-01-01", "an officer", "RVN", other, "outside", "", "no, from the university"),
        ],
    )
    forget(stored.settings, find(stored, someone).keys)
    [kept] = read_decisions(decisions_file(stored.settings))
    assert kept.decision == "outside"


def test_landing__is_named_by_file_and_line_and_stays(
    done: Done, someone: Known, small_trust: tuple[Path, Truth]
) -> None:
    landing, _ = small_trust
    places = {
        one.file: one.lines for one in find_in_landing(done.home.settings, KEY, [one.key for one in done.person.keys])
    }
    for file in sorted(landing.glob("*/*.csv")):
        found = places.get(file.relative_to(landing).as_posix(), ())
        assert found is not None
        text = file.read_text(encoding="utf-8-sig").splitlines()
        expected = {
            i for i, line in enumerate(text, start=1) if someone.number in line or someone.email in line.lower()
        }
        assert expected <= set(found)
    assert any("rd_project_sites" in file for file in places)


def test_landing_file_that_bears_a_person_in_its_name__is_named_without(
    done: Done, someone: Known, tmp_path: Path
) -> None:
    [file] = done.home.landing.glob("hr_assignments/*2025-02*.csv")
    named = tmp_path / "landing" / "hr_assignments" / f"{someone.email} QQ123456C_2025-02.csv"
    named.parent.mkdir(parents=True)
    shutil.copyfile(file, named)
    settings = StoredHome(done.home.path, tmp_path / "landing").settings
    [place] = find_in_landing(settings, KEY, [one.key for one in done.person.keys])
    assert place.lines
    assert place.file == "hr_assignments/(masked) (masked)_2025-02.csv"


def test_rotation__keeps_people_forgotten(done: Done, someone: Known, tmp_path: Path) -> None:
    new = b"the key that comes after it, long enough"
    rotate_key(done.home.settings, KEY, new)
    fresh = StoredHome(tmp_path / "fresh", done.home.landing, new)
    suppressed_file(fresh.settings).parent.mkdir(parents=True)
    shutil.copy(suppressed_file(done.home.settings), suppressed_file(fresh.settings))
    fresh.land()
    assert fresh.files() == StoredHome(done.home.path, done.home.landing, new).files()
    assert pseudonym(new, f"RVN|{someone.number}") in {one.key for one in read_suppressed(fresh.settings)}


# --- interruption ------------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What no handler takes for an error."""


@pytest.mark.parametrize("after", [0, 3, 1000])
def test_forgetting__that_was_killed_once_decided_is_finished_by_the_next(
    done: Done, landed_once: StoredHome, someone: Known, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    shutil.copytree(landed_once.path, tmp_path / "killed")
    home = StoredHome(tmp_path / "killed", landed_once.landing)
    put, moved = rewriting.put_file, 0

    def dying(made: Path, place: Path) -> None:
        nonlocal moved
        if moved == after:
            raise Killed
        moved += 1
        put(made, place)

    def dying_ledger(*arguments: object) -> None:
        raise Killed

    monkeypatch.setattr(rewriting, "put_file", dying)
    if after == 1000:
        monkeypatch.setattr(rewriting.Ledger, "leave_out", dying_ledger)
    with pytest.raises(Killed):
        forget(home.settings, find(home, someone).keys)
    monkeypatch.undo()
    assert finish_rewriting(home.settings) == "people were forgotten"
    assert home.files() == done.home.files()
    assert home.deliveries() == done.home.deliveries()
    assert read_suppressed(home.settings) == read_suppressed(done.home.settings)


def test_forgetting__that_was_killed_before_has_changed_nothing(
    stored: StoredHome, landed_once: StoredHome, someone: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*arguments: object) -> bytes:
        shutil.copytree(stored.path / "vault" / "rewriting", stored.path / "kept")
        raise Killed

    monkeypatch.setattr(forgetting, "_recorded", dying)
    with pytest.raises(Killed):
        forget(stored.settings, find(stored, someone).keys)
    (stored.path / "kept").replace(stored.path / "vault" / "rewriting")  # as a kill leaves it, without any handler
    assert finish_rewriting(stored.settings) is None
    assert stored.files() == landed_once.files()
    assert stored.deliveries() == landed_once.deliveries()
    assert not suppressed_file(stored.settings).exists()
