"""Every published table keeps the column law: types by name, one meaning for one name, rates with what they are computed from."""

from __future__ import annotations

from typing import Any

import pytest

from publishing.catalogue import read_catalogue
from publishing.column_law import allowed_types, law_problems, meaning
from publishing.published_table import PublishedTable
from publishing.relations import relations
from tests.publishing_support import column, manifest, model
from tests.test_publishing_metadata import described_models


@pytest.fixture(scope="module")
def tables() -> list[PublishedTable]:
    return read_catalogue({"nodes": {model["name"]: model for model in described_models()}})


def _problems(*models: dict[str, Any]) -> list[str]:
    return law_problems(read_catalogue(manifest(*models)))


def _mart(name: str = "mart_a", **columns: dict[str, Any]) -> dict[str, Any]:
    return model(name, {"group_code": column("varchar", "key"), **columns}, ["group_code"])


def test_published_tables__keep_the_column_law(tables: list[PublishedTable]) -> None:
    assert not law_problems(tables)


def test_labels__tell_the_columns_of_a_table_apart(tables: list[PublishedTable]) -> None:
    for table in tables:
        labels = [meaning(about).label for about in table.published]
        assert len(set(labels)) == len(labels), (table.name, sorted(labels))


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"is_open": column("varchar", "label")}, "mart_a.is_open: is VARCHAR; a column of this name is BOOLEAN"),
        ({"start_date": column("varchar", "label")}, "mart_a.start_date: is VARCHAR; a column of this name is DATE"),
        (
            {"reporting_month": column("timestamp", "label")},
            "mart_a.reporting_month: is TIMESTAMP; a column of this name is DATE",
        ),
        ({"unit_name": column("integer", "label")}, "mart_a.unit_name: is INTEGER; a column of this name is VARCHAR"),
        (
            {"row_count": column("double", "measure")},
            "mart_a.row_count: is DOUBLE; a column of this name is INTEGER or BIGINT",
        ),
        ({"new_rate": column("integer", "measure")}, "mart_a.new_rate: is INTEGER; a column of this name is DOUBLE"),
        ({"new_rate": column("double", "measure")}, "mart_a.new_rate: is a rate; name its numerator and denominator"),
        (
            {"t1_rate": column("double", "measure")},
            "mart_a.t1_rate: is a rate, but headcount, t1_headcount of its numerator",
        ),
        ({"wealth": column("double", "measure")}, "mart_a.wealth: is a figure without a unit"),
    ],
)
def test_column_against_the_law__is_found(columns: dict[str, Any], problem: str) -> None:
    assert any(found.startswith(problem) for found in _problems(_mart(**columns)))


def test_one_name_of_two_types__is_found_unless_the_column_says_that_it_means_something_else() -> None:
    first = _mart("mart_a", level=column("varchar", "label"))
    second = _mart("mart_b", level=column("integer", "label"))
    assert _problems(first, second) == ["mart_b.level: is INTEGER, in mart_a VARCHAR"]
    second["columns"]["level"]["config"]["meta"] |= {"label": "Level of the water", "unit": "number"}
    assert _problems(first, second) == []


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("t1_headcount", ("INTEGER", "BIGINT")),
        ("group_sk", ("VARCHAR",)),
        ("valid_from", ("DATE",)),
        ("score_level", ()),
    ],
)
def test_law__gives_types_by_name(name: str, types: tuple[str, ...]) -> None:
    assert allowed_types(name) == types


def test_relations__follow_from_equal_names(tables: list[PublishedTable]) -> None:
    found = {(r.table, r.columns, r.dimension, r.cardinality) for r in relations(tables)}
    assert ("mart_portfolio_study_month", ("study_sk",), "dim_study", "many-to-one") in found
    assert ("mart_training_month", ("reporting_month",), "dim_month", "many-to-one") in found
    assert ("mart_training_month", ("reporting_month",), "dim_date", "many-to-one") in found
    assert not [r for r in found if r[0] == "mart_load_calendar" and r[2] == "dim_month"], (
        "it may reach further than dim_month"
    )
    assert not [r for r in found if r[0] == r[2]]
