from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from synthetic import Truth, write_trust
from tests.cli import conftest as command_line
from tests.vault.stored import StoredHome

rcw = command_line.rcw
MONTHS = ("2025-01", "2025-02")


@pytest.fixture(scope="session")
def small_trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    landing = tmp_path_factory.mktemp("small_trust") / "landing"
    return landing, write_trust(landing, staff=60, months=len(MONTHS), first_month=MONTHS[0], seed=5)


@pytest.fixture(scope="session")
def landed_once(small_trust: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> StoredHome:
    """Look at it; change a copy (`stored`)."""
    home = StoredHome(tmp_path_factory.mktemp("landed_once"), small_trust[0])
    home.land()
    return home


@pytest.fixture
def stored(landed_once: StoredHome, tmp_path: Path) -> StoredHome:
    """A home of one's own with all that was landed."""
    shutil.copytree(landed_once.path, tmp_path / "home")
    return StoredHome(tmp_path / "home", landed_once.landing)


@pytest.fixture
def without_landing(tmp_path: Path) -> Callable[[StoredHome], StoredHome]:
    """The same home, its landing files gone."""

    def emptied(home: StoredHome) -> StoredHome:
        (tmp_path / "no landing").mkdir()
        return StoredHome(home.path, tmp_path / "no landing", home.key)

    return emptied
