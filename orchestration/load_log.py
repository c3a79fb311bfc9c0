"""One log a load, for machines: `logs/load-<id>.jsonl` in the home, one JSON object a line.

Lines: `load_started`, `step` (with seconds), `delivery` (with counts), `build`, `gate`, `release`, `alert`, `load_ended`. Every line has
`at` (UTC) and `load`. Texts are masked; file names, months and counts are all that stands of the data. A log that cannot be
written fails no load.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.load import LandResult
from ingestion.settings import Settings
from ingestion.without_people import without_people

KEPT = 500  # newest logs that stay


@dataclass(frozen=True)
class LoadLog:
    """A log that is open. Without a file nothing is written."""

    file: Path | None = None
    load_id: str = ""

    @staticmethod
    def current() -> LoadLog:
        return _current.get()

    def write(self, event: str, **values: Any) -> None:
        if self.file is None:
            return
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "load": self.load_id, "event": event}
        line |= {name: without_people(value) if isinstance(value, str) else value for name, value in values.items()}
        try:
            with self.file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line, default=str) + "\n")
        except OSError:
            return

    @contextmanager
    def step(self, name: str, **values: Any) -> Iterator[None]:
        """A step with its duration, whether or not it goes through."""
        started, outcome = time.monotonic(), "failed"
        try:
            yield
            outcome = "done"
        finally:
            self.write("step", step=name, outcome=outcome, seconds=round(time.monotonic() - started, 3), **values)

    def deliveries(self, result: LandResult) -> None:
        for outcome in result.outcomes:
            delivery = outcome.delivery
            self.write(
                "delivery",
                extract=delivery.key.extract,
                month=f"{delivery.key.reporting_month:%Y-%m}",
                trust_code=delivery.key.trust_code,
                file=delivery.file_name,
                delivery_id=delivery.delivery_id,
                is_accepted=delivery.is_accepted,
                refusal=delivery.refusal,
                rows_delivered=delivery.rows_delivered,
                rows_accepted=delivery.rows_accepted,
                rows_rejected=delivery.rows_rejected,
                findings=sum(finding.n for finding in outcome.findings),
            )


nowhere = LoadLog()
_current: ContextVar[LoadLog] = ContextVar("load_log", default=nowhere)


@contextmanager
def load_log(settings: Settings, load_id: str | None = None) -> Iterator[LoadLog]:
    """The log of the load that the block is; one that is open already goes on."""
    if LoadLog.current().file is not None:
        yield LoadLog.current()
        return
    load_id = load_id or f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"[:-3]
    folder = settings.home / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in sorted(folder.glob("load-*.jsonl"), key=lambda file: file.stat().st_mtime)[: -KEPT + 1]:
            old.unlink()
        log = LoadLog(folder / f"load-{load_id}.jsonl", load_id)
    except OSError:
        log = nowhere
    token = _current.set(log)
    try:
        yield log
    finally:
        _current.reset(token)
