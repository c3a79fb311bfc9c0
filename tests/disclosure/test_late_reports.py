"""What is reported late changes a month that is published: what the releases of a trust that publishes every month tell together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.disclosure.trusts import (
    KEY,
    RESEARCH,
    WORKFORCE,
    Person,
    Row,
    make_people,
    protected,
    rows_of,
    seen_together,
    staff_mart,
    true_figures,
)

MEASURES = ("active_headcount", "leading_headcount")
LATE = {"by": "core.late", "as_at": "as_at_month", "measures": list(MEASURES)}
MONTHS = 4
History = list[dict[int, Person]]


def _restated() -> dict[str, object]:
    people = {name: ["headcount", name] for name in MEASURES}
    within = ["leading_headcount <= active_headcount <= headcount"]
    return staff_mart("mart_research", {"headcount": ["headcount"], **people}, within=within, restated=LATE)


def _told(seed: int) -> Callable[[int], int]:
    """How many months late a person's research is told; of three in four at once."""
    chance = np.random.default_rng(seed + 1)
    lateness: dict[int, int] = {}
    return lambda number: lateness.setdefault(number, int(chance.choice([0, 1, 2], p=[0.75, 0.15, 0.1])))


def _as_at(history: History, told: Callable[[int], int], newest: int) -> History:
    """The months up to one, as files up to it told them."""
    return [
        {
            number: person if month + told(number) <= newest else replace(person, active=False, leading=False)
            for number, person in sorted(people.items())
        }
        for month, people in enumerate(history[: newest + 1])
    ]


def _late_rows(history: History, told: Callable[[int], int], newest: int) -> list[Row]:
    """By how much each figure is larger than it was as at each month before the newest."""
    now = {tuple(row[name] for name in KEY): row for row in rows_of(_as_at(history, told, newest))["mart_research"]}
    found: list[Row] = []
    for as_at in range(newest):
        for was in rows_of(_as_at(history, told, as_at))["mart_research"]:
            key = {name: was[name] for name in KEY}
            row = now[tuple(key.values())]
            differences = {name: row[name] - was[name] for name in MEASURES}
            if any(differences.values()):
                found.append({**key, "as_at_month": date(2025, as_at + 1, 1), **differences})
    return found


def _releases(
    seed: int, staff: int, *, restated: bool, home: Path | None = None
) -> tuple[list[dict[str, list[Row]]], list[dict[str, list[Row]]]]:
    """Private marts and releases of each month; without a home nothing is remembered of the former ones."""
    history, told = make_people(seed, staff, MONTHS), _told(seed)
    private, releases = [], []
    for newest in range(MONTHS):
        private.append(rows_of(_as_at(history, told, newest)))
        marts = [WORKFORCE, _restated() if restated else RESEARCH]
        late = _late_rows(history, told, newest) if restated else ()
        releases.append(protected(marts, private[-1], late=late, home=home, release=str(newest)))
    return private, releases


def _given_away(seed: int, staff: int, *, restated: bool) -> dict[tuple[str, ...], float]:
    private, releases = _releases(seed, staff, restated=restated)
    return seen_together(releases, [true_figures(rows) for rows in private]).given_away()


def test_late_reports__by_themselves_tell_what_is_hidden() -> None:
    assert len(_given_away(0, 120, restated=False)) >= 1


@pytest.mark.parametrize(("staff", "seed"), [(60, 1), (120, 0)])
def test_releases_of_consecutive_months__tell_nothing_hidden_whatever_is_reported_late(staff: int, seed: int) -> None:
    assert _given_away(seed, staff, restated=True) == {}


def test_release__follows_from_its_figures_whether_former_decisions_are_kept_or_not(tmp_path: Path) -> None:
    _, month_by_month = _releases(3, 80, restated=True, home=tmp_path)
    _, each_by_itself = _releases(3, 80, restated=True)
    assert month_by_month == each_by_itself


@pytest.mark.slow
@pytest.mark.parametrize("staff", [60, 120, 200, 300])
@pytest.mark.parametrize("seed", range(10, 20))
def test_releases_of_consecutive_months__of_many_trusts_tell_nothing_hidden(staff: int, seed: int) -> None:
    assert _given_away(seed, staff, restated=True) == {}
