"""A release of a small trust as its readers get it, for the tests of what they find there."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic.trust import write_trust
from tests.homes import Rcw
from tests.once import made_once


@pytest.fixture(scope="session")
def winter(tmp_path_factory: pytest.TempPathFactory) -> Rcw:
    """A home with October to March loaded, the half-year in which every survey is delivered. Read it only."""

    def load(home: Path) -> Rcw:
        rcw = Rcw(home)
        write_trust(rcw.landing, staff=150, months=6, first_month="2024-10", seed=7)
        done = rcw("load")
        assert done.returncode == 0, done.stdout + done.stderr
        return rcw

    return made_once(tmp_path_factory, "winter", load)
