"""A month of the workforce: who leaves, returns, goes away, moves, takes a second post, and joins, in this order.

What does not belong here: spells of absence, training, research; they read the state that results.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose, days_between, happens, stream
from synthetic.dates import NO_DAY, Days, Texts, first_day, last_day
from synthetic.hiring import begin_second_posts, draw_ftes, draw_teams, hire, hire_casual_workers
from synthetic.occupations import by_role, promoted
from synthetic.posts import (
    ACTING_UP,
    ACTIVE,
    AWAY,
    BANK,
    CAREER_BREAK,
    IN_POST,
    MATERNITY,
    PERMANENT,
    SECONDED,
    SUSPENDED,
    Departures,
    no_departures,
)
from synthetic.values import value_list
from synthetic.workforce import Workforce

#: Leaving hazard a month of a person with every factor at 1.
BASE_HAZARD = 0.0085
#: (years in the trust up to, factor)
TENURE_FACTORS = ((1, 1.7), (2, 1.3), (5, 1.0), (10, 0.8), (99, 0.65))
OVER_62_FACTOR = 2.0
#: Status -> (monthly chance, shortest and longest time in days).
_STATUS_CHANCES = {
    ACTING_UP: (0.0012, 90, 270),
    SECONDED: (0.0012, 120, 360),
    CAREER_BREAK: (0.0004, 180, 540),
    AWAY: (0.0004, 180, 365),
    SUSPENDED: (0.0002, 30, 150),
}
_MATERNITY_CHANCE = 0.0045
_ANNUAL_GROWTH = 0.01


def advance(workforce: Workforce, is_research_active: NDArray[np.bool_], hazard_ratio: float) -> None:
    """One more month. `is_research_active`, by person, is the state at the end of the month before.

    `hazard_ratio` multiplies the leaving hazard of those who are; it does not touch contracts that run out.
    """
    workforce.month += 1
    month = workforce.month
    rng = stream(workforce.seed, "workforce", month)
    workforce.departures = no_departures()
    workforce.lingering = np.zeros(0, dtype=np.int64)
    _leave(rng, workforce, is_research_active, hazard_ratio)
    _return_to_post(rng, workforce)
    _go_away(rng, workforce)
    _move(rng, workforce)
    begin_second_posts(rng, workforce, 0.0006, 0.0012, first_day(month), last_day(month))
    _join(rng, workforce)


def leaving_hazard(workforce: Workforce) -> NDArray[np.float64]:
    """Each person's chance of leaving in the month, without research and without contract ends."""
    people, main = workforce.people, workforce.main_post
    today = first_day(workforce.month)
    years = (today - people.start) / 365.25
    tenure = np.select([years < limit for limit, _ in TENURE_FACTORS], [factor for _, factor in TENURE_FACTORS], 1.0)
    role = workforce.posts.role[np.maximum(main, 0)]
    over_62 = np.where((today - people.birth) / 365.25 > 62, OVER_62_FACTOR, 1.0)
    hazard = BASE_HAZARD * by_role("leaving_factor")[role].astype(float) * tenure * over_62
    return np.where((main < 0) | people.is_canary, 0.0, np.minimum(hazard, 0.2))


def _end_posts(workforce: Workforce, posts: NDArray[np.int64], days: Days, reasons: Texts) -> None:
    workforce.posts.ended[posts] = days
    workforce.departures.extend(Departures(posts, days.astype(np.int32), reasons))


def _posts_of(workforce: Workforce, persons: NDArray[np.int64]) -> NDArray[np.int64]:
    wanted = np.zeros(len(workforce.people), dtype=bool)
    wanted[persons] = True
    return np.flatnonzero(workforce.posts.held & wanted[workforce.posts.person])


def _leave(rng: Rng, workforce: Workforce, is_research_active: NDArray[np.bool_], hazard_ratio: float) -> None:
    posts, month = workforce.posts, workforce.month
    n = len(workforce.people)
    main = workforce.main_post
    may_leave = (main >= 0) & np.isin(posts.status[main], IN_POST)
    hazard = leaving_hazard(workforce) * np.where(is_research_active, hazard_ratio, 1.0)
    leaves = may_leave & happens(rng, hazard, n)
    reasons = [row["leaving_reason"] for row in value_list("leaving_reasons")]
    weights = [float(row["weight"]) for row in value_list("leaving_reasons")]
    drawn = np.array(reasons, dtype=object)[choose(rng, weights, n)]
    day = days_between(rng, first_day(month), last_day(month), n)

    runs_out = (main >= 0) & (posts.contract_end[main] > NO_DAY) & (posts.contract_end[main] <= last_day(month))
    in_training = by_role("is_in_training")[posts.role[main]].astype(bool)
    expires = runs_out & ~leaves & (happens(rng, 0.5, n) | in_training) & ~workforce.people.is_canary
    drawn[expires] = "End of Fixed Term Contract - Other"
    drawn[expires & in_training] = "End of Fixed Term Contract - External Rotation"
    day[expires] = np.maximum(posts.contract_end[main[expires]], first_day(month))
    extended = np.flatnonzero(runs_out & ~expires & ~leaves)
    permanent = happens(rng, 0.5, len(extended))
    posts.category[main[extended[permanent]]] = PERMANENT
    posts.contract_end[main[extended[permanent]]] = NO_DAY
    posts.contract_end[main[extended[~permanent]]] += 365

    gone = np.flatnonzero(leaves | expires)
    keeps_bank = np.isin(gone, posts.person[posts.held & (posts.category == BANK)]) & happens(rng, 0.5, len(gone))
    ended = _posts_of(workforce, gone)
    stays = np.zeros(n, dtype=bool)
    stays[gone[keeps_bank]] = True
    ended = ended[~(stays[posts.person[ended]] & (posts.category[ended] == BANK))]
    person = posts.person[ended]
    _end_posts(workforce, ended, day[person], drawn[person])
    for one in np.flatnonzero(stays):
        posts.is_primary[_posts_of(workforce, np.array([one]))[:1]] = True
    # ESR keeps a few ended posts in the next snapshot, with status Terminated.
    workforce.lingering = ended[happens(rng, 0.02, len(ended))]
    rehired = gone[happens(rng, 0.01, len(gone)) & ~keeps_bank]
    workforce.returning += [(month + 3 + int(rng.integers(0, 6)), int(one)) for one in rehired]

    second = np.flatnonzero(posts.held & (posts.suffix > 1) & ~workforce.people.is_canary[posts.person])
    second = second[happens(rng, 0.015, len(second))]
    _end_posts(
        workforce,
        second,
        days_between(rng, first_day(month), last_day(month), len(second)),
        np.full(len(second), "Unknown", dtype=object),
    )


def _return_to_post(rng: Rng, workforce: Workforce) -> None:
    """Statuses that run out; some who were on a career break never come back."""
    posts = workforce.posts
    due = np.flatnonzero(posts.held & (posts.status_until > NO_DAY) & (posts.status_until <= last_day(workforce.month)))
    never = due[(posts.status[due] == CAREER_BREAK) & happens(rng, 0.3, len(due))]
    posts.status[due] = ACTIVE
    posts.status_until[due] = NO_DAY
    if len(never):
        ended = _posts_of(workforce, posts.person[never])
        _end_posts(
            workforce,
            ended,
            np.full(len(ended), last_day(workforce.month), dtype=np.int32),
            np.full(len(ended), "Voluntary Resignation - Work Life Balance", dtype=object),
        )


def _go_away(rng: Rng, workforce: Workforce) -> None:
    posts, people, month = workforce.posts, workforce.people, workforce.month
    main = workforce.main_post
    present = np.flatnonzero((main >= 0) & ~people.is_canary)
    present = present[(posts.status[main[present]] == ACTIVE) & posts.is_substantive[main[present]]]
    for status, (chance, shortest, longest) in _STATUS_CHANCES.items():
        chosen = main[present[happens(rng, chance, len(present))]]
        posts.status[chosen] = status
        posts.status_until[chosen] = last_day(month) + days_between(rng, shortest, longest, len(chosen))
    age = (first_day(month) - people.birth[present]) / 365.25
    fertile = (people.gender[present] == 0) & (age < 43) & (first_day(month) - people.start[present] > 180)
    mothers = present[fertile & happens(rng, _MATERNITY_CHANCE, len(present))]
    until = last_day(month) + days_between(rng, 240, 400, len(mothers))
    for mother, end in zip(mothers, until, strict=True):
        theirs = _posts_of(workforce, np.array([mother]))
        posts.status[theirs] = MATERNITY
        posts.status_until[theirs] = end


def _move(rng: Rng, workforce: Workforce) -> None:
    """Moves between teams, promotions within the role, and changes of hours."""
    posts, month = workforce.posts, workforce.month
    held = np.flatnonzero(posts.in_post & posts.is_substantive)
    movers = held[happens(rng, 0.006, len(held))]
    posts.team[movers] = draw_teams(rng, workforce.organisation, posts.role[movers])
    posts.is_unplaced[movers] = False
    posts.start[movers] = days_between(rng, first_day(month), last_day(month), len(movers))
    rising = held[happens(rng, 0.006, len(held))]
    posts.grade[rising] = promoted(posts.role[rising], posts.grade[rising])
    changed = held[happens(rng, 0.004, len(held)) & (posts.suffix[held] == 1)]
    posts.fte[changed] = draw_ftes(rng, len(changed))


def _join(rng: Rng, workforce: Workforce) -> None:
    """Enough new people to hold the trust at its size, which grows slowly, and those who come back."""
    month = workforce.month
    target = workforce.staff * (1 + _ANNUAL_GROWTH * (month - workforce.first_month) / 12) * 0.975
    missing = max(0.0, target - np.count_nonzero(workforce.is_in_post))
    n = int(rng.poisson(0.5 * missing + 0.005 * workforce.staff))
    hire(rng, workforce, n)
    hire_casual_workers(rng, workforce, int(rng.poisson(workforce.staff * 0.0008)), first_day(month), last_day(month))
    due = [old for when, old in workforce.returning if when == month]
    workforce.returning = [pair for pair in workforce.returning if pair[0] != month]
    if due:
        new = hire(rng, workforce, len(due))
        for old, person in zip(due, new, strict=True):
            for name in ("surname", "forename", "email", "birth", "gender", "ethnic_origin", "disability", "leaning"):
                column = getattr(workforce.people, name)
                column[person] = column[old]
            workforce.rehired.append((month, old, int(person)))
