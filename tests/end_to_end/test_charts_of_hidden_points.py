"""Control charts of a release: a hidden point follows from no mean, limit or moving range that stands beside it.

With a mean of n points and all but one of them, the last follows; with limits, the mean of the moving ranges.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from publishing.database_file import DATABASE_FILE
from tests.homes import Rcw

SEGMENT = "trust_code, indicator_code, group_type, group_code, segment"
LIMITS = ("mean", "lpl", "upl", "near_lpl", "near_upl", "lpl_display", "upl_display")


@pytest.fixture(scope="module")
def release(winter: Rcw) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(winter.release() / DATABASE_FILE), read_only=True) as connection:
        yield connection


def _count(release: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = release.execute(f"select count(*) from ({sql})").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("table", ["mart_spc_point", "wide_scorecard"])
def test_segment_with_a_hidden_point__has_no_mean_and_no_limits(release: duckdb.DuckDBPyConnection, table: str) -> None:
    segments = (
        f"select {SEGMENT} from {table} where segment is not null group by all having bool_or(value_is_suppressed)"
    )
    told = " or ".join(f"{name} is not null" for name in LIMITS)
    assert _count(release, segments) > 20
    assert _count(release, f"from {table} where ({SEGMENT}) in ({segments}) and ({told})") == 0
    assert _count(release, f"from {table} where value_is_suppressed and value is not null") == 0


@pytest.mark.parametrize("table", ["mart_spc_point", "wide_scorecard"])
def test_point_is_flagged__wherever_the_mart_that_it_comes_from_hides_the_figure(
    release: duckdb.DuckDBPyConnection, table: str
) -> None:
    """Sickness of the trust's professions and directorates, which few of a small trust's may show."""
    key = "trust_code, group_type, group_code, reporting_month"
    pairs = f"from {table} as point inner join mart_workforce_month as month using ({key}) where indicator_code = 'W4'"
    assert _count(release, f"select 1 {pairs} and month.sickness_rate_is_suppressed") > 20
    differing = "month.sickness_rate_is_suppressed <> point.value_is_suppressed or month.sickness_rate is distinct from point.value"
    assert _count(release, f"select 1 {pairs} and ({differing})") == 0


def test_mean_of_a_chart__is_that_of_the_points_that_are_shown(release: duckdb.DuckDBPyConnection) -> None:
    """So no point that is not shown has a part in it."""
    means = f"select {SEGMENT}, max(mean) as mean, avg(value) as of_shown from mart_spc_point where mean is not null group by all"
    assert _count(release, means) > 0
    assert _count(release, f"from ({means}) where abs(mean - of_shown) > 1e-6") == 0
