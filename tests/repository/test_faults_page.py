"""The page of faults is whole: every fault that is known of real files can be planted by name, and tests show what it gets."""

from __future__ import annotations

import re

import pytest

from synthetic.faults import FAULTS
from synthetic.faults_page import PAGE, Listed, lists_of_faults, page
from tests.repository.test_rules_page import known_tests

LISTED = {
    f"{one.page} {one.section} no. {number}": listed
    for one in lists_of_faults()
    for number, listed in enumerate(one.listed, start=1)
}
#: How many faults each page of the reference lists.
LENGTHS = {"hr-and-training": 18, "research-portfolio": 14, "surveys": 25}


def test_page__is_that_of_the_registry() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m synthetic.faults_page`"


def test_lists__are_whole() -> None:
    assert {one.page: len(one.listed) for one in lists_of_faults()} == LENGTHS


@pytest.mark.parametrize(("place", "listed"), LISTED.items(), ids=LISTED)
def test_listed_fault__can_be_planted_by_name_and_has_a_test(place: str, listed: Listed) -> None:
    assert listed.faults
    assert set(listed.faults) <= set(FAULTS), sorted(set(listed.faults) - set(FAULTS))
    assert listed.tests
    assert set(listed.tests) <= known_tests(), sorted(set(listed.tests) - known_tests())


@pytest.mark.parametrize(("place", "listed"), LISTED.items(), ids=LISTED)
def test_listed_fault__is_cited_by_a_fault_that_plants_it(place: str, listed: Listed) -> None:
    name, section, _, number = place.split(" ")
    cited = (
        rf"{name} [0-9., and]*\b{section}\b" if name != "surveys" else rf"surveys [0-9., and]*\b{section}\.{number}\b"
    )
    assert any(re.search(cited, FAULTS[fault].evidence) for fault in listed.faults), cited
