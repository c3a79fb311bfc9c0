"""The R&D portfolio month by month: which studies begin, who is asked to work on them, and when they stop.

What does not belong here: a study's own life (`study`), how R&D knows the people (`researchers`), the files
(`research_files`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose, stream
from synthetic.dates import (
    NO_DAY,
    first_day,
    last_day,
    month_of_day,
)
from synthetic.occupations import by_role
from synthetic.researchers import Pool, Researchers
from synthetic.study import Member, Study, draw_study, recruit
from synthetic.workforce import Workforce

#: Role in a team -> mean number of people a study has in it.
TEAM = {"Sub-I": 1.2, "Research Nurse": 1.3, "Trial Coordinator": 0.7, "Delegated clinician": 4.0, "Pharmacist": 0.25}
_STUDIES_PER_STAFF = 120 / 5000
_PAST_MONTHS = 46
_NEW_MEMBERS_A_MONTH = 0.22
_LATER_ROLES, _LATER_WEIGHTS = ("Delegated clinician", "Research Nurse", "Sub-I"), (75, 15, 10)
_ASSOCIATE_PI_SHARE, _LOCAL_CI_SHARE, _UNLOGGED_PI_SHARE = 0.22, 0.15, 0.05


class Portfolio:
    def __init__(self, workforce: Workforce) -> None:
        self.studies: list[Study] = []
        self.researchers = Researchers(workforce)
        rng = stream(workforce.seed, "portfolio", workforce.month)
        pool = self._pool(workforce, NO_PROGRAMME)
        for _ in range(max(12, round(workforce.staff * _STUDIES_PER_STAFF))):
            opened = last_day(workforce.month) - int(rng.integers(-180, _PAST_MONTHS * 30))
            self._begin(rng, workforce, opened, pool)
        self._place_canaries(rng, workforce)

    def advance(self, workforce: Workforce, programme: Programme) -> None:
        month = workforce.month
        first, last = first_day(month), last_day(month)
        rng = stream(workforce.seed, "portfolio", month)
        pool = self._pool(workforce, programme)
        self._end_for_leavers(rng, workforce)
        for _ in range(int(rng.poisson(workforce.staff * _STUDIES_PER_STAFF / _PAST_MONTHS))):
            self._begin(rng, workforce, last + 60 + int(rng.gamma(2.0, 30)), pool)
        intake = _NEW_MEMBERS_A_MONTH * (programme.ratio if month >= programme.first_month else 1.0)
        for study in self.studies:
            if study.is_open(month):
                recruit(rng, study, month)
                self._keep_investigator(rng, workforce, study, pool)
                for _ in range(int(rng.poisson(intake))):
                    role = _LATER_ROLES[choose(rng, _LATER_WEIGHTS, 1)[0]]
                    self._add(rng, workforce, study, role, int(rng.integers(first, last + 1)), pool)
            if first <= study.closed <= last:
                for member in study.team:
                    if member.end == NO_DAY and rng.random() < 0.9:
                        member.end = max(study.closed, member.start)

    def active(
        self, workforce: Workforce, roles: tuple[str, ...] | None = None, only_linkable: bool = False
    ) -> NDArray[np.bool_]:
        """By person: whether a team row overlaps the month on a study open in it.

        By true identity; `only_linkable` leaves out those whom R&D knows by name alone.
        """
        month, found = workforce.month, np.zeros(len(workforce.people), dtype=bool)
        for study in self.studies:
            if study.is_open(month):
                for member in study.team:
                    person = self.researchers.person[member.researcher]
                    has_identifier = member.is_in_log and self.researchers.cards[member.researcher].known_by != "name"
                    known = has_identifier or not only_linkable
                    if person >= 0 and known and member.overlaps(month) and (roles is None or member.role in roles):
                        found[person] = True
        return found

    def listed(self, month: int) -> list[Study]:
        """Studies that EDGE lists in a month."""
        return [study for study in self.studies if study.submitted <= last_day(month) and month <= study.last_seen]

    def _pool(self, workforce: Workforce, programme: Programme) -> Pool:
        """How likely each person is to be asked into a study team, before the role is known."""
        people, posts, main = workforce.people, workforce.posts, workforce.main_post
        weight = by_role("research_weight")[posts.role[np.maximum(main, 0)]].astype(float) * np.exp(
            0.9 * people.leaning
        )
        if workforce.month >= programme.first_month:
            chosen = np.array([team.directorate in programme.directorates for team in workforce.organisation.teams])
            weight = weight * np.where(chosen[posts.team[np.maximum(main, 0)]], programme.ratio, 1.0)
        return Pool(workforce, np.where(workforce.is_in_post & (main >= 0), weight, 0.0))

    def _begin(self, rng: Rng, workforce: Workforce, opened: int, pool: Pool) -> None:
        """A new study and its first team: the investigator, perhaps an associate or a chief one, and who delivers it."""
        study = draw_study(rng, len(self.studies), opened)
        self.studies.append(study)
        for month in range(month_of_day(opened), workforce.month + 1):
            recruit(rng, study, month)
        self._add(rng, workforce, study, "PI", study.confirmed, pool)
        if rng.random() < _UNLOGGED_PI_SHARE:
            for member in study.team:
                member.is_in_log, member.start = False, study.opened
        if rng.random() < _LOCAL_CI_SHARE:
            self._add(rng, workforce, study, "CI", study.confirmed, pool)
        if rng.random() < _ASSOCIATE_PI_SHARE and not study.is_commercial:
            self._add(rng, workforce, study, "Associate PI", study.opened + 30, pool)
        for role, mean in TEAM.items():
            for _ in range(int(rng.poisson(mean))):
                self._add(rng, workforce, study, role, study.opened + int(rng.integers(-20, 60)), pool)

    def _place_canaries(self, rng: Rng, workforce: Workforce) -> None:
        """The canaries work on the study that stays open longest, so that their names stand in every month's files."""
        study = max(self.studies, key=lambda one: (one.withdrawn == NO_DAY, one.ended))
        for person in np.flatnonzero(workforce.people.is_canary):
            researcher = self.researchers.of(rng, workforce, int(person))
            if all(member.researcher != researcher for member in study.team):
                study.team.append(
                    Member(researcher, "Sub-I", max(study.confirmed, int(workforce.people.start[person])))
                )

    def _add(self, rng: Rng, workforce: Workforce, study: Study, role: str, day: int, pool: Pool) -> None:
        """One more line, unless the person already has the role there."""
        researcher = self.researchers.ask(rng, workforce, role, pool)
        person = self.researchers.person[researcher]
        start = max(day, int(workforce.people.start[person])) if person >= 0 else day
        name = self.researchers.card(researcher).name
        for member in study.team:
            same_name = self.researchers.card(member.researcher).name == name
            if member.role == role and same_name and (member.end == NO_DAY or member.start == start):
                return
        study.team.append(Member(researcher, role, start, start + 270 if role == "Associate PI" else NO_DAY))

    def _keep_investigator(self, rng: Rng, workforce: Workforce, study: Study, pool: Pool) -> None:
        """A study whose investigator has gone gets another, sometimes after a gap."""
        if not any(member.role == "PI" and member.end == NO_DAY for member in study.team) and rng.random() < 0.7:
            self._add(rng, workforce, study, "PI", last_day(workforce.month), pool)

    def _end_for_leavers(self, rng: Rng, workforce: Workforce) -> None:
        """Those who left come off the delegation log: investigators always, the others four times in five."""
        left, main = workforce.departures, workforce.main_post
        person = workforce.posts.person[left.post]
        gone = {int(one): int(day) for one, day in zip(person, left.day, strict=True) if main[one] < 0}
        for study in self.studies:
            for member in study.team:
                day = gone.get(self.researchers.person[member.researcher])
                if member.end == NO_DAY and day is not None and (member.role == "PI" or rng.random() < 0.8):
                    member.end = max(day, member.start)


@dataclass(frozen=True)
class Programme:
    """A programme that embeds research in some directorates from a month on: intake is multiplied by `ratio`."""

    first_month: int
    directorates: tuple[str, ...]
    ratio: float


NO_PROGRAMME = Programme(10**6, (), 1.0)
