"""The release that the tests of the explorer look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.explorer.made_release import make_release


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder. Read it only."""
    return make_release(tmp_path_factory.mktemp("explored") / "2025-11-made")
