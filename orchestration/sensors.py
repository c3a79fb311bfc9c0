"""New files in landing start a load of their month. A file is known by extract, month and hash, so the same bytes start it once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

import dagster as dg

from ingestion.errors import RcwError
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import identify
from ingestion.raw_store import DeliveryKey
from ingestion.settings import load_settings
from orchestration.jobs import monthly_load

SETTLE_SECONDS = 60  # a file younger than this may still be being written


@dg.sensor(
    job=monthly_load, minimum_interval_seconds=120, description="Load the months of files that are new in landing."
)
def landing_sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    settings = load_settings()
    settings = settings.model_copy(update={"settle_seconds": max(settings.settle_seconds, SETTLE_SECONDS)})
    try:
        landing = look(settings)
    except RcwError as error:
        yield dg.SkipReason(str(error))
        return
    ledger = Ledger(settings)
    try:
        known = ledger.taken()
        files, result = identify(settings, ledger, landing.files)
    finally:
        ledger.close()
    new: dict[str, list[str]] = defaultdict(list)
    for file, sha256 in files:
        key = DeliveryKey(file.trust_code, file.extract, file.reporting_month, sha256)
        if key.delivery_id not in known:
            new[file.reporting_month.isoformat()].append(f"{file.extract} {key.delivery_id}")
    for month, deliveries in sorted(new.items()):
        digest = hashlib.sha256("\n".join(sorted(deliveries)).encode()).hexdigest()[:16]
        yield dg.RunRequest(run_key=f"{month} {digest}", partition_key=month)
    if not new:
        waiting = len(result.left_for_next_run)
        yield dg.SkipReason(
            f"No new file in landing ({waiting} still being written)." if waiting else "No new file in landing."
        )
