"""Border 2: a healthy mart passes, and each check is proved by its own fault. The marts' metadata are those of dbt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from expectations.from_manifest import WHOLE_NUMBERS, Mart, figures_agree, mart_frames, published_marts
from expectations.gate import CheckResult, check_marts
from expectations.judging import judge
from expectations.suite import FOLDER, mart_suite
from tests.model_yaml import documents

REPOSITORY = Path(__file__).parent.parent
SAMPLES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "expectations_mart_samples.yml").read_text(encoding="utf-8")
)
SUITES = sorted(file.stem for file in (FOLDER / "marts").glob("mart_*.yml"))
GROUPS = """
    (select 'RVN' as trust_code, m, cast(date '2025-01-01' + to_months(cast(m as integer)) as date) as reporting_month, t.*
    from range(3) as months(m), (values
        ('trust', 'RVN', 4),
        ('profession', 'nursing', 2), ('profession', 'medical', 2),
        ('directorate', 'north', 2), ('directorate', 'south', 2),
        ('directorate_profession', 'north|nursing', 1), ('directorate_profession', 'north|medical', 1),
        ('directorate_profession', 'south|nursing', 1), ('directorate_profession', 'south|medical', 1),
        ('pay_band_group', '5-6', 2), ('pay_band_group', 'medical', 2)
    ) as t(group_type, group_code, w)) as groups
"""


@cache
def dbt_models() -> list[dict[str, Any]]:
    marts = [document for file, document in documents().items() if file.parts[0] == "marts"]
    return [model for document in marts for model in document.get("models", [])]


def manifest(*names: str) -> dict[str, Any]:
    """What a dbt manifest says of some marts, from the YAML that dbt reads."""
    nodes = {
        f"model.research_culture.{model['name']}": {
            "resource_type": "model",
            "name": model["name"],
            "schema": "marts",
            "config": model["config"],
            "columns": {column["name"]: column for column in model["columns"]},
        }
        for model in dbt_models()
        if model["name"] in names
    }
    return {"nodes": nodes}


def healthy_sql(mart: str) -> str:
    key = SAMPLES[mart].get("key", ["trust_code", "group_type", "group_code", "reporting_month"])
    columns = {name: name for name in key} | SAMPLES[mart]["healthy"]
    return f"select w, m, {', '.join(f'{sql} as {name}' for name, sql in columns.items())} from {GROUPS}"


def warehouse(mart: str, spoilt: Mapping[str, object] | None = None) -> duckdb.DuckDBPyConnection:
    faults = ", ".join(f"{sql} as {name}" for name, sql in (spoilt or {}).items())
    replaced = f" replace ({faults})" if faults else ""
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute(f"create table marts.{mart} as select * exclude (w, m){replaced} from ({healthy_sql(mart)})")
    return connection


def failures(results: list[CheckResult]) -> set[str]:
    return {result.name for result in results if not result.success}


def check(mart: str, spoilt: Mapping[str, object] | None = None, only: Collection[str] = ()) -> set[str]:
    """Names of the checks that fail on a mart with spoilt columns; of all its checks, or of some.

    `figures_agree` asks many things at once: what it finds counts by its own name too.
    """
    (described,) = published_marts(manifest(mart))
    failed = set()
    with warehouse(mart, spoilt) as connection:
        for frame in mart_frames(described, None):
            chosen = [check for check in frame.checks if not only or check.name in {*only, "figures_agree"}]
            for found in judge(connection, replace(frame, checks=chosen)) if chosen else ():
                if not found.success:
                    failed.add(found.check.name)
                    assert not found.observed.startswith("the ")
                    assert connection.execute(found.how_to_see).fetchall(), found.check.name
        for name, condition in figures_agree(mart).offences.items():
            if connection.execute(f"select count(*) from marts.{mart} where {condition}").fetchall() != [(0,)]:
                assert "figures_agree" in failed
                failed.add(name)
    return failed & set(only) if only else failed


def whole_numbers(mart: Mart) -> list[str]:
    """Counts; a financial year in the key is none."""
    return [c.name for c in mart.columns if c.data_type in WHOLE_NUMBERS and c.name not in mart.key]


def generated_faults(mart: str) -> Iterator[tuple[dict[str, object], str]]:
    """Columns spoilt in the ways that the checks from the metadata must catch; one column stands for all alike."""
    (found,) = published_marts(manifest(mart))
    yield {name: f"any_value({name}) over ()" for name in found.key}, "key_is_unique"
    for name in found.key[-1:]:
        yield {name: f"case when m <> 1 then {name} end"}, "key_is_present"
    percentages = [column.name for column in found.columns if column.name.endswith(("_rate", "_share", "_pct"))]
    for name in percentages[-1:]:
        yield {name: "200.0"}, "percentages_are_at_most_100"
    for name in whole_numbers(found)[:1]:
        yield {name: "-1"}, "measures_are_not_negative"
    for total in mart_suite(mart).totals:
        for name in total.measures[:1]:
            spoilt = f"case when group_type = '{total.group_type}' then {name} + 1 else {name} end"
            yield {name: spoilt}, "groups_add_up"


@pytest.mark.parametrize("mart", SAMPLES)
def test_healthy_mart__passes(mart: str) -> None:
    with warehouse(mart) as connection:
        results = check_marts(connection, manifest(mart), None)
    assert not failures(results)
    assert len({result.id for result in results}) == len(results)


@pytest.mark.parametrize("mart", SAMPLES)
def test_every_check__is_proved_by_its_fault(mart: str) -> None:
    caught: set[str] = set()
    for spoilt, name in generated_faults(mart):
        assert check(mart, spoilt, {name}) == {name}
        caught.add(name)
    for fault in SAMPLES[mart]["faults"]:
        wanted = set(fault["caught_by"])
        assert check(mart, fault["spoilt"], wanted) == wanted
        caught |= wanted
    (described,) = published_marts(manifest(mart))
    asked = {check.name for frame in mart_frames(described, None) for check in frame.checks} - {"figures_agree"}
    assert caught == asked | set(figures_agree(mart).offences)


@pytest.mark.parametrize("mart", SAMPLES)
def test_shared_check__asks_the_same_of_each_column(mart: str) -> None:
    (found,) = published_marts(manifest(mart))
    (frame, *_) = mart_frames(found, None)
    assert all(f"{name} < 0" in frame.derived["measures_are_not_negative_but_for"] for name in whole_numbers(found))
    assert all(f"{name} is null" in frame.derived["key_is_present_but_for"] for name in found.key)


def test_turnover__may_exceed_100_and_vacancy_may_be_negative() -> None:
    spoilt = {"leavers_12m": "w * 75", "turnover_rate_12m": 150.0, "funded_fte": "w * 33.75", "vacancy_rate": -20.0}
    assert not check("mart_workforce_month", spoilt)


def test_measures_not_collected__pass() -> None:
    nothing = "cast(null as double)"
    spoilt = dict.fromkeys(("fte_days_lost", "sickness_rate", "s10_days_lost", "s10_rate", "leavers_12m"), nothing)
    assert not check("mart_workforce_month", spoilt)


def test_measure_missing_in_the_parts_alone__does_not_add_up() -> None:
    spoilt = {"fte": "case when group_type = 'trust' then fte end"}
    assert "groups_add_up" in check("mart_workforce_month", spoilt)


def test_only_loaded_months__are_judged() -> None:
    spoilt = {"fte": "case when m = 0 then -1 else fte end"}
    with warehouse("mart_workforce_month", spoilt) as connection:
        described = manifest("mart_workforce_month")
        assert "measures_are_not_negative" in failures(check_marts(connection, described, date(2025, 1, 1)))
        results = check_marts(connection, described, date(2025, 2, 1))
    assert not failures(results)
    assert results[0].id == "marts.mart_workforce_month.from_2025-02.key_is_unique"


def test_table_that_was_not_built__closes_the_gate() -> None:
    with duckdb.connect() as connection:
        results = check_marts(connection, manifest("mart_workforce_month"), None)
    assert all(result.is_blocking_failure for result in results if result.severity == "blocking")
    assert {result.observed for result in results} == {"the table could not be read (CatalogException)"}


def test_empty_mart__passes() -> None:
    with warehouse("mart_workforce_month") as connection:
        connection.execute("delete from marts.mart_workforce_month")
        assert not failures(check_marts(connection, manifest("mart_workforce_month"), None))


@pytest.mark.parametrize("mart", SUITES)
def test_suite__names_only_columns_that_the_mart_has(mart: str) -> None:
    described = manifest(mart)
    if not described["nodes"]:
        pytest.skip(f"{mart} is not in the dbt project yet")
    (found,) = published_marts(described)
    columns = ", ".join(f"cast(null as {column.data_type}) as {column.name}" for column in found.columns)
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.{mart} as select {columns} where false")
        results = check_marts(connection, described, date(2025, 1, 1))
    assert not failures(results)
