"""Earlier releases as an input: which they are, and what comes of it for the id."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from publishing.earlier_releases import beside_earlier, beside_of
from publishing.identity import ReleaseInputs, release_id
from publishing.policy import load_policy
from publishing.record import ReleaseRecord


def _inputs(*deliveries: str) -> ReleaseInputs:
    return ReleaseInputs(
        deliveries=[{"sha256": name} for name in deliveries],
        code_version="1",
        code_fingerprint="f",
        contract_versions={},
        settings={"trust_code": "RVN"},
        key_fingerprint="k",
        newest_month="2025-04",
        policy=load_policy({}),
    )


def _published(records: Path, inputs: ReleaseInputs, when: int) -> ReleaseInputs:
    """The inputs as published beside what stands, on a day of a month."""
    inputs = beside_earlier(inputs, records)
    record = ReleaseRecord(
        release_id(inputs), inputs.document(), [], {}, published_at=f"2025-05-{when:02d}T00:00:00+00:00"
    )
    (records / f"{record.id}.json").write_text(json.dumps(asdict(record)), encoding="utf-8")
    return inputs


def test_first_release__is_what_it_would_be_without_the_setting(tmp_path: Path) -> None:
    assert _published(tmp_path, _inputs("a"), 1) == _inputs("a")


def test_corrected_release__names_the_earlier_one_and_has_an_id_of_its_own(tmp_path: Path) -> None:
    first = _published(tmp_path, _inputs("a"), 1)
    second = _published(tmp_path, _inputs("a", "b"), 2)
    assert beside_of(second) == (release_id(first),)
    assert release_id(second) != release_id(_inputs("a", "b"))
    assert ReleaseInputs.from_document(second.document()) == replace(
        second, deliveries=second.document()["deliveries"], settings={**second.settings, "beside": [release_id(first)]}
    )


def test_load_with_nothing_new__finds_the_release_that_is_there(tmp_path: Path) -> None:
    _published(tmp_path, _inputs("a"), 1)
    second = _published(tmp_path, _inputs("a", "b"), 2)
    third = _published(tmp_path, _inputs("a", "b", "c"), 3)
    assert beside_earlier(_inputs("a", "b", "c"), tmp_path) == third
    assert release_id(second) in beside_of(third)
