"""Splink behind the same table: what is said where it is missing, and what comes of it where it is installed."""

from __future__ import annotations

import importlib.util

import pytest

from benchmarks.linking import KNOWN, link_in_sql
from ingestion.errors import RcwError
from ingestion.researcher_link.splink_model import score_with_splink
from synthetic.linkage import draw_linkage

IS_INSTALLED = importlib.util.find_spec("splink") is not None


@pytest.mark.skipif(IS_INSTALLED, reason="Splink is installed")
def test_splink__where_it_is_missing_says_how_to_get_it() -> None:
    with pytest.raises(RcwError, match=r"optional extra `linkage`.*The load does without it"):
        link_in_sql(draw_linkage(1, 300, 60, 10), KNOWN["name alone"], rescore=score_with_splink)


@pytest.mark.skipif(not IS_INSTALLED, reason="Splink is an optional extra (linkage)")
def test_splink__fills_the_same_table() -> None:
    found = link_in_sql(draw_linkage(1), KNOWN["name, profession, department"], rescore=score_with_splink)
    assert found.precision >= 0.98
    assert found.recall >= 0.6
