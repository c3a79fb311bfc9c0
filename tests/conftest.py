"""Fixtures that several test modules share. What only one needs lies in that module."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.raw_views import create_control_tables, create_raw_views
from synthetic.trust import write_trust
from tests.homes import CORRECTED, FIRST_MONTH, MONTHS, STAFF, EmptyWarehouse, Rcw, correct_absences
from tests.once import made_once
from tests.order import costly_first

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Test processes take the files in the order of `costly_first`, not those with most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = costly_first(items)


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """A load narrows the umask of its process, which must not reach the next test."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def _dbt(folder: Path, *arguments: str) -> str:
    """Run dbt in a process of its own, since it keeps state in its process. Returns what it printed."""
    project = str(ROOT / "dbt_project")
    command = [sys.executable, "-m", "dbt.cli.main", *arguments, "--project-dir", project, "--profiles-dir", project]
    environment = os.environ | {
        "RCW_WAREHOUSE_FILE": (folder / "warehouse.duckdb").as_posix(),
        "DBT_TARGET_PATH": (folder / "target").as_posix(),
        "DBT_LOG_PATH": (folder / "logs").as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> EmptyWarehouse:
    """The whole dbt project built once over empty extracts, and then its unit tests.

    Unit tests come after: one about an incremental model looks at the table that is already there.
    """
    return made_once(tmp_path_factory, "empty_warehouse", _build_over_nothing)


def _build_over_nothing(folder: Path) -> EmptyWarehouse:
    file, run_results = folder / "warehouse.duckdb", folder / "target" / "run_results.json"
    with duckdb.connect(str(file)) as connection:
        create_raw_views(connection, {})
        create_control_tables(connection, {})
    results = []
    for arguments in (
        ["build", "--exclude-resource-type", "unit_test", "exposure"],
        ["test", "--select", "test_type:unit"],
    ):
        run_results.unlink(missing_ok=True)
        output = _dbt(folder, *arguments)
        assert run_results.exists(), output
        results += json.loads(run_results.read_text(encoding="utf-8"))["results"]
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    return EmptyWarehouse(file, manifest, results)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published files and test vectors, which is no part of the repository."""
    folder = Path(os.environ.get("RCW_SHARED_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data are not here: RCW_SHARED_DATA names no folder, and ../shared/data is none")
    return folder


@pytest.fixture(scope="session")
def trust_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Landing files of the synthetic trust; one month's absences come twice."""

    def write(folder: Path) -> Path:
        write_trust(folder, staff=STAFF, months=MONTHS, first_month=FIRST_MONTH, seed=7)
        correct_absences(folder, CORRECTED)
        return folder

    return made_once(tmp_path_factory, "trust_files", write)


@pytest.fixture(scope="session")
def loaded(trust_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Rcw:
    """A home in which every month has been loaded in one go. Read it; copy it before changing anything."""

    def load(home: Path) -> Rcw:
        rcw = Rcw(home)
        shutil.copytree(trust_files, rcw.landing)
        done = rcw("load")
        assert done.returncode == 0, done.stdout + done.stderr
        return rcw

    return made_once(tmp_path_factory, "loaded", load)
