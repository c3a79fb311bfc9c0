"""A process in which Great Expectations judges, beside the load: its import alone takes seconds, and so does judging."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.beside import Beside, said_for_people

if TYPE_CHECKING:
    from expectations.gate import CheckResult, DeliveryBatch

_WHAT = "the checks"


class Judges:
    """Judges deliveries while the load goes on, and marts when they stand."""

    def __init__(self) -> None:
        self._beside = Beside(gives_way=True, has_pandas=True)  # what is hidden takes longer to decide
        self._under_way: dict[str, tuple[int | None, Future[list[CheckResult]]]] = {}
        self._marts: Future[list[CheckResult]] | None = None

    def begin(self) -> None:
        """Start the process, which imports what it needs."""
        if not self._beside.is_running:
            self._beside.ask(_import)

    def start(self, batch: DeliveryBatch) -> None:
        """Begin to judge a delivery, unless that has begun already."""
        if batch.delivery_id not in self._under_way:
            with said_for_people(_WHAT):
                self._under_way[batch.delivery_id] = (batch.previous_rows, self._beside.ask(_check_delivery, batch))

    def finish(self) -> Iterator[tuple[str, int | None, list[CheckResult]]]:
        """Wait for the deliveries under way: (delivery_id, rows of the month before, results)."""
        while self._under_way:
            delivery_id = next(iter(self._under_way))
            previous, found = self._under_way.pop(delivery_id)
            with said_for_people(_WHAT):
                yield delivery_id, previous, found.result()

    def start_marts(self, warehouse: Path, manifest: Path, from_month: date | None) -> None:
        """Begin to judge the published tables of a warehouse file, which no process may write until they are judged."""
        if self._marts is None:
            with said_for_people(_WHAT):
                self._marts = self._beside.ask(_check_marts, warehouse, manifest, from_month)

    def finish_marts(self) -> list[CheckResult]:
        """Wait for the published tables, which are judged last."""
        assert self._marts is not None, "begun by start_marts"
        found, self._marts = self._marts, None
        try:
            with said_for_people(_WHAT):
                return found.result()
        finally:
            self.close()

    @property
    def has_marts_under_way(self) -> bool:
        return self._marts is not None

    def close(self) -> None:
        self._beside.close()


def _import() -> None:
    from expectations.validation import prepare

    prepare()


def _check_delivery(batch: DeliveryBatch) -> list[CheckResult]:
    from expectations.gate import check_delivery

    return check_delivery(batch)


def _check_marts(warehouse: Path, manifest: Path, from_month: date | None) -> list[CheckResult]:
    from expectations.gate import check_marts

    with duckdb.connect(str(warehouse), read_only=True) as opened:
        return check_marts(opened, json.loads(manifest.read_text(encoding="utf-8")), from_month)
