"""A home with its landing folder, for tests of what is current. A file's content follows from the first word of its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.landing import LandingFile, look
from ingestion.ledger import Ledger
from ingestion.load import LandResult, land
from ingestion.settings import Settings
from tests.ingestion.delivering import KEY, as_csv, cells, settings_for

EXTRACT = "hr_leavers"


def content(word: str) -> bytes:
    """A file of leavers that differs by word; a word that begins with `bad` makes one that is refused."""
    if word.startswith("bad"):
        return f"no header,{word}".encode()
    return as_csv(cells(EXTRACT, [{"Destination On Leaving": word}], sound=3)).encode()


@dataclass(frozen=True)
class Home:
    path: Path

    @property
    def landing(self) -> Path:
        return self.path / "landing"

    def settings(self, **changes: Any) -> Settings:
        return settings_for(self.path, **changes)

    def put(self, *names: str, folder: str = EXTRACT) -> list[Path]:
        """Write files named `word_2025-03[_vN].csv`."""
        files = [self.landing / folder / name for name in names]
        for file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content(file.name.split("_")[0]))
        return files

    def remove(self, *names: str) -> None:
        for name in names:
            (self.landing / EXTRACT / name).unlink()

    def withdraw(self, *words: str) -> None:
        """Write `withdrawn.csv` anew."""
        lines = [f"{hashlib.sha256(content(word)).hexdigest()},{word} was wrong" for word in words]
        (self.landing / "withdrawn.csv").write_text("\n".join(["sha256,reason", *lines]), encoding="utf-8")

    def land(
        self,
        *names: str,
        extracts: Collection[str] | None = None,
        months: Collection[date] | None = None,
        on_file: Callable[[LandingFile], None] | None = None,
        settle_seconds: float = 0,
    ) -> LandResult:
        """Put files and take what is new."""
        self.put(*names)
        settings = self.settings(settle_seconds=settle_seconds)
        with self.ledger() as ledger:
            return land(settings, ledger, KEY, look(settings), extracts=extracts, months=months, on_file=on_file)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        ledger = Ledger(self.settings())
        try:
            yield ledger
        finally:
            ledger.close()

    @property
    def current(self) -> dict[str, str]:
        """Month -> word of the current delivery."""
        with self.ledger() as ledger:
            deliveries = ledger.deliveries()
            return {f"{s.reporting_month:%Y-%m}": _word(deliveries[d].file_name) for s, d in ledger.current().items()}

    @property
    def conflicts(self) -> dict[str, str]:
        with self.ledger() as ledger:
            return {f"{slot.reporting_month:%Y-%m}": files for slot, files in ledger.conflicts().items()}

    @property
    def statuses(self) -> dict[str, str]:
        """Word -> status of the delivery."""
        with self.ledger() as ledger:
            current, withdrawn = ledger.current(), ledger.withdrawn()
            return {_word(d.file_name): ledger.status_of(d, current, withdrawn) for d in ledger.deliveries().values()}


def _word(file_name: str) -> str:
    return file_name.split("_")[0]
