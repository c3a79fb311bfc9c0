"""The R&D portfolio: studies with their milestones, recruitment as it is reported, and who works on what.

A study's life is drawn when it is invited; each month's files show what had happened by then. What does not belong
here: how the people named in study teams are known to R&D (`researchers`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose, stream
from synthetic.dates import (
    NO_DAY,
    first_day,
    last_day,
    month_of_day,
    month_text,
    one_text,
)
from synthetic.occupations import by_role
from synthetic.researchers import Pool, Researchers
from synthetic.workforce import Workforce

TYPES = ("CTIMP", "Interventional", "Observational", "Other")
_AREAS = ("Mental Health", "Dementias and Neurodegeneration", "Health Services Research", "Children", "Public Health", "Neurological Disorders")
_FIRST_WORDS = ("ADAPT", "BEACON", "CALM", "COMPASS", "ECHO", "EMBRACE", "HARBOUR", "HORIZON", "LANTERN", "MOSAIC", "ORCHARD", "PATHWAY", "RESOLVE", "SPARK", "STEADY", "THRIVE", "VISTA", "WAYPOINT")
_SUBJECTS = ("psychosis", "depression in later life", "memory services", "self-harm", "eating disorders", "medication adherence", "perinatal mental health", "staff wellbeing", "crisis care", "sleep", "physical health checks", "peer support", "bipolar disorder", "carers")
#: Role in a team -> mean number of people a study has in it.
TEAM = {"Sub-I": 1.2, "Research Nurse": 1.3, "Trial Coordinator": 0.7, "Delegated clinician": 4.0, "Pharmacist": 0.25}
_STUDIES_PER_STAFF = 120 / 5000
_PAST_MONTHS, _MEAN_MONTHS_OPEN = 46, 22
_NEW_MEMBERS_A_MONTH = 0.22
_LATER_ROLES, _LATER_WEIGHTS = ("Delegated clinician", "Research Nurse", "Sub-I"), (75, 15, 10)
_ASSOCIATE_PI_SHARE, _LOCAL_CI_SHARE = 0.22, 0.15


@dataclass
class Member:
    """A line of the delegation log of a study."""

    researcher: int
    role: str
    start: int
    end: int = NO_DAY

    def overlaps(self, month: int) -> bool:
        return self.start <= last_day(month) and (self.end == NO_DAY or self.end >= first_day(month))


@dataclass
class Study:
    project_id: int
    iras_number: str
    cpms_id: str
    short_title: str
    clinical_area: str
    study_type: str
    is_commercial: bool
    target: int
    submitted: int
    invited: int
    selected: int
    confirmed: int
    opened: int
    first_participant: int
    planned_end: int
    ended: int  # recruitment
    closed: int
    suspended: tuple[int, int] | None
    withdrawn: int
    last_seen: int  # month after which EDGE no longer lists it
    retargeted: tuple[int, int] | None  # month from which the target is another, and that target
    is_blank_on_invitation: bool
    recruits: dict[int, int] = field(default_factory=dict)  # month -> true number
    lags: dict[int, tuple[int, int]] = field(default_factory=dict)  # month -> missing at first and second report
    team: list[Member] = field(default_factory=list)

    def status(self, month: int) -> str:
        """EDGE's status at the end of a month, in the national vocabulary."""
        day = last_day(month)
        if NO_DAY < self.withdrawn <= day:
            return "Withdrawn During Setup"
        if self.closed <= day:
            return "Closed to Recruitment, Follow Up Complete"
        if self.ended <= day:
            return "Closed to Recruitment, In Follow Up"
        if self.suspended and self.suspended[0] <= day <= self.suspended[1]:
            return "Suspended (from Open, With Recruitment)" if self.first_participant <= day else "Suspended (from Open to Recruitment)"
        if self.opened <= day:
            return "Open, With Recruitment" if self.first_participant <= day else "Open to Recruitment"
        return "In Setup, NHS Permission Received" if self.confirmed <= day else "In Setup"

    def is_open(self, month: int) -> bool:
        """Opened by the end of the month and not closed before it began; suspended studies are open."""
        return self.withdrawn == NO_DAY and self.opened <= last_day(month) and self.closed >= first_day(month)

    def reported(self, month: int, as_of: int) -> int:
        """Recruits of a month as the file of `as_of` says: the last two months are still incomplete."""
        missing = self.lags.get(month, (0, 0))
        age = as_of - month
        return self.recruits.get(month, 0) - (missing[age] if age < 2 else 0)

    def target_as_of(self, month: int) -> int:
        return self.retargeted[1] if self.retargeted and month >= self.retargeted[0] else self.target


class Portfolio:
    def __init__(self, workforce: Workforce) -> None:
        self.studies: list[Study] = []
        self.researchers = Researchers(workforce)
        rng = stream(workforce.seed, "portfolio", workforce.month)
        pool = self._pool(workforce, NO_PROGRAMME)
        for _ in range(max(12, round(workforce.staff * _STUDIES_PER_STAFF))):
            opened = last_day(workforce.month) - int(rng.integers(-180, _PAST_MONTHS * 30))
            self._begin(rng, workforce, opened, pool)

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
                self._recruit(rng, study, month)
                self._keep_investigator(rng, workforce, study, pool)
                for _ in range(int(rng.poisson(intake))):
                    role = _LATER_ROLES[choose(rng, _LATER_WEIGHTS, 1)[0]]
                    self._add(rng, workforce, study, role, int(rng.integers(first, last + 1)), pool)
            if first <= study.closed <= last:
                for member in study.team:
                    if member.end == NO_DAY and rng.random() < 0.9:
                        member.end = max(study.closed, member.start)

    def active(self, workforce: Workforce, roles: tuple[str, ...] | None = None) -> NDArray[np.bool_]:
        """By person: whether a team row overlaps the month on a study open in it (true identity, linked or not)."""
        month, found = workforce.month, np.zeros(len(workforce.people), dtype=bool)
        for study in self.studies:
            if study.is_open(month):
                for member in study.team:
                    person = self.researchers.person[member.researcher]
                    if person >= 0 and member.overlaps(month) and (roles is None or member.role in roles):
                        found[person] = True
        return found

    def project_sites(self, workforce: Workforce) -> dict[str, list[object]]:
        month, today = workforce.month, last_day(workforce.month)
        found: dict[str, list[object]] = {}

        def seen(day: int) -> str:
            return one_text(day if day <= today else NO_DAY)

        for study in self._listed(month):
            withdrawn = study.withdrawn > NO_DAY
            row = {
                "project_id": study.project_id,
                "iras_number": study.iras_number,
                "cpms_id": study.cpms_id,
                "short_title": study.short_title,
                "clinical_area": study.clinical_area,
                "site_status": study.status(month),
                "rd_submission_date": seen(study.submitted),
                "invited_date": "" if study.is_blank_on_invitation else seen(study.invited),
                "selected_date": "" if study.is_blank_on_invitation else seen(study.selected),
                "confirmed_date": "" if withdrawn else seen(study.confirmed),
                "start_date": "" if withdrawn else seen(study.confirmed),
                "open_date": "" if withdrawn else seen(study.opened),
                "first_participant_date": "" if withdrawn or study.first_participant > study.ended else seen(study.first_participant),
                "planned_recruitment_end_date": one_text(study.planned_end),
                "actual_recruitment_end_date": "" if withdrawn else seen(study.ended),
                "planned_closing_date": one_text(study.planned_end + 180),
                "actual_closing_date": "" if withdrawn else seen(study.closed),
                "principal_investigator": "; ".join(self._names(study, "PI", month)[:1]),
                "lead_nurses": "; ".join(self._names(study, "Research Nurse", month)),
                "target_participants": study.target_as_of(month) or "",
                "recruited_org": sum(study.reported(one, month) for one in study.recruits if one <= month) or "",
                "study_type": study.study_type,
                "is_commercial": "Yes" if study.is_commercial else "No",
            }
            for name, value in row.items():
                found.setdefault(name, []).append(value)
        return found

    def recruitment(self, workforce: Workforce) -> dict[str, list[object]]:
        month = workforce.month
        found: dict[str, list[object]] = {"project_id": [], "recruitment_month": [], "recruited": []}
        for study in self._listed(month):
            for one in sorted(study.recruits):
                found["project_id"].append(study.project_id)
                found["recruitment_month"].append(month_text(one))
                found["recruited"].append(study.reported(one, month))
        return found

    def team(self, workforce: Workforce) -> dict[str, list[object]]:
        month, today = workforce.month, last_day(workforce.month)
        names = ("project_id", "person", "email", "orcid", "employee_number", "role", "start_date", "end_date")
        found: dict[str, list[object]] = {name: [] for name in names}
        for study in self._listed(month):
            for member in study.team:
                if member.start <= today:
                    one = self.researchers.card(member.researcher)
                    values = (study.project_id, one.name, one.email, one.orcid, one.employee_number, member.role,
                              one_text(member.start), one_text(member.end if member.end <= today else NO_DAY))
                    for name, value in zip(names, values, strict=True):
                        found[name].append(value)
        return found

    def _listed(self, month: int) -> list[Study]:
        return [study for study in self.studies if study.submitted <= last_day(month) and month <= study.last_seen]

    def _names(self, study: Study, role: str, month: int) -> list[str]:
        """Who holds a role at the end of the month, the newest first; in a closed study, who held it last."""
        today = last_day(month)
        found: list[str] = []
        for member in study.team:
            runs = member.end == NO_DAY or member.end > today or study.closed <= today
            if member.role == role and member.start <= today and runs:
                found.insert(0, self.researchers.card(member.researcher).name)
        return list(dict.fromkeys(found))

    def _draw_study(self, rng: Rng, opened: int) -> Study:
        number = len(self.studies)
        study_type = TYPES[choose(rng, (12, 30, 48, 10), 1)[0]]
        confirmed = opened - 1 - int(rng.gamma(1.5, 10))
        selected = confirmed - 1 - int(rng.gamma(2.2, 21))
        invited = selected - 1 - int(rng.gamma(1.6, 13))
        months = float(np.clip(rng.lognormal(np.log(_MEAN_MONTHS_OPEN * 0.9), 0.45), 5, 60))
        planned_end = opened + int(months * 30.4)
        ended = planned_end + int(rng.normal(20, 90)) if rng.random() < 0.8 else planned_end + int(rng.integers(120, 500))
        ended = max(ended, opened + 60)
        suspension = opened + int(rng.integers(60, 400))
        suspended = (suspension, suspension + int(rng.integers(45, 160))) if rng.random() < 0.06 else None
        is_portfolio = rng.random() < 0.8
        target = 0 if rng.random() < 0.04 else int(np.clip(rng.lognormal(3.2, 0.9), 2, 900))
        title = f"{_FIRST_WORDS[number % len(_FIRST_WORDS)]}-{number + 1}: {_SUBJECTS[int(rng.integers(0, len(_SUBJECTS)))]}"
        return Study(
            project_id=30_000 + 7 * number + 11,
            iras_number=str(200_000 + 137 * number + int(rng.integers(0, 100))) if rng.random() < 0.95 else "",
            cpms_id=str(40_000 + 31 * number + int(rng.integers(0, 30))) if is_portfolio else "",
            short_title=title,
            clinical_area=_AREAS[choose(rng, (60, 12, 12, 8, 4, 4), 1)[0]],
            study_type=study_type,
            is_commercial=bool(rng.random() < (0.35 if study_type == "CTIMP" else 0.06)),
            target=target,
            submitted=invited - int(rng.integers(0, 15)),
            invited=invited,
            selected=selected,
            confirmed=confirmed,
            opened=opened,
            first_participant=opened + int(rng.gamma(1.2, 24)),
            planned_end=planned_end,
            ended=ended,
            closed=ended + int(rng.integers(20, 420)),
            suspended=suspended if suspended and suspended[1] < ended else None,
            withdrawn=confirmed if rng.random() < 0.05 else NO_DAY,
            last_seen=month_of_day(ended) + int(rng.integers(16, 40)) if rng.random() < 0.15 else 10**6,
            retargeted=(month_of_day(opened) + int(rng.integers(4, 14)), max(1, int(target * rng.uniform(0.5, 1.6))))
            if target and rng.random() < 0.12 else None,
            is_blank_on_invitation=bool(rng.random() < 0.12),
        )

    def _recruit(self, rng: Rng, study: Study, month: int) -> None:
        """Recruits of one open month, with what the first two reports will miss."""
        first, last = first_day(month), last_day(month)
        if study.ended < first:
            return
        rate = (study.target or 20) / max(3.0, (study.planned_end - study.opened) / 30.4) * (0.55 + study.project_id % 10 / 12)
        paused = study.suspended is not None and study.suspended[0] <= last and study.suspended[1] >= first
        number = 0 if paused or study.first_participant > last else int(rng.poisson(rate))
        if month_of_day(study.first_participant) == month and study.first_participant <= study.ended:
            number = max(number, 1)
        study.recruits[month] = number
        late = int(rng.binomial(number, 0.15))
        study.lags[month] = (late, int(rng.binomial(late, 0.3)))

    def _pool(self, workforce: Workforce, programme: Programme) -> Pool:
        """How likely each person is to be asked into a study team, before the role is known."""
        people, posts, main = workforce.people, workforce.posts, workforce.main_post
        weight = by_role("research_weight")[posts.role[np.maximum(main, 0)]].astype(float) * np.exp(0.9 * people.leaning)
        if workforce.month >= programme.first_month:
            chosen = np.array([team.directorate in programme.directorates for team in workforce.organisation.teams])
            weight = weight * np.where(chosen[posts.team[np.maximum(main, 0)]], programme.ratio, 1.0)
        return Pool(workforce, np.where(workforce.is_in_post & (main >= 0), weight, 0.0))

    def _begin(self, rng: Rng, workforce: Workforce, opened: int, pool: Pool) -> None:
        """A new study and its first team: the investigator, perhaps an associate or a chief one, and who delivers it."""
        study = self._draw_study(rng, opened)
        self.studies.append(study)
        for month in range(month_of_day(opened), workforce.month + 1):
            self._recruit(rng, study, month)
        self._add(rng, workforce, study, "PI", study.confirmed, pool)
        if rng.random() < _LOCAL_CI_SHARE:
            self._add(rng, workforce, study, "CI", study.confirmed, pool)
        if rng.random() < _ASSOCIATE_PI_SHARE and not study.is_commercial:
            self._add(rng, workforce, study, "Associate PI", study.opened + 30, pool)
        for role, mean in TEAM.items():
            for _ in range(int(rng.poisson(mean))):
                self._add(rng, workforce, study, role, study.opened + int(rng.integers(-20, 60)), pool)

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
