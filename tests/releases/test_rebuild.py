"""A release is made again from raw storage, byte for byte; what stands in the way is named; nothing else is touched."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ingestion.control_tables import CONTROL_TABLES
from ingestion.settings import Settings
from orchestration.rebuild import control_rows_of, record_of
from publishing.identity import ReleaseInputs, release_id
from tests.homes import Rcw
from tests.releases.conftest import TwoReleases, answer

pytestmark = pytest.mark.slow  # needs a loaded home of its own; with the others `make test` would pass its time


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def _state(home: Path) -> dict[str, str]:
    """Hashes of what a rebuild must leave alone."""
    files = [home / "warehouse" / "warehouse.duckdb", home / "ledger.sqlite", home / "published" / "CURRENT"]
    files += sorted((home / "published" / "current").iterdir())
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_rebuild__gives_back_the_bytes_and_changes_nothing_else(two: TwoReleases) -> None:
    before = _state(two.rcw.home)
    shutil.rmtree(two.folder(two.first))
    gone = two.rcw("verify", "previous")
    assert (gone.returncode, "rcw rebuild" in gone.stdout) == (1, True)

    found = answer(two.rcw, "rebuild", two.first)
    assert found == {
        "release": two.first,
        "is_identical": True,
        "is_put_back": True,
        "differing": [],
        "files": len(contents(two.kept)),
    }
    assert contents(two.folder(two.first)) == contents(two.kept)
    assert _state(two.rcw.home) == before
    assert not (two.rcw.home / "rebuilding").exists()
    assert two.rcw("verify", "previous").returncode == 0


@pytest.mark.slow
def test_verify_with_rebuild__compares_with_raw_storage(two: TwoReleases) -> None:
    found = answer(two.rcw, "verify", "current", "--rebuild")
    assert found == {"release": two.second, "problems": [], "rebuilt": {"is_identical": True, "differing": []}}


@pytest.mark.slow
def test_damaged_release__is_seen_and_put_right(two: TwoReleases, tmp_path: Path) -> None:
    rcw = two.rcw.copy(tmp_path / "home")
    folder = rcw.home / "published" / "releases" / two.second
    sound = contents(folder)
    with (folder / "mart_workforce_month.csv").open("ab") as stream:
        stream.write(b"RVN\n")
    assert rcw("verify", "current").returncode == 1
    assert rcw("rebuild", "current").returncode == 0
    assert contents(folder) == sound
    assert rcw.release() == folder


def test_verify__sees_a_file_and_its_manifest_changed_together(two: TwoReleases, tmp_path: Path) -> None:
    rcw = two.rcw.copy(tmp_path / "home")
    folder = rcw.home / "published" / "releases" / two.second
    file, manifest = folder / "dim_profession.csv", folder / "datapackage.json"
    document = json.loads(manifest.read_text(encoding="utf-8"))
    file.write_bytes(file.read_bytes().replace(b"Nursing", b"NURSING"))
    entry = next(entry for entry in document["resources"] if entry["path"] == file.name)
    entry["hash"] = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    manifest.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    found = rcw("verify", "current")
    assert found.returncode == 1
    assert "dim_profession.csv: not as recorded" in found.stdout


def _other_release(rcw: Rcw, release: str, **changed: Any) -> str:
    """The record of a release like this one that was made from something else. Returns its id."""
    record = json.loads((rcw.home / "releases" / f"{release}.json").read_text(encoding="utf-8"))
    settings = changed.pop("settings", {})
    record["inputs"] |= changed
    record["inputs"]["settings"] |= settings
    record["id"] = release_id(ReleaseInputs.from_document(record["inputs"]))
    (rcw.home / "releases" / f"{record['id']}.json").write_text(json.dumps(record), encoding="utf-8")
    return str(record["id"])


def test_rebuild__names_everything_that_differs(two: TwoReleases, tmp_path: Path) -> None:
    rcw = two.rcw.copy(tmp_path / "home")
    other = _other_release(
        rcw, two.second, code_fingerprint="f" * 16, key_fingerprint="0" * 16, settings={"link_decisions": "1" * 16}
    )
    shutil.rmtree(next((rcw.home / "raw" / "hr_leavers").rglob("delivery=*")))
    found = rcw("rebuild", other)
    assert found.returncode == 1
    for said in (
        "Code: ",
        "f" * 16,
        "make env",
        "Key: ",
        "Decisions about links: ",
        "Raw storage: 1 of",
        "hr_leavers/",
    ):
        assert said in found.stderr, said
    assert "Nothing was changed." in found.stderr
    assert not (rcw.home / "published" / "releases" / other).exists()


def test_rebuild__refuses_a_record_that_was_changed(two: TwoReleases, tmp_path: Path) -> None:
    rcw = two.rcw.copy(tmp_path / "home")
    file = rcw.home / "releases" / f"{two.second}.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"status":"replaced"', '"status":"rejected"'), "utf-8")
    found = rcw("rebuild", "current")
    assert (found.returncode, "has been changed" in found.stderr) == (2, True)


def test_rebuild__of_what_there_never_was_says_so(two: TwoReleases) -> None:
    found = two.rcw("rebuild", "2025-04-nothing")
    assert (found.returncode, "rcw releases" in found.stderr) == (2, True)


def test_rebuild__with_another_key_is_refused(two: TwoReleases) -> None:
    found = two.rcw("rebuild", "previous", RCW_PSEUDONYM_KEY="another key that is long enough")
    assert (found.returncode, "pseudonym key" in found.stderr) == (2, True)


def test_control_tables_of_a_rebuild__are_all_that_a_load_writes(two: TwoReleases) -> None:
    settings = Settings(home=two.rcw.home, _env_file=None)
    assert control_rows_of(settings, record_of(settings, two.first)).keys() == CONTROL_TABLES.keys()
