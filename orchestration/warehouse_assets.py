"""The dbt project as assets: the control tables that it reads, then every seed and model with its tests as asset checks.

dbt runs once a load (`warehouse.build`); dagster-dbt's own command line would start a second one. Only the specs are
dagster-dbt's (`dbt_specs`). Whether anything is published is decided by the gate, not here.
"""

from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter

import dagster as dg

from ingestion.contract import contracts
from ingestion.settings import load_settings
from orchestration.build_result import NodeResult
from orchestration.dbt_specs import CONTROL_KEY, MATERIALIZED, UNIQUE_ID, dbt_specs
from orchestration.partitions import monthly, one_run
from orchestration.raw_assets import raw_key
from orchestration.resources import Home

_PROJECT = dbt_specs(load_settings())


@dg.asset(
    key=CONTROL_KEY,
    deps=[raw_key(extract) for extract in contracts()],
    group_name="raw",
    description="Views over the current deliveries, the ledger's control tables, and the links of R&D people to staff.",
    partitions_def=monthly,
    backfill_policy=one_run,
    kinds={"duckdb"},
)
def control_tables(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    home.progress.say("building", "raw views and links", 0, 0)
    plan = home.session.prepare()
    return dg.MaterializeResult(metadata={"from_month": plan.from_month.isoformat(), "is_full": plan.is_full})


def _check(found: NodeResult, spec: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=found.status == "pass",
        severity=dg.AssetCheckSeverity.WARN,  # the gate closes on it; a blocking check would hide the gate's own message
        metadata={"status": found.status, "failing_rows": found.failures},
    )


@dg.multi_asset(
    name="warehouse",
    specs=_PROJECT.assets,
    check_specs=_PROJECT.checks,
    partitions_def=monthly,
    backfill_policy=one_run,
    can_subset=True,
)
def warehouse_assets(
    context: dg.AssetExecutionContext, home: Home
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    result = home.session.build(lambda node, done, of: home.progress.say("building", node, done, of))
    specs = {spec.key: spec for spec in context.assets_def.specs}
    checks = {spec.metadata[UNIQUE_ID]: spec for spec in context.assets_def.check_specs if spec.metadata}
    ran = {node.unique_id: node for node in result.nodes}
    made = set() if result.errors else set(built_every_time())
    known = ran | {node.unique_id: node for node in result.kept}
    for key in TopologicalSorter(
        {key: deps & specs.keys() for key, deps in context.assets_def.asset_deps.items()}
    ).static_order():
        node = ran.get(specs[key].metadata[UNIQUE_ID])
        if node and node.status == "success":
            yield dg.MaterializeResult(asset_key=key, metadata={"seconds": node.seconds})
        elif node is None and key in made:  # what follows it waits for it all the same
            yield dg.MaterializeResult(asset_key=key, metadata={"is_unchanged": True})
    for unique_id, check in checks.items():
        if unique_id in known:
            yield _check(known[unique_id], check)
    if result.errors:
        names = ", ".join(node.name for node in result.errors)
        raise dg.Failure(
            f"These tables could not be built: {names}. The log of dbt in the home's folder dbt/logs says where."
        )


def built_every_time() -> list[dg.AssetKey]:
    """The tables that follow the deliveries. Seeds, views and what is made of seeds change with the code only."""
    deps, specs = warehouse_assets.asset_deps, {spec.key: spec for spec in warehouse_assets.specs}

    @cache
    def follows_deliveries(key: dg.AssetKey) -> bool:
        return key not in specs or any(follows_deliveries(before) for before in deps[key])

    built = [key for key, spec in specs.items() if spec.metadata[MATERIALIZED] in ("table", "incremental")]
    return sorted((key for key in built if follows_deliveries(key)), key=lambda key: list(key.path))
