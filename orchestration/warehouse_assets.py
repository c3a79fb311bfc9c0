"""The dbt project as assets: the control tables that it reads, then every seed and model with its tests as asset checks.

dbt runs once a load, in this process (`warehouse.build`); dagster-dbt's own command line would start a second one. Only the
specs are dagster-dbt's. Whether anything is published is decided by the gate, not here.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from ingestion.contract import contracts
from ingestion.control_tables import CONTROL_TABLES
from ingestion.settings import load_settings
from orchestration.partitions import monthly, one_run
from orchestration.raw_assets import raw_key
from orchestration.resources import Home
from orchestration.warehouse import NodeResult, ensure_manifest

CONTROL_KEY = dg.AssetKey(["raw", "control_tables"])
_UNIQUE_ID, _MATERIALIZED = "dagster_dbt/unique_id", "dagster-dbt/materialization_type"


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


class _Translator(DagsterDbtTranslator):
    """Assets are named by layer and model; sources are the raw assets, so lineage runs from landing to mart."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            name = dbt_resource_props["name"]
            return CONTROL_KEY if name in CONTROL_TABLES else raw_key(name)
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props.get("description") or "")


def _check(found: NodeResult, spec: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=found.status == "pass",
        severity=dg.AssetCheckSeverity.WARN,  # the gate closes on it; a blocking check would hide the gate's own message
        metadata={"status": found.status, "failing_rows": found.failures},
    )


@dbt_assets(
    manifest=ensure_manifest(load_settings()),
    name="warehouse",
    partitions_def=monthly,
    backfill_policy=one_run,
    dagster_dbt_translator=_Translator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)),
)
def warehouse_assets(
    context: dg.AssetExecutionContext, home: Home
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    result = home.session.build(lambda node, done, of: home.progress.say("building", node, done, of))
    specs = {spec.key: spec for spec in context.assets_def.specs}
    checks = {spec.metadata[_UNIQUE_ID]: spec for spec in context.assets_def.check_specs if spec.metadata}
    ran = {node.unique_id: node for node in result.nodes}
    known = ran | {node.unique_id: node for node in result.kept}
    for key in TopologicalSorter(
        {key: deps & specs.keys() for key, deps in context.assets_def.asset_deps.items()}
    ).static_order():
        node = ran.get(specs[key].metadata[_UNIQUE_ID])
        if node and node.status == "success":
            yield dg.MaterializeResult(asset_key=key, metadata={"seconds": node.seconds})
    for unique_id, check in checks.items():
        if unique_id in known:
            yield _check(known[unique_id], check)
    if result.errors:
        names = ", ".join(node.name for node in result.errors)
        raise dg.Failure(
            f"These tables could not be built: {names}. The log of dbt in the home's folder dbt/logs says where."
        )


def built_every_time() -> list[dg.AssetKey]:
    """The tables and marts that follow the deliveries. Seeds, other views and what is made of seeds change with the code only."""
    deps, specs = warehouse_assets.asset_deps, {spec.key: spec for spec in warehouse_assets.specs}

    @cache
    def follows_deliveries(key: dg.AssetKey) -> bool:
        return key not in specs or any(follows_deliveries(before) for before in deps[key])

    built = [
        key
        for key, spec in specs.items()
        if key.path[0] == "marts" or spec.metadata[_MATERIALIZED] in ("table", "incremental")
    ]
    return sorted((key for key in built if follows_deliveries(key)), key=lambda key: key.path)
