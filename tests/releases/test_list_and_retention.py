"""Which releases there are, what each was made from, which deliveries each used, and how long files are kept."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing.pointer import current_release
from publishing.record import keep_record, read_records
from publishing.release import publish
from publishing.releases import list_releases, named_release, remove_older
from tests.publishing_support import WORKFORCE, create_mart, release_inputs, workforce_row, write_manifest
from tests.releases.conftest import MONTH, TwoReleases, answer

pytestmark = pytest.mark.slow  # needs a loaded home of its own; with the others `make test` would pass its time


def test_releases__say_what_each_was_made_from(two: TwoReleases) -> None:
    found: Any = answer(two.rcw, "releases")
    assert {release["id"] for release in found} == {two.first, two.second}
    first, second = (next(one for one in found if one["id"] == name) for name in (two.first, two.second))
    assert (first["first_month"], first["newest_month"]) == ("2025-01", "2025-04")
    assert second["deliveries"] == first["deliveries"] + 1
    assert second["is_current"]
    assert not first["is_current"]
    assert first["has_files"]
    assert first["code_version"]
    text = two.rcw("releases").stdout
    assert two.first in text
    assert "2025-01 to 2025-04" in text


def test_deliveries__show_the_releases_that_used_them(two: TwoReleases) -> None:
    found: Any = answer(two.rcw, "releases", "--deliveries")
    used = {row["file"]: row["releases"] for row in found if row["extract"] == "hr_absence" and row["month"] == MONTH}
    assert used == {f"hr_absence_{MONTH}.csv": [two.first], two.corrected.name: [two.second]}
    status: Any = answer(two.rcw, "status")
    by_status = {row["file"]: row["releases"] for row in status["deliveries"] if row["file"] in used}
    assert by_status == used
    assert two.corrected.name in two.rcw("releases", "--deliveries").stdout


def _publish(folder: Path, month: str) -> str:
    """Publish a small release of this month, and record it."""
    folder.mkdir(exist_ok=True)
    warehouse = folder / f"{month}.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        create_mart(connection, WORKFORCE, [workforce_row()])
    manifest = write_manifest(folder, WORKFORCE)
    inputs = release_inputs(newest_month=month, deliveries=[])
    return publish(
        warehouse,
        manifest,
        folder / "published",
        inputs,
        before_current=lambda made: keep_record(folder / "records", made, [], {}, None),
    ).id


@pytest.fixture
def three(tmp_path: Path) -> tuple[Path, list[str]]:
    """A home with three releases, that of March current."""
    return tmp_path, [_publish(tmp_path, month) for month in ("2026-01", "2026-02", "2026-03")]


def test_retention__removes_the_files_of_older_releases_and_no_record(three: tuple[Path, list[str]]) -> None:
    home, releases = three
    published, records = home / "published", home / "records"
    assert remove_older(published, records, None) == []
    assert remove_older(published, records, 2) == releases[:1]
    assert [release.has_files for release in list_releases(published, records)] == [False, True, True]
    assert list(read_records(records)) == releases
    assert sorted(folder.name for folder in (published / "releases").iterdir()) == releases[1:]


def test_retention__never_removes_the_current_release(three: tuple[Path, list[str]]) -> None:
    home, releases = three
    assert _publish(home, "2026-01") == releases[0]  # an older one is current again
    assert current_release(home / "published") == releases[0]
    assert remove_older(home / "published", home / "records", 1) == releases[1:]
    assert [one.id for one in list_releases(home / "published") if one.has_files] == releases[:1]


def test_retention__keeps_files_that_nothing_could_make_again(three: tuple[Path, list[str]]) -> None:
    home, releases = three
    (home / "records" / f"{releases[0]}.json").unlink()
    assert remove_older(home / "published", home / "records", 1) == releases[1:2]
    assert (home / "published" / "releases" / releases[0]).is_dir()


def test_clock__that_goes_back_does_not_change_what_was_current_last(
    three: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Earlier:
            return cls(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr("publishing.record.datetime", Earlier)
    home, releases = three
    fourth = _publish(home, "2026-04")
    assert list(read_records(home / "records")) == [*releases, fourth]
    assert named_release(home / "published", home / "records", "previous") == releases[2]
    assert remove_older(home / "published", home / "records", 2) == releases[:2]


def test_names__current_and_previous_stand_for_ids(three: tuple[Path, list[str]]) -> None:
    home, releases = three
    published, records = home / "published", home / "records"
    assert named_release(published, records, "current") == releases[2]
    assert named_release(published, records, "previous") == releases[1]
    assert named_release(published, records, releases[0]) == releases[0]
    assert _publish(home, "2026-01") == releases[0]
    assert named_release(published, records, "previous") == releases[2]
    for nonsense in ("", ".", "..", "/etc", "2026-09-x"):
        assert named_release(published, records, nonsense) is None


@pytest.mark.slow
def test_setting__removes_older_files_when_publishing_and_says_so(two: TwoReleases, tmp_path: Path) -> None:
    rcw = two.rcw.copy(tmp_path / "home")
    done = rcw("publish", RCW_RELEASES_KEPT="2", RCW_GATE_WAIVERS="raw.nothing")  # a third release of the same figures
    assert done.returncode == 0
    assert f"{two.first}. rcw rebuild makes them again." in done.stderr
    assert not (rcw.home / "published" / "releases" / two.first).exists()
    assert (rcw.home / "published" / "releases" / two.second).exists()
    assert rcw("verify", "current", RCW_GATE_WAIVERS="raw.nothing").returncode == 0


def test_setting__keeps_the_former_release_at_least_since_readers_may_be_in_it(two: TwoReleases) -> None:
    refused = two.rcw("status", RCW_RELEASES_KEPT="1")
    assert (refused.returncode, "RCW_RELEASES_KEPT" in refused.stderr) == (2, True)
