"""Spells of absence: sickness with its reason, leave of every other kind, and the spells behind an absent status."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose, days_between, happens, stream
from synthetic.columns import Columns
from synthetic.dates import NO_DAY, Days, Texts, days_in, first_day, last_day, text_of
from synthetic.occupations import by_role
from synthetic.posts import CAREER_BREAK, MATERNITY
from synthetic.values import value_list
from synthetic.workforce import Workforce

SICKNESS = "Sickness"
S10 = 0  # index of the S10 reason in the list
#: Spells a month of a person in post.
S10_CHANCE = 0.0115
OTHER_SICKNESS_CHANCE = 0.105
#: S10 chance of a profession, against the trust as a whole.
S10_BY_PROFESSION = {"nursing": 1.25, "clinical_support": 1.2, "social_work": 1.15, "medical": 0.45, "psychology": 0.8}
_WINTER = {12: 1.4, 1: 1.5, 2: 1.3, 3: 1.1, 6: 0.85, 7: 0.8, 8: 0.75}
#: Other categories: reason -> (category, chance a month, mean days).
_LEAVE = {
    "Annual Leave": ("Annual Leave", 0.08, 7),
    "Special Leave - Carer": ("Special Leave", 0.012, 2),
    "Special Leave - Bereavement": ("Special Leave", 0.006, 4),
    "Study Leave": ("Study Leave", 0.02, 2),
    "Paternity": ("Paternity", 0.0012, 14),
    "Unpaid Leave": ("Unpaid Leave", 0.001, 10),
    "Unauthorised": ("Unauthorised", 0.0005, 1),
}
_STATUS_SPELLS = {MATERNITY: ("Maternity", "Maternity - Ordinary"), CAREER_BREAK: ("Career Break", "Career Break")}


@dataclass
class Spells(Columns):
    person: NDArray[np.int64]
    start: Days
    end: Days  # the true last day, perhaps in the future
    category: Texts
    reason: Texts
    has_foreseen_end: NDArray[np.bool_]  # an end in the future is delivered instead of a blank


@dataclass
class Absence:
    spells: Spells
    seen: set[tuple[int, int, str]]  # (person, start, reason): the key of the extract


def new_absence() -> Absence:
    return Absence(_spells([], [], [], [], [], []), set())


def advance(absence: Absence, workforce: Workforce, is_research_active: NDArray[np.bool_], rate_ratio: float) -> None:
    """Spells that begin in the month. `rate_ratio` multiplies the S10 chance of the research-active."""
    month = workforce.month
    rng = stream(workforce.seed, "absence", month)
    present = np.flatnonzero(workforce.is_in_post)
    found = _sickness(rng, workforce, present, is_research_active, rate_ratio)
    for reason, (category, chance, mean) in _LEAVE.items():
        found.append(_drawn(rng, month, present[happens(rng, chance, len(present))], category, reason, mean))
    found += _spells_of_status(rng, workforce)
    _add(absence, _joined(found))
    _cut_at_departure(absence.spells, workforce)


def overlapping(spells: Spells, month: int) -> NDArray[np.int64]:
    return np.flatnonzero((spells.start <= last_day(month)) & (spells.end >= first_day(month)))


def rows_of_month(absence: Absence, workforce: Workforce) -> dict[str, Texts]:
    """The extract of the month by canonical column."""
    spells, month = absence.spells, workforce.month
    rows = overlapping(spells, month)
    rows = rows[
        np.lexsort((spells.reason[rows].astype(str), spells.start[rows], workforce.people.number[spells.person[rows]]))
    ]
    in_future = (spells.end[rows] > last_day(month)) & ~spells.has_foreseen_end[rows]
    return {
        "employee_number": workforce.people.number[spells.person[rows]].astype(object),
        "absence_start_date": text_of(spells.start[rows]),
        "absence_end_date": text_of(np.where(in_future, NO_DAY, spells.end[rows])),
        "absence_category": spells.category[rows],
        "absence_reason": spells.reason[rows],
    }


def days_lost(spells: Spells, month: int, people: int, only_s10: bool = False) -> NDArray[np.int64]:
    """By person: days of the month covered by sickness, each day once."""
    counted = spells.category == SICKNESS
    if only_s10:
        counted = counted & (spells.reason == _reasons()[S10])
    rows = overlapping(spells, month)
    rows = rows[counted[rows]]
    rows = rows[np.lexsort((spells.start[rows], spells.person[rows]))]
    first, lost = first_day(month), np.zeros(people, dtype=np.int64)
    covered_to: dict[int, int] = {}
    for person, start, end in zip(spells.person[rows], spells.start[rows], spells.end[rows], strict=True):
        start = max(int(start), covered_to.get(int(person), first - 1) + 1, first)
        end = min(int(end), last_day(month))
        if end >= start:
            lost[person] += end - start + 1
            covered_to[int(person)] = end
    return lost


def _reasons() -> list[str]:
    return [row["absence_reason"] for row in value_list("sickness_reasons")]


def _spells(person: object, start: object, end: object, category: object, reason: object, foreseen: object) -> Spells:
    return Spells(
        np.asarray(person, dtype=np.int64),
        np.asarray(start, dtype=np.int32),
        np.asarray(end, dtype=np.int32),
        np.asarray(category, dtype=object),
        np.asarray(reason, dtype=object),
        np.asarray(foreseen, dtype=bool),
    )


def _joined(parts: list[Spells]) -> Spells:
    return Spells(*[np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Spells)])


def _drawn(rng: Rng, month: int, person: NDArray[np.int64], category: str, reason: str, mean: float) -> Spells:
    n = len(person)
    start = days_between(rng, first_day(month), last_day(month), n)
    length = rng.geometric(1 / mean, n)
    return _spells(
        person,
        start,
        start + length - 1,
        np.full(n, category, dtype=object),
        np.full(n, reason, dtype=object),
        happens(rng, 0.3, n),
    )


def _sickness(
    rng: Rng, workforce: Workforce, present: NDArray[np.int64], is_research_active: NDArray[np.bool_], rate_ratio: float
) -> list[Spells]:
    month = workforce.month
    profession = by_role("profession")[workforce.posts.role[workforce.main_post[present]]]
    factor = np.array([S10_BY_PROFESSION.get(str(one), 1.0) for one in profession])
    active = np.zeros(len(workforce.people), dtype=bool)
    active[: len(is_research_active)] = is_research_active
    chance = S10_CHANCE * factor * np.where(active[present], rate_ratio, 1.0)
    reasons, weights = _reasons(), [float(row["weight"]) for row in value_list("sickness_reasons")]
    means = [float(row["mean_days"]) for row in value_list("sickness_reasons")]
    found = [_drawn(rng, month, present[happens(rng, chance, len(present))], SICKNESS, reasons[S10], means[S10])]
    season = _WINTER.get(month % 12 + 1, 1.0)
    others = present[happens(rng, OTHER_SICKNESS_CHANCE * season, len(present))]
    drawn = choose(rng, weights, len(others))
    for index, reason in enumerate(reasons[1:], start=1):
        found.append(_drawn(rng, month, others[drawn == index], SICKNESS, reason, means[index]))
    # Now and then a second reason is recorded over the first.
    first = found[0]
    again = np.flatnonzero(happens(rng, 0.08, len(first)))
    shift = rng.integers(0, 5, len(again))
    found.append(
        _spells(
            first.person[again],
            first.start[again] + shift,
            first.end[again] + shift + 3,
            np.full(len(again), SICKNESS),
            np.full(len(again), reasons[3]),
            np.zeros(len(again)),
        )
    )
    return found


def _spells_of_status(rng: Rng, workforce: Workforce) -> list[Spells]:
    """The spell behind a status of leave that began this month (or before the first month)."""
    posts, found = workforce.posts, []
    for status, (category, reason) in _STATUS_SPELLS.items():
        began = np.flatnonzero(posts.held & (posts.status == status) & (posts.suffix == 1))
        start = np.full(len(began), first_day(workforce.month)) + rng.integers(0, days_in(workforce.month), len(began))
        found.append(
            _spells(
                posts.person[began],
                start,
                posts.status_until[began],
                np.full(len(began), category),
                np.full(len(began), reason),
                np.ones(len(began)),
            )
        )
    return found


def _add(absence: Absence, more: Spells) -> None:
    """Add the spells whose key is new; a person has one running spell of maternity or career break at a time."""
    is_long = np.isin(more.category.astype(str), ("Maternity", "Career Break"))
    days = np.where(is_long, more.end, more.start)
    keep = []
    for index, key in enumerate(zip(more.person.tolist(), days.tolist(), more.reason.tolist(), strict=True)):
        if key not in absence.seen:
            absence.seen.add(key)
            keep.append(index)
    rows = np.array(keep, dtype=np.int64)
    absence.spells.extend(Spells(*[getattr(more, field.name)[rows] for field in fields(Spells)]))


def _cut_at_departure(spells: Spells, workforce: Workforce) -> None:
    """A spell ends at the latest on the day the person leaves; one that would begin after it does not happen."""
    gone = np.full(len(workforce.people), 2**30, dtype=np.int64)
    left = workforce.departures
    person = workforce.posts.person[left.post]
    still_here = workforce.main_post[person] >= 0
    gone[person[~still_here]] = left.day[~still_here]
    running = spells.end > gone[spells.person]
    spells.end[running] = np.maximum(gone[spells.person[running]], spells.start[running])
