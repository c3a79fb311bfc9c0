"""The processes that work beside a load. A command that knows of work begins them before it imports Dagster; the run finds them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

from ingestion.settings import Settings
from orchestration.building import Builder
from orchestration.dbt_home import has_fresh_manifest, stored_sql_file
from orchestration.deciding import Decider
from orchestration.judging import Judges
from orchestration.landing import Lander, Scope
from orchestration.reporting import Reporter


@dataclass(frozen=True)
class Workers:
    lander: Lander = field(default_factory=Lander)
    judges: Judges = field(default_factory=Judges)
    builder: Builder = field(default_factory=Builder)
    decider: Decider = field(default_factory=Decider)
    reporter: Reporter = field(default_factory=Reporter)

    @staticmethod
    def current() -> Workers:
        """Those that were begun for this load; where none were, new ones that start when they are needed."""
        return _begun.get() or Workers()

    def begin(self, settings: Settings) -> None:
        """Begin what is wanted first. The judges begin when Dagster has been imported: before that the machine has enough to do."""
        is_full = not stored_sql_file(settings).exists()  # else no dbt is wanted
        if is_full and has_fresh_manifest(settings):  # else this process reads the project first
            self.builder.begin(settings)

    def close(self) -> None:
        for worker in (self.lander, self.judges, self.builder, self.decider, self.reporter):
            worker.close()


_begun: ContextVar[Workers | None] = ContextVar("workers", default=None)


@contextmanager
def begun(settings: Settings, months: Collection[date]) -> Iterator[None]:
    """Begin them, for the session that opens within the block and lands the files of these months."""
    workers = Workers()
    token = _begun.set(workers)
    try:
        workers.lander.begin(settings, Scope.of(None, months))
        workers.begin(settings)
        yield
    finally:
        _begun.reset(token)
        workers.close()
