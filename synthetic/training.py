"""Mandatory competences by post, and the research courses that people complete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.appraisal import assignment_numbers
from synthetic.chance import choose, days_between, happens, stream
from synthetic.columns import Columns
from synthetic.dates import NO_DAY, Days, Texts, add_months, first_day, last_day, text_of
from synthetic.occupations import by_role
from synthetic.values import value_list
from synthetic.workforce import Workforce

TRAINING_DATES = "%d-%b-%Y"
#: Research courses a month, by profession, besides GCP.
COURSE_CHANCE = {
    "medical": 0.010,
    "psychology": 0.014,
    "pharmacy": 0.008,
    "allied_health": 0.008,
    "nursing": 0.0045,
    "other_scientific": 0.005,
    "healthcare_science": 0.006,
    "social_work": 0.0025,
    "clinical_support": 0.0015,
    "administrative": 0.001,
    "student": 0.003,
}
_INTRODUCTION, _REFRESHER = 0, 1


class Compliance:
    """By post and competence: the day on which it expires, NO_DAY if it was never achieved."""

    def __init__(self) -> None:
        self.competences = value_list("competences")
        self.valid_days = np.array([int(row["months_valid"]) * 30.44 for row in self.competences]).astype(np.int32)
        self.expires = np.zeros((0, len(self.competences)), dtype=np.int32)

    def advance(self, workforce: Workforce) -> None:
        """Renewals: most happen in the two months before expiry, some late, some not at all."""
        month, posts = workforce.month, workforce.posts
        rng = stream(workforce.seed, "compliance", month)
        known, wanted = self.expires.shape[0], len(posts)
        fresh = np.full((wanted - known, len(self.competences)), NO_DAY, dtype=np.int32)
        self.expires = np.concatenate([self.expires, fresh])
        if known == 0:
            achieved = first_day(month) - (rng.random(self.expires.shape) * self.valid_days * 1.08).astype(np.int32)
            has = (rng.random(self.expires.shape) < 0.95) & (achieved > posts.start[:, None])
            self.expires = np.where(has, achieved + self.valid_days, NO_DAY).astype(np.int32)
        left = self.expires - last_day(month)
        chance = np.where(self.expires == NO_DAY, 0.45, np.where(left < 0, 0.4, np.where(left < 60, 0.5, 0.0)))
        renewed = (rng.random(self.expires.shape) < chance) & posts.in_post[:, None]
        day = rng.integers(first_day(month), last_day(month) + 1, self.expires.shape)
        self.expires = np.where(renewed, day + self.valid_days, self.expires).astype(np.int32)

    def rows_of_month(self, workforce: Workforce) -> dict[str, Texts]:
        """Required rows of every post with hours, and a few competences held without being required."""
        posts, month = workforce.posts, workforce.month
        held = np.flatnonzero(posts.held & (posts.fte > 0) & (posts.is_substantive | (posts.suffix == 1)))
        held = held[np.lexsort((posts.suffix[held], workforce.people.number[posts.person[held]]))]
        is_required, is_shown = self._requirements(workforce, held)
        row, competence = np.nonzero(is_shown)
        expires = self.expires[held[row], competence]
        never_expires = self.valid_days[competence] == 0
        achieved = (expires >= last_day(month)) | (never_expires & (expires > NO_DAY))
        names = np.array([one["competence"] for one in self.competences], dtype=object)
        expiry = text_of(expires, TRAINING_DATES)
        expiry[never_expires] = "No expiry"
        return {
            "employee_number": workforce.people.number[posts.person[held]].astype(object)[row],
            "assignment_number": assignment_numbers(workforce, held)[row],
            "competence_name": names[competence],
            "is_required": np.array(["No", "Yes"], dtype=object)[is_required[row, competence].astype(int)],
            "is_achieved": np.array(["No", "Yes"], dtype=object)[achieved.astype(int)],
            "expiry_date": expiry,
        }

    def _requirements(
        self, workforce: Workforce, held: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(required, listed) by post and competence. What a person keeps from a former post is listed, not required."""
        posts = workforce.posts
        is_clinical = by_role("is_clinical")[posts.role[held]].astype(bool)
        audience = np.array([one["audience"] for one in self.competences])
        needs = (audience == "everyone")[None, :] | np.where(
            is_clinical[:, None], (audience == "clinical")[None, :], (audience == "non_clinical")[None, :]
        )
        # A stable tenth of posts requires both levels; a stable sixteenth keeps something it does not need.
        mark = posts.person[held] * 7 + posts.suffix[held]
        both = (mark % 10 == 3)[:, None] & (audience != "held_only")[None, :] & is_clinical[:, None]
        lesser = np.array([one["competence"].find("Safeguarding Adults - Level 1") >= 0 for one in self.competences])
        required = needs | (both & lesser[None, :])
        extra = ((mark % 16 == 5)[:, None] & (audience == "held_only")[None, :]) & (self.expires[held] > NO_DAY)
        return required, required | extra


@dataclass
class Completions(Columns):
    person: NDArray[np.int64]
    course: NDArray[np.int16]
    day: Days
    expires: Days
    delivered_in: NDArray[np.int32]  # month whose file bears the row


class ResearchTraining:
    """Research courses completed, and who holds GCP."""

    def __init__(self) -> None:
        self.courses = value_list("courses")
        no_days = np.zeros(0, dtype=np.int32)
        self.done = Completions(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int16), no_days, no_days, no_days)
        self.seen: set[tuple[int, int, int]] = set()

    def gcp_until(self, workforce: Workforce, last_file: int = 10**6) -> Days:
        """By person: the last day on which GCP is in date under a 24-month policy, NO_DAY without any.

        Only what the files up to month `last_file` deliver counts.
        """
        found = np.full(len(workforce.people), NO_DAY, dtype=np.int32)
        rows = np.flatnonzero((self.done.course <= _REFRESHER) & (self.done.delivered_in <= last_file))
        until = np.where(self.done.expires[rows] > NO_DAY, self.done.expires[rows], add_months(self.done.day[rows], 24))
        np.maximum.at(found, self.done.person[rows], until)
        return found

    def trained_since(self, workforce: Workforce, day: int, last_file: int) -> NDArray[np.bool_]:
        """By person: whether any course was completed on or after a day, as the files up to `last_file` tell."""
        found = np.zeros(len(workforce.people), dtype=bool)
        found[self.done.person[(self.done.day >= day) & (self.done.delivered_in <= last_file)]] = True
        return found

    def advance(self, workforce: Workforce, is_on_study: NDArray[np.bool_]) -> None:
        """Courses of the month; those of the months before the first are delivered with the first.

        `is_on_study`, by person: in a study team now, so GCP is needed.
        """
        month = workforce.month
        rng = stream(workforce.seed, "research training", month)
        first, last = first_day(month), last_day(month)
        people = workforce.people
        present = np.flatnonzero(workforce.is_in_post & (people.start < last))
        profession = by_role("profession")[workforce.posts.role[workforce.main_post[present]]]
        chance = np.array([COURSE_CHANCE.get(str(one), 0.001) for one in profession]) * np.exp(
            0.6 * people.leaning[present]
        )
        on_study = is_on_study[present]
        learners = present[happens(rng, chance * np.where(on_study, 2.0, 1.0), len(present))]
        weights = [float(row["weight"]) for row in self.courses]
        until = self.gcp_until(workforce)[present]
        lapsing = until < last + 45
        gcp = np.flatnonzero(lapsing & happens(rng, np.where(on_study, 0.25, 0.0008), len(present)))
        person = np.concatenate([learners, present[gcp]])
        held_before = (until > NO_DAY)[gcp]
        course = np.concatenate([choose(rng, weights, len(learners)), np.where(held_before, _REFRESHER, _INTRODUCTION)])
        day = np.maximum(days_between(rng, first, last, len(person)), people.start[person])
        months_valid = np.array([int(row["months_valid"]) for row in self.courses])[course]
        # The system gives an expiry for two rows in three; now and then one of three years.
        years = np.where(happens(rng, 0.1, len(person)), 36, months_valid)
        dated = (months_valid > 0) & happens(rng, 0.67, len(person))
        expires = np.where(dated, day + (years * 30.4375).astype(int), NO_DAY)
        # A few completions are recorded a month late.
        late = happens(rng, 0.03, len(person)) & (month >= workforce.first_month)
        keep = []
        for index, key in enumerate(zip(person.tolist(), course.tolist(), day.tolist(), strict=True)):
            if key not in self.seen:
                self.seen.add(key)
                keep.append(index)
        rows = np.array(keep, dtype=np.int64)
        self.done.extend(
            Completions(
                person[rows],
                course[rows],
                day[rows],
                expires[rows],
                max(month, workforce.first_month) + late[rows].astype(int),
            )
        )

    def rows_of_month(self, workforce: Workforce) -> dict[str, Texts]:
        done = self.done
        rows = np.flatnonzero(done.delivered_in == workforce.month)
        rows = rows[np.lexsort((done.course[rows], workforce.people.number[done.person[rows]], done.day[rows]))]
        listed = {
            key: np.array([row[key] for row in self.courses], dtype=object)[done.course[rows]]
            for key in ("course", "provider", "level", "hours")
        }
        return {
            "employee_number": workforce.people.number[done.person[rows]].astype(object),
            **listed,
            "completion_date": text_of(done.day[rows], TRAINING_DATES),
            "expiry_date": text_of(done.expires[rows], TRAINING_DATES),
        }
