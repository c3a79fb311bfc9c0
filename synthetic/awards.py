"""Applications for research awards: who applies for what, how the funder decides, and when an award runs.

What does not belong here: publications (`outputs`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic.acquaintance import Acquaintance, is_doctor, research_leaning
from synthetic.chance import Rng, choose, stream
from synthetic.dates import NO_DAY, first_day, last_day, month_of_day, one_text
from synthetic.research import Portfolio
from synthetic.researchers import Card
from synthetic.values import value_list
from synthetic.workforce import Workforce

#: A month and member of staff; a trust of 5,000 makes some 90 applications a year.
_APPLICATIONS = 0.0015
_PAST_MONTHS = 30
_SHORTLISTED_SHARE, _WITHDRAWN_SHARE = 0.6, 0.05


@dataclass
class Award:
    """An application of one person, with the whole of its life; days that have not come yet are not told."""

    award_ref: str
    person: int
    card: Card
    scheme: str
    funder: str
    role: str
    applied: int
    shortlisted: int  # NO_DAY: never
    decided: int
    outcome: str
    start: int
    end: int
    thousands: int
    wte: int

    def status(self, day: int) -> str:
        if self.decided <= day:
            return "Completed" if self.outcome == "Awarded" and self.end <= day else self.outcome
        return "Shortlisted" if NO_DAY < self.shortlisted <= day else "Applied"


class Awards:
    def __init__(self, workforce: Workforce, portfolio: Portfolio, acquaintance: Acquaintance) -> None:
        self.awards: list[Award] = []
        self._number = 0
        self._portfolio, self._acquaintance = portfolio, acquaintance
        rng = stream(workforce.seed, "awards", workforce.month)
        leaning = research_leaning(workforce, portfolio)
        for person in np.flatnonzero(workforce.people.is_canary):
            self._apply(
                rng, workforce, int(person), _scheme("Trust Research Fellowship"), last_day(workforce.month) - 200
            )
        for _ in range(max(8, round(workforce.staff * _APPLICATIONS * _PAST_MONTHS))):
            day = last_day(workforce.month) - int(rng.integers(0, _PAST_MONTHS * 30))
            self._draw(rng, workforce, leaning, day)

    def advance(self, workforce: Workforce) -> None:
        rng = stream(workforce.seed, "awards", workforce.month)
        self._end_for_leavers(workforce)
        leaning = research_leaning(workforce, self._portfolio)
        for _ in range(int(rng.poisson(workforce.staff * _APPLICATIONS))):
            day = int(rng.integers(first_day(workforce.month), last_day(workforce.month) + 1))
            self._draw(rng, workforce, leaning, day)

    def rows_of_month(self, month: int) -> dict[str, list[object]]:
        """Every application made by the end of the month, as it stands then."""
        today = last_day(month)
        found: dict[str, list[object]] = {}
        for award in (one for one in self.awards if one.applied <= today):
            is_won = award.decided <= today and award.outcome == "Awarded"
            row = {
                "award_ref": award.award_ref,
                "applicant": award.card.name,
                "email": award.card.email,
                "employee_number": award.card.employee_number,
                "scheme": award.scheme,
                "funder": award.funder,
                "role": award.role,
                "applied_date": one_text(award.applied),
                "status": award.status(today),
                "decision_date": one_text(award.decided if award.decided <= today else NO_DAY),
                "start_date": one_text(award.start if is_won else NO_DAY),
                "end_date": one_text(award.end if is_won else NO_DAY),
                "amount": f"£{award.thousands * 1000:,}" if is_won and award.thousands else "",
                "wte_percent": award.wte if is_won and award.wte else "",
            }
            for name, value in row.items():
                found.setdefault(name, []).append(value)
        return found

    def truth(self, workforce: Workforce) -> list[dict[str, Any]]:
        """Who truly made each application."""
        numbers = workforce.people.number
        return [
            {
                "award_ref": award.award_ref,
                "known_by": award.card.known_by,
                "true_employee_number": str(numbers[award.person]),
            }
            for award in self.awards
        ]

    def _draw(self, rng: Rng, workforce: Workforce, leaning: NDArray[np.float64], day: int) -> None:
        schemes = value_list("award_schemes")
        scheme = schemes[choose(rng, [float(one["weight"]) for one in schemes], 1)[0]]
        can_apply = leaning * (workforce.people.start <= day)
        if scheme["for_doctors"] == "0":
            can_apply = can_apply * ~is_doctor(workforce)
        if not can_apply.sum():
            return
        lead = self._apply(rng, workforce, int(choose(rng, can_apply, 1)[0]), scheme, day)
        if scheme["has_team"] == "1":
            for _ in range(int(rng.poisson(0.7))):
                self._join(rng, workforce, lead, int(choose(rng, can_apply, 1)[0]))

    def _apply(self, rng: Rng, workforce: Workforce, person: int, scheme: dict[str, str], day: int) -> Award:
        def between(name: str) -> int:
            return int(rng.integers(int(scheme[f"{name}_low"]), int(scheme[f"{name}_high"]) + 1))

        shortlisted = day + int(rng.integers(50, 90)) if rng.random() < _SHORTLISTED_SHARE else NO_DAY
        decided = max(shortlisted, day + 40) + int(rng.integers(20, 80))
        won = shortlisted > NO_DAY and rng.random() < float(scheme["success"]) / _SHORTLISTED_SHARE
        outcome = "Awarded" if won else "Withdrawn" if rng.random() < _WITHDRAWN_SHARE else "Not awarded"
        first_month = month_of_day(decided) + int(rng.integers(2, 7))
        self._number += 1
        award = Award(
            award_ref=f"{'NIHR' if scheme['funder'] == 'NIHR' else 'AW'}{200_000 + 17 * self._number}",
            person=person,
            card=self._acquaintance.card(rng, workforce, self._portfolio, person),
            scheme=scheme["scheme"],
            funder=scheme["funder"],
            role="Lead",
            applied=day,
            shortlisted=shortlisted,
            decided=decided,
            outcome=outcome,
            start=first_day(first_month),
            end=last_day(first_month + between("months") - 1),
            thousands=between("thousands"),
            wte=between("wte"),
        )
        self.awards.append(award)
        return award

    def _join(self, rng: Rng, workforce: Workforce, lead: Award, person: int) -> None:
        """A co-applicant has a row under a reference of their own; the money stands with the lead."""
        mine = [one for one in self.awards if one.award_ref.split("-")[0] == lead.award_ref]
        if all(one.person != person for one in mine):
            card = self._acquaintance.card(rng, workforce, self._portfolio, person)
            reference = f"{lead.award_ref}-{len(mine) + 1}"
            joined = replace(lead, award_ref=reference, person=person, card=card, role="Co-applicant", thousands=0)
            joined.wte = int(rng.integers(0, 11))
            self.awards.append(joined)

    def _end_for_leavers(self, workforce: Workforce) -> None:
        left, main = workforce.departures, workforce.main_post
        person = workforce.posts.person[left.post]
        gone = {int(one): int(day) for one, day in zip(person, left.day, strict=True) if main[one] < 0}
        for award in self.awards:
            day = gone.get(award.person)
            if day is not None and day < award.end:
                award.end = max(day, award.start)


def _scheme(name: str) -> dict[str, str]:
    return next(one for one in value_list("award_schemes") if one["scheme"] == name)
