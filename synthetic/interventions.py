"""The implementation plan: what is done for whom from when, and how it was decided who gets it.

Only the embedding of research practitioners has a planted effect (`research.Programme`); everything else in the plan does
nothing, so that an estimator which finds an effect of it is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import stream
from synthetic.dates import NO_DAY, days_in, first_day, last_day, month_of_day, month_text, one_text
from synthetic.occupations import by_role
from synthetic.research import Programme
from synthetic.workforce import Workforce

_TEAMS_PER_RANDOM_ARM = 3
_FIRST_ORIENTATION, _CLINICS, _TRAINING, _SECOND_WAVE, _DROP_IN = 2, 3, 5, 4, 8


@dataclass(frozen=True)
class Action:
    """One line of the plan. `places` are planned in all; they are delivered evenly while the action runs."""

    action_id: str
    name: str
    scope: str
    scope_value: str
    start: int
    end: int
    places: int
    rule: str
    effect: float = 1.0

    def runs_in(self, month: int) -> bool:
        return self.start <= last_day(month) and (self.end == NO_DAY or self.end >= first_day(month))

    def delivered(self, month: int) -> int:
        """Places delivered by the end of the month: nine in ten of the plan over its run, a year if it has no end."""
        until = min(last_day(month), self.end if self.end > NO_DAY else self.start + 365)
        run = max((self.end if self.end > NO_DAY else self.start + 365) - self.start + 1, 1)
        return int(0.9 * self.places * max(until - self.start + 1, 0) / run)


class Plan:
    """All actions of the plan from the trust's first month on; drawn once, so that every month knows the same plan."""

    def __init__(self, workforce: Workforce, programme: Programme) -> None:
        self.actions = _actions(workforce, programme)

    def rows_of_month(self, month: int) -> dict[str, list[object]]:
        """The plan as it stands at the end of a month: what begins later stands in it already."""
        found: dict[str, list[object]] = {}
        for action in self.actions:
            row = {
                "action_id": action.action_id,
                "action": action.name,
                "scope": action.scope,
                "scope_value": action.scope_value,
                "start_date": one_text(action.start),
                "end_date": one_text(action.end),
                "planned_places": action.places or "",
                "delivered_places": action.delivered(month)
                if action.places and action.start <= last_day(month)
                else "",
                "assignment_rule": action.rule,
            }
            for name, value in row.items():
                found.setdefault(name, []).append(value)
        return found

    def exposures_of_month(self, workforce: Workforce) -> list[dict[str, Any]]:
        """Who is exposed to each running action, from the simulation: people in post placed in its unit."""
        placed = workforce.placing_post
        here = workforce.is_in_post & (placed >= 0)
        return [
            {
                "month": month_text(workforce.month),
                "action_id": action.action_id,
                "exposed_headcount": int((here & _members(action, workforce, placed)).sum()),
            }
            for action in self.actions
            if action.runs_in(workforce.month)
        ]

    def truth(self) -> list[dict[str, Any]]:
        return [
            {
                "action_id": action.action_id,
                "scope": action.scope,
                "scope_value": action.scope_value,
                "first_month": month_text(month_of_day(action.start)),
                "last_month": month_text(month_of_day(action.end)) if action.end > NO_DAY else "",
                "assignment_rule": action.rule,
                "intake_ratio": action.effect,
            }
            for action in self.actions
        ]


def _actions(workforce: Workforce, programme: Programme) -> list[Action]:
    first, organisation = workforce.first_month, workforce.organisation
    rng = stream(workforce.seed, "interventions")
    candidates = [team for team in organisation.teams if "Team" in team.name]
    chosen = rng.permutation(len(candidates))
    arms = [
        ("random", _CLINICS, chosen[:_TEAMS_PER_RANDOM_ARM]),
        ("random", _SECOND_WAVE + _CLINICS, chosen[_TEAMS_PER_RANDOM_ARM : 2 * _TEAMS_PER_RANDOM_ARM]),
    ]
    found = [
        (
            "Research practitioners embedded in services",
            "Directorate",
            name,
            programme.first_month,
            NO_DAY,
            0,
            "by need",
        )
        for name in programme.directorates
    ]
    found += [
        ("Journal club and research clinic", "Team", candidates[team].name, first + after, first + after + 5, 24, rule)
        for rule, after, teams in arms
        for team in teams
    ]
    found += [
        ("Research orientation for all staff", "Trust", "", first + _FIRST_ORIENTATION, NO_DAY, 120, "phased"),
        (
            "Associate PI places for nurses",
            "Profession",
            "Nursing and Midwifery",
            first + _TRAINING,
            first + 10,
            30,
            "volunteer",
        ),
        ("Research methods course", "Profession", "Psychology", first + _TRAINING, NO_DAY, 20, "volunteer"),
        # A team that is renamed two months after: from then on the plan names no team.
        ("Delegation log surgery", "Team", organisation.changes[0].before, first + 5, first + 11, 12, "by need"),
        ("Drop-in with R&D", "Directorate", "Adult Community Svcs", first + _DROP_IN, NO_DAY, 0, "volunteer"),
    ]
    return [
        Action(
            f"RC-{number:03d}",
            name,
            scope,
            value,
            first_day(start),
            NO_DAY if end == NO_DAY else first_day(end) + days_in(end) - 1,
            places,
            rule,
            programme.ratio if name.startswith("Research practitioners") else 1.0,
        )
        for number, (name, scope, value, start, end, places, rule) in enumerate(found, start=1)
    ]


_PROFESSIONS = {"Nursing and Midwifery": "nursing", "Psychology": "psychology"}


def _members(action: Action, workforce: Workforce, placed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """By person: whether the action's scope, as it is written, names the unit of their placing post in this month."""
    posts, main = workforce.posts, np.maximum(placed, 0)
    if action.scope == "Trust":
        return np.ones(len(workforce.people), dtype=bool)
    if action.scope == "Profession":
        return np.asarray(by_role("profession")[posts.role[main]] == _PROFESSIONS[action.scope_value])
    attribute = "directorate" if action.scope == "Directorate" else "name"
    teams = workforce.organisation.as_of(workforce.month)
    named = np.array([getattr(team, attribute) == action.scope_value for team in teams])
    found = named[posts.team[main]]
    return np.asarray(found & ~posts.is_unplaced[main] if action.scope == "Directorate" else found)
