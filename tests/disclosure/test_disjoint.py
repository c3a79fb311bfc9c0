"""Counts of one group that have nobody in common: none follows from the others and the count that they are within."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing import protected as step
from publishing.disclosure.decide import Decided
from publishing.disclosure.structure import read_structure
from publishing.errors import PublishingError
from tests.disclosure.attacker import Knowledge, add_up
from tests.disclosure.test_single_leaks import HEADCOUNT, Published, publish, rows, with_measures
from tests.disclosure.trusts import staff_mart
from tests.model_yaml import documents
from tests.publishing_support import column

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
#: Nearly everybody rates, so the people of a group bound its unsure: of a there are at most 3.
FEW_BLANKS: Counts = {
    "trust T": (223, 222, 220, 2),
    "profession a": (63, 62, 60, 2),
    "profession b": (100, 100, 100, 0),
    "profession c": (60, 60, 60, 0),
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


@pytest.mark.parametrize("counts", [MADE_UP, SOME_NEITHER, FEW_BLANKS], ids=["made up", "some neither", "few blanks"])
def test_reader_of_the_dictionary__finds_no_hidden_count(counts: Counts) -> None:
    found = _published(counts)
    assert found.hidden("unsure")
    assert _given_away(found, counts) == set()


def test_people_of_a_group__go_before_what_they_rate() -> None:
    """They bound every item at once, and medians hang from the ratings."""
    found = _published(FEW_BLANKS)
    assert (found.hidden("headcount"), found.hidden("rated")) == ({"trust T", "profession a"}, set())


def test_research_capacity__says_that_ratings_and_unsure_are_within_the_respondents() -> None:
    model = documents()[Path("marts/by_wave/mart_rcc_domain.yml")]["models"][0]
    structure = read_structure(model["config"]["meta"]["adds_up"], [column["name"] for column in model["columns"]])
    assert structure.disjoint == {"answered_count": ("n", "unsure_count")}
    assert ("answered_count", "respondents") in structure.within


def test_what_nothing_tells__stays_shown() -> None:
    found = _published(MADE_UP)
    assert not {"trust T"} & (found.hidden("answered") | found.hidden("rated") | found.hidden("unsure"))


SHARE = column("double", "measure", people=["answered", "unsure"], computed_from=["answered"])
#: The answers of each kind are published as shares of all answers alone.
SHARES = with_measures(
    staff_mart(
        "mart",
        {**HEADCOUNT, "answered": ["answered"]},
        within=["answered <= headcount"],
        shown_by={"rated": "rated_share", "unsure": "unsure_share"},
        disjoint={"answered": ["rated", "unsure"]},
    ),
    rated_share=column("double", "measure", people=["answered", "rated"], computed_from=["answered"]),
    unsure_share=SHARE,
    rated=column("bigint", "support"),
    unsure=column("bigint", "support"),
)
#: Nothing but the two kinds of answers tells the 2 unsure: no group has another of its kind.
OF_ONE_GROUP: Counts = {"trust T": (60, 32, 30, 2)}
#: One group shows that its answers are of one kind or the other.
BESIDE_ANOTHER: Counts = {**OF_ONE_GROUP, "gender f": (50, 28, 20, 8), "gender m": (10, 4, 0, 4)}


def _shares(counts: Counts) -> list[dict[str, Any]]:
    found = {
        group: {
            **dict(zip(MEASURES, of, strict=True)),
            "rated_share": 100 * of[2] / of[1],
            "unsure_share": 100 * of[3] / of[1],
        }
        for group, of in counts.items()
    }
    return rows(found)


def _mart(**people: list[str]) -> dict[str, Any]:
    """Answers, rated and unsure, whose parts need not make up the whole; `people` stand behind each."""
    return staff_mart("mart", {**HEADCOUNT, **people}, loose=list(MEASURES), disjoint={"answered": ["rated", "unsure"]})


@pytest.fixture
def nothing_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small numbers are hidden, and nothing else."""

    def nothing(connection: duckdb.DuckDBPyConnection, *_: Any) -> Decided:
        return Decided()

    monkeypatch.setattr(step, "decide", nothing)


@pytest.mark.usefixtures("nothing_protected")
@pytest.mark.parametrize(
    ("counts", "is_told"), [(OF_ONE_GROUP, False), (BESIDE_ANOTHER, True)], ids=["one group", "beside another"]
)
def test_second_look__learns_from_a_group_that_the_parts_make_the_whole_up(counts: Counts, is_told: bool) -> None:
    mart = _mart(answered=["answered"], rated=["rated"], unsure=["unsure"])
    if not is_told:  # there may be people who say neither
        assert "trust T" in _published(counts, mart).hidden("unsure")
        return
    with pytest.raises(PublishingError, match="could be worked out") as refused:
        _published(counts, mart)
    assert "mart.unsure 2025-01-01" in str(refused.value)


@pytest.mark.usefixtures("nothing_protected")
def test_second_look__knows_counts_that_are_published_as_shares() -> None:
    with pytest.raises(PublishingError, match="could be worked out") as refused:
        publish((SHARES, _shares(BESIDE_ANOTHER)))
    assert "mart.unsure 2025-01-01" in str(refused.value)


@pytest.mark.usefixtures("nothing_protected")
def test_second_look__knows_that_a_full_whole_leaves_nobody() -> None:
    """Elsewhere some say neither, so that the parts are no equation; and the 0 is hidden since its group is small."""
    counts: Counts = {"trust T": (60, 32, 20, 10), "profession a": (10, 5, 5, 0)}
    mart = _mart(answered=["headcount"], rated=["headcount"], unsure=["answered"])
    with pytest.raises(PublishingError, match="could be worked out") as refused:
        _published(counts, mart)
    assert "mart.unsure 2025-01-01: 1 figures" in str(refused.value)


@pytest.mark.usefixtures("nothing_protected")
def test_second_look__takes_no_parts_for_a_sum_where_a_group_shows_others() -> None:
    counts: Counts = {"trust T": (60, 32, 20, 10), "profession a": (30, 15, 8, 7)}
    mart = _mart(answered=["answered"], rated=["rated"], unsure=["unsure"])
    assert _published(counts, mart).hidden("unsure") == {"profession a"}


@pytest.mark.parametrize("counts", [OF_ONE_GROUP, MADE_UP], ids=["one group", "made up"])
def test_shares__are_protected_as_the_counts_are(counts: Counts) -> None:
    """The second look, which then runs for good, finds nothing."""
    found = publish((SHARES, _shares(counts)))
    assert {"trust T" if counts is OF_ONE_GROUP else "profession a"} <= found.hidden("unsure_share")
