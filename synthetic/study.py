"""A study at the trust's site: its milestones, recruitment as it is reported, and its delegation log.

What does not belong here: who is asked to work on it, and the files it stands in (`research`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthetic.chance import Rng, choose
from synthetic.dates import NO_DAY, first_day, last_day, month_of_day
from synthetic.values import names

TYPES = ("CTIMP", "Interventional", "Observational", "Other")
_AREAS = (
    "Mental Health",
    "Dementias and Neurodegeneration",
    "Health Services Research",
    "Children",
    "Public Health",
    "Neurological Disorders",
)
_MEAN_MONTHS_OPEN = 22


@dataclass
class Member:
    """A line of the delegation log of a study."""

    researcher: int
    role: str
    start: int
    end: int = NO_DAY
    is_in_log: bool = True  # False: named as investigator in the project-site export alone

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

    @property
    def nct_number(self) -> str:
        """Trials of a medicine are registered in America, some others in London; the rest nowhere."""
        return f"NCT{3_000_000 + 41 * self.project_id:08}" if self.study_type == "CTIMP" else ""

    @property
    def isrctn_number(self) -> str:
        is_registered = self.study_type == "Interventional" and self.project_id % 3 > 0
        return f"ISRCTN{10_000_000 + 271 * self.project_id}" if is_registered else ""

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
            return (
                "Suspended (from Open, With Recruitment)"
                if self.first_participant <= day
                else "Suspended (from Open to Recruitment)"
            )
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


def draw_study(rng: Rng, number: int, opened: int) -> Study:
    """The whole life of the trust's study of that number, which will open on a given day unless it is withdrawn."""
    words, subjects = names("studies"), names("subjects")
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
    title = f"{words[number % len(words)]}-{number + 1}: {subjects[int(rng.integers(0, len(subjects)))]}"
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
        if target and rng.random() < 0.12
        else None,
        is_blank_on_invitation=bool(rng.random() < 0.12),
    )


def recruit(rng: Rng, study: Study, month: int) -> None:
    """Recruits of one open month, with what the first two reports will miss."""
    first, last = first_day(month), last_day(month)
    if study.ended < first:
        return
    rate = (
        (study.target or 20) / max(3.0, (study.planned_end - study.opened) / 30.4) * (0.55 + study.project_id % 10 / 12)
    )
    paused = study.suspended is not None and study.suspended[0] <= last and study.suspended[1] >= first
    number = 0 if paused or study.first_participant > last else int(rng.poisson(rate))
    if month_of_day(study.first_participant) == month and study.first_participant <= study.ended:
        number = max(number, 1)
    study.recruits[month] = number
    late = int(rng.binomial(number, 0.15))
    study.lags[month] = (late, int(rng.binomial(late, 0.3)))
