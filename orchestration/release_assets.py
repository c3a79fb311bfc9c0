"""The gate and the release. The release depends on the gate and on nothing else: a closed gate raises, so nothing follows."""

from collections.abc import Iterable
from datetime import timedelta

import dagster as dg

from expectations.result import CheckResult
from ingestion.contract import contracts
from orchestration.partitions import monthly, one_run
from orchestration.raw_assets import raw_key
from orchestration.resources import Home
from orchestration.warehouse_assets import built_every_time

GATE_KEY, RELEASE_KEY = dg.AssetKey(["release", "quality_gate"]), dg.AssetKey(["release", "published"])
AS_A_WHOLE, FIT = "deliveries_as_a_whole", "fit_to_publish"


def _mart_keys() -> list[dg.AssetKey]:
    return [key for key in built_every_time() if key.path[0] == "marts"]


def _check_specs() -> list[dg.AssetCheckSpec]:
    """Great Expectations at both borders: one check a raw extract, one a mart."""
    at_raw = [
        dg.AssetCheckSpec(AS_A_WHOLE, asset=raw_key(extract), description="Volume, keys, value sets, distributions")
        for extract in contracts()
    ]
    return at_raw + [dg.AssetCheckSpec(FIT, asset=key, description="The mart as a whole") for key in _mart_keys()]


def _check(key: dg.AssetKey, name: str, results: Iterable[CheckResult]) -> dg.AssetCheckResult:
    failed = [result for result in results if not result.success]
    blocking = any(result.is_blocking_failure for result in failed)
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{result.name}: {result.observed}" for result in failed) or "Nothing was found.",
    )


@dg.multi_asset(
    name="quality_gate",
    specs=[
        dg.AssetSpec(
            GATE_KEY,
            deps=built_every_time(),
            group_name="release",
            description="Every check of both borders and of dbt together. A blocking failure stops publication of everything.",
            kinds={"greatexpectations"},
        )
    ],
    check_specs=_check_specs(),
    allow_arbitrary_check_specs=True,
    partitions_def=monthly,
    backfill_policy=one_run,
)
def quality_gate(context: dg.AssetExecutionContext, home: Home):  # type: ignore[no-untyped-def]
    home.progress.say("checking", "quality gate", 0, 0)
    report, page = home.session.gate()
    for extract in contracts():
        found = [r for r in report.results if r.border == "raw" and r.table == f"raw.{extract}"]
        yield _check(raw_key(extract), AS_A_WHOLE, found)
    for key in _mart_keys():
        found = [r for r in report.results if r.border == "marts" and r.table == ".".join(key.path)]
        yield _check(key, FIT, found)
    if report.is_closed:
        raise dg.Failure(report.message(), metadata={"evidence": dg.MetadataValue.path(str(page))}, allow_retries=False)
    yield dg.MaterializeResult(
        asset_key=GATE_KEY,
        metadata={
            "checks": len(report.results),
            "warnings": len(report.warnings),
            "evidence": dg.MetadataValue.path(str(page)),
        },
    )


@dg.asset(
    key=RELEASE_KEY,
    deps=[GATE_KEY],
    group_name="release",
    description="The published release: marts and their dimensions as Parquet, CSV and one DuckDB file, swapped in whole.",
    partitions_def=monthly,
    backfill_policy=one_run,
    kinds={"parquet", "csv", "duckdb"},
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=45), warn_window=timedelta(days=38)),
)
def published(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    home.session.finish_deciding(lambda done, of: home.progress.say("protecting", "small numbers", done, of))
    home.progress.say("publishing", "release", 0, 0)
    release = home.session.publish()
    return dg.MaterializeResult(
        metadata={"release": release.id, "rows": dg.MetadataValue.json(dict(release.rows)), "is_new": release.is_new}
    )
