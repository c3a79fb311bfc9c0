"""Changing many stored files together or not at all: made aside, listed in a journal, then put in their places.

Until the journal stands, nothing that is read has changed. Once it stands the change is decided: whoever next takes the
run lock puts the rest in place, and needs no key for it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ingestion.ledger import FORGOTTEN_PEOPLE, Ledger, RowsLeftOut
from ingestion.raw_store import put_file
from ingestion.settings import Settings
from ingestion.suppressed import read_suppressed


def _folder(settings: Settings) -> Path:
    """In the vault, since what is made aside may hold names."""
    return settings.vault_folder / "rewriting"


def _journal(settings: Settings) -> Path:
    return _folder(settings) / "journal.json"


@dataclass
class Rewriting:
    """A change under way. Make it under the run lock."""

    settings: Settings
    title: str
    moves: list[tuple[str, str]] = field(default_factory=list)  # file made aside -> place, relative to the home

    def __post_init__(self) -> None:
        shutil.rmtree(_folder(self.settings), ignore_errors=True)
        _folder(self.settings).mkdir(parents=True, mode=0o700)

    @property
    def next_aside(self) -> Path:
        """Where the next file is to be written; it counts once `aside` has said what it replaces."""
        return _folder(self.settings) / f"{len(self.moves):06}"

    def aside(self, place: Path) -> Path:
        """Where to write the new content of a file of the home."""
        made = self.next_aside
        self.moves.append((made.name, place.relative_to(self.settings.home).as_posix()))
        return made

    def write(self, place: Path, content: bytes) -> None:
        made = self.aside(place)
        made.touch(mode=0o600)
        made.write_bytes(content)

    def commit(self, left_out: Sequence[RowsLeftOut] = ()) -> None:
        """Decide the change, then carry it out. The warehouse goes; the next build makes it anew from what is stored.

        Args:
            left_out: what the ledger has to say of deliveries whose rows became fewer.
        """
        for made, _ in self.moves:
            _sync(_folder(self.settings) / made)
        document = {"title": self.title, "moves": self.moves, "left_out": [asdict(one) for one in left_out]}
        draft = _journal(self.settings).with_suffix(".draft")
        draft.write_text(json.dumps(document), encoding="utf-8")
        _sync(draft)
        draft.replace(_journal(self.settings))
        _sync(_folder(self.settings))
        finish_rewriting(self.settings)

    def abandon(self) -> None:
        shutil.rmtree(_folder(self.settings), ignore_errors=True)


def finish_rewriting(settings: Settings) -> str | None:
    """Carry out what was decided and clear away what was not. Call it under the run lock.

    Returns:
        What was carried out, or None where there was nothing.
    """
    if not _folder(settings).exists():
        return None
    title = None
    if _journal(settings).exists():
        document = json.loads(_journal(settings).read_text(encoding="utf-8"))
        _carry_out(settings, document["moves"], [RowsLeftOut(**one) for one in document["left_out"]])
        title = str(document["title"])
        _journal(settings).unlink()
    shutil.rmtree(_folder(settings))
    return title


def _carry_out(settings: Settings, moves: Sequence[Sequence[str]], left_out: Sequence[RowsLeftOut]) -> None:
    for made, place in moves:
        if (_folder(settings) / made).exists():
            put_file(_folder(settings) / made, settings.home / place)
    ledger = Ledger(settings)
    try:
        ledger.leave_out(left_out)
        ledger.set_state(FORGOTTEN_PEOPLE, sorted({one.subject for one in read_suppressed(settings)}))
        ledger.set_state("built", None)
    finally:
        ledger.close()
    for file in settings.warehouse_file.parent.glob(settings.warehouse_file.name + "*"):
        file.unlink()


def _sync(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
