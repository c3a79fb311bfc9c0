"""The release that the tests of the explorer look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.explorer.made_release import make_release
from tests.test_publishing_metadata import described_models

READS = {"dim_indicator", "mart_scorecard_month", "mart_spc_point"}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder. Read it only."""
    if not {model["name"] for model in described_models()} >= READS:
        pytest.skip("the project has no scorecard or no control charts")
    return make_release(tmp_path_factory.mktemp("explored") / "2025-11-made")
