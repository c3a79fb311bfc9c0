"""How well names alone link, measured against the truth: the bar that docs/linking.md records."""

from __future__ import annotations

import pytest

from benchmarks.linking import KNOWN, link_in_sql
from synthetic.linkage import draw_linkage

#: What the trial of research-portfolio 6.3 had beside names: a profession of 80 %, a department of 55 %.
AS_IN_THE_TRIAL = KNOWN["name, profession, department"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_without_numbers_or_emails__link_with_precision_98_and_recall_85(seed: int) -> None:
    found = link_in_sql(draw_linkage(seed), AS_IN_THE_TRIAL)
    assert found.precision >= 0.98
    assert found.recall >= 0.85


def test_names_alone__are_left_to_review_rather_than_guessed() -> None:
    data = draw_linkage(1)
    least, most = link_in_sql(data, KNOWN["name alone"]), link_in_sql(data, KNOWN["name, role, profession, department"])
    assert least.precision >= 0.97
    assert least.recall < most.recall
    assert least.recall + least.right_in_review / least.staff > 0.80
