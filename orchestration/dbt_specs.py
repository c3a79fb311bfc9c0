"""What dagster-dbt makes of the dbt project: an asset for each seed and model, a check for each test.

It is asked once for each state of the code and its answer kept beside the manifest, since to import it takes longer than all
of Dagster and a further month's assets are those of the month before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.control_tables import CONTROL_TABLES
from ingestion.settings import Settings
from orchestration.dbt_home import ensure_manifest
from orchestration.raw_assets import raw_key

CONTROL_KEY = dg.AssetKey(["raw", "control_tables"])
#: Metadata of an asset or a check: dbt's name of the node, and how a model is made.
UNIQUE_ID, MATERIALIZED = "dagster_dbt/unique_id", "dagster-dbt/materialization_type"
_COLUMNS = "dagster/column_schema"


@dataclass(frozen=True)
class DbtSpecs:
    assets: list[dg.AssetSpec]
    checks: list[dg.AssetCheckSpec]


def dbt_specs(settings: Settings) -> DbtSpecs:
    """The assets and checks of the project as it is, from what was kept where the code has not changed."""
    manifest = ensure_manifest(settings)  # where the code has changed, its folder is made anew
    file = manifest.with_name("dagster_specs.json")
    if not file.exists():
        unfinished = file.with_suffix(".tmp")
        unfinished.write_text(json.dumps(_ask_dagster_dbt(manifest)), encoding="utf-8")
        unfinished.replace(file)
    kept = json.loads(file.read_text(encoding="utf-8"))
    return DbtSpecs([_asset(asset) for asset in kept["assets"]], [_check(check) for check in kept["checks"]])


def _ask_dagster_dbt(manifest: Path) -> dict[str, list[dict[str, Any]]]:
    from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

    class Translator(DagsterDbtTranslator):
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

    translator = Translator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator)
    def project() -> Iterator[Any]:
        """Never run: it is made for its specs."""
        yield from ()

    assets = [
        {
            "key": spec.key.path,
            "deps": [dep.asset_key.path for dep in spec.deps],
            "group_name": spec.group_name,
            "description": spec.description,
            "kinds": sorted(spec.kinds),
            "code_version": spec.code_version,
            "metadata": {name: value for name, value in spec.metadata.items() if isinstance(value, str)},
            "columns": dg.serialize_value(spec.metadata[_COLUMNS]) if _COLUMNS in spec.metadata else None,
        }
        for spec in project.specs
    ]
    checks = [
        {"name": spec.name, "asset": spec.asset_key.path, "blocking": spec.blocking, "metadata": dict(spec.metadata)}
        for spec in project.check_specs
    ]
    return {"assets": assets, "checks": checks}


def _asset(kept: Mapping[str, Any]) -> dg.AssetSpec:
    columns = {_COLUMNS: dg.deserialize_value(kept["columns"], dg.TableSchema)} if kept["columns"] else {}
    return dg.AssetSpec(
        dg.AssetKey(kept["key"]),
        deps=[dg.AssetKey(path) for path in kept["deps"]],
        group_name=kept["group_name"],
        description=kept["description"],
        kinds=set(kept["kinds"]),
        code_version=kept["code_version"],
        metadata=kept["metadata"] | columns,
    )


def _check(kept: Mapping[str, Any]) -> dg.AssetCheckSpec:
    asset = dg.AssetKey(kept["asset"])
    return dg.AssetCheckSpec(kept["name"], asset=asset, blocking=kept["blocking"], metadata=kept["metadata"])
