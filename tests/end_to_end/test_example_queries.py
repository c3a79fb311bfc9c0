"""The example queries of the data dictionary give an answer, on a release of a small trust as its readers get it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import ROOT
from tests.homes import Rcw
from tests.model_yaml import documents


def models(layer: str) -> dict[str, dict[str, Any]]:
    """What the YAML of a layer says of each model, by name."""
    return {
        model["name"]: model
        for file, document in documents().items()
        if file.parts[0] == layer
        for model in document.get("models", [])
    }


def is_published(model: dict[str, Any]) -> bool:
    return bool(model.get("config", {}).get("meta", {}).get("published"))


def queries(model: dict[str, Any]) -> list[str]:
    return re.findall(r"```sql\n(.*?)```", model["description"], flags=re.DOTALL)


EVERY_MODEL = models("core") | models("marts")
PUBLISHED = sorted(name for name, model in EVERY_MODEL.items() if is_published(model))
PRIVATE = sorted(name for name, model in EVERY_MODEL.items() if not is_published(model))

#: Lists that ship empty, for the trust to fill; their queries must run all the same.
FILLED_BY_THE_TRUST = {"dim_spc_rebase"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_example_query_of_a_published_table__gives_rows_from_the_release(winter: Rcw, name: str) -> None:
    with duckdb.connect(str(winter.release() / "research_culture.duckdb"), read_only=True) as connection:
        assert queries(EVERY_MODEL[name])
        for query in queries(EVERY_MODEL[name]):
            assert connection.execute(query).fetchall() or name in FILLED_BY_THE_TRUST, query


@pytest.mark.parametrize("name", PRIVATE)
def test_example_query_of_a_core_table__gives_rows_from_the_warehouse(winter: Rcw, name: str) -> None:
    with duckdb.connect(str(winter.home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set search_path = 'core,marts'")
        assert queries(EVERY_MODEL[name])
        for query in queries(EVERY_MODEL[name]):
            assert connection.execute(query).fetchall(), query


def test_marts__are_all_published_and_have_a_page(winter: Rcw) -> None:
    pages = {page.stem for page in (ROOT / "docs" / "dictionary" / "tables").glob("*.md")}
    released = {Path(file).stem for file in winter.release().glob("*.parquet")}
    assert set(models("marts")) <= set(PUBLISHED)
    assert set(PUBLISHED) == released == pages
