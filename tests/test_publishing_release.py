"""A release: every table in each form, the same bytes from the same inputs, and what is refused. What stands in the way of a
release is in `test_publishing_current.py`, what is found out about one in `test_publishing_verify.py`.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from publishing_support import (
    DIMENSION,
    SURVEY,
    WORKFORCE,
    column,
    content,
    create_mart,
    model,
    published,
    release_inputs,
    workforce_row,
    write_manifest,
    write_warehouse,
)

from publishing.errors import PublishingError
from publishing.policy import load_policy
from publishing.release import publish
from publishing.verify import verify_release
from tests.conftest import ROOT


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
        "from publishing_support import published, release_inputs;"
        "inputs = release_inputs(); inputs = release_inputs(deliveries=list(reversed(inputs.deliveries)));"
        "published(Path(sys.argv[1]), inputs)"
    )
    other = tmp_path / "a longer name of another folder"
    subprocess.run([sys.executable, "-c", script, str(other)], cwd=ROOT, check=True)
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


def test_policy__is_overridden_by_settings_and_applied(tmp_path: Path) -> None:
    policy = load_policy({"RCW_PUBLISH_STAFF_HIDDEN_UP_TO": "200"})
    release = published(tmp_path, release_inputs(policy=policy))
    with duckdb.connect(str(release.folder / "research_culture.duckdb"), read_only=True) as connection:
        shown = connection.execute("select count(*) from mart_workforce_month where headcount > 0").fetchone()
    assert shown == (0,)


def test_empty_mart__is_published_with_its_header(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        create_mart(connection, DIMENSION, [])
        create_mart(connection, WORKFORCE, [workforce_row()])
    manifest = write_manifest(tmp_path, DIMENSION, WORKFORCE)
    release = publish(tmp_path / "warehouse.duckdb", manifest, tmp_path / "published", release_inputs())
    assert (release.folder / "dim_profession.csv").read_bytes() == b"\xef\xbb\xbfprofession_code,profession_name\n"
    assert verify_release(release.folder) == []
