"""The report of a small release made by hand, written once for all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.report.write import write_report
from tests.report.reading import Page
from tests.report.releases import INPUTS, small_release, write_release


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the release, with its report. Read it only."""
    folder = write_release(tmp_path_factory.mktemp("reported") / "release", small_release())
    write_report(folder, INPUTS)
    return folder


@pytest.fixture(scope="session")
def page(reported: Path) -> Page:
    return Page((reported / "report.html").read_text(encoding="utf-8"))
