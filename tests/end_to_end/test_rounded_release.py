"""A release rounded to 5, by the setting, from the command line: what a reader of all its files and tables can tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from publishing.catalogue import read_catalogue
from publishing.column_law import meaning
from publishing.database_file import DATABASE_FILE
from publishing.published_table import PublishedTable, Rounding
from tests.homes import Rcw

pytestmark = pytest.mark.slow  # a release of its own, with its report

ROUND = {"RCW_PUBLISH_ROUND_TO": "5"}


@pytest.fixture(scope="module")
def rcw(winter: Rcw, tmp_path_factory: pytest.TempPathFactory) -> Rcw:
    """The home of the winter with a rounded release beside the exact one."""
    home = winter.copy(tmp_path_factory.mktemp("rounded") / "home")
    done = home("load", **ROUND)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture(scope="module")
def both(winter: Rcw, rcw: Rcw) -> Iterator[duckdb.DuckDBPyConnection]:
    """The exact release as `exact`, the rounded one as `rounded`."""
    with duckdb.connect() as connection:
        for name, home in (("exact", winter), ("rounded", rcw)):
            file = (home.release() / DATABASE_FILE).as_posix()
            connection.execute(f"attach '{file}' as {name} (read_only)")
        yield connection


@pytest.fixture(scope="module")
def tables(rcw: Rcw) -> list[PublishedTable]:
    return read_catalogue(rcw.home / "dbt" / "target" / "manifest.json")


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    (found,) = connection.execute(sql).fetchone() or (None,)
    return found


def _counted(connection: duckdb.DuckDBPyConnection, table: PublishedTable, where: str) -> int:
    found: int = _one(connection, f"select count(*) from rounded.{table.name} where {where}")
    return found


def test_setting__makes_another_release_and_the_exact_one_stays(winter: Rcw, rcw: Rcw) -> None:
    assert rcw.release().name != winter.release().name
    exact = rcw.home / "published" / "releases" / winter.release().name
    assert {f.name: f.read_bytes() for f in exact.iterdir()} == {
        f.name: f.read_bytes() for f in winter.release().iterdir()
    }
    assert rcw("verify", "current").returncode == 0


def test_counts_about_people__are_multiples_of_5_in_every_table(
    both: duckdb.DuckDBPyConnection, tables: list[PublishedTable]
) -> None:
    """Derived tables too, whose columns bear the names of the marts that they come from."""
    counts = {c.name for table in tables for c in table.suppressible if meaning(c).rounded == Rounding(to_base="true")}
    seen = 0
    for table in tables:
        for column in table.published:
            is_of_indicator = meaning(column).unit == "of the indicator"  # such as days, which are computed from FTE
            if column.name in counts & set(table.flagged) and column.rounded is None and not is_of_indicator:
                assert _counted(both, table, f"{column.name} % 5 <> 0") == 0, (table.name, column.name)
                seen += _counted(both, table, f"{column.name} is not null")
    assert seen > 5000
    for column_name in ("numerator", "denominator"):
        staff = f"section in ('income', 'workforce') and unit <> 'GBP' and {column_name} % 5 <> 0"
        assert _one(both, f"select count(*) from rounded.mart_board_report where {staff}") == 0


def test_rates__are_those_of_their_rounded_parts_in_every_table(
    both: duckdb.DuckDBPyConnection, tables: list[PublishedTable]
) -> None:
    seen = 0
    for table in tables:
        for column in table.published:
            says = meaning(column)
            if column.name in table.flagged and says.numerator and says.denominator:
                off = f"abs({column.name} - {says.per} * ({says.numerator}) / ({says.denominator})) > 1e-6"
                assert _counted(both, table, off) == 0, (table.name, column.name)
                seen += _counted(both, table, f"{column.name} is not null")
    assert seen > 500


def test_scorecard_and_charts__follow_from_rounded_figures(both: duckdb.DuckDBPyConnection) -> None:
    shares = """
        from rounded.mart_scorecard_month as scored inner join rounded.dim_indicator using (indicator_code)
        where dim_indicator.unit = 'percent' and scored.numerator is not null and value is not null
    """
    assert _one(both, f"select count(*) {shares}") > 50
    assert (
        _one(both, f"select count(*) {shares} and abs(value - 100.0 * scored.numerator / scored.denominator) > 1e-6")
        == 0
    )
    charts = """
        select count(*) from rounded.mart_spc_point as chart inner join rounded.mart_scorecard_month as scored
        using (trust_code, indicator_code, group_type, group_code, reporting_month)
        where chart.value is distinct from scored.value
    """
    assert _one(both, charts) == 0
    board = """
        select count(*) from rounded.mart_board_report as line inner join rounded.mart_workforce_month as month
        on month.reporting_month = line.last_reporting_month and month.group_type = 'trust'
        where line.line_code = 'headcount' and month.headcount <> line.value
    """
    assert _one(both, board) == 0


def test_what_is_hidden__is_what_the_exact_release_hides_and_quartiles_of_scores(
    both: duckdb.DuckDBPyConnection, tables: list[PublishedTable]
) -> None:
    for table in tables:
        key = ", ".join(table.key)
        for column in () if table.is_derived else table.suppressible:
            if (rule := meaning(column).rounded) and rule.hidden:
                assert _counted(both, table, f"{column.name} is not null") == 0
            else:
                hidden = f"{column.name}_is_suppressed"
                pairs = f"rounded.{table.name} as r inner join exact.{table.name} as e using ({key})"
                assert _one(both, f"select count(*) from {pairs} where r.{hidden} <> e.{hidden}") == 0


def test_rows_of_files__are_told_nowhere_to_the_unit(winter: Rcw, rcw: Rcw, both: duckdb.DuckDBPyConnection) -> None:
    """The file of leavers has a row a leaver."""
    for release in (winter.release(), rcw.release()):
        told = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["x-release"]["deliveries"]
        assert told
        assert not [name for delivery in told for name in delivery if name.startswith("rows")]
    assert _one(both, "select count(*) from exact.mart_data_quality where rows_accepted % 5 <> 0")
    assert _one(both, "select count(*) from rounded.mart_data_quality where rows_accepted % 5 <> 0") == 0


def test_readers__are_told_that_figures_are_rounded_and_do_not_add_up(rcw: Rcw, winter: Rcw) -> None:
    manifest = json.loads((rcw.release() / "datapackage.json").read_text(encoding="utf-8"))["x-release"]
    assert manifest["disclosure_policy"]["rounding"]["base"] == 5
    assert any("need not add up" in caveat for caveat in manifest["caveats"])
    page = (rcw.release() / "report.html").read_text(encoding="utf-8")
    assert "rounded to the nearest 5" in page
    assert "rounded to the nearest 5" not in (winter.release() / "report.html").read_text(encoding="utf-8")


def test_rounded_release__is_made_again_byte_for_byte_whatever_is_set(rcw: Rcw) -> None:
    done = rcw("verify", "current", "--rebuild")
    assert done.returncode == 0, done.stdout + done.stderr


def test_check__reads_it_beside_the_exact_release(rcw: Rcw) -> None:
    """Both hide the same, so together they tell no more than the exact one."""
    done = rcw("disclosure", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is rounded" in done.stdout


def test_difference__names_the_setting(rcw: Rcw, winter: Rcw) -> None:
    done = rcw("diff", winter.release().name, rcw.release().name)
    assert "rounding" in done.stdout, done.stdout + done.stderr
