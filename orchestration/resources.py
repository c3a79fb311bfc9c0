"""The home as a Dagster resource. It holds the run lock for as long as the run lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from ingestion.settings import load_settings
from orchestration.load_log import load_log
from orchestration.progress import Progress, silent
from orchestration.run_lock import run_lock
from orchestration.session import LoadSession


class Home(dg.ConfigurableResource[Any]):
    """The home named by the settings (RCW_*). `progress` is where the command line listens."""

    _session: LoadSession | None = PrivateAttr(default=None)
    _progress: Progress = PrivateAttr(default=silent)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Home]:
        settings = load_settings()
        with run_lock(settings), load_log(settings, context.run_id) as log:
            log.write("run_started", run_id=context.run_id)
            self._session = LoadSession(settings)
            self._progress = Progress.current()
            self._session.workers.begin(settings)
            try:
                yield self
            finally:
                log.write("run_ended", release=self._session.published_id())
                self._session.close()
                self._session = None

    @property
    def session(self) -> LoadSession:
        assert self._session is not None, "the home is open only while a run lasts"
        return self._session

    @property
    def progress(self) -> Progress:
        return self._progress
