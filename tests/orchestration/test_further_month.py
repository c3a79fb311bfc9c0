"""A further month without dbt: the same statements, the same tables, and faults said as dbt says them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.contract import contracts
from ingestion.settings import Settings
from orchestration import dbt_home, warehouse
from orchestration.further_month import build_month
from orchestration.plan import NOTHING, BuildPlan
from orchestration.stored_models import Sent, StoredModel
from orchestration.stored_sql import MonthDates, StoredSql, stored_sql
from orchestration.stored_tests import StoredTest
from tests.homes import KEY, Rcw

MONTH = date(2025, 3, 1)
DATES = MonthDates(MONTH, MONTH, {"hr_appraisals": date(2025, 2, 1)})


def settings_of(home: Rcw) -> Settings:
    return Settings(home=home.home, pseudonym_key=KEY, _env_file=None)  # type: ignore[arg-type]


@pytest.fixture
def copied(loaded: Rcw, tmp_path: Path) -> Settings:
    """A home whose months were all loaded at once, so that its SQL is kept."""
    return settings_of(loaded.copy(tmp_path / "home"))


def test_what_is_kept__is_what_dbt_sends_for_any_other_month(copied: Settings) -> None:
    """A model whose SQL depends on anything but the code and the marked dates would be wrong in a further month."""
    from dbt.cli.main import dbtRunner

    stored = stored_sql(dbt_home.stored_sql_file(copied))
    sent = Sent()
    runner = dbtRunner(manifest=dbt_home.parse(copied), callbacks=[sent.hear])
    names = [model.name for model in stored.models if model.statements]
    chosen = ["--select", *names, "--exclude-resource-type", "test", "unit_test"]
    assert runner.invoke(["build", *dbt_home.arguments(DATES), *chosen]).success
    dbt_home.close_dbt()
    assert len(names) > 60
    for model in stored.models:
        if model.statements:
            assert sent.of(model.unique_id) == tuple(map(DATES.put_into, model.statements)), model.name


def test_no_table__is_made_before_what_it_reads_itself_or_through_views(copied: Settings) -> None:
    parents = json.loads(dbt_home.manifest_file(copied).read_text(encoding="utf-8"))["parent_map"]
    stored = stored_sql(dbt_home.stored_sql_file(copied))
    models = {model.unique_id: set(model.reads) for model in stored.models}

    def all_above(name: str, above: dict[str, set[str]] | dict[str, list[str]]) -> set[str]:
        return {name for parent in above.get(name, ()) for name in (parent, *all_above(parent, above))}

    through_views = 0
    for name, reads in models.items():
        through_views += len(reads - set(parents[name]))
        assert all_above(name, models) == all_above(name, parents) & models.keys(), name
    assert through_views
    for test in stored.tests:
        assert {*test.reads} <= all_above(test.unique_id, parents) & models.keys(), test.name


def tables(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(file), read_only=True) as opened:
        names = opened.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema in ('core', 'marts') order by 1"
        ).fetchall()
        return {name: opened.execute(f"select * from {name} order by all").fetchall() for (name,) in names}


def test_a_further_month__makes_of_the_same_deliveries_what_a_full_build_made(copied: Settings, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    full = shutil.copy(copied.warehouse_file, tmp_path / "full")
    plan = BuildPlan(MONTH, MONTH, is_full=False, is_needed=True)
    with duckdb.connect(str(copied.warehouse_file)) as opened:  # what the month has to put back
        opened.execute(f"delete from core.fct_staff_month where reporting_month >= date '{MONTH}'")
        opened.execute("delete from marts.mart_networks")
    built = warehouse.build(copied, plan, MONTH)
    assert {node.status for node in built.nodes if node.kind == "model"} == {"success"}
    assert {node.status for node in built.tests} <= {"pass", "warn"}
    before, now = tables(Path(full)), tables(copied.warehouse_file)
    assert before["core.fct_staff_month"]
    assert before["marts.mart_networks"]
    assert [name for name in before if before[name] != now[name]] == []


def test_dates_of_a_month__take_the_place_of_marked_dates_alone() -> None:
    sql = (
        "a >= cast('1900-01-01' as date) /* from_month */ and b >= cast('9999-01-01' as date) /* judged_from */"
        " and c >= cast('1900-01-01' as date) /* oldest hr_appraisals */ and d >= cast('2024-04-01' as date)"
    )
    assert MonthDates(MONTH, date(2025, 1, 1), DATES.oldest).put_into(sql) == (
        "a >= cast('2025-03-01' as date) /* from_month */ and b >= cast('2025-01-01' as date) /* judged_from */"
        " and c >= cast('2025-02-01' as date) /* oldest hr_appraisals */ and d >= cast('2024-04-01' as date)"
    )
    # An extract of which nothing is known: all its deliveries are read.
    assert "'1900-01-01' as date) /* oldest hr_x */" in DATES.put_into("cast('2025-01-01' as date) /* oldest hr_x */")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def model(
    name: str, *statements: str, reads: tuple[str, ...] = (), sources: tuple[str, ...] = ("hr_assignments",)
) -> StoredModel:
    return StoredModel(f"model.{name}", name, reads, sources, statements)


def trial(name: str, sql: str, *reads: str) -> StoredTest:
    return StoredTest(
        f"test.{name}", name, sql, f'"kept"."{name}"', "count(*)", "!= 0", "!= 0", None,
        is_warning=False, reads=reads, sources=("hr_assignments",),
    )  # fmt: skip


def test_a_table_that_cannot_be_made__stays_as_it_was_and_what_reads_it_is_left_out(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("create table figure as select 1 as n")
    stored = StoredSql(
        [
            model("figure", "delete from figure", "insert into figure select no_such_column"),
            model("sum", "create or replace table sum as select sum(n) as n from figure", reads=("model.figure",)),
            model("total", "create or replace table total as select 1 as n", reads=("model.sum",)),
            model("other", "create or replace table other as select 2 as n"),
        ],
        [trial("of_sum", "select * from sum", "model.sum"), trial("of_other", "select * from other", "model.other")],
    )
    told: list[tuple[str, int, int]] = []
    result = build_month(connection, stored, lambda _: DATES, lambda *note: told.append(note))
    statuses = {node.name: node.status for node in result.nodes}
    assert statuses == {
        "figure": "error", "sum": "skipped", "total": "skipped", "other": "success", "of_sum": "skipped", "of_other": "fail",
    }  # fmt: skip
    assert [node.name for node in result.errors] == ["figure"]
    assert connection.execute("select n from figure").fetchall() == [(1,)]
    assert told[-1] == ("of_other", 6, 6)


def test_rows_of_a_failing_test__are_kept_where_the_evidence_says(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table figure as select unnest([1, -2, -3]) as n")
    stored = StoredSql(
        [], [trial("is_positive", "select n from figure where n < 0"), trial("is_there", "select 1 limit 0")]
    )
    result = build_month(connection, stored, lambda _: DATES)
    assert [(node.status, node.failures) for node in result.tests] == [("fail", 2), ("pass", 0)]
    assert connection.execute('select n from "kept"."is_positive" order by n').fetchall() == [(-3,), (-2,)]
    assert connection.execute("select count(*) from duckdb_tables() where table_name = 'is_there'").fetchone() == (0,)


def test_a_table__is_made_anew_from_the_first_month_in_which_its_sources_have_changed(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    late = date(2025, 1, 1)
    plan = BuildPlan(
        late, late, is_full=False, is_needed=True, since={"hr_assignments": MONTH, "training_research": late}
    )
    connection.execute("create table raised (name text, since date)")
    insert = "insert into raised values ('{}', cast('1900-01-01' as date) /* from_month */)"
    both, neither = ("hr_assignments", "training_research"), ("a_source_that_the_plan_does_not_know",)
    stored = StoredSql(
        [
            model("assigned", insert.format("assigned")),
            model("trained", insert.format("trained"), reads=("model.assigned",), sources=both),
            model("unknown", insert.format("unknown"), sources=neither),
            model("listed", insert.format("listed"), sources=()),
        ],
        [],
    )
    build_month(connection, stored, lambda sources: MonthDates(plan.first_month_of(sources), late))
    assert dict(connection.execute("select * from raised").fetchall()) == {
        "assigned": MONTH, "trained": late, "unknown": late, "listed": NOTHING,
    }  # fmt: skip


def test_what_follows_from_unchanged_extracts_alone__is_not_made_again(copied: Settings) -> None:
    plan = BuildPlan(MONTH, MONTH, is_full=False, is_needed=True, unchanged=frozenset({"survey_nss", "survey_rcc"}))
    assert not plan.concerns(["survey_nss", "survey_rcc"])
    assert plan.concerns(["survey_nss", "delivery"])
    built = warehouse.build(copied, plan, MONTH)
    stored = stored_sql(dbt_home.stored_sql_file(copied))
    surveys = {model.unique_id for model in stored.models if {*model.sources} <= plan.unchanged}
    assert surveys
    assert {node.unique_id for node in built.nodes if node.kind == "model"} == {
        m.unique_id for m in stored.models
    } - surveys
    assert not {node.unique_id for node in built.tests} & {
        t.unique_id for t in stored.tests if {*t.sources} <= plan.unchanged
    }


def test_extracts_of_which_nothing_came_or_went__are_unchanged(copied: Settings) -> None:
    from orchestration.session import LoadSession

    session = LoadSession(copied)
    try:
        assert session.plan().unchanged == frozenset(contracts())
        taken, *_ = [slot for slot in session.ledger.current() if slot.extract == "hr_absence"]
        withdrawn = session.ledger.deliveries()[session.ledger.current()[taken]].key.sha256
        session.ledger.settle([], {withdrawn: "wrong"})
        plan = session.plan()
        assert plan.unchanged == frozenset(contracts()) - {"hr_absence"}
        assert plan.first_month_of(["hr_absence"]) == plan.first_month_of(["delivery"]) == taken.reporting_month
        assert plan.first_month_of(["hr_assignments", "researcher_link"]) == NOTHING
    finally:
        session.close()


def test_a_killed_build__is_written_again_though_its_delivery_has_gone(copied: Settings) -> None:
    """Its tables were made from the delivery; the ledger says what it said when the warehouse was last whole."""
    from orchestration.session import LoadSession

    session = LoadSession(copied)
    try:
        taken, *_ = [slot for slot in session.ledger.current() if slot.extract == "hr_absence"]
        withdrawn = session.ledger.deliveries()[session.ledger.current()[taken]].key.sha256
        session.ledger.settle([], {withdrawn: "wrong"})
        session.prepare()  # and then it was killed
        session.ledger.settle([], {})
        assert taken in session.ledger.current()
        plan = session.plan()
        assert plan.is_needed
        assert plan.concerns(["hr_absence"])
        assert not plan.concerns(["survey_nss"])
        assert plan.first_month_of(["hr_absence"]) == taken.reporting_month
    finally:
        session.close()


def test_no_table__goes_back_less_far_than_what_it_reads(copied: Settings) -> None:
    stored = stored_sql(dbt_home.stored_sql_file(copied))
    models = {model.unique_id: model for model in stored.models}
    assert all(model.sources for model in stored.models)
    for node in (*stored.models, *stored.tests):
        for read in node.reads:
            assert {*models[read].sources} <= {*node.sources}, (node.name, read)


def test_a_home_without_kept_sql__is_built_in_full(copied: Settings) -> None:
    from orchestration.session import LoadSession

    session = LoadSession(copied)
    try:
        assert not session.plan().is_full
        dbt_home.stored_sql_file(copied).unlink()
        assert session.prepare().is_full
    finally:
        session.close()
