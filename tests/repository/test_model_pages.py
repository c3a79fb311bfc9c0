"""Every public model explains itself: the template of its YAML, every column, and examples that run."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from tests.homes import EmptyWarehouse

HEADINGS = ["Grain", "Key", "Rules", "Caveats", "Example query"]


def _public(warehouse: EmptyWarehouse) -> list[dict[str, Any]]:
    nodes = warehouse.manifest["nodes"].values()
    return [
        n
        for n in nodes
        if n["resource_type"] == "model"
        and n["fqn"][1] in {"core", "marts"}
        and n["config"]["materialized"] != "ephemeral"
    ]


def _missing_headings(description: str) -> list[str]:
    places = [description.find(f"*{heading}*:") for heading in HEADINGS]
    missing = [heading for heading, place in zip(HEADINGS, places, strict=True) if place < 0]
    return missing or ([] if places == sorted(places) else ["the headings in their order"])


def test_public_models__describe_themselves_in_the_template(empty_warehouse: EmptyWarehouse) -> None:
    models = _public(empty_warehouse)
    missing = {model["name"]: _missing_headings(model["description"]) for model in models}
    faults = [f"{name} lacks {', '.join(headings)}" for name, headings in sorted(missing.items()) if headings]
    assert models
    assert not faults, "\n".join(faults)


def test_public_models__describe_and_type_every_column(empty_warehouse: EmptyWarehouse) -> None:
    faults = [
        f"{model['name']}.{name}"
        for model in _public(empty_warehouse)
        for name, column in model["columns"].items()
        if not (column["description"].strip() and column["data_type"])
    ]
    assert not faults, "no description or no type: " + ", ".join(faults)


def test_example_queries__run(empty_warehouse: EmptyWarehouse) -> None:
    faults = []
    with duckdb.connect(str(empty_warehouse.file), read_only=True) as connection:
        connection.execute("set search_path = 'marts,core'")
        for model in _public(empty_warehouse):
            queries = re.findall(r"```sql\n(.*?)```", model["description"], flags=re.DOTALL)
            if not queries:
                faults.append(f"{model['name']} has no example query")
            for query in queries:
                try:
                    connection.execute(query)
                except duckdb.Error as error:
                    faults.append(f"{model['name']}: {error}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("text", ["", "*Grain*: x\n*Rules*: x\n*Key*: x\n*Caveats*: x\n*Example query*:"])
def test_template__is_missed_where_it_is_not_followed(text: str) -> None:
    assert _missing_headings(text)
