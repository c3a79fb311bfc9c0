"""Derived tables are computed from the protected tables, and from nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from publishing_support import (
    WORKFORCE,
    column,
    create_mart,
    manifest,
    model,
    release_inputs,
    workforce_row,
    write_manifest,
)

from publishing.catalogue import read_catalogue
from publishing.errors import PublishingError
from publishing.release import publish

SCORE = model(
    "mart_score",
    {
        "group_code": column("varchar", "key"),
        "reporting_month": column("date", "key"),
        "value": column("double", "measure"),
        "value_is_suppressed": column("boolean", "flag"),
        "comment": column("varchar", "label"),
    },
    ["reporting_month", "group_code"],
    derived=True,
)
CHANGE = model(
    "a_change",
    {"group_code": column("varchar", "key"), "highest": column("double", "measure")},
    ["group_code"],
    derived=True,
)
FORM = (
    "create schema published_form; create schema derivation;"
    "create view published_form.mart_workforce_month as select *, false as leaver_rate_is_suppressed from marts.mart_workforce_month"
)
SCORE_SQL = (
    "create view derivation.mart_score as with figures as (select * from published_form.mart_workforce_month) "
    "select group_code, reporting_month, leaver_rate as value, leaver_rate_is_suppressed as value_is_suppressed, "
    "case when leaver_rate is null then 'nothing' else 'a rate' end as comment from figures;"
    "create table marts.mart_score as select * from derivation.mart_score"
)
CHANGE_SQL = (
    "create view published_form.mart_score as select * from marts.mart_score;"
    "create view derivation.a_change as select group_code, max(value) as highest from published_form.mart_score group by group_code;"
    "create table marts.a_change as select * from derivation.a_change"
)


def released(folder: Path, *statements: str, models: tuple[dict[str, Any], ...] = (WORKFORCE, SCORE)) -> Path:
    """The database of a release of one mart with a small and a large group, and of what is derived from it."""
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        create_mart(connection, WORKFORCE, [workforce_row("large"), workforce_row("small", leavers=3, leaver_rate=3.0)])
        for statement in statements:
            connection.execute(statement)
    release = publish(
        folder / "warehouse.duckdb", write_manifest(folder, *models), folder / "published", release_inputs()
    )
    return release.folder / "research_culture.duckdb"


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_derived_table__sees_protected_values_and_flags_only(tmp_path: Path) -> None:
    database = released(tmp_path, FORM, SCORE_SQL)
    found = rows(
        database, "select group_code, value, comment, value_is_suppressed, is_suppressed from mart_score order by 1"
    )
    assert found == [("large", 20.0, "a rate", False, False), ("small", None, "nothing", True, True)]


def test_derived_of_derived__is_computed_after_it(tmp_path: Path) -> None:
    database = released(tmp_path, FORM, SCORE_SQL, CHANGE_SQL, models=(WORKFORCE, SCORE, CHANGE))
    assert rows(database, "select * from a_change order by 1") == [("large", 20.0), ("small", None)]


@pytest.mark.parametrize("name", ["marts.mart_workforce_month", "warehouse.marts.mart_workforce_month"])
def test_derived_table_that_reads_a_private_table__stops_the_release(tmp_path: Path, name: str) -> None:
    sql = SCORE_SQL.replace("from figures", f"from figures where exists (select 1 from {name})")
    with pytest.raises(PublishingError, match=f"mart_score reads {name}"):
        released(tmp_path, FORM, sql)
    assert not (tmp_path / "published" / "CURRENT").exists()


def test_derived_table_of_which_nobody_says_how__stops_the_release(tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="does not say how derived tables are computed"):
        released(tmp_path, FORM, SCORE_SQL, "drop view derivation.mart_score")


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"value": column("double", "measure", people=["value"])}, "disclosure rules in a derived table"),
        ({"value_is_suppressed": column("varchar", "flag")}, "not BOOLEAN"),
        ({"other_is_suppressed": column("boolean", "flag")}, "of no measure"),
    ],
)
def test_derived_metadata__is_checked(about: dict[str, Any], said: str) -> None:
    wrong = json.loads(json.dumps(SCORE))
    wrong["columns"] |= about
    with pytest.raises(PublishingError) as refused:
        read_catalogue(manifest(WORKFORCE, wrong))
    assert said in "\n".join(refused.value.details)


def test_flag_in_a_table_that_is_not_derived__is_refused() -> None:
    wrong = json.loads(json.dumps(WORKFORCE))
    wrong["columns"]["fte_is_suppressed"] = column("boolean", "flag")
    with pytest.raises(PublishingError) as refused:
        read_catalogue(manifest(wrong))
    assert "which only a derived table may have" in "\n".join(refused.value.details)
