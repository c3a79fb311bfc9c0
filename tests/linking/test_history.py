"""Links month after month: what a month says stays, whatever comes after it, in whatever order. All people are invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.delivery import NO_MONTH
from ingestion.researcher_link import history
from ingestion.researcher_link.decisions import Standing
from ingestion.researcher_link.history import link_researchers
from tests.linking.people import CROWD, Bench, Researcher, Staff, fill

ANN = Staff("ann", "Quimby", "Ann", job_role="Consultant", staff_group="Medical and Dental")
NAMESAKE = Staff("namesake", "Quimby", "Alice")
INITIAL = Researcher("r", "Quimby, A", role="Delegated clinician")
JANUARY, FEBRUARY, MARCH, APRIL = (date(2025, month, 1) for month in (1, 2, 3, 4))
Months = Mapping[date, Sequence[Staff | Researcher]]


@contextmanager
def delivered(months: Months) -> Iterator[None]:
    """Invented people in the place of the files of each month."""

    def know(connection: Bench, month: date) -> None:
        known = [one for delivered_in, people in months.items() if delivered_in <= month for one in people]
        fill(
            connection,
            [*CROWD, *dict.fromkeys(one for one in known if isinstance(one, Staff))],
            dict.fromkeys(one for one in known if isinstance(one, Researcher)),
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "gather", lambda connection, delivered: sorted(months))
        patch.setattr(history, "know", know)
        yield


def told(months: Months, decisions: Sequence[Standing] = (), names_from: date = date(1900, 1, 1)) -> list[object]:
    with delivered(months):
        links = link_researchers([], decisions, names_from=names_from)
    return [(link.staff_key, link.link_status, link.valid_from, link.valid_to) for link in links]


def test_better_evidence__counts_from_the_month_that_brings_it() -> None:
    months = {
        JANUARY: [ANN, NAMESAKE, Researcher("r", "Quimby, A")],
        MARCH: [Researcher("r", "Quimby, A", staff_key="ann")],
    }
    assert told(months) == [(None, "review", JANUARY, FEBRUARY), ("ann", "linked", MARCH, None)]


def test_link_by_name__stays_while_it_is_likelier_than_not() -> None:
    assert told({JANUARY: [ANN, NAMESAKE, INITIAL]}) == [(None, "review", JANUARY, None)]
    months = {JANUARY: [ANN, INITIAL], FEBRUARY: [NAMESAKE]}
    assert told(months) == [("ann", "linked", JANUARY, None)]


def test_link_by_name__goes_when_somebody_else_is_as_likely() -> None:
    months = {
        JANUARY: [ANN, INITIAL],
        FEBRUARY: [Staff("same", "Quimby", "Amy", job_role="Consultant", staff_group="Medical and Dental")],
    }
    assert told(months) == [("ann", "linked", JANUARY, JANUARY), (None, "review", FEBRUARY, None)]


def test_decision__holds_for_all_months() -> None:
    months = {JANUARY: [ANN, NAMESAKE, INITIAL], FEBRUARY: [ANN]}
    assert told(months, [Standing("RVN", "r", "same", "namesake")]) == [("namesake", "overridden", JANUARY, None)]


def test_months_whose_names_were_purged__have_the_verdicts_of_the_first_month_with_names() -> None:
    months = {JANUARY: [NAMESAKE], FEBRUARY: [ANN, Researcher("r", "Quimby, Ann")], MARCH: [ANN]}
    assert told(months, names_from=FEBRUARY) == [("ann", "linked", JANUARY, None)]
    assert told(months, names_from=APRIL) == [("ann", "linked", JANUARY, None)]


def test_nothing_changed__reads_no_file() -> None:
    months = {JANUARY: [ANN, INITIAL]}
    with delivered(months):
        known = link_researchers([])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "gather", lambda connection, delivered: pytest.fail("files were read"))
        assert link_researchers([], known=known[::-1], since=NO_MONTH) == known


_PEOPLE = st.lists(
    st.sampled_from([ANN, NAMESAKE, INITIAL, Researcher("r", "Quimby, Ann"), Researcher("s", "Quimby, Alice")]),
    max_size=3,
)


def _is_the_same_carried_on(people: list[list[Staff | Researcher]], since: date) -> None:
    months = dict(zip((JANUARY, FEBRUARY, MARCH), people, strict=True))
    earlier = {month: people for month, people in months.items() if month < since}
    with delivered(earlier):
        known = link_researchers([]) if earlier else []
    with delivered(months):
        assert link_researchers([], known=known, since=since) == link_researchers([])


_THREE_MONTHS = st.lists(_PEOPLE, min_size=3, max_size=3)
_ANY_MONTH = st.sampled_from([JANUARY, FEBRUARY, MARCH, APRIL])


@settings(max_examples=5, deadline=None)
@given(_THREE_MONTHS, _ANY_MONTH)
def test_history__is_the_same_carried_on_from_any_month(people: list[list[Staff | Researcher]], since: date) -> None:
    _is_the_same_carried_on(people, since)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(_THREE_MONTHS, _ANY_MONTH)
def test_history_of_many_draws__is_the_same_carried_on_from_any_month(
    people: list[list[Staff | Researcher]], since: date
) -> None:
    _is_the_same_carried_on(people, since)
