"""The processes that work beside a load. A command that knows of work begins the builder before it imports Dagster; the run finds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from ingestion.settings import Settings
from orchestration.building import Builder
from orchestration.judging import Judges
from orchestration.warehouse import has_fresh_manifest


@dataclass(frozen=True)
class Workers:
    judges: Judges = field(default_factory=Judges)
    builder: Builder = field(default_factory=Builder)

    @staticmethod
    def current() -> Workers:
        """Those that were begun for this load; where none were, new ones that start when they are needed."""
        return _begun.get() or Workers()

    def begin(self, settings: Settings) -> None:
        """Begin what is wanted first. The judges begin once files have landed: before that the machine has enough to do."""
        if has_fresh_manifest(settings):  # else this process reads the project first
            self.builder.begin(settings)

    def close(self) -> None:
        self.judges.close()
        self.builder.close()


_begun: ContextVar[Workers | None] = ContextVar("workers", default=None)


@contextmanager
def begun(settings: Settings) -> Iterator[None]:
    """Begin them, for the session that opens within the block."""
    workers = Workers()
    token = _begun.set(workers)
    try:
        workers.begin(settings)
        yield
    finally:
        _begun.reset(token)
        workers.close()
