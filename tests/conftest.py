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
from tests.empty_build import results as results_of_empty_build
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


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> EmptyWarehouse:
    """The whole dbt project built once over empty extracts, and its unit tests."""
    return made_once(tmp_path_factory, "empty_warehouse", _build_over_nothing)


def _build_over_nothing(folder: Path) -> EmptyWarehouse:
    file, target = folder / "warehouse.duckdb", folder / "target"
    with duckdb.connect(str(file)) as connection:
        create_raw_views(connection, {})
        create_control_tables(connection, {})
    environment = os.environ | {
        "RCW_WAREHOUSE_FILE": file.as_posix(),
        "DBT_TARGET_PATH": target.as_posix(),
        "DBT_LOG_PATH": (folder / "logs").as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.empty_build"]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    documents = [json.loads(kept.read_text(encoding="utf-8")) for kept in results_of_empty_build(target)]
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return EmptyWarehouse(file, manifest, [result for document in documents for result in document["results"]])


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
