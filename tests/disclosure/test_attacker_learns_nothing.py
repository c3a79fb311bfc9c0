"""Random trusts of people: an attacker who knows all that is published cannot find a hidden figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publishing.disclosure.movement import Problem
from tests.disclosure.trusts import RESEARCH, WORKFORCE, Row, make_people, protected, rows_of, seen

TRUSTS = {"seed": st.integers(0, 10_000), "staff": st.sampled_from([25, 60, 120])}
FEW = settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def _true(rows: dict[str, list[Row]]) -> dict[tuple[str, ...], float]:
    return {
        (measure, row["group_type"], row["group_code"], str(row["reporting_month"])): value
        for table in rows.values()
        for row in table
        for measure, value in row.items()
        if isinstance(value, (int, float))
    }


def test_primary_suppression_alone__gives_hidden_figures_away() -> None:
    """The attacker is worth his name: what only hides small numbers does not withstand him."""
    rows = rows_of(make_people(1, 120, 2))
    small = {
        name: [
            {
                **row,
                **{f"{m}_is_suppressed": 0 < v <= 7 for m, v in row.items() if isinstance(v, int)},
                **{m: None for m, v in row.items() if isinstance(v, int) and 0 < v <= 7},
            }
            for row in table
        ]
        for name, table in rows.items()
    }
    true = _true(rows)
    found = seen(small).given_away()
    assert len(found) >= 5
    assert all(abs(true[name] - value) < 1e-4 for name, value in found.items())


@FEW
@given(**TRUSTS)
def test_attacker__cannot_pin_a_hidden_figure(seed: int, staff: int) -> None:
    rows = rows_of(make_people(seed, staff, 3))
    shown = protected((WORKFORCE, RESEARCH), rows)
    assert seen(shown).given_away() == {}


@pytest.mark.parametrize(("staff", "seed"), [(60, 1), (120, 2)])
def test_attacker__cannot_pin_a_hidden_figure_of_a_large_block(
    staff: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the equations of a large block keep in its place is seen without a program: here every block is one."""
    seen_still, still = [], Problem.still

    def noted(problem: Problem) -> np.ndarray:
        found = still(problem)
        seen_still.append(int(found.sum()))
        return found

    monkeypatch.setattr("publishing.disclosure.movement._LARGE", 0)
    monkeypatch.setattr(Problem, "still", noted)
    shown = protected((WORKFORCE, RESEARCH), rows_of(make_people(seed, staff, 2)))
    assert max(seen_still) > 0
    assert seen(shown).given_away() == {}


@pytest.mark.parametrize(("staff", "seed"), [(60, 1), (60, 2), (120, 1)])
def test_a_hidden_0__does_not_lie_within_a_shown_0(staff: int, seed: int) -> None:
    """Where all of a small group leave, joiners are hidden with the leavers: that it has nobody now would say that nobody joined."""
    rows = protected((WORKFORCE, RESEARCH), rows_of(make_people(seed, staff, 2)))
    pairs = [("mart_workforce", "joiners", "headcount")]
    pairs += [
        ("mart_research", "leading_headcount", "active_headcount"),
        ("mart_research", "active_headcount", "headcount"),
    ]
    found = [
        (row["group_type"], row["group_code"], row["reporting_month"], part)
        for table, part, whole in pairs
        for row in rows[table]
        if row[f"{part}_is_suppressed"] and row[whole] == 0
    ]
    assert found == []


@FEW
@given(**TRUSTS)
def test_attacker__does_not_know_that_a_small_figure_is_small(seed: int, staff: int) -> None:
    rows = rows_of(make_people(seed, staff, 1))
    true = _true(rows)
    small = [name for name, value in true.items() if 1 <= value <= 7 and name[0].endswith("headcount")]
    assert seen(protected((WORKFORCE, RESEARCH), rows)).surely_below(8, small) == {}


@FEW
@given(**TRUSTS)
def test_attacker__cannot_pin_a_hidden_figure_from_two_releases(seed: int, staff: int) -> None:
    history = make_people(seed, staff, 3)
    earlier = protected((WORKFORCE, RESEARCH), rows_of(history[:2]))
    later = protected((WORKFORCE, RESEARCH), rows_of(history))
    assert seen(earlier, later).given_away() == {}


@FEW
@given(**TRUSTS)
def test_a_month__looks_the_same_in_every_later_release(seed: int, staff: int) -> None:
    history = make_people(seed, staff, 3)
    groups = {(row["group_type"], row["group_code"]) for row in rows_of(history[:2])["mart_workforce"]}
    earlier, later = (protected((WORKFORCE, RESEARCH), rows_of(months)) for months in (history[:2], history))
    for name, rows in earlier.items():
        months = {row["reporting_month"] for row in rows}
        kept = [
            row
            for row in later[name]
            if row["reporting_month"] in months and (row["group_type"], row["group_code"]) in groups
        ]
        assert kept == rows
