"""Job plans: who has one, how its versions go from draft to signed off and superseded, and what a week holds.

Doctors plan in programmed activities, others in hours; some rows bear both, and then they disagree, as in real systems.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, days_between, happens, stream
from synthetic.columns import Columns
from synthetic.dates import NO_DAY, Days, Texts, first_day, last_day, text_of
from synthetic.occupations import by_role, grade_codes
from synthetic.workforce import Workforce

STATUSES = ("Draft", "In Discussion", "Signed Off", "Superseded")
DRAFT, IN_DISCUSSION, SIGNED_OFF, SUPERSEDED = range(4)
HOURS_PER_PA = 4
#: Category, activity, whether it is research.
ACTIVITIES = (
    ("DCC", "Direct clinical care", False),
    ("SPA", "Core SPA: appraisal, revalidation and CPD", False),
    ("SPA", "Teaching and supervision", False),
    ("ANR", "Clinical lead", False),
    ("ED", "Royal college duties", False),
    ("RES", "Research", True),
    ("RES", "NIHR portfolio delivery", True),
    ("SPA", "Research and development lead", True),
    ("SPA", "Principal Investigator of a clinical trial", True),
)
_PLAIN, _RESEARCH = (2, 3, 4), (5, 6, 7, 8)
_SENIOR = {"psychology", "pharmacy", "nursing", "allied_health", "social_work"}
#: Chance that a plan holds research time, by profession; more for those on studies.
_RESEARCH_SHARE = {"medical": 0.22, "psychology": 0.2, "pharmacy": 0.12, "allied_health": 0.12}
_YEARS_LISTED = 2  # plan years before the current one that the system still shows


@dataclass
class Plans(Columns):
    """One entry a version of a person's plan."""

    person: NDArray[np.int64]
    year: NDArray[np.int16]
    version: NDArray[np.int16]
    status: NDArray[np.int16]
    signed: Days
    research_hours: NDArray[np.float64]  # a week, as the rule for hours and PAs counts them


@dataclass
class Activities(Columns):
    """One entry an activity of a version. NaN where a row gives no PAs or no hours."""

    plan: NDArray[np.int64]
    activity: NDArray[np.int16]
    pas: NDArray[np.float64]
    hours: NDArray[np.float64]


class JobPlans:
    def __init__(self) -> None:
        small, real, days = np.zeros(0, dtype=np.int16), np.zeros(0), np.zeros(0, dtype=np.int32)
        ids = np.zeros(0, dtype=np.int64)
        self.plans = Plans(ids, small, small, small, days, real)
        self.activities = Activities(ids, small, real, real)

    def advance(self, workforce: Workforce, is_research_active: NDArray[np.bool_]) -> None:
        rng = stream(workforce.seed, "job plan", workforce.month)
        self._move_on(rng, workforce.month)
        planners = np.flatnonzero(in_scope(workforce) | _beside_scope(workforce))
        year = _year(workforce.month)
        # Plans of the coming year are begun in February and March.
        for plan_year in (year, year + 1) if workforce.month % 12 in (1, 2) else (year,):
            without = planners[~np.isin(planners, self.plans.person[self.plans.year == plan_year])]
            starting = without[happens(rng, 0.3, len(without))]
            self._add(rng, workforce, starting, plan_year, np.ones(len(starting), np.int16), is_research_active)
        newest = self._newest_of(year)
        again = newest[(self.plans.status[newest] == SIGNED_OFF) & happens(rng, 0.02, len(newest))]
        person, version = self.plans.person[again], self.plans.version[again] + 1
        keep = np.isin(person, planners)
        self._add(rng, workforce, person[keep], year, version[keep].astype(np.int16), is_research_active)

    def plan_of_month(self, workforce: Workforce) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """By person: whether there is a signed-off plan of the month, and its research hours a week."""
        plans, n = self.plans, len(workforce.people)
        year = _year(workforce.month)
        rows = np.flatnonzero(
            (plans.status == SIGNED_OFF) & (plans.year <= year) & (plans.year >= year - _YEARS_LISTED)
        )
        rows = rows[np.lexsort((plans.version[rows], plans.year[rows]))]
        has_plan, hours = np.zeros(n, dtype=bool), np.zeros(n)
        has_plan[plans.person[rows]] = True
        hours[plans.person[rows]] = plans.research_hours[rows]
        return has_plan, hours

    def rows_of_month(self, workforce: Workforce) -> dict[str, Texts]:
        """Every version of the listed years, of people who hold a post."""
        plans, acts, people = self.plans, self.activities, workforce.people
        holds = np.zeros(len(people), dtype=bool)
        holds[workforce.posts.person[workforce.posts.held]] = True
        is_listed = (plans.year >= _year(workforce.month) - _YEARS_LISTED) & holds[plans.person]
        rows = np.flatnonzero(is_listed[acts.plan])
        plan = acts.plan[rows]
        order = np.lexsort(
            (acts.activity[rows], plans.version[plan], plans.year[plan], people.number[plans.person[plan]])
        )
        rows, plan = rows[order], plan[order]
        activity = acts.activity[rows]
        return {
            "employee_number": people.number[plans.person[plan]].astype(object),
            "plan_year": np.array([f"{y}/{(y + 1) % 100:02d}" for y in plans.year[plan].tolist()], dtype=object),
            "version": plans.version[plan].astype(object),
            "plan_status": np.array(STATUSES, dtype=object)[plans.status[plan]],
            "sign_off_date": text_of(plans.signed[plan]),
            "activity_category": np.array([one[0] for one in ACTIVITIES], dtype=object)[activity],
            "activity": np.array([one[1] for one in ACTIVITIES], dtype=object)[activity],
            "weekly_pas": _number_texts(acts.pas[rows]),
            "weekly_hours": _number_texts(acts.hours[rows]),
            "funding_source": np.where(activity == 6, "NIHR RDN", "").astype(object),
        }

    def _move_on(self, rng: Rng, month: int) -> None:
        """Drafts are discussed, most plans in discussion signed off; that supersedes the year's earlier version."""
        plans = self.plans
        chance = rng.random(len(plans))
        signing = np.flatnonzero((plans.status == IN_DISCUSSION) & (chance < 0.45))
        plans.status[(plans.status == DRAFT) & (chance < 0.55)] = IN_DISCUSSION
        plans.signed[signing] = days_between(rng, first_day(month), last_day(month), len(signing))
        plans.status[signing] = SIGNED_OFF
        for plan in signing[plans.version[signing] > 1].tolist():
            earlier = (plans.person == plans.person[plan]) & (plans.year == plans.year[plan])
            plans.status[earlier & (plans.version < plans.version[plan])] = SUPERSEDED

    def _newest_of(self, year: int) -> NDArray[np.int64]:
        rows = np.flatnonzero(self.plans.year == year)
        rows = rows[np.lexsort((self.plans.version[rows], self.plans.person[rows]))]
        person = self.plans.person[rows]
        return rows[np.append(person[1:] != person[:-1], True)] if len(rows) else rows

    def _add(
        self,
        rng: Rng,
        workforce: Workforce,
        person: NDArray[np.int64],
        year: int,
        version: NDArray[np.int16],
        is_research_active: NDArray[np.bool_],
    ) -> None:
        """New drafts. DCC takes what the other activities leave of the week."""
        n, main = len(person), workforce.main_post[person]
        profession = by_role("profession")[workforce.posts.role[main]]
        fte = np.maximum(workforce.posts.fte[main], 0.2)
        share = np.array([_RESEARCH_SHARE.get(str(one), 0.06) for one in profession])
        has_research = happens(rng, np.where(is_research_active[person], 0.65, share), n)
        is_medical = profession == "medical"
        # Quarter PAs of a week of ten; hours in halves of a week of 37.5.
        week = np.where(is_medical, 10 * fte, 37.5 * fte)
        step, research = np.where(is_medical, 0.25, 0.5), rng.integers(1, 7, n) * np.where(is_medical, 0.25, 1.5)
        parts = {1: 0.12 * week, int(rng.choice(_PLAIN)): 0.05 * week}
        amounts = {one: np.maximum(np.round(part / step), 1) * step for one, part in parts.items()}
        kind = rng.choice(_RESEARCH, n)
        for one in _RESEARCH:
            amounts[one] = np.where(has_research & (kind == one), research, 0)
        amounts[0] = np.maximum(np.round((week - sum(amounts.values())) / step) * step, step)
        first, counted = len(self.plans), np.zeros(n)
        for one, amount in sorted(amounts.items()):
            both, swapped = happens(rng, 0.06, n), happens(rng, 0.04, n)
            in_pas = is_medical ^ swapped
            pas = np.where(is_medical, amount, np.round(amount / HOURS_PER_PA, 2))
            hours = np.where(is_medical, amount * HOURS_PER_PA, amount) * np.where(both, 0.9375, 1)
            here = np.flatnonzero(amount > 0)
            pas, hours = np.where(in_pas | both, pas, np.nan), np.where(~in_pas | both, np.round(hours, 2), np.nan)
            self.activities.extend(
                Activities(first + here, np.full(len(here), one, dtype=np.int16), pas[here], hours[here])
            )
            if ACTIVITIES[one][2]:
                counted[here] += np.where(np.isnan(hours), pas * HOURS_PER_PA, hours)[here]
        years, drafts = np.full(n, year, dtype=np.int16), np.full(n, DRAFT, dtype=np.int16)
        self.plans.extend(Plans(person, years, version, drafts, np.full(n, NO_DAY, dtype=np.int32), counted))


def in_scope(workforce: Workforce) -> NDArray[np.bool_]:
    """By person in post: doctors who are not in training, and senior staff of the professions that plan their week."""
    profession, is_senior, is_in_training = _of_main_post(workforce)
    senior = np.isin(profession, sorted(_SENIOR)) & is_senior
    return np.asarray(workforce.is_in_post & (((profession == "medical") & ~is_in_training) | senior))


def _beside_scope(workforce: Workforce) -> NDArray[np.bool_]:
    """A few below band 8a plan their week too; they are outside the scope of the counts."""
    profession, is_senior, _ = _of_main_post(workforce)
    few = np.arange(len(workforce.people)) % 40 == 7
    return np.asarray(workforce.is_in_post & np.isin(profession, sorted(_SENIOR)) & ~is_senior & few)


def _of_main_post(workforce: Workforce) -> tuple[NDArray[np.generic], NDArray[np.bool_], NDArray[np.bool_]]:
    posts, main = workforce.posts, np.maximum(workforce.placing_post, 0)
    bands = np.array([code[2:] in {"09", "10", "11", "12"} and code[:2] in {"XR", "XN"} for code in grade_codes()])
    role = posts.role[main]
    return by_role("profession")[role], bands[posts.grade[main]], by_role("is_in_training")[role].astype(bool)


def _year(month: int) -> int:
    """Financial year of a month, by the year in which it begins."""
    return (month - 3) // 12


def _number_texts(values: NDArray[np.float64]) -> Texts:
    return np.array(["" if np.isnan(one) else f"{one:g}" for one in values.tolist()], dtype=object)
