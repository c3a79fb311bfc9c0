"""Protection must not hide everything: a trust of 150 people shows how many it has in every month."""

from __future__ import annotations

import duckdb

from tests.homes import Rcw


def test_headcount_of_the_trust__is_shown_in_every_month(winter: Rcw) -> None:
    with duckdb.connect(str(winter.release() / "research_culture.duckdb"), read_only=True) as connection:
        shown = connection.execute(
            "select headcount is not null from mart_workforce_month where group_type = 'trust' order by reporting_month"
        ).fetchall()
    assert shown == [(True,)] * 6
