"""How well names link by the way that the load goes: the bar that docs/linking.md records, from files to verdicts.

R&D knows a name with the faults of the trial, roles and dates; of the staff it is known who is trained for research.
"""

from __future__ import annotations

import pytest

from benchmarks.linking_trust import measured_trust


def test_names_of_a_small_trust__link_with_precision_98_and_recall_85() -> None:
    found = measured_trust(1000, 2, 1, misspelt=True)
    assert found.by_fault["all"][0] > 100
    assert found.precision >= 0.98
    assert found.recall >= 0.85


def test_recall__is_told_by_what_went_wrong_with_the_name() -> None:
    found = measured_trust(600, 1, 1, misspelt=True)
    people, right = found.by_fault["all"]
    assert found.by_fault["none"][1] / found.by_fault["none"][0] > right / people
    assert sum(n for fault, (n, _) in found.by_fault.items() if fault != "all") >= people


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_of_a_large_trust__link_with_precision_98_and_recall_85(seed: int) -> None:
    found = measured_trust(5000, 2, seed, misspelt=True)
    assert found.precision >= 0.98
    assert found.recall >= 0.85
