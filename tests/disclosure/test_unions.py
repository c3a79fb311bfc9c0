"""Counts that make up another one, and groups of which everybody is counted: what then follows is hidden with it."""

from __future__ import annotations

import math

import pytest

from tests.disclosure.attacker import Knowledge, add_up
from tests.disclosure.test_single_leaks import HEADCOUNT, Published, publish, rows
from tests.disclosure.trusts import staff_mart

MEASURES = ("headcount", "leading", "main", "deputy", "outer")
LEADING = staff_mart(
    "mart",
    {**HEADCOUNT, **{measure: ["headcount", measure] for measure in MEASURES[1:]}},
    within=["main <= leading <= headcount", "deputy <= leading", "outer <= main"],
    unions={"leading": ["main", "deputy"]},
    outside={"outer": {"of": "main", "group": "medical"}},
)

Counts = dict[str, tuple[int, int, int, int, int]]
#: Nobody of x|medical is deputy, so whoever leads there is main: 13; and 18 less 13 would be the small count outside.
NO_DEPUTY: Counts = {
    "trust T": (200, 30, 28, 9, 12),
    "directorate x": (100, 18, 18, 0, 5),
    "directorate y": (100, 12, 10, 9, 7),
    "profession medical": (100, 18, 16, 4, 0),
    "profession nursing": (100, 12, 12, 5, 12),
    "directorate_profession x|medical": (50, 13, 13, 0, 0),
    "directorate_profession x|nursing": (50, 5, 5, 0, 5),
    "directorate_profession y|medical": (50, 5, 3, 4, 0),
    "directorate_profession y|nursing": (50, 7, 7, 5, 7),
}
#: All of profession a lead, so in each of its directorates as many lead as are there.
ALL_LEAD: Counts = {
    "trust T": (80, 60, 60, 9, 60),
    "directorate x": (50, 43, 43, 0, 43),
    "directorate y": (30, 17, 17, 9, 17),
    "profession a": (40, 40, 40, 0, 40),
    "profession b": (40, 20, 20, 9, 20),
    "directorate_profession x|a": (35, 35, 35, 0, 35),
    "directorate_profession x|b": (15, 8, 8, 0, 8),
    "directorate_profession y|a": (5, 5, 5, 0, 5),
    "directorate_profession y|b": (25, 12, 12, 9, 12),
}
#: The number outside hides somewhere, and so the 0 of the few doctors of y does; that it is 0 is known without.
FEW_DOCTORS: Counts = {
    "trust T": (200, 40, 40, 9, 30),
    "directorate x": (150, 30, 30, 0, 20),
    "directorate y": (50, 10, 10, 9, 10),
    "profession medical": (54, 10, 10, 4, 0),
    "profession nursing": (80, 16, 16, 5, 16),
    "profession other": (66, 14, 14, 0, 14),
    "directorate_profession x|medical": (50, 10, 10, 0, 0),
    "directorate_profession x|nursing": (50, 11, 11, 0, 11),
    "directorate_profession x|other": (50, 9, 9, 0, 9),
    "directorate_profession y|medical": (4, 0, 0, 4, 0),
    "directorate_profession y|nursing": (30, 5, 5, 5, 5),
    "directorate_profession y|other": (16, 5, 5, 0, 5),
}
ONE_KIND_LEADS: Counts = {
    "trust T": (40, 20, 20, 9, 11),
    "profession a": (19, 10, 10, 0, 10),
    "profession medical": (18, 9, 9, 8, 0),
    "profession b": (3, 1, 1, 1, 1),
}


def _published(counts: Counts) -> Published:
    return publish((LEADING, rows({group: dict(zip(MEASURES, of, strict=True)) for group, of in counts.items()})))


def _reader(found: Published) -> Knowledge:
    """What a reader knows who has read the dictionary."""
    knowledge = Knowledge()
    groups = [(row["group_type"], row["group_code"]) for row in found.tables["mart"]]
    for row in found.tables["mart"]:
        names = {measure: (measure, row["group_type"], row["group_code"], "") for measure in MEASURES}
        for measure, name in names.items():
            knowledge.see(name, row[measure], is_whole=True)
        for part, whole in (("main", "leading"), ("leading", "headcount"), ("deputy", "leading"), ("outer", "main")):
            knowledge.at_most(names[part], names[whole])
        made_up = {names["main"]: 1.0, names["deputy"]: 1.0, names["leading"]: -1.0}
        knowledge.facts.append((made_up, 0.0, math.inf))
        if row["group_type"] in ("profession", "directorate_profession") and "medical" not in row["group_code"]:
            knowledge.equal({names["outer"]: 1.0, names["main"]: -1.0})
        if "medical" in row["group_code"].split("|"):
            knowledge.equal({names["outer"]: 1.0})
    for measure in MEASURES:
        add_up(knowledge, measure, "", groups)
    return knowledge


def _holds_back(found: Published, counts: Counts) -> set[str]:
    """What the reader finds out."""
    true = {(m, *group.split(" "), ""): of[number] for group, of in counts.items() for number, m in enumerate(MEASURES)}
    return {
        f"{name[0]} of {name[2]} is {value:g}"
        for name, value in _reader(found).given_away().items()
        if true[name] == value
    }


@pytest.mark.parametrize(
    "counts",
    [NO_DEPUTY, ALL_LEAD, ONE_KIND_LEADS, FEW_DOCTORS],
    ids=["no deputy", "all lead", "one kind", "few doctors"],
)
def test_reader_of_the_dictionary__finds_no_hidden_count(counts: Counts) -> None:
    assert _holds_back(_published(counts), counts) == set()


def test_a_0_by_definition__gives_nothing_up() -> None:
    found = _published(FEW_DOCTORS)
    shown = [measure for measure in MEASURES if not found.is_hidden(measure, "trust T")]
    assert shown == list(MEASURES)
    assert not found.is_hidden("outer", "directorate_profession y|medical"), "everybody knows it"
    assert found.is_hidden("headcount", "directorate_profession y|medical")
