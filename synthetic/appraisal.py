"""The latest appraisal of every post, with the trust's own research questions in the form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, happens, stream
from synthetic.dates import NO_DAY, Texts, first_day, last_day, text_of
from synthetic.occupations import by_role
from synthetic.workforce import Workforce

INTERESTS = ("", "None", "Take part", "Deliver", "Lead")
#: Chance that an appraisal sets an objective about research.
OBJECTIVE_SHARE = {
    "medical": 0.25,
    "psychology": 0.22,
    "pharmacy": 0.12,
    "allied_health": 0.1,
    "healthcare_science": 0.12,
    "nursing": 0.06,
    "other_scientific": 0.08,
    "social_work": 0.04,
    "clinical_support": 0.02,
    "administrative": 0.02,
}
_ACTIVE_OBJECTIVE_SHARE = 0.6


class Appraisals:
    """By post: day of the latest appraisal, its objective and interest."""

    def __init__(self) -> None:
        self.day = np.zeros(0, dtype=np.int32)
        self.has_objective = np.zeros(0, dtype=bool)
        self.interest = np.zeros(0, dtype=np.int16)

    def advance(self, workforce: Workforce, is_research_active: NDArray[np.bool_]) -> None:
        month, posts = workforce.month, workforce.posts
        rng = stream(workforce.seed, "appraisal", month)
        self._grow(len(workforce.posts))
        age = last_day(month) - self.day
        held = posts.in_post & posts.is_substantive
        tenure = last_day(month) - posts.start
        due = held & np.where(
            self.day > NO_DAY,
            (age > 330) & happens(rng, 0.42, len(posts)),
            (tenure > 150) & happens(rng, 0.2, len(posts)),
        )
        done = np.flatnonzero(due)
        self._appraise(
            rng, workforce, done, rng.integers(first_day(month), last_day(month) + 1, len(done)), is_research_active
        )

    def current(self, workforce: Workforce, since: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """By person: whether the latest appraisal over the listed posts is dated on or after `since`; whether it is and
        has an objective about research. Of two on one day, the lower assignment number counts."""
        posts, n = workforce.posts, len(workforce.people)
        latest = np.full(n, NO_DAY, dtype=np.int32)
        objective = np.zeros(n, dtype=bool)
        rows = np.flatnonzero(_is_listed(workforce) & (self.day > NO_DAY))
        rows = rows[np.lexsort((-posts.suffix[rows], self.day[rows]))]
        latest[posts.person[rows]] = self.day[rows]
        objective[posts.person[rows]] = self.has_objective[rows]
        return latest >= since, (latest >= since) & objective

    def rows_of_month(self, workforce: Workforce) -> dict[str, Texts]:
        posts, people = workforce.posts, workforce.people
        rows = np.flatnonzero(_is_listed(workforce))
        rows = rows[np.lexsort((posts.suffix[rows], people.number[posts.person[rows]]))]
        day = self.day[rows]
        return {
            "employee_number": people.number[posts.person[rows]].astype(object),
            "assignment_number": assignment_numbers(workforce, rows),
            "appraisal_date": text_of(day),
            "next_appraisal_date": text_of(np.where(day > NO_DAY, day + 365, NO_DAY)),
            "has_research_objective": np.where(
                day > NO_DAY, np.where(self.has_objective[rows], "Yes", "No"), ""
            ).astype(object),
            "research_interest": np.array(INTERESTS, dtype=object)[np.where(day > NO_DAY, self.interest[rows], 0)],
        }

    def _grow(self, wanted: int) -> None:
        more = wanted - len(self.day)
        self.day = np.concatenate([self.day, np.full(more, NO_DAY, dtype=np.int32)])
        self.has_objective = np.concatenate([self.has_objective, np.zeros(more, dtype=bool)])
        self.interest = np.concatenate([self.interest, np.zeros(more, dtype=np.int16)])

    def _appraise(
        self,
        rng: Rng,
        workforce: Workforce,
        posts: NDArray[np.int64],
        days: NDArray[np.int64],
        is_research_active: NDArray[np.bool_],
    ) -> None:
        n = len(posts)
        person = workforce.posts.person[posts]
        profession = by_role("profession")[workforce.posts.role[posts]]
        share = np.array([OBJECTIVE_SHARE.get(str(one), 0.01) for one in profession])
        share = np.where(is_research_active[person], _ACTIVE_OBJECTIVE_SHARE, share)
        self.day[posts] = days
        self.has_objective[posts] = happens(rng, share, n)
        keenness = workforce.people.leaning[person] + 2.5 * share + rng.normal(0, 0.7, n)
        interest = 1 + (keenness > 0.5).astype(int) + (keenness > 1.3) + (keenness > 2.2)
        self.interest[posts] = np.where(happens(rng, 0.15, n), 0, interest)


def _is_listed(workforce: Workforce) -> NDArray[np.bool_]:
    posts = workforce.posts
    return np.asarray(posts.held & (posts.is_substantive | (posts.fte > 0)))


def assignment_numbers(workforce: Workforce, posts: NDArray[np.int64]) -> Texts:
    """ESR's form: the employee number, with -2, -3 after it for further posts."""
    numbers = workforce.people.number[workforce.posts.person[posts]]
    suffixes = workforce.posts.suffix[posts]
    return np.array(
        [
            f"{number}-{suffix}" if suffix > 1 else f"{number}"
            for number, suffix in zip(numbers.tolist(), suffixes.tolist(), strict=True)
        ],
        dtype=object,
    )
