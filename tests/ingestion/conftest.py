from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.load import open_workbench
from tests.ingestion.delivering import KEY, Taker, settings_for


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_workbench(settings_for(tmp_path_factory.mktemp("workbench")), KEY) as connection:
        yield connection


@pytest.fixture
def take(tmp_path: Path, workbench: duckdb.DuckDBPyConnection) -> Taker:
    return Taker(settings_for(tmp_path), workbench)
