"""A release against its manifest, the list of releases, and the id that follows from what a release was made from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from publishing_support import published, release_inputs

from publishing.errors import PublishingError
from publishing.identity import release_id
from publishing.policy import load_policy
from publishing.releases import list_releases
from publishing.verify import verify_release
from tests.conftest import ROOT


def test_verify__names_every_kind_of_damage(tmp_path: Path) -> None:
    folder = published(tmp_path).folder
    (folder / "dim_profession.csv").unlink()
    with (folder / "mart_workforce_month.parquet").open("rb+") as stream:
        stream.write(b"XXXX")
    (folder / "added.txt").write_text("mine")
    size = (folder / "mart_survey_score.csv").stat().st_size
    (folder / "mart_survey_score.csv").write_text("short")
    assert verify_release(folder) == [
        "dim_profession.csv: missing",
        f"mart_survey_score.csv: 5 bytes, {size} expected",
        "mart_workforce_month.parquet: its content has changed (SHA-256 differs)",
        "added.txt: not part of the release",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda document: document["x-release"].update(code_version="0.2.0"), "its inputs give release"),
        (lambda document: document["x-release"].pop("deliveries"), "is incomplete"),
        (lambda document: document["resources"][0].update({"rows": 11}), "10 rows in dim_profession, 11 expected"),
        (lambda document: document["resources"][0].update(path="../x.csv"), "is no file of the folder"),
        (lambda document: document.pop("resources"), "names no file"),
    ],
)
def test_verify__sees_a_changed_manifest(tmp_path: Path, change: Any, said: str) -> None:
    folder = published(tmp_path).folder
    file = folder / "datapackage.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    change(document)
    file.write_text(json.dumps(document), encoding="utf-8")
    assert said in "\n".join(verify_release(folder))


def test_verify__says_so_where_there_is_no_manifest(tmp_path: Path) -> None:
    assert verify_release(tmp_path) == ["datapackage.json: missing or unreadable"]


def test_releases__tell_what_each_was_made_from_and_show_damaged_ones(tmp_path: Path) -> None:
    release = published(tmp_path)
    (tmp_path / "published" / "releases" / "2026-05-broken").mkdir()
    sound, damaged = list_releases(tmp_path / "published")
    assert (sound.id, sound.newest_month, sound.code_version, sound.deliveries) == (release.id, "2026-03", "0.1.0", 2)
    assert sound.made_from["settings"] == {"trust_code": "RVN"}
    assert not damaged.is_readable
    assert list_releases(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    "change",
    [
        {"code_version": "0.1.1"},
        {"code_fingerprint": "e" * 64},
        {"contract_versions": {"hr_assignments": 2, "hr_absence": 1}},
        {"settings": {"trust_code": "RXX"}},
        {"key_fingerprint": "l" * 16},
        {"deliveries": [{"sha256": "cc"}]},
        {"policy": load_policy({"RCW_PUBLISH_STAFF_HIDDEN_UP_TO": "10"})},
    ],
)
def test_release_id__changes_with_every_input(change: dict[str, Any]) -> None:
    assert release_id(release_inputs(**change)) != release_id(release_inputs())


def test_release_id__needs_no_database_engine() -> None:
    script = "import sys, publishing.release, publishing.releases, publishing.verify; print('duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_release_id__begins_with_the_newest_month() -> None:
    assert release_id(release_inputs()).startswith("2026-03-")
    with pytest.raises(PublishingError, match="is no month"):
        release_inputs(newest_month="2026-13")


@pytest.mark.parametrize("value", ["0", "-3", "seven", "7.5"])
def test_policy__refuses_what_is_no_threshold(value: str) -> None:
    with pytest.raises(PublishingError, match="RCW_PUBLISH_SURVEY_HIDDEN_UP_TO"):
        load_policy({"RCW_PUBLISH_SURVEY_HIDDEN_UP_TO": value})
