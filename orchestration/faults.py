"""Faults of the machine in words for people, and what is kept of faults that nobody foresaw.

Libraries word the same fault differently, and Dagster hands on texts alone, so faults are told by their texts. A text of a fault
may hold a value of a file: it is compared, never shown or stored.
"""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingestion.settings import Settings

_FULL = ("no space left on device", "disk is full", "disk quota exceeded", "file too large", "[errno 27]", "[errno 28]")
_PERHAPS_FULL = ("disk i/o error", "ioexception", "io error", "could not write", "failed to write")
_NOT_WRITABLE = ("read-only file system", "readonly database", "permission denied", "[errno 13]", "[errno 30]")
_MEMORY = ("outofmemory", "out of memory", "memoryerror", "cannot allocate memory")
_LITTLE = 8_000_000  # bytes free, below which a fault of writing means a full disk


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def texts_of(error: BaseException) -> list[str]:
    return [f"{type(one).__name__}: {one}" for one in chain(error)]


def in_words(settings: Settings, texts: Iterable[str]) -> str | None:
    """What a fault of the machine is and what to do about it; None where it is none."""
    said = "\n".join(texts).lower()

    def is_any(words: tuple[str, ...]) -> bool:
        return any(word in said for word in words)

    if is_any(_FULL) or (is_any(_PERHAPS_FULL) and _free(settings.home) < _LITTLE):
        return (
            f"The disk that holds {settings.home} is full, so the command stopped. What is published has not changed. Free some space "
            "and run the same command again; nothing has to be cleaned up."
        )
    if is_any(_NOT_WRITABLE):
        return (
            f"Something in {settings.home} cannot be written by this user, so the command stopped. What is published has not changed. "
            "Give the folder to this user, or set RCW_HOME to one that can be written, and run the same command again."
        )
    if is_any(_MEMORY):
        return (
            f"Memory ran out (RCW_MEMORY_LIMIT={settings.memory_limit}), so the command stopped. What is published has not changed. "
            "Close other programs, or set a limit that the machine has, and run the same command again."
        )
    return None


def _free(path: Path) -> int:
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def keep_trace(settings: Settings, error: BaseException) -> Path | None:
    """Where an unforeseen fault happened, in a file of the logs: kinds and places in the code, no texts. None: not written."""
    lines = []
    for one in chain(error):
        lines.append(f"{type(one).__module__}.{type(one).__name__}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(one.__traceback__)
        ]
    file = settings.home / "logs" / f"fault-{datetime.now(UTC):%Y%m%dT%H%M%S}.txt"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return None
    return file
