"""One asset an extract: its landing files as raw storage. The assets follow from the contracts; none is written by hand.

One step lands them all: landing is listed once, and a step for each extract would cost more than most files do. Each asset
carries the check `deliveries_accepted` (no file was refused); the gate adds what its first border finds. A refused file is a failed check, not a failed run: what was sound is still loaded.
"""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from ingestion.contract import Contract, contracts
from ingestion.load import LandResult
from orchestration.partitions import monthly, months_of, one_run
from orchestration.resources import Home

ACCEPTED = "deliveries_accepted"
_MONTHLY_FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=45), warn_window=timedelta(days=38))


def raw_key(extract: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", extract])


def _metadata(extract: str, result: LandResult) -> dict[str, dg.MetadataValue]:
    deliveries = [outcome.delivery for outcome in result.outcomes if outcome.delivery.key.extract == extract]
    return {
        "deliveries": dg.MetadataValue.int(len(deliveries)),
        "rows_delivered": dg.MetadataValue.int(sum(d.rows_delivered for d in deliveries)),
        "rows_accepted": dg.MetadataValue.int(sum(d.rows_accepted for d in deliveries)),
        "rows_rejected": dg.MetadataValue.int(sum(d.rows_rejected for d in deliveries)),
        "refused": dg.MetadataValue.json([f"{d.file_name}: {d.refusal}" for d in deliveries if d.refusal]),
    }


def _accepted(extract: str, result: LandResult) -> dg.AssetCheckResult:
    refused = [outcome.delivery for outcome in result.refused if outcome.delivery.key.extract == extract]
    return dg.AssetCheckResult(
        asset_key=raw_key(extract),
        check_name=ACCEPTED,
        passed=not refused,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{d.file_name}: {d.refusal}" for d in refused) or "No file was refused.",
    )


def _spec(contract: Contract) -> dg.AssetSpec:
    return dg.AssetSpec(
        raw_key(contract.extract),
        group_name="raw",
        description=contract.description,
        kinds={"parquet"},
        tags={"kind_of_extract": contract.kind, "system": contract.system.split(" ")[0].lower()},
        freshness_policy=_MONTHLY_FRESHNESS if contract.expected_every_month else None,
    )


def _check_spec(contract: Contract) -> dg.AssetCheckSpec:
    asset = raw_key(contract.extract)
    return dg.AssetCheckSpec(ACCEPTED, asset=asset, description="No file of the extract was refused")


@dg.multi_asset(
    name="landing",
    specs=[_spec(contract) for contract in contracts().values()],
    check_specs=[_check_spec(contract) for contract in contracts().values()],
    partitions_def=monthly,
    backfill_policy=one_run,
    can_subset=True,
)
def raw_assets(
    context: dg.AssetExecutionContext, home: Home
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    wanted = [extract for extract in contracts() if raw_key(extract) in context.selected_asset_keys]
    result = home.session.land(
        wanted,
        months_of(context),
        on_file=lambda extract, file: home.progress.say("landing", f"{extract} {file}", 0, 0),
    )
    home.session.start_judging()
    for extract in wanted:
        yield dg.MaterializeResult(asset_key=raw_key(extract), metadata=_metadata(extract, result))
        yield _accepted(extract, result)
