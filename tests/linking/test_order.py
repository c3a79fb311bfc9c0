"""The verdicts follow from what was delivered, never from the order of rows or files. All people here are invented."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.researcher_link.decisions import Standing
from tests.linking.people import CROWD, Researcher, Staff, linked

_SURNAMES = st.sampled_from(["Holton", "Holten", "Hol-Ton", "Bramwell", "Quimby", "Quimby-Ash", "Ash"])
_FORENAMES = st.sampled_from(["Margaret", "Maggie", "M", "Derek", "Drek", "Ann Margaret"])
_EMAILS = st.sampled_from([None, "a@avon.nhs.uk", "b@avon.nhs.uk", "c@bristol.ac.uk"])
_ORCIDS = st.sampled_from([None, "0000-0002-1825-0097", "0000-0002-9079-593X"])
_STAFF = st.builds(Staff, st.sampled_from("abcdef"), _SURNAMES, _FORENAMES, _EMAILS)
_RESEARCHER = st.builds(
    lambda key, surname, forename, email, orcid, number: Researcher(key, f"{surname}, {forename}", email, orcid, number),
    st.sampled_from("rstuv"), _SURNAMES, _FORENAMES, _EMAILS, _ORCIDS, st.sampled_from([None, None, "a", "b"]),
)  # fmt: skip


def _does_not_depend_on_order(staff: list[Staff], people: list[Researcher], seed: int) -> None:
    decisions = [Standing("RVN", "r", "same", "a"), Standing("RVN", "s", "different", "b")]
    shuffled = random.Random(seed)
    crowd = list(CROWD)
    first = linked([*staff, *crowd], people, decisions)
    for rows in (staff, people, crowd):
        shuffled.shuffle(rows)
    assert linked([*crowd, *staff], people, decisions[::-1]) == first
    assert set(first) == {person.key for person in people}


@settings(max_examples=8, deadline=None)
@given(st.lists(_STAFF, max_size=8), st.lists(_RESEARCHER, max_size=8), st.integers(0, 1000))
def test_verdicts__do_not_depend_on_the_order_of_rows(staff: list[Staff], people: list[Researcher], seed: int) -> None:
    _does_not_depend_on_order(staff, people, seed)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(_STAFF, max_size=8), st.lists(_RESEARCHER, max_size=8), st.integers(0, 1000))
def test_verdicts_of_many_draws__do_not_depend_on_the_order_of_rows(
    staff: list[Staff], people: list[Researcher], seed: int
) -> None:
    _does_not_depend_on_order(staff, people, seed)


@settings(max_examples=25, deadline=None)
@given(st.lists(_STAFF, max_size=8), st.lists(_RESEARCHER, max_size=8))
def test_verdicts__bear_a_member_of_staff_if_and_only_if_linked(staff: list[Staff], people: list[Researcher]) -> None:
    for row in linked([*staff, *CROWD], people).values():
        assert (row[2] is not None) == (row[6] in ("linked", "overridden"))
        assert row[6] in ("linked", "review", "outside")
        assert 0 <= row[5] <= row[4] <= 1
