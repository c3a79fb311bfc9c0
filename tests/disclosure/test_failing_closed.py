"""Publication stops where disclosure control cannot vouch for it, with a message and no figure in it."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from publishing import protected as step
from publishing.catalogue import read_catalogue
from publishing.disclosure import decide as decisions
from publishing.errors import PublishingError
from tests.disclosure.trusts import RESEARCH, WORKFORCE, make_people, protected, rows_of
from tests.publishing_support import column, manifest, model


def test_measure_about_people__must_say_how_it_adds_up() -> None:
    mart = model(
        "mart_new",
        {
            "group_code": column("varchar", "key"),
            "new_headcount": column("bigint", "measure", people=["new_headcount"]),
        },
        ["group_code"],
        adds_up={},
    )
    with pytest.raises(PublishingError, match=r"mart_new\.new_headcount"):
        decisions.check_classified(read_catalogue(manifest(mart)))


def test_structure__that_names_no_column_of_the_table_is_refused() -> None:
    mart = model("mart_new", {"group_code": column("varchar", "key")}, ["group_code"], adds_up={"alone": ["nobody"]})
    with pytest.raises(PublishingError, match="nobody"):
        read_catalogue(manifest(mart))


def test_hidden_figure_that_follows__stops_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look does not trust the first: with nothing decided beside small numbers it refuses."""

    def nothing(connection: duckdb.DuckDBPyConnection, *_: Any) -> decisions.Decided:
        return decisions.Decided()

    monkeypatch.setattr(step, "decide", nothing)
    with pytest.raises(PublishingError, match="could be worked out") as refused:
        protected((WORKFORCE, RESEARCH), rows_of(make_people(1, 120, 2)))
    assert "mart_workforce.headcount 2025-01-01" in str(refused.value)
    assert "the former release stays current" in str(refused.value)


def test_figures_that_nothing_protects__stop_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "protect_period", lambda *_: True)
    with pytest.raises(PublishingError, match="2025-01-01"):
        protected((WORKFORCE,), rows_of(make_people(1, 25, 1)))
