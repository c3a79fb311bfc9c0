"""A second process in which Great Expectations judges, beside the load.

Its import alone takes seconds, and so does judging; meanwhile the load goes on landing and building. The process is started
with the first delivery to judge, and ends with the load, however the load ends.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import date
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ingestion.errors import RcwError

if TYPE_CHECKING:
    from expectations.gate import CheckResult, DeliveryBatch


class Judges:
    """Judges deliveries while the load goes on, and marts when they stand."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._under_way: dict[str, tuple[int | None, Future[list[CheckResult]]]] = {}

    def start(self, batch: DeliveryBatch) -> None:
        """Begin to judge a delivery, unless that has begun already."""
        if batch.delivery_id not in self._under_way:
            with _said_for_people():
                self._under_way[batch.delivery_id] = (batch.previous_rows, self._process.submit(_check_delivery, batch))

    def finish(self) -> Iterator[tuple[str, int | None, list[CheckResult]]]:
        """Wait for the deliveries under way: (delivery_id, rows of the month before, results)."""
        while self._under_way:
            delivery_id = next(iter(self._under_way))
            previous, found = self._under_way.pop(delivery_id)
            with _said_for_people():
                yield delivery_id, previous, found.result()

    def check_marts(self, warehouse: Path, manifest: Path, from_month: date | None) -> list[CheckResult]:
        """Judge the published tables of a warehouse file that this process does not hold open."""
        with _said_for_people():
            return self._process.submit(_check_marts, warehouse, manifest, from_month).result()

    @property
    def _process(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


@contextmanager
def _said_for_people() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool:
        raise RcwError(
            "The process that runs the checks ended before they were done (out of memory, most likely), so nothing was "
            "published. Free some memory and run the same command again."
        ) from None


def _begin() -> None:
    os.umask(0o077)
    threading.Thread(target=_end_with_the_load, daemon=True).start()
    import great_expectations  # noqa: F401  (while the load lands its first files)


def _end_with_the_load() -> None:
    """A load that is killed outright cannot tell this process to stop."""
    load = parent_process()
    if load is not None:
        connection.wait([load.sentinel])
        os._exit(1)


def _check_delivery(batch: DeliveryBatch) -> list[CheckResult]:
    from expectations.gate import check_delivery

    return check_delivery(batch)


def _check_marts(warehouse: Path, manifest: Path, from_month: date | None) -> list[CheckResult]:
    from expectations.gate import check_marts

    with duckdb.connect(str(warehouse), read_only=True) as opened:
        return check_marts(opened, json.loads(manifest.read_text(encoding="utf-8")), from_month)
