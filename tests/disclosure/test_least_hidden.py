"""What protection does not hide: readers of a small trust keep its totals wherever hiding something else will do."""

from __future__ import annotations

from tests.disclosure.test_single_leaks import HEADCOUNT, MART, counted, publish, rows
from tests.disclosure.trusts import staff_mart

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
