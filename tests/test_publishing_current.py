"""A release is written whole or not at all: what `current` shows when a run is killed, fails, comes again or is read meanwhile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from publishing_support import content, published, release_inputs, write_warehouse

from publishing.errors import PublishingError
from publishing.identity import release_id
from publishing.pointer import current_release
from publishing.releases import list_releases
from publishing.verify import verify_release
from tests.conftest import ROOT


def test_current__points_at_the_new_release_and_the_former_stays(tmp_path: Path) -> None:
    first = published(tmp_path)
    second = published(tmp_path, release_inputs(newest_month="2026-04"))
    link = tmp_path / "published" / "current"
    assert link.is_symlink()
    assert link.readlink() == Path("releases") / second.id
    assert current_release(tmp_path / "published") == second.id
    assert [(r.id, r.is_current) for r in list_releases(tmp_path / "published")] == [
        (first.id, False),
        (second.id, True),
    ]
    assert verify_release(first.folder) == []


def test_same_inputs_again__write_nothing_and_point_back(tmp_path: Path) -> None:
    first = published(tmp_path)
    published(tmp_path, release_inputs(newest_month="2026-04"))
    before = {file: file.stat().st_mtime_ns for file in first.folder.iterdir()}
    again = published(tmp_path)
    assert not again.is_new
    assert again.rows == first.rows
    assert {file: file.stat().st_mtime_ns for file in first.folder.iterdir()} == before
    assert current_release(tmp_path / "published") == first.id


def test_damaged_release__is_written_anew(tmp_path: Path) -> None:
    first = published(tmp_path)
    before = content(first.folder)
    (first.folder / "dim_profession.csv").unlink()
    assert published(tmp_path).is_new
    assert content(first.folder) == before


def test_killed_run__leaves_no_trace_in_the_next(tmp_path: Path) -> None:
    releases = tmp_path / "published" / "releases"
    for left in (f".incoming-{release_id(release_inputs())}", ".incoming-2020-01-000000000000"):
        (releases / left).mkdir(parents=True)
        (releases / left / "half.parquet").write_text("half")
    (tmp_path / "published" / ".current.new").symlink_to("nowhere")
    (tmp_path / "published" / ".CURRENT.new").write_text("half")
    release = published(tmp_path)
    assert [folder.name for folder in releases.iterdir()] == [release.id]
    assert sorted(entry.name for entry in (tmp_path / "published").iterdir()) == ["CURRENT", "current", "releases"]


@pytest.mark.parametrize("step", [3, 10, 12, 14])
def test_run_killed_at_any_step__is_finished_by_the_next(tmp_path: Path, step: int) -> None:
    """Steps are the calls that put something on disk for good: 9 files and folders, the rename, link and name."""
    write_warehouse(tmp_path)
    former = published(tmp_path, release_inputs(newest_month="2026-02"))
    script = (
        "import os, sys; from pathlib import Path; sys.path[:0] = ['tests', '.']; done = 0\n"
        "def dying(call):\n"
        "    def step(*given):\n"
        "        global done; done += 1\n"
        "        if done == int(sys.argv[2]): os._exit(9)\n"
        "        return call(*given)\n"
        "    return step\n"
        "os.replace, os.fsync = dying(os.replace), dying(os.fsync)\n"
        "from publishing_support import published; published(Path(sys.argv[1]))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path), str(step)], cwd=ROOT, check=False)
    assert killed.returncode == 9
    assert verify_release(tmp_path / "published" / "current") == []
    assert current_release(tmp_path / "published") in (former.id, None)
    release = published(tmp_path)
    assert current_release(tmp_path / "published") == release.id
    assert content(release.folder) == content(published(tmp_path / "undisturbed").folder)
    assert len(list((tmp_path / "published" / "releases").iterdir())) == 2


def test_failure__leaves_the_former_release_current(tmp_path: Path) -> None:
    first = published(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("insert into marts.mart_survey_score select * from marts.mart_survey_score")
    with pytest.raises(PublishingError, match="stand on more than one row"):
        published(tmp_path, release_inputs(newest_month="2026-04"))
    assert current_release(tmp_path / "published") == first.id
    assert [entry.name for entry in (tmp_path / "published" / "releases").iterdir()] == [first.id]


def test_folder_in_place_of_the_link__is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "published" / "current").mkdir(parents=True)
    with pytest.raises(PublishingError, match="is no link"):
        published(tmp_path)
    assert (tmp_path / "published" / "current").is_dir()


def test_reader_following_current__never_misses_a_file(tmp_path: Path) -> None:
    """Between two publications every read through `current` finds a whole release."""
    published(tmp_path)
    script = (
        "import json, sys; from pathlib import Path\n"
        "current = Path(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "while not (current.parent / 'stop').exists():\n"
        "    folder = current.resolve(strict=True)\n"
        "    for entry in json.loads((folder / 'datapackage.json').read_bytes())['resources']:\n"
        "        assert (folder / entry['path']).stat().st_size == entry['bytes']\n"
    )
    root = tmp_path / "published"
    with subprocess.Popen([sys.executable, "-c", script, str(root / "current")], stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        for month in ("2026-04", "2026-05", "2026-06"):
            published(tmp_path, release_inputs(newest_month=month))
        (root / "stop").touch()
        reader.wait(timeout=30)
    assert reader.returncode == 0
