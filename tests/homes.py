"""What several tests stand on: a home on which the command line is tried as a person would, and the warehouse of no files."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAFF, MONTHS, FIRST_MONTH = 120, 4, "2025-01"
#: The month whose absences come twice: what the second file leaves out has been taken back.
CORRECTED = "2025-02"
KEY = "a key for tests that is long enough"


@dataclass(frozen=True)
class Rcw:
    """`rcw` with a home of its own."""

    home: Path

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {k: v for k, v in os.environ.items() if not k.startswith("RCW_")}
        variables |= {"RCW_HOME": str(self.home), "RCW_PSEUDONYM_KEY": KEY, **environment}
        command = [sys.executable, "-m", "orchestration.cli", *arguments]
        return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=3600, check=False)

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    def release(self) -> Path:
        return (self.home / "published" / "current").resolve()

    def copy(self, to: Path) -> Rcw:
        """The same home elsewhere, so that a test may change it."""
        shutil.copytree(self.home, to, symlinks=True)
        return Rcw(to)


@dataclass(frozen=True)
class EmptyWarehouse:
    """What dbt made of empty extracts: every table, no rows; and what became of every test."""

    file: Path
    manifest: dict[str, Any]
    results: list[dict[str, Any]]


def correct_absences(landing: Path, month: str) -> Path:
    """A `_v2` of a month's absences, without its first three spells of sickness."""
    file = landing / "hr_absence" / f"hr_absence_{month}.csv"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    sickness = [row for row in rows if row[header.index("Absence Category")] == "Sickness"]
    corrected = file.with_name(f"hr_absence_{month}_v2.csv")
    with corrected.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *(row for row in rows if row not in sickness[:3])])
    return corrected
