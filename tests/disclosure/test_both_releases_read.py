"""The check of two releases: what has changed between them is told by the ledger, and what they tell together is found."""

from __future__ import annotations

from pathlib import Path

from publishing.disclosure.audit import Figure, Reading
from publishing.disclosure.two_releases import changed_between, read_both
from tests.disclosure.trusts import RESEARCH, WORKFORCE, make_people, protected, rows_of, true_figures

MARTS = (WORKFORCE, RESEARCH)


def _figure(kind: str, code: str) -> Figure:
    return Figure("headcount", (), "T", kind, code, ("people", "2025-01-01"))


WHOLE, ONE, OTHER = _figure("trust", "T"), _figure("profession", "a"), _figure("profession", "b")
SUM = {WHOLE: 1.0, ONE: -1.0, OTHER: -1.0}


def _reading(shown: dict[Figure, float], *hidden: Figure) -> Reading:
    return Reading(shown, set(hidden), {("headcount",): [SUM]}, dict.fromkeys(hidden, "mart"))


def test_figure_hidden_in_one_release_and_shown_in_the_other__is_given_away_unless_it_has_changed() -> None:
    first, second = _reading({WHOLE: 40.0}, ONE, OTHER), _reading({WHOLE: 41.0, OTHER: 35.0}, ONE)
    assert read_both(first, second, {WHOLE, ONE}).given_away().keys() >= {OTHER, ONE}
    assert first.given_away() == {}


def test_figures_that_have_changed__are_not_taken_for_one() -> None:
    first, second = _reading({WHOLE: 40.0}, ONE, OTHER), _reading({WHOLE: 47.0}, ONE, OTHER)
    assert read_both(first, second, {WHOLE, ONE, OTHER}).given_away() == {}


def test_ledger__tells_what_a_correction_changed(tmp_path: Path) -> None:
    history = make_people(3, 60, 2)
    first = rows_of(history)
    history[1] = {number: person for number, person in history[1].items() if number != min(history[1])}
    second = rows_of(history)
    protected(MARTS, first, home=tmp_path, release="first")
    protected(MARTS, second, home=tmp_path, release="second")
    was, now = true_figures(first), true_figures(second)
    expected = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    found = changed_between(tmp_path / "disclosure", "first", "second")
    assert found is not None
    assert {(figure.measure, figure.kind, figure.code, figure.period[-1]) for figure in found} == expected


def test_ledger_that_is_gone__cannot_tell(tmp_path: Path) -> None:
    protected(MARTS, rows_of(make_people(3, 25, 1)), home=tmp_path, release="first")
    assert changed_between(tmp_path / "disclosure", "first", "second") is None
