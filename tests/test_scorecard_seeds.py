"""The catalogue of indicators names measures that there are, and holds every indicator of the agreed list."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from publishing.control_charts.charts import profiles

PROJECT = Path(__file__).parent.parent / "dbt_project"
#: Columns that the steps of the scorecard make of marts that are not by group and month.
COUNTED = {
    "mart_portfolio_study_month": {"value", "numerator", "denominator"},
    "mart_data_quality": {"numerator", "denominator"},
    "mart_load_calendar": {"numerator", "denominator"},
}
AGREED = [
    *(f"R{number}" for number in range(1, 11)),
    *(f"S{number}" for number in range(1, 9)),
    *(f"W{number}" for number in range(1, 6)),
    *(f"P{number}" for number in range(1, 5)),
    *("A1", "A2", "A3", "O1", "D1", "D2"),
]


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "scorecard" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def measures(mart: str) -> set[str]:
    """Numbers that a mart publishes, or that a step of the scorecard counts from it."""
    if mart in COUNTED:
        return COUNTED[mart]
    (file,) = (PROJECT / "models" / "marts").rglob(f"{mart}.yml")
    (model,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    return {c["name"] for c in model["columns"] if c["config"]["meta"]["role"] == "measure"}


def test_indicators__are_those_agreed() -> None:
    assert [row["indicator_code"] for row in seed("list_indicator")] == AGREED


@pytest.mark.parametrize("row", seed("list_indicator"), ids=lambda row: row["indicator_code"])
def test_indicator__names_measures_of_its_mart_and_says_what_it_is(row: dict[str, str]) -> None:
    named = {row[f"{part}_measure"] for part in ("value", "numerator", "denominator", "benchmark")} - {""}
    assert named
    assert named <= measures(row["source_mart"])
    assert row["value_measure"] or (row["numerator_measure"] and row["denominator_measure"])
    assert row["spc_profile"] in profiles()
    assert row["direction"] in ("increase", "decrease", "neutral")
    told = (
        "indicator_name",
        "domain",
        "definition",
        "unit",
        "decimals",
        "numerator",
        "denominator",
        "source_policy",
        "owner",
    )
    assert [name for name in told if not row[name]] == []


def test_open_study__is_defined_wherever_it_is_counted() -> None:
    """Open is not recruiting: each place says what ends it, since a reader of one does not see the others."""
    said = {
        f"{file.stem}.is_open_in_month": str(column["description"])
        for file in sorted((PROJECT / "models").rglob("*.yml"))
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
        for column in model.get("columns", [])
        if column["name"] == "is_open_in_month"
    }
    assert len(said) > 1
    said |= {
        row["indicator_code"]: row["definition"] for row in seed("list_indicator") if row["indicator_code"] == "P2"
    }
    with (PROJECT / "seeds" / "board" / "list_board_line.csv").open(encoding="utf-8", newline="") as handle:
        said |= {r["line_code"]: r["definition"] for r in csv.DictReader(handle) if r["line_code"] == "studies_open"}
    vague = [place for place, words in said.items() if "actual closing date" not in words or "follow-up" not in words]
    assert vague == []


def test_link_rate__is_said_to_be_of_everyone_whom_the_delivery_names() -> None:
    """The delivery holds the history of the teams, so D1 is no share of the people on teams in the month."""
    (definition,) = (row["definition"] for row in seed("list_indicator") if row["indicator_code"] == "D1")
    assert "past members" in definition
    assert "by profession" in definition


def test_targets__are_of_indicators_and_of_groups_that_may_be() -> None:
    for row in seed("list_target"):
        assert row["indicator_code"] in AGREED
        assert row["group_type"] in ("all", "trust", "profession", "directorate")
        assert row["group_type"] != "all" or row["group_code"] == "all"
        assert row["valid_from"]
        assert row["reason"]
        assert row["owner"]


def test_rebases__are_of_indicators_and_name_a_month_or_an_action() -> None:
    for row in seed("list_spc_rebase"):
        assert row["indicator_code"] in AGREED
        assert bool(row["rebase_month"]) != bool(row["action_id"])
        assert row["reason"]
        assert row["author"]
