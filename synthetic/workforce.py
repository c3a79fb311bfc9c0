"""The workforce month by month: who joins, moves, is promoted, is away, holds a second post, and leaves.

A month is simulated in a fixed order: departures, returns, absences from post, moves and promotions, second posts,
arrivals. What does not belong here: spells of absence, training, research; they read this state.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose, days_between, happens, stream
from synthetic.columns import Columns
from synthetic.dates import NO_DAY, Days, Texts, first_day, last_day, month_of_day
from synthetic.occupations import by_role, draw_grades, draw_roles, promoted, roles
from synthetic.organisation import CORPORATE, DIRECTORATES, Organisation
from synthetic.people import CANARIES, People, Registry, make_canary, new_people
from synthetic.values import value_list

CATEGORIES = ("Permanent", "Fixed Term Temp", "Locum", "Bank", "Honorary")
PERMANENT, FIXED_TERM, LOCUM, BANK, HONORARY = range(5)
STATUSES = (
    "Active Assignment",
    "Acting Up",
    "Internal Secondment",
    "Maternity",
    "Career Break",
    "Out on External Secondment - Paid",
    "Suspend With Pay",
    "Terminated",
)
ACTIVE, ACTING_UP, SECONDED, MATERNITY, CAREER_BREAK, AWAY, SUSPENDED, TERMINATED = range(8)
IN_POST = (ACTIVE, ACTING_UP, SECONDED)

#: Leaving hazard a month of a person with every factor at 1.
BASE_HAZARD = 0.0085
#: (years in the trust up to, factor)
TENURE_FACTORS = ((1, 1.7), (2, 1.3), (5, 1.0), (10, 0.8), (99, 0.65))
OVER_62_FACTOR = 2.0
_FTES = (1.0, 0.8, 0.6, 0.9, 0.5, 0.4, 0.93333, 0.64)
_FTE_WEIGHTS = (60, 11, 10, 3, 5, 3, 4, 4)
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


@dataclass
class Posts(Columns):
    """Assignments: one entry a post ever held, ended or not."""

    person: NDArray[np.int64]
    suffix: NDArray[np.int16]
    is_primary: NDArray[np.bool_]
    category: NDArray[np.int16]
    role: NDArray[np.int16]
    grade: NDArray[np.int16]
    fte: NDArray[np.float64]
    team: NDArray[np.int16]
    start: Days
    contract_end: Days
    status: NDArray[np.int16]
    status_until: Days
    ended: Days  # NO_DAY while held
    is_unplaced: NDArray[np.bool_]  # the directorate was never recorded

    @property
    def held(self) -> NDArray[np.bool_]:
        return np.asarray(self.ended == NO_DAY)

    @property
    def is_substantive(self) -> NDArray[np.bool_]:
        return np.asarray(self.category <= LOCUM)

    @property
    def in_post(self) -> NDArray[np.bool_]:
        return np.asarray(self.held & (self.status <= SECONDED) & (self.fte > 0))


@dataclass
class Departures(Columns):
    """Posts that ended, with the reason."""

    post: NDArray[np.int64]
    day: Days
    reason: Texts


@dataclass
class Workforce:
    """State at the end of `month`, and what happened in it."""

    seed: int
    staff: int
    first_month: int
    month: int
    organisation: Organisation
    registry: Registry
    people: People
    posts: Posts
    departures: Departures
    lingering: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    returning: list[tuple[int, int]] = field(default_factory=list)  # (month, person) of rehires to come
    rehired: list[tuple[int, int, int]] = field(default_factory=list)  # (month, old person, new person)

    @property
    def main_post(self) -> NDArray[np.int64]:
        """For each person the post that speaks for them, -1 without a held one: primary first, else the last taken up."""
        found = np.full(len(self.people), -1, dtype=np.int64)
        held = np.flatnonzero(self.posts.held)
        order = held[np.lexsort((self.posts.is_substantive[held], self.posts.is_primary[held]))]
        found[self.posts.person[order]] = order
        return found

    @property
    def is_in_post(self) -> NDArray[np.bool_]:
        """People with at least one substantive post that counts as in post."""
        found = np.zeros(len(self.people), dtype=bool)
        found[self.posts.person[self.posts.in_post & self.posts.is_substantive]] = True
        return found

    @property
    def substantive_fte(self) -> NDArray[np.float64]:
        counted = self.posts.in_post & self.posts.is_substantive
        fte = np.bincount(self.posts.person[counted], self.posts.fte[counted], minlength=len(self.people))
        return fte.astype(np.float64)


def found_trust(seed: int, staff: int, first_month: int, organisation: Organisation, domain: str) -> Workforce:
    """The trust as it stood at the end of the month before `first_month`."""
    rng = stream(seed, "workforce", first_month - 1)
    registry = Registry(domain)
    today = last_day(first_month - 1)
    tenure = np.minimum(rng.exponential(6.0, staff), 38) * 365.25
    role = draw_roles(rng, staff)
    age = 32 + 0.9 * tenure / 365.25 + np.where(by_role("profession")[role] == "student", -6, 4)
    people = new_people(rng, registry, (today - tenure).astype(np.int32), np.minimum(age - tenure / 365.25, 58))
    posts = _first_posts(rng, organisation, role, people.start, first=0)
    workforce = Workforce(seed, staff, first_month, first_month - 1, organisation, registry, people, posts, _none())
    _add_casual_workers(rng, workforce, round(staff * 0.05), today - 1500, today)
    _begin_second_posts(rng, workforce, 0.025, 0.06, today - 700, today)
    _place_canaries(workforce)
    return workforce


def advance(workforce: Workforce, is_research_active: NDArray[np.bool_], hazard_ratio: float) -> None:
    """One more month. `is_research_active`, by person, is the state at the end of the month before.

    `hazard_ratio` multiplies the leaving hazard of those who are; it does not touch contracts that run out.
    """
    workforce.month += 1
    month = workforce.month
    rng = stream(workforce.seed, "workforce", month)
    workforce.departures = _none()
    workforce.lingering = np.zeros(0, dtype=np.int64)
    _leave(rng, workforce, is_research_active, hazard_ratio)
    _return_to_post(rng, workforce)
    _go_away(rng, workforce)
    _move(rng, workforce)
    _begin_second_posts(rng, workforce, 0.0006, 0.0012, first_day(month), last_day(month))
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


def _none() -> Departures:
    return Departures(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=object))


def _draw_teams(rng: Rng, organisation: Organisation, role: NDArray[np.int16]) -> NDArray[np.int16]:
    """Clinical staff by the size of the directorates; half of the others in corporate services."""
    directorates = list(DIRECTORATES)
    shares = np.array([share for share, _ in DIRECTORATES.values()], dtype=float)
    drawn = choose(rng, shares, len(role))
    corporate = np.where(by_role("is_clinical")[role], 0.03, 0.5)
    drawn[happens(rng, corporate, len(role))] = directorates.index(CORPORATE)
    found = np.zeros(len(role), dtype=np.int16)
    for index, directorate in enumerate(directorates):
        here = np.flatnonzero(drawn == index)
        teams = organisation.of(directorate)
        found[here] = teams[choose(rng, organisation.weight[teams], len(here))]
    return found


def _first_posts(rng: Rng, organisation: Organisation, role: NDArray[np.int16], start: Days, first: int) -> Posts:
    """The first post of each new person; `first` is the index of the first of them."""
    n = len(role)
    in_training = by_role("is_in_training")[role].astype(bool)
    category = choose(rng, (92, 7, 1), n)
    is_medical = by_role("profession")[role] == "medical"
    category = np.where((category == LOCUM) & ~is_medical, PERMANENT, category)
    category = np.where(in_training, FIXED_TERM, category)
    contract = days_between(rng, 180, 720, n)
    today = start.max(initial=0)
    end = np.maximum(start, today - 200) + contract
    return Posts(
        person=np.arange(first, first + n),
        suffix=np.ones(n, dtype=np.int16),
        is_primary=np.ones(n, dtype=bool),
        category=category.astype(np.int16),
        role=role,
        grade=draw_grades(rng, role),
        fte=np.array(_FTES)[choose(rng, _FTE_WEIGHTS, n)],
        team=_draw_teams(rng, organisation, role),
        start=start.astype(np.int32),
        contract_end=np.where(category == PERMANENT, NO_DAY, end).astype(np.int32),
        status=np.zeros(n, dtype=np.int16),
        status_until=np.full(n, NO_DAY, dtype=np.int32),
        ended=np.full(n, NO_DAY, dtype=np.int32),
        is_unplaced=happens(rng, 0.003, n),
    )


def _place_canaries(workforce: Workforce) -> None:
    """Give the canaries' identities to people in suitable posts; they never leave."""
    titles = np.array([role.job_role for role in roles()])[workforce.posts.role]
    for canary in CANARIES:
        taken = workforce.people.is_canary[workforce.posts.person]
        usable = workforce.posts.is_primary & ~taken & workforce.posts.is_substantive
        suitable = np.flatnonzero(usable & (titles == canary.job_role))
        post = int((suitable if len(suitable) else np.flatnonzero(usable))[-1])
        make_canary(workforce.people, int(workforce.posts.person[post]), canary, workforce.registry.domain)
        workforce.posts.category[post] = PERMANENT
        workforce.posts.contract_end[post] = NO_DAY


def _add_casual_workers(rng: Rng, workforce: Workforce, n: int, first: int, last: int) -> None:
    """People who hold nothing but a bank or an honorary post."""
    start = days_between(rng, first, last, n)
    role = draw_roles(rng, n)
    before = len(workforce.people)
    workforce.people.extend(new_people(rng, workforce.registry, start, np.full(n, 40.0)))
    posts = _first_posts(rng, workforce.organisation, role, start, first=before)
    may_be_honorary = np.isin(by_role("profession")[role], ("medical", "psychology"))
    posts.category = np.where(may_be_honorary & happens(rng, 0.6, n), HONORARY, BANK).astype(np.int16)
    posts.fte = np.where((posts.category == BANK) & happens(rng, 0.15, n), 0.2, 0.0)
    posts.contract_end = np.full(n, NO_DAY, dtype=np.int32)
    workforce.posts.extend(posts)


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
    _end_posts(workforce, second, days_between(rng, first_day(month), last_day(month), len(second)),
               np.full(len(second), "Unknown", dtype=object))


def _return_to_post(rng: Rng, workforce: Workforce) -> None:
    """Statuses that run out; some who were on a career break never come back."""
    posts = workforce.posts
    due = np.flatnonzero(posts.held & (posts.status_until > NO_DAY) & (posts.status_until <= last_day(workforce.month)))
    never = due[(posts.status[due] == CAREER_BREAK) & happens(rng, 0.3, len(due))]
    posts.status[due] = ACTIVE
    posts.status_until[due] = NO_DAY
    if len(never):
        ended = _posts_of(workforce, posts.person[never])
        _end_posts(workforce, ended, np.full(len(ended), last_day(workforce.month), dtype=np.int32),
                   np.full(len(ended), "Voluntary Resignation - Work Life Balance", dtype=object))


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
    posts.team[movers] = _draw_teams(rng, workforce.organisation, posts.role[movers])
    posts.is_unplaced[movers] = False
    posts.start[movers] = days_between(rng, first_day(month), last_day(month), len(movers))
    rising = held[happens(rng, 0.006, len(held))]
    posts.grade[rising] = promoted(posts.role[rising], posts.grade[rising])
    changed = held[happens(rng, 0.004, len(held)) & (posts.suffix[held] == 1)]
    posts.fte[changed] = np.array(_FTES)[choose(rng, _FTE_WEIGHTS, len(changed))]


def _begin_second_posts(rng: Rng, workforce: Workforce, substantive: float, bank: float, first: int, last: int) -> None:
    """Second posts (suffix -2, -3) of people in post: a small substantive one or a bank one."""
    posts, people = workforce.posts, workforce.people
    main = workforce.main_post
    present = np.flatnonzero(workforce.is_in_post & (main >= 0))
    for is_bank, chance in ((False, substantive), (True, bank)):
        chosen = present[happens(rng, chance, len(present)) & (_posts_per_person(workforce)[present] < 3)]
        n = len(chosen)
        role = posts.role[main[chosen]]
        start = np.maximum(days_between(rng, first, last, n), people.start[chosen])
        posts.extend(Posts(
            person=chosen,
            suffix=_last_suffix(workforce)[chosen] + 1,
            is_primary=np.zeros(n, dtype=bool),
            category=np.full(n, BANK if is_bank else PERMANENT),
            role=role,
            grade=posts.grade[main[chosen]],
            fte=np.zeros(n) if is_bank else np.array([0.1, 0.2, 0.3])[rng.integers(0, 3, n)],
            team=_draw_teams(rng, workforce.organisation, role),
            start=start,
            contract_end=np.full(n, NO_DAY),
            status=np.zeros(n, dtype=np.int16),
            status_until=np.full(n, NO_DAY),
            ended=np.full(n, NO_DAY),
            is_unplaced=np.zeros(n, dtype=bool),
        ))


def _posts_per_person(workforce: Workforce) -> NDArray[np.int64]:
    return np.bincount(workforce.posts.person[workforce.posts.held], minlength=len(workforce.people))


def _last_suffix(workforce: Workforce) -> NDArray[np.int16]:
    found = np.zeros(len(workforce.people), dtype=np.int16)
    np.maximum.at(found, workforce.posts.person, workforce.posts.suffix)
    return found


def _join(rng: Rng, workforce: Workforce) -> None:
    """Enough new people to hold the trust at its size, which grows slowly, and those who come back."""
    month = workforce.month
    target = workforce.staff * (1 + _ANNUAL_GROWTH * (month - workforce.first_month) / 12) * 0.975
    missing = max(0.0, target - np.count_nonzero(workforce.is_in_post))
    n = int(rng.poisson(0.5 * missing + 0.005 * workforce.staff))
    _hire(rng, workforce, n)
    _add_casual_workers(rng, workforce, int(rng.poisson(workforce.staff * 0.0008)), first_day(month), last_day(month))
    due = [old for when, old in workforce.returning if when == month]
    workforce.returning = [pair for pair in workforce.returning if pair[0] != month]
    if due:
        new = _hire(rng, workforce, len(due))
        for old, person in zip(due, new, strict=True):
            for name in ("surname", "forename", "email", "birth", "gender", "ethnic_origin", "disability", "leaning"):
                column = getattr(workforce.people, name)
                column[person] = column[old]
            workforce.rehired.append((month, old, int(person)))


def _hire(rng: Rng, workforce: Workforce, n: int) -> NDArray[np.int64]:
    """`n` new people with a substantive post; returns their indexes."""
    before = len(workforce.people)
    start = days_between(rng, first_day(workforce.month), last_day(workforce.month), n)
    role = draw_roles(rng, n)
    workforce.people.extend(new_people(rng, workforce.registry, start, np.full(n, 35.0)))
    workforce.posts.extend(_first_posts(rng, workforce.organisation, role, start, first=before))
    return np.arange(before, before + n)


def month_of_start(workforce: Workforce, person: int) -> int:
    return month_of_day(int(workforce.people.start[person]))
