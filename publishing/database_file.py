"""The DuckDB file of a release, made from its Parquet files by a process that has seen nothing else.

DuckDB writes blocks of memory to disk whole, with whatever the parts that it does not use held before (its issue 23382). In the
process of a load that may be figures that the release hides, and it is never the same twice. In a process of its own it can only
be what the release shows, and where the allocator can be told to clear memory (Linux), nothing. This file is also the program of
that process: it stands alone, imports nothing of the product, and is given none of its settings, among which may be the key.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATABASE_FILE = "research_culture.duckdb"
#: Oldest storage format that holds all we write, so that BI clients with an older DuckDB can open the file.
_STORAGE_VERSION = "v1.0.0"
# The bytes of a DuckDB file differ from run to run where it chooses a compression by sampling.
_SETTINGS = {"threads": "1", "preserve_insertion_order": "true", "force_compression": "'uncompressed'"}

#: Has memory cleared when it is given out: by the allocator that DuckDB brings, and by glibc's where it brings none.
_CLEAR_MEMORY = {"DUCKDB_JE_MALLOC_CONF": "zero:true", "MALLOC_PERTURB_": "255"}


class DatabaseNotMade(Exception):
    """The process that makes the file has failed; the text is the last thing that it said."""


@contextmanager
def database_made_meanwhile(folder: Path) -> Iterator[None]:
    """Make the file of the release in `folder`, whose Parquet files stand, while the block runs. It stands once the block is left.

    Raises:
        DatabaseNotMade: it could not be made.
    """
    command = [sys.executable, "-I", str(Path(__file__)), str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RCW_")} | _CLEAR_MEMORY
    making = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield
    except BaseException:
        making.kill()
        raise
    finally:
        _, said = making.communicate()
    if making.returncode:
        raise DatabaseNotMade((said.strip().splitlines() or ["it ended without a word"])[-1])


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def make_database(folder: Path) -> None:
    """Write every Parquet file of a folder as a table, in the order of its rows, with what its metadata says as comments."""
    import duckdb

    with duckdb.connect(":memory:") as connection:
        for setting, value in _SETTINGS.items():
            connection.execute(f"set {setting} = {value}")
        file = _text((folder / DATABASE_FILE).as_posix())
        connection.execute(f"attach {file} as release (read_write, storage_version {_text(_STORAGE_VERSION)})")
        for parquet in sorted(folder.glob("*.parquet")):
            table, read = f"release.main.{_name(parquet.stem)}", _text(parquet.as_posix())
            connection.execute(f"create table {table} as select * from read_parquet({read})")
            said = {
                bytes(key).decode(): bytes(value).decode()
                for key, value in connection.execute(
                    f"select key, value from parquet_kv_metadata({read}) where decode(key) in ('description', 'columns')"
                ).fetchall()
            }
            comments = [f"comment on table {table} is {_text(said['description'])}"]
            comments += [
                f"comment on column {table}.{_name(column)} is {_text(about['label'] + ': ' + about['description'])}"
                for column, about in json.loads(said["columns"]).items()
            ]
            connection.execute(f"begin; {'; '.join(comments)}; commit")  # one write to disk instead of one for each
        connection.execute("checkpoint release; detach release")


def _main() -> None:
    import duckdb

    try:
        make_database(Path(sys.argv[1]))
    except (duckdb.Error, OSError) as fault:
        sys.exit(str(fault).splitlines()[0])


if __name__ == "__main__":
    _main()
