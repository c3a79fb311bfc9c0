"""A small trust landed into a home, and what is then stored in it: for tests that rewrite what is stored."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import LandResult, land
from ingestion.settings import Settings
from tests.ingestion.delivering import KEY, settings_for


@dataclass(frozen=True)
class StoredHome:
    """A home whose landing folder lies elsewhere."""

    path: Path
    landing: Path
    key: bytes = KEY

    @property
    def settings(self) -> Settings:
        return settings_for(self.path, landing=self.landing, pseudonym_key=self.key.decode())

    def land(self) -> LandResult:
        ledger = Ledger(self.settings)
        try:
            return land(self.settings, ledger, self.key, look(self.settings))
        finally:
            ledger.close()

    def files(self) -> dict[str, list[tuple[Any, ...]]]:
        """Rows of every stored file, in order, by its place; columns first."""
        return {file.relative_to(self.path).as_posix(): rows(file) for file in self._parquet()}

    def _parquet(self) -> list[Path]:
        return sorted(
            [*(self.path / "raw").rglob("*.parquet"), *(self.path / "vault" / "identities").rglob("*.parquet")]
        )

    def everything(self) -> bytes:
        """All that is stored, the decoded tables too: to search for what must not be there."""
        stored = [file.read_bytes() for file in self.path.rglob("*") if file.is_file() and file.name != "pseudonym.key"]
        return b"\n".join([*stored, *(repr(rows(file)).encode() for file in self._parquet())])

    def deliveries(self) -> dict[str, tuple[int, int, int]]:
        """Rows delivered, accepted, rejected of every delivery by file name."""
        ledger = Ledger(self.settings)
        try:
            return {
                d.file_name: (d.rows_delivered, d.rows_accepted, d.rows_rejected) for d in ledger.deliveries().values()
            }
        finally:
            ledger.close()


def rows(file: Path) -> list[tuple[Any, ...]]:
    result = duckdb.execute("select * from read_parquet(?, hive_partitioning = false)", [file.as_posix()])
    names = tuple(column[0] for column in result.description or ())
    return [names, *result.fetchall()]


def employee_numbers(landing: Path, month: str) -> list[str]:
    [file] = landing.glob(f"hr_assignments/*{month}*.csv")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(dict.fromkeys(row["Employee Number"] for row in csv.DictReader(lines)))
