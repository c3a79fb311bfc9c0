"""Counts of one group that have nobody in common: none follows from the others and the count that they are within."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.disclosure.attacker import Knowledge, add_up
from tests.disclosure.test_single_leaks import HEADCOUNT, Published, publish, rows
from tests.disclosure.trusts import staff_mart

MEASURES = ("headcount", "answered", "rated", "unsure")
PEOPLE = {"answered": ["unsure", "rated"], "rated": ["rated"], "unsure": ["unsure", "rated"]}
ANSWERS = staff_mart(
    "mart",
    {**HEADCOUNT, **PEOPLE},
    within=["unsure <= answered <= headcount", "rated <= headcount"],
    disjoint={"answered": ["rated", "unsure"]},
)
Counts = dict[str, tuple[int, int, int, int]]
#: The least unsure that are no small number are of b, the fewest answers of c: what is hidden of b and c differs by measure.
MADE_UP: Counts = {
    "trust T": (220, 152, 120, 32),
    "profession a": (60, 32, 30, 2),
    "profession b": (100, 80, 70, 10),
    "profession c": (60, 40, 20, 20),
}
#: Some say neither. Of x everybody rates, so the 0 unsure of its few doctors follow from the two counts that are shown.
SOME_NEITHER: Counts = {
    "trust T": (200, 170, 110, 40),
    "directorate x": (60, 40, 40, 0),
    "directorate y": (140, 130, 70, 40),
    "profession a": (30, 25, 18, 2),
    "profession b": (170, 145, 92, 38),
    "directorate_profession x|a": (6, 5, 5, 0),
    "directorate_profession x|b": (54, 35, 35, 0),
    "directorate_profession y|a": (24, 20, 13, 2),
    "directorate_profession y|b": (116, 110, 57, 38),
}


def _published(counts: Counts, mart: dict[str, Any] = ANSWERS) -> Published:
    return publish((mart, rows({group: dict(zip(MEASURES, of, strict=True)) for group, of in counts.items()})))


def _given_away(found: Published, counts: Counts) -> set[str]:
    knowledge = Knowledge()
    groups = [(row["group_type"], row["group_code"]) for row in found.tables["mart"]]
    is_sum = all(answered == rated + unsure for _, answered, rated, unsure in counts.values())
    for row in found.tables["mart"]:
        names = {measure: (measure, row["group_type"], row["group_code"], "") for measure in MEASURES}
        for measure, name in names.items():
            knowledge.see(name, row[measure], is_whole=True)
        knowledge.at_most(names["answered"], names["headcount"])
        terms = {names["answered"]: 1.0, names["rated"]: -1.0, names["unsure"]: -1.0}
        knowledge.facts.append((terms, 0.0, 0.0 if is_sum else math.inf))
    for measure in MEASURES:
        add_up(knowledge, measure, "", groups)
    return {f"{name[0]} of {name[1]} {name[2]} is {value:g}" for name, value in knowledge.given_away().items()}


@pytest.mark.parametrize("counts", [MADE_UP, SOME_NEITHER], ids=["made up", "some neither"])
def test_reader_of_the_dictionary__finds_no_hidden_count(counts: Counts) -> None:
    found = _published(counts)
    assert found.hidden("unsure")
    assert _given_away(found, counts) == set()


def test_what_nothing_tells__stays_shown() -> None:
    found = _published(MADE_UP)
    assert not {"trust T"} & (found.hidden("answered") | found.hidden("rated") | found.hidden("unsure"))
