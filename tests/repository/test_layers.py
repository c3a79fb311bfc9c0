"""The layers of the dbt project and of the Python packages, as executable rules."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.homes import EmptyWarehouse

MODELS = ROOT / "dbt_project" / "models"
#: What a model of a layer may read. Staging may look up what a source's own label stands for (a seed), nothing else.
#: An intermediate step may work on a core fact, such as the months in which a unit has staff. Derived marts read what is
#: published and the steps of their own folder; nothing else.
MAY_READ = {
    "staging": {"source", "seed"},
    "intermediate": {"source", "seed", "staging", "intermediate", "core"},
    "core": {"source", "seed", "staging", "intermediate", "core"},
    "marts": {"core"},
    "derived": {"published", "derived step"},
}


def _layer(node: dict[str, Any]) -> str:
    return "derived" if node["fqn"][1:3] == ["marts", "derived"] else str(node["fqn"][1])


def _as_read_by(node: dict[str, Any], parent: dict[str, Any]) -> str:
    """What a model is to the one that reads it."""
    if _layer(node) != "derived":
        return _layer(parent)
    if parent["config"]["materialized"] == "ephemeral":
        return f"{_layer(parent)} step"
    return "published" if parent["config"]["meta"].get("published") else _layer(parent)


@pytest.mark.parametrize("package", ["ingestion", "expectations", "publishing"])
def test_package__does_not_import_dagster(package: str) -> None:
    importing = []
    for file in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            importing += [
                f"{file.relative_to(ROOT)}:{node.lineno} imports {name}"
                for name in names
                if name.split(".")[0] in {"dagster", "dagster_dbt", "orchestration"}
            ]
    assert not importing, "\n".join(importing)


def test_models__read_only_the_layers_they_may(empty_warehouse: EmptyWarehouse) -> None:
    nodes = empty_warehouse.manifest["nodes"]
    faults = []
    for node in nodes.values():
        if node["resource_type"] != "model":
            continue
        for parent_id in node["depends_on"]["nodes"]:
            kind = parent_id.split(".")[0]
            read = _as_read_by(node, nodes[parent_id]) if kind == "model" else kind
            if read not in MAY_READ[_layer(node)]:
                faults.append(f"{node['name']} ({_layer(node)}) reads {parent_id}")
    assert not faults, "\n".join(faults)


def test_derived_marts__name_other_tables_by_their_published_form_alone() -> None:
    """`ref` would show them the private table, and the publisher would refuse the release."""
    faults = [
        f"{file.name} reads {name} by ref"
        for file in sorted((MODELS / "marts" / "derived").glob("*.sql"))
        for name in re.findall(r"\bref\(\"(\w+)\"\)", file.read_text(encoding="utf-8"))
        if not (MODELS / "marts" / "derived" / f"{name}.sql").exists() or name.startswith("mart_")
    ]
    assert not faults, "\n".join(faults)


def test_marts__hold_no_key_of_a_person(empty_warehouse: EmptyWarehouse) -> None:
    personal = re.compile(r"(^|_)(staff_key|staff_version_sk|assignment_key|researcher_key|respondent_id)$")
    faults = [
        f"{node['name']}.{column}"
        for node in empty_warehouse.manifest["nodes"].values()
        if node["resource_type"] == "model" and (node["fqn"][1] == "marts" or node["config"]["meta"].get("published"))
        for column in node["columns"]
        if personal.search(column)
    ]
    assert not faults, "a mart shows a person: " + ", ".join(faults)
