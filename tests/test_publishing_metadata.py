"""The publishing metadata of the dbt project itself is complete, so that a gap is found before a release is refused."""

from __future__ import annotations

from typing import Any

import pytest

from publishing.catalogue import read_catalogue
from publishing.policy import load_policy
from publishing.published_table import PublishedTable
from tests.model_yaml import documents


def described_models() -> list[dict[str, Any]]:
    """Models as their YAML describes them, in the form of dbt's manifest."""
    found = []
    for file, document in documents().items():
        for model in document.get("models") or []:
            columns = {column["name"]: column for column in model.get("columns", [])}
            found.append({"config": {}, **model, "schema": file.parts[0], "columns": columns})
    return found


@pytest.fixture(scope="module")
def tables() -> list[PublishedTable]:
    return read_catalogue({"nodes": {model["name"]: model for model in described_models()}})


def test_every_mart__is_published(tables: list[PublishedTable]) -> None:
    marts = {model["name"] for model in described_models() if model["name"].startswith("mart_")}
    assert marts <= {table.name for table in tables}


def test_no_published_column__stands_for_a_person(tables: list[PublishedTable]) -> None:
    policy = load_policy({})
    assert not [f"{t.name}.{c.name}" for t in tables for c in t.published if policy.names_a_person(c.name)]


def test_every_ratio_that_can_be_hidden__says_what_it_is_computed_from(tables: list[PublishedTable]) -> None:
    """Else a hidden numerator could be had from the ratio and its denominator."""
    ratios = [c for t in tables for c in t.suppressible if c.name.endswith(("_rate", "_pct", "_share", "_rate_12m"))]
    assert not [c.name for c in ratios if c.disclosure and not c.disclosure.computed_from]
