"""The same tables give the same report, byte for byte, wherever and whenever it is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from publishing.report.write import REPORT_FILES
from tests.conftest import ROOT
from tests.report.releases import small_release, write_release

_MAKE = (
    "import sys; from pathlib import Path; from publishing.report.write import write_report;"
    "from tests.report.releases import INPUTS; write_report(Path(sys.argv[1]), INPUTS, destination=Path(sys.argv[2]))"
)


def _made(release: Path, destination: Path, **environment: str) -> dict[str, bytes]:
    destination.mkdir()
    variables = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    subprocess.run(
        [sys.executable, "-c", _MAKE, str(release), str(destination)], env=variables, check=True, cwd=destination
    )
    return {name: (destination / name).read_bytes() for name in REPORT_FILES}


def test_report__is_the_same_from_another_folder_clock_locale_and_process(tmp_path: Path, reported: Path) -> None:
    elsewhere = write_release(tmp_path / "some where else", small_release())
    first = {name: (reported / name).read_bytes() for name in REPORT_FILES}
    far_away = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "86400"}
    assert _made(elsewhere, tmp_path / "made", **far_away) == first
