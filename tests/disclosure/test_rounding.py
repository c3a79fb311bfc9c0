"""What becomes of a figure in a rounded release. That nothing more can be had of it is shown in `test_rounded_alike.py`."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from publishing.catalogue import read_catalogue
from publishing.errors import PublishingError
from publishing.identity import ReleaseInputs, release_id
from publishing.policy import load_policy
from publishing.rounding import round_published
from tests.disclosure.test_rounded_alike import BASE, rounded
from tests.publishing_support import WORKFORCE, column, manifest, model, release_inputs

ROUND = {"RCW_PUBLISH_ROUND_TO": "5"}
COUNT = column("bigint", "measure", people=["headcount"])
DOUBLE = column("double", "measure", people=["headcount"])


def _one(node: dict[str, Any], **figures: Any) -> dict[str, Any]:
    (table,) = read_catalogue(manifest(node))
    flags = {c.name: False for c in table.released if c.type == "BOOLEAN"}
    keys = {name: "2026-03-01" if name.endswith("month") else "a" for name in table.key}
    (row,) = rounded(table, [{**keys, **flags, **figures}])
    return row


def _staff(**measures: dict[str, Any]) -> dict[str, Any]:
    return model("mart", {"group_code": column("varchar", "key"), **measures}, ["group_code"])


@pytest.mark.parametrize(
    ("count", "told"), [(0, 0), (1, 0), (2, 0), (3, 5), (8, 10), (11, 10), (12, 10), (13, 15), (1002, 1000)]
)
def test_count__is_told_as_the_nearest_multiple(count: int, told: int) -> None:
    assert _one(_staff(headcount=COUNT), headcount=count)["headcount"] == told


@pytest.mark.parametrize(("sum_of_people", "told"), [(2.4999999999, 5), (2.5, 5), (7.4, 5), (7.5, 10), (12.5, 15)])
def test_sum_with_decimals__is_told_as_the_nearest_multiple_and_half_a_base_goes_up(
    sum_of_people: float, told: float
) -> None:
    """Ten people of 10.0 FTE would be told to be no fewer than ten, so FTE is rounded like people."""
    assert _one(_staff(headcount=COUNT, research_fte=DOUBLE), headcount=20, research_fte=sum_of_people)[
        "research_fte"
    ] == pytest.approx(told)


def test_rate__is_computed_from_rounded_parts() -> None:
    rate = column("double", "measure", people=["headcount"], computed_from=["t1_headcount", "headcount"])
    row = _one(_staff(headcount=COUNT, t1_headcount=COUNT, t1_rate=rate), headcount=38, t1_headcount=12, t1_rate=31.6)
    assert row["t1_rate"] == 25.0


def test_rate__is_undefined_where_its_denominator_rounds_to_nothing() -> None:
    rate = column("double", "measure", people=["headcount"], computed_from=["decided", "awarded"])
    node = _staff(headcount=COUNT, decided=COUNT, awarded=COUNT, success_rate=rate)
    row = _one(node, headcount=20, decided=2, awarded=1, success_rate=50.0)
    assert (row["success_rate"], row["success_rate_is_suppressed"]) == (None, False)


def test_hidden_and_uncollected_figures__stay_as_they_are() -> None:
    rate = column("double", "measure", people=["headcount"], computed_from=["t1_headcount", "headcount"])
    node = _staff(headcount=COUNT, t1_headcount=COUNT, t1_rate=rate, research_fte=DOUBLE)
    row = _one(node, headcount=38, t1_headcount_is_suppressed=True, t1_rate_is_suppressed=True, is_suppressed=True)
    assert row["headcount"] == 40
    assert [row[name] for name in ("t1_headcount", "t1_rate", "research_fte")] == [None] * 3
    assert [row[f"{name}_is_suppressed"] for name in ("t1_rate", "research_fte")] == [True, False]
    assert row["is_suppressed"]


def test_figures_that_are_not_about_people__stay_exact() -> None:
    assert _one(_staff(funded_fte=column("double", "measure")), funded_fte=41.3)["funded_fte"] == 41.3


def test_measure_of_which_nothing_is_said__stops_the_release() -> None:
    with duckdb.connect() as connection, pytest.raises(PublishingError, match="not said what becomes") as refused:
        round_published(connection, "main", read_catalogue(manifest(WORKFORCE)), BASE)
    assert "leaver_rate" in str(refused.value)


@pytest.mark.parametrize("value", ["3", "-5", "five", "0.5"])
def test_setting__is_0_or_5(value: str) -> None:
    with pytest.raises(PublishingError, match="RCW_PUBLISH_ROUND_TO"):
        load_policy({"RCW_PUBLISH_ROUND_TO": value})


def test_release_without_rounding__is_named_as_if_there_were_none() -> None:
    plain = release_inputs(policy=load_policy({}))
    assert "rounding" not in plain.document()["disclosure_policy"]
    assert release_id(plain) == release_id(release_inputs(policy=load_policy({"RCW_PUBLISH_ROUND_TO": "0"})))
    rounded = release_inputs(policy=load_policy(ROUND))
    assert release_id(rounded) != release_id(plain)
    assert ReleaseInputs.from_document(rounded.document()).policy.rounding == load_policy(ROUND).rounding
