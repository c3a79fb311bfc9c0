"""How people come to hold posts: the trust as it is founded, new starters, casual workers and second posts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose, days_between, happens, stream
from synthetic.dates import NO_DAY, Days, first_day, last_day
from synthetic.occupations import by_role, draw_grades, draw_roles, roles
from synthetic.organisation import CORPORATE, DIRECTORATES, Organisation
from synthetic.people import CANARIES, Registry, make_canary, new_people
from synthetic.posts import BANK, FIXED_TERM, HONORARY, LOCUM, PERMANENT, Posts, no_departures
from synthetic.workforce import Workforce

_FTES = (1.0, 0.8, 0.6, 0.9, 0.5, 0.4, 0.93333, 0.64)
_FTE_WEIGHTS = (60, 11, 10, 3, 5, 3, 4, 4)


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
    workforce = Workforce(
        seed, staff, first_month, first_month - 1, organisation, registry, people, posts, no_departures()
    )
    hire_casual_workers(rng, workforce, round(staff * 0.05), today - 1500, today)
    begin_second_posts(rng, workforce, 0.025, 0.06, today - 700, today)
    _place_canaries(workforce)
    return workforce


def draw_teams(rng: Rng, organisation: Organisation, role: NDArray[np.int16]) -> NDArray[np.int16]:
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
        fte=draw_ftes(rng, n),
        team=draw_teams(rng, organisation, role),
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


def hire_casual_workers(rng: Rng, workforce: Workforce, n: int, first: int, last: int) -> None:
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


def begin_second_posts(rng: Rng, workforce: Workforce, substantive: float, bank: float, first: int, last: int) -> None:
    """Second posts (suffix -2, -3) of people in post: a small substantive one or a bank one."""
    posts, people = workforce.posts, workforce.people
    main = workforce.main_post
    present = np.flatnonzero(workforce.is_in_post & (main >= 0))
    for is_bank, chance in ((False, substantive), (True, bank)):
        chosen = present[happens(rng, chance, len(present)) & (_posts_per_person(workforce)[present] < 3)]
        n = len(chosen)
        role = posts.role[main[chosen]]
        start = np.maximum(days_between(rng, first, last, n), people.start[chosen])
        posts.extend(
            Posts(
                person=chosen,
                suffix=_last_suffix(workforce)[chosen] + 1,
                is_primary=np.zeros(n, dtype=bool),
                category=np.full(n, BANK if is_bank else PERMANENT),
                role=role,
                grade=posts.grade[main[chosen]],
                fte=np.zeros(n) if is_bank else np.array([0.1, 0.2, 0.3])[rng.integers(0, 3, n)],
                team=draw_teams(rng, workforce.organisation, role),
                start=start,
                contract_end=np.full(n, NO_DAY),
                status=np.zeros(n, dtype=np.int16),
                status_until=np.full(n, NO_DAY),
                ended=np.full(n, NO_DAY),
                is_unplaced=np.zeros(n, dtype=bool),
            )
        )


def _posts_per_person(workforce: Workforce) -> NDArray[np.int64]:
    return np.bincount(workforce.posts.person[workforce.posts.held], minlength=len(workforce.people))


def _last_suffix(workforce: Workforce) -> NDArray[np.int16]:
    found = np.zeros(len(workforce.people), dtype=np.int16)
    np.maximum.at(found, workforce.posts.person, workforce.posts.suffix)
    return found


def hire(rng: Rng, workforce: Workforce, n: int) -> NDArray[np.int64]:
    """`n` new people with a substantive post; returns their indexes."""
    before = len(workforce.people)
    start = days_between(rng, first_day(workforce.month), last_day(workforce.month), n)
    role = draw_roles(rng, n)
    workforce.people.extend(new_people(rng, workforce.registry, start, np.full(n, 35.0)))
    workforce.posts.extend(_first_posts(rng, workforce.organisation, role, start, first=before))
    return np.arange(before, before + n)


def draw_ftes(rng: Rng, n: int) -> NDArray[np.float64]:
    return np.array(_FTES)[choose(rng, _FTE_WEIGHTS, n)]
