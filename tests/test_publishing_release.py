"""A release: the same bytes from the same inputs, written whole or not at all, and checked against its manifest."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from publishing_support import (
    DIMENSION,
    SURVEY,
    WORKFORCE,
    column,
    create_mart,
    model,
    release_inputs,
    workforce_row,
    write_manifest,
    write_warehouse,
)

from publishing.errors import PublishingError
from publishing.identity import ReleaseInputs, release_id
from publishing.pointer import current_release
from publishing.policy import load_policy
from publishing.release import Release, publish
from publishing.releases import list_releases
from publishing.verify import verify_release

REPOSITORY = Path(__file__).parent.parent


def published(folder: Path, inputs: ReleaseInputs | None = None, evidence: Path | None = None) -> Release:
    warehouse = folder / "warehouse.duckdb"
    if not warehouse.exists():
        write_warehouse(folder)
    return publish(
        warehouse,
        write_manifest(folder, WORKFORCE, SURVEY, DIMENSION),
        folder / "published",
        inputs or release_inputs(),
        evidence,
    )


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_release__holds_every_table_in_each_form(tmp_path: Path) -> None:
    release = published(tmp_path)
    tables = {"mart_workforce_month", "mart_survey_score", "dim_profession"}
    expected = {f"{table}.{form}" for table in tables for form in ("csv", "parquet")}
    assert set(content(release.folder)) == expected | {"research_culture.duckdb", "datapackage.json"}
    assert release.rows == {"mart_workforce_month": 180, "mart_survey_score": 1, "dim_profession": 10}
    assert verify_release(release.folder) == []


def test_release__is_the_same_bytes_in_another_folder_process_and_order_of_arrival(tmp_path: Path) -> None:
    first = published(tmp_path / "one")
    script = (
        "import sys; from pathlib import Path; sys.path[:0] = ['tests', '.'];"
        "from publishing_support import *; from test_publishing_release import published;"
        "inputs = release_inputs(); inputs = release_inputs(deliveries=list(reversed(inputs.deliveries)));"
        "published(Path(sys.argv[1]), inputs)"
    )
    other = tmp_path / "a longer name of another folder"
    subprocess.run([sys.executable, "-c", script, str(other)], cwd=REPOSITORY, check=True)
    assert content(other / "published" / "current") == content(first.folder)


def test_release__holds_no_path_of_the_machine(tmp_path: Path) -> None:
    for data in content(published(tmp_path).folder).values():
        assert str(tmp_path).encode() not in data


def test_csv__has_mark_and_booleans_in_words_and_disarmed_formulas(tmp_path: Path) -> None:
    folder = published(tmp_path).folder
    assert (folder / "dim_profession.csv").read_bytes().startswith(b"\xef\xbb\xbfprofession_code,profession_name\n")
    with (folder / "dim_profession.csv").open(encoding="utf-8-sig", newline="") as stream:
        names = [row["profession_name"] for row in csv.DictReader(stream)]
    assert names == ["Nursing", "'=1+1", "'+44 1", "-5", "'@cmd", "'\tx", 'He said "no", twice', "Ärzte", "", ""]
    with (folder / "mart_workforce_month.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["is_suppressed"] for row in rows} == {"true", "false"}
    assert [row["group_code"] for row in rows[:2]] == ["group_000", "group_001"]


def test_parquet_and_database__say_the_same(tmp_path: Path) -> None:
    folder = published(tmp_path).folder
    with duckdb.connect(str(folder / "research_culture.duckdb"), read_only=True) as connection:
        for table in ("mart_workforce_month", "dim_profession"):
            parquet = connection.execute(f"select * from read_parquet('{folder / table}.parquet')").fetchall()
            assert connection.execute(f"select * from {table}").fetchall() == parquet
        comment = connection.execute("select comment from duckdb_columns() where column_name = 'fte'").fetchone()
        assert comment == ("Full-time equivalents: What it says, 'quoted'",)
        asked = "select tags['storage_version'] from duckdb_databases() where database_name = 'research_culture'"
        assert connection.execute(asked).fetchone() == ("v1.0.0+",)


def test_datapackage__describes_columns_and_says_what_the_release_was_made_from(tmp_path: Path) -> None:
    document = json.loads((published(tmp_path).folder / "datapackage.json").read_text(encoding="utf-8"))
    made_from = document["x-release"]
    assert [delivery["sha256"] for delivery in made_from["deliveries"]] == ["bb", "aa"]
    assert made_from["disclosure_policy"]["staff"]["hidden_up_to"] == 7
    assert made_from["provisional_months"] == ["2026-02", "2026-03"]
    entry = next(entry for entry in document["resources"] if entry["path"] == "mart_workforce_month.csv")
    assert entry["schema"]["primaryKey"] == ["reporting_month", "group_code"]
    assert entry["rows"] == 180
    assert all(field["description"] and field["type"] for field in entry["schema"]["fields"])


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
        "from test_publishing_release import published; published(Path(sys.argv[1]))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path), str(step)], cwd=REPOSITORY, check=False)
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


def test_open_connection__is_used_and_its_settings_put_back(tmp_path: Path) -> None:
    first = published(tmp_path / "path")
    write_warehouse(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("set threads = 2")
        connection.execute("set preserve_insertion_order = false")
        asked = "select current_setting('threads'), current_setting('preserve_insertion_order'), current_setting('force_compression')"
        before = connection.execute(asked).fetchone()
        release = publish(
            connection, write_manifest(tmp_path, WORKFORCE, SURVEY, DIMENSION), tmp_path / "published", release_inputs()
        )
        assert connection.execute(asked).fetchone() == before
    assert content(release.folder) == content(first.folder)


def test_warehouse_path_open_in_this_process__is_published_all_the_same(tmp_path: Path) -> None:
    write_warehouse(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")):
        assert published(tmp_path).is_new


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("drop table marts.mart_survey_score", "holds no table marts.mart_survey_score"),
        ("alter table marts.mart_survey_score drop sd", "sd is missing"),
        ("alter table marts.mart_survey_score alter sd type varchar", "sd is VARCHAR, declared DOUBLE"),
        ("update marts.mart_survey_score set sd = 'nan'", "infinite or no number"),
        ("insert into marts.mart_survey_score values (null, 20, 5, 1)", "have no value in the key"),
    ],
)
def test_mart_unlike_its_metadata__is_refused(tmp_path: Path, sql: str, said: str) -> None:
    write_warehouse(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(sql)
    with pytest.raises(PublishingError, match=said):
        published(tmp_path)
    assert not (tmp_path / "published" / "CURRENT").exists()


def test_wider_integers_of_the_engine__are_narrowed_and_fail_loudly_when_they_do_not_fit(tmp_path: Path) -> None:
    write_warehouse(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("alter table marts.mart_survey_score alter n type hugeint")
    folder = published(tmp_path).folder
    with duckdb.connect(str(folder / "research_culture.duckdb"), read_only=True) as connection:
        assert connection.execute("select typeof(n) from mart_survey_score").fetchone() == ("BIGINT",)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("update marts.mart_survey_score set n = 10::hugeint ** 20")
    with pytest.raises(PublishingError, match="could not be written"):
        published(tmp_path, release_inputs(newest_month="2026-04"))


def test_columns_that_stand_for_persons__are_refused(tmp_path: Path) -> None:
    personal = model("dim_staff", {"staff_key": column("varchar", "key")}, ["staff_key"], subject="dimension")
    with pytest.raises(PublishingError, match="stand for persons"):
        publish(write_warehouse(tmp_path), write_manifest(tmp_path, personal), tmp_path / "p", release_inputs())


def test_no_warehouse__is_said(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, DIMENSION)
    with pytest.raises(PublishingError, match="no warehouse yet"):
        publish(tmp_path / "warehouse.duckdb", manifest, tmp_path / "published", release_inputs())


def test_folder_in_place_of_the_link__is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "published" / "current").mkdir(parents=True)
    with pytest.raises(PublishingError, match="is no link"):
        published(tmp_path)
    assert (tmp_path / "published" / "current").is_dir()


def test_released_files__are_not_readable_by_everyone(tmp_path: Path) -> None:
    release = published(tmp_path)
    assert release.folder.stat().st_mode & 0o777 == 0o750
    for file in [*release.folder.iterdir(), tmp_path / "published" / "CURRENT"]:
        assert file.stat().st_mode & 0o777 == 0o640


def test_evidence__is_part_of_the_release(tmp_path: Path) -> None:
    page = tmp_path / "Load 2026-03.HTML"
    page.write_text("<p>passed</p>")
    release = published(tmp_path, evidence=page)
    assert (release.folder / "evidence.html").read_text() == "<p>passed</p>"
    assert verify_release(release.folder) == []


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
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_release_id__begins_with_the_newest_month() -> None:
    assert release_id(release_inputs()).startswith("2026-03-")
    with pytest.raises(PublishingError, match="is no month"):
        release_inputs(newest_month="2026-13")


def test_policy__is_overridden_by_settings_and_applied(tmp_path: Path) -> None:
    policy = load_policy({"RCW_PUBLISH_STAFF_HIDDEN_UP_TO": "200"})
    release = published(tmp_path, release_inputs(policy=policy))
    with duckdb.connect(str(release.folder / "research_culture.duckdb"), read_only=True) as connection:
        shown = connection.execute("select count(*) from mart_workforce_month where headcount > 0").fetchone()
    assert shown == (0,)


@pytest.mark.parametrize("value", ["0", "-3", "seven", "7.5"])
def test_policy__refuses_what_is_no_threshold(value: str) -> None:
    with pytest.raises(PublishingError, match="RCW_PUBLISH_SURVEY_HIDDEN_UP_TO"):
        load_policy({"RCW_PUBLISH_SURVEY_HIDDEN_UP_TO": value})


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


def test_empty_mart__is_published_with_its_header(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        create_mart(connection, DIMENSION, [])
        create_mart(connection, WORKFORCE, [workforce_row()])
    manifest = write_manifest(tmp_path, DIMENSION, WORKFORCE)
    release = publish(tmp_path / "warehouse.duckdb", manifest, tmp_path / "published", release_inputs())
    assert (release.folder / "dim_profession.csv").read_bytes() == b"\xef\xbb\xbfprofession_code,profession_name\n"
    assert verify_release(release.folder) == []
