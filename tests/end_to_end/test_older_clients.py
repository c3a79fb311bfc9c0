"""The released DuckDB file opens in clients with an older DuckDB, as BI tools and R installations have.

Needs PyPI, or an index in its place, for wheels of older versions; each is installed into an environment of its own.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.homes import Rcw

READ = """
import sys, duckdb
release = duckdb.connect(sys.argv[1], read_only=True)
tables = [name for (name,) in release.execute("select table_name from duckdb_tables() order by 1").fetchall()]
print(duckdb.__version__, len(tables), sum(release.execute(f"select count(*) from {name}").fetchone()[0] for name in tables))
"""


def _older(version: str, folder: Path) -> Path:
    """A Python that has this version of DuckDB."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check"]
    done = subprocess.run(
        [python, "-m", "pip", "install", *options, f"duckdb=={version}"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"DuckDB {version} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    return python


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.0.0", "1.2.2", "1.4.4"])
def test_duckdb_file__is_read_by_an_older_version(winter: Rcw, tmp_path: Path, version: str) -> None:
    file = winter.release() / "research_culture.duckdb"
    old = _older(version, tmp_path / "environment")
    outputs = [
        subprocess.run([python, "-c", READ, str(file)], capture_output=True, text=True, check=True).stdout.split()
        for python in (old, Path(sys.executable))
    ]
    (found, *older), (_, *newer) = outputs
    assert found == version
    assert older == newer
