"""The DuckDB file of a release follows from its Parquet files alone, to the byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing.database_file import DATABASE_FILE, DatabaseNotMade, database_made_meanwhile

#: Texts that fill more than four fifths of a block of 256 KB and not all of it: what is left over, DuckDB does not clear.
ROWS, LENGTH = 9000, 22


def _parquet_files(folder: Path) -> Path:
    folder.mkdir()
    about = '{description: \'A table\', columns: \'{"a": {"label": "A", "description": "A text"}}\'}'
    with duckdb.connect() as connection:
        for number in range(6):
            texts = ", ".join(f"lpad(cast(i * {number + 1} as varchar), {LENGTH}, '{c}') as {c}" for c in "abcd")
            connection.execute(
                f"copy (select {texts} from range({ROWS}) as t (i))"
                f" to '{(folder / f't{number}.parquet').as_posix()}' (format parquet, kv_metadata {about})"
            )
    return folder


def _made(folder: Path) -> bytes:
    with database_made_meanwhile(folder):
        pass
    return (folder / DATABASE_FILE).read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is cleared by the allocator that DuckDB has on Linux alone")
def test_file__is_the_same_to_the_byte_though_its_blocks_are_not_full(tmp_path: Path) -> None:
    assert len({_made(_parquet_files(tmp_path / f"release_{number}")) for number in range(4)}) == 1


def test_file__holds_every_table_with_its_rows_and_comments(tmp_path: Path) -> None:
    folder = _parquet_files(tmp_path / "release")
    _made(folder)
    with duckdb.connect(str(folder / DATABASE_FILE), read_only=True) as connection:
        tables = connection.execute("select table_name, comment from duckdb_tables() order by 1").fetchall()
        assert tables == [(f"t{number}", "A table") for number in range(6)]
        same = f"select count(*) from (from t1 except all from '{(folder / 't1.parquet').as_posix()}')"
        assert connection.execute(f"select count(*), ({same}) from t1").fetchone() == (ROWS, 0)
        said = connection.execute("select distinct comment from duckdb_columns() where column_name = 'a'").fetchall()
    assert said == [("A: A text",)]


def test_process_that_makes_the_file__is_given_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    class Seen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *command: Any, env: dict[str, str], **options: Any) -> None:
            given.update(env)
            super().__init__(*command, env=env, **options)

    monkeypatch.setattr(subprocess, "Popen", Seen)
    monkeypatch.setenv("RCW_PSEUDONYM_KEY", "a key for tests only, 32 bytes")
    _made(_parquet_files(tmp_path / "release"))
    assert given
    assert not [name for name in given if name.startswith("RCW_")]


def test_file_that_cannot_be_made__stops_the_release(tmp_path: Path) -> None:
    (tmp_path / "torn.parquet").write_bytes(b"PAR1")
    with pytest.raises(DatabaseNotMade, match=r"torn\.parquet"), database_made_meanwhile(tmp_path):
        pass
