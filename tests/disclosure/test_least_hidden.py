"""What protection does not hide: readers of a small trust keep its totals wherever hiding something else will do."""

from __future__ import annotations

from tests.disclosure.test_single_leaks import HEADCOUNT, MART, counted, publish, rows, with_measures
from tests.disclosure.trusts import staff_mart
from tests.publishing_support import column

TRAINED = staff_mart(
    "mart",
    {**HEADCOUNT, "trained": ["headcount", "trained"]},
    within=["trained <= headcount"],
)


def test_a_total__is_kept_where_parts_can_protect_one_another() -> None:
    found = publish((MART, rows(counted({"trust T": 40, "profession a": 20, "profession b": 15, "profession c": 5}))))
    assert not found.is_hidden("headcount", "trust T")


def test_a_total__is_kept_though_every_group_has_as_many_nested_in_it() -> None:
    """Everybody of a and b is trained. Were that shown, c could only have more people if the trust had."""
    people = {"trust T": (40, 38), "profession a": (20, 20), "profession b": (17, 17), "profession c": (3, 1)}
    found = publish(
        (TRAINED, rows({group: {"headcount": all_, "trained": some} for group, (all_, some) in people.items()}))
    )
    assert not found.is_hidden("headcount", "trust T")
    assert not found.is_hidden("trained", "trust T")
    others = [group for group in ("profession a", "profession b") if found.is_hidden("headcount", group)]
    assert others, "c is protected by another profession"
    assert all(found.is_hidden("trained", group) for group in others), "what is nested in it would bound it"


def test_one_profession__is_hidden_rather_than_several_that_can_each_move_a_little() -> None:
    """Of a, b and c all but two or three are trained, so that none of them can lose the five people whom e may have."""
    people = {
        "trust T": (174, 110),
        "profession a": (20, 18),
        "profession b": (21, 19),
        "profession c": (22, 19),
        "profession d": (60, 10),
        "profession e": (3, 0),
        "profession f": (48, 44),
    }
    found = publish(
        (TRAINED, rows({group: {"headcount": all_, "trained": some} for group, (all_, some) in people.items()}))
    )
    hidden = {group for group in people for name in ("headcount", "trained") if found.is_hidden(name, group)}
    assert "profession e" in hidden
    assert len(hidden) == 2


def test_groups_of_a_few__are_not_taken_for_the_same_people() -> None:
    """Directorate z and the others of y are six each by chance. Nobody sees that, so that z leads no more doctors does not follow."""
    counts = {
        "trust T": (206, 40, 30),
        "directorate x": (150, 30, 20),
        "directorate y": (50, 10, 10),
        "directorate z": (6, 0, 0),
        "profession medical": (67, 10, 0),
        "profession nursing": (83, 21, 21),
        "profession other": (56, 9, 9),
        "directorate_profession x|medical": (50, 10, 0),
        "directorate_profession x|nursing": (50, 11, 11),
        "directorate_profession x|other": (50, 9, 9),
        "directorate_profession y|medical": (14, 0, 0),
        "directorate_profession y|nursing": (30, 10, 10),
        "directorate_profession y|other": (6, 0, 0),
        "directorate_profession z|medical": (3, 0, 0),
        "directorate_profession z|nursing": (3, 0, 0),
    }
    mart = staff_mart(
        "mart",
        {**HEADCOUNT, "fte": ["headcount"], "leads": ["headcount", "leads"], "outside": ["headcount", "outside"]},
        together=[["headcount", "fte"]],
        within=["outside <= leads <= headcount"],
        outside={"outside": {"of": "leads", "group": "medical"}},
    )
    groups = {
        group: {"headcount": people, "fte": float(people), "leads": leads, "outside": outside}
        for group, (people, leads, outside) in counts.items()
    }
    found = publish((mart, rows(groups)))
    assert [name for name in ("headcount", "leads", "outside") if found.is_hidden(name, "trust T")] == []


def test_a_figure_that_follows_whatever_is_hidden__takes_along_only_what_is_linked_to_it() -> None:
    """Of directorate z no profession is listed: since both kinds add up to the trust, z has the rest, however much is hidden."""
    counts = {
        "trust T": (100, 60, 50),
        "directorate x": (60, 35, 30),
        "directorate y": (38, 25, 20),
        "directorate z": (2, 0, 0),
        "profession nursing": (58, 30, 28),
        "profession other": (42, 30, 22),
        "directorate_profession x|nursing": (40, 20, 18),
        "directorate_profession x|other": (20, 15, 12),
        "directorate_profession y|nursing": (18, 10, 10),
        "directorate_profession y|other": (20, 15, 10),
    }
    share = column("double", "measure", people=["headcount", "trained"], computed_from=["headcount"])
    mart = staff_mart(
        "mart",
        {**HEADCOUNT, "appraised": ["headcount", "appraised"]},
        shown_by={"trained": "trained_share"},
        within=["trained <= headcount"],
        loose=["headcount"],
    )
    mart = with_measures(mart, trained_share=share, trained=column("bigint", "support"))
    groups = {
        group: {"headcount": people, "trained": trained, "trained_share": trained / people, "appraised": appraised}
        for group, (people, trained, appraised) in counts.items()
    }
    groups["directorate z"]["appraised"] = None
    found = publish((mart, rows(groups)))
    assert found.is_hidden("trained_share", "trust T")
    assert not found.is_hidden("appraised", "trust T")
