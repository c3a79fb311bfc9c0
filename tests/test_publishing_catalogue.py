"""The catalogue is read from dbt's metadata; what is incomplete there is said at once, all of it."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from publishing_support import DIMENSION, SURVEY, WORKFORCE, column, manifest, model

from publishing.catalogue import read_catalogue
from publishing.column_types import published_type
from publishing.errors import PublishingError
from publishing.published_table import suppression_order


def problems_of(*models: dict[str, Any]) -> str:
    with pytest.raises(PublishingError) as refused:
        read_catalogue(manifest(*models))
    return "\n".join(refused.value.details)


def changed(node: dict[str, Any], name: str, **entries: Any) -> dict[str, Any]:
    copy = deepcopy(node)
    copy["columns"][name] |= entries
    return copy


def test_published_models__are_read_by_name_and_others_left_out() -> None:
    private = deepcopy(DIMENSION) | {"name": "dim_staff", "alias": "dim_staff", "config": {"meta": {}}}
    tables = read_catalogue(manifest(WORKFORCE, DIMENSION, SURVEY, private))
    assert [table.name for table in tables] == ["dim_profession", "mart_survey_score", "mart_workforce_month"]
    assert tables[2].key == ("reporting_month", "group_code")
    assert [c.type for c in tables[2].published][:3] == ["DATE", "VARCHAR", "VARCHAR"]


def test_table_without_suppressible_measures__has_no_flags() -> None:
    (table,) = read_catalogue(manifest(DIMENSION))
    assert [c.name for c in table.released] == ["profession_code", "profession_name"]


def test_survey_subject__sets_the_survey_threshold() -> None:
    (table,) = read_catalogue(manifest(SURVEY))
    assert {c.disclosure.kind for c in table.suppressible if c.disclosure} == {"survey"}


def test_suppression_order__puts_a_measure_after_what_it_is_computed_from() -> None:
    (table,) = read_catalogue(manifest(WORKFORCE))
    levels = [{c.name for c in level} for level in suppression_order(table)]
    assert levels == [{"headcount", "fte", "leavers", "fte_days_lost"}, {"leaver_rate"}, {"leaver_rate_rank"}]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (changed(WORKFORCE, "fte", data_type=None), "fte: has no data_type"),
        (changed(WORKFORCE, "fte", data_type="hugeint"), "fte: has type hugeint"),
        (changed(WORKFORCE, "fte", description=" "), "fte: has no description"),
        (changed(WORKFORCE, "fte", config={"meta": {}}), "fte: has no role"),
        (changed(WORKFORCE, "fte", config={"meta": {"role": "fact"}}), "fte: has unknown role 'fact'"),
        (changed(WORKFORCE, "group_code", config={"meta": {"role": "label"}}), "group_code: is in the key but a label"),
        (changed(WORKFORCE, "headcount", config={"meta": {"role": "measure"}}), "headcount: counts people and has no"),
        (changed(WORKFORCE, "leavers", **column("bigint", "measure", people=["leaver"])), "people column leaver is no"),
        (changed(WORKFORCE, "leavers", **column("bigint", "measure", people=["fte"])), "people column fte is DOUBLE"),
        (changed(WORKFORCE, "fte", **column("double", "measure", kind="staff")), "neither `people` nor"),
        (changed(WORKFORCE, "fte", **column("double", "measure", peple=["headcount"])), "unknown entries peple"),
        (changed(WORKFORCE, "fte", **column("double", "measure", computed_from=["group_name"])), "is no measure"),
        (changed(WORKFORCE, "leavers", **column("bigint", "measure", computed_from=["leaver_rate"])), "in a circle"),
        (model("mart_x", {"a": column("varchar", "key")}, []), "no key"),
        (model("mart_x", {"a": column("varchar", "key")}, ["a", "b"]), "b: in the key but no column"),
        (model("mart_x", {"a": column("varchar", "key")}, ["a"], subject="other"), "subject 'other' is none of"),
    ],
)
def test_incomplete_metadata__is_refused_with_model_and_column(broken: dict[str, Any], said: str) -> None:
    found = problems_of(broken)
    assert said in found
    assert found.startswith(broken["name"])


def test_every_fault_is_listed_at_once() -> None:
    found = problems_of(changed(WORKFORCE, "fte", data_type=None), changed(SURVEY, "mean", description=""))
    assert "mart_workforce_month: fte" in found
    assert "mart_survey_score: mean" in found


def test_missing_manifest__is_said_without_a_path(tmp_path: Path) -> None:
    with pytest.raises(PublishingError) as refused:
        read_catalogue(tmp_path / "manifest.json")
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize(
    ("declared", "law"),
    [
        ("int", "INTEGER"),
        ("Text", "VARCHAR"),
        ("decimal(18, 4)", "DECIMAL(18,4)"),
        ("numeric(19,2)", None),
        ("hugeint", None),
    ],
)
def test_types__follow_the_law(declared: str, law: str | None) -> None:
    assert published_type(declared) == law
