"""A month that is published is corrected: what its releases tell together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from publishing.errors import PublishingError
from tests.disclosure.trusts import (
    RESEARCH,
    WORKFORCE,
    Person,
    Row,
    make_people,
    protected,
    rows_of,
    seen_together,
    true_figures,
)

MARTS = (WORKFORCE, RESEARCH)
History = list[dict[int, Person]]
Correction = Callable[[History], History]


def _in_month(month: int, correct: Callable[[dict[int, Person]], dict[int, Person]]) -> Correction:
    return lambda history: [*history[:month], correct(history[month]), *history[month + 1 :]]


def _leave(people: dict[int, Person]) -> dict[int, Person]:
    gone = sorted(people)[::7][:3]
    return {number: person for number, person in people.items() if number not in gone}


def _join(people: dict[int, Person]) -> dict[int, Person]:
    return people | {70_000 + number: person for number, person in make_people(999, 3, 1)[0].items()}


TAKEN_OUT, ADDED, ADDED_LATER = _in_month(1, _leave), _in_month(1, _join), _in_month(2, _join)
FIRST, LAST = _in_month(0, _leave), _in_month(2, _leave)


def _two_months(history: History) -> History:
    return ADDED(FIRST(history))


def _moved(history: History) -> History:
    """Three people were in the wrong profession and directorate in every file."""
    wrong = sorted(history[0])[::5][:3]
    return [
        {
            n: replace(person, profession="p1", directorate="d1") if n in wrong else person
            for n, person in people.items()
        }
        for people in history
    ]


def _published(
    seed: int, staff: int, corrections: list[Correction], home: Path, *, beside: bool = True
) -> tuple[list[dict[str, list[Row]]], list[dict[str, list[Row]]]]:
    """Private marts and releases of three months: first as they are, then with each correction upon the former."""
    history = make_people(seed, staff, 3)
    private, releases = [rows_of(history)], []
    for correct in corrections:
        history = correct(history)
        private.append(rows_of(history))
    for number, rows in enumerate(private):
        former = [str(earlier) for earlier in range(number)] if beside else []
        releases.append(protected(MARTS, rows, home=home, release=str(number), beside=former))
    return private, releases


@pytest.mark.parametrize(("staff", "seed"), [(60, 0), (120, 2)])
def test_corrected_month__by_itself_tells_what_is_hidden(staff: int, seed: int, tmp_path: Path) -> None:
    """The attacker is worth his name."""
    private, releases = _published(seed, staff, [TAKEN_OUT], tmp_path, beside=False)
    first, second = (true_figures(rows) for rows in private)
    found = seen_together(releases, [first, second]).given_away()
    true = first | {(*name[:-1], f"{name[-1]}*"): value for name, value in second.items()}
    assert len(found) >= 4
    assert all(abs(true[name] - value) < 1e-4 for name, value in found.items())


#: Each was seen to give something away, or to be refused, before the equations of all months and releases were solved together:
#: flows that a changed stock gives away, small numbers of the month after the corrected one, stocks that shown flows tie from
#: month to month, and groups that the correction makes small.
_WERE_OPEN = [(60, 14), (60, 107), (120, 101), (200, 102), (200, 105), (300, 100), (300, 178)]


@pytest.mark.parametrize(
    ("staff", "seed", "corrections"),
    [
        *((staff, seed, [TAKEN_OUT]) for staff, seed in _WERE_OPEN),
        *(
            (staff, 3, [correct])
            for staff, correct in ((60, ADDED), (200, _moved), (120, FIRST), (60, LAST), (120, _two_months))
        ),
        (120, 4, [TAKEN_OUT, ADDED_LATER]),
    ],
)
def test_corrected_months__protected_beside_earlier_releases_tell_nothing_hidden(
    staff: int, seed: int, corrections: list[Correction], tmp_path: Path
) -> None:
    private, releases = _published(seed, staff, corrections, tmp_path)
    assert seen_together(releases, [true_figures(rows) for rows in private]).given_away() == {}
    assert any(not row["headcount_is_suppressed"] for row in releases[-1]["mart_workforce"]), (
        "showing nothing is no protection"
    )


def test_what_earlier_releases_showed__must_be_known(tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="not known any more"):
        protected(MARTS, rows_of(make_people(1, 25, 1)), home=tmp_path, release="second", beside=["first"])


def test_stricter_policy__hides_its_small_figures_though_an_earlier_release_shows_them(tmp_path: Path) -> None:
    rows = rows_of(make_people(2, 120, 2))
    before = protected(MARTS, rows, home=tmp_path, release="first")
    stricter = {"RCW_PUBLISH_STAFF_HIDDEN_UP_TO": "12"}
    after = protected(MARTS, rows, stricter, home=tmp_path, release="second", beside=["first"])

    def shown_small(published: dict[str, list[Row]]) -> int:
        return sum(0 < (row["headcount"] or 0) <= 12 for row in published["mart_workforce"])

    assert shown_small(before) > 0
    assert shown_small(after) == 0
