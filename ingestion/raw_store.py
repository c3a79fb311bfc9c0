"""Where a delivery lies in raw storage and the vault, and how it gets there whole.

A delivery is one folder, made under a name that nothing reads and renamed into place when all of it is on disk. A folder
that stands is complete; what a killed load leaves behind is swept away by the next.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.settings import Settings

ROWS = "rows.parquet"
QUARANTINE = "quarantine.parquet"


@dataclass(frozen=True)
class DeliveryKey:
    """What makes a delivery: the same bytes under another month are a delivery of their own."""

    trust_code: str
    extract: str
    reporting_month: date
    sha256: str

    @property
    def delivery_id(self) -> str:
        parts = (self.trust_code, self.extract, self.reporting_month.isoformat(), self.sha256)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @property
    def place(self) -> Path:
        """Folder relative to raw storage or the vault, partitioned so that a month's files are found by name."""
        return Path(
            self.extract,
            f"trust_code={self.trust_code}",
            f"reporting_month={self.reporting_month.isoformat()}",
            f"delivery={self.delivery_id}",
        )


def raw_folder(settings: Settings, key: DeliveryKey) -> Path:
    return settings.raw_folder / key.place


def vault_file(settings: Settings, key: DeliveryKey) -> Path:
    """The identities of a delivery. One file each, so that a kill or a withdrawal never leaves half a vault."""
    return settings.vault_folder / "identities" / key.place.with_suffix(".parquet")


def identity_files(settings: Settings) -> list[Path]:
    """Every file of identities in the vault, of whatever delivery."""
    return sorted((settings.vault_folder / "identities").rglob("*.parquet"))


def _flush(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def put_folder(made: Path, place: Path) -> None:
    """Move a finished folder to its place; one that a killed load left there is replaced by the same content."""
    for file in made.iterdir():
        _flush(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        shutil.rmtree(place)
    made.replace(place)


def put_file(made: Path, place: Path) -> None:
    _flush(made)
    place.parent.mkdir(parents=True, exist_ok=True)
    made.replace(place)


def sweep(settings: Settings) -> None:
    """Remove what a killed load left behind. Call it under the lock only."""
    shutil.rmtree(settings.work_folder, ignore_errors=True)
    settings.work_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
