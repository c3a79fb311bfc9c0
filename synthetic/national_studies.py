"""The trust's studies as the national portfolio holds them: UK dates, target and recruitment, and the national status.

Only studies with a CPMS number are there, and they drop out of the download once they are closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from synthetic.chance import choose, stream
from synthetic.dates import NO_DAY, first_day, last_day, one_text
from synthetic.research import Portfolio
from synthetic.study import Study
from synthetic.values import names

_SPONSORS = (
    "University of Exampleshire",
    "Northfield University",
    "Example Partnership NHS Foundation Trust",
    "Westmere University Hospitals NHS Trust",
)
_COMMERCIAL_SPONSORS = ("Halcyon Therapeutics Ltd", "Meridian Neuroscience plc")
#: Clinical areas that CPMS calls otherwise.
_SPECIALTIES = {"Children": "Children and Young People"}


@dataclass(frozen=True)
class National:
    """What does not change of a study in the UK: days before or after the trust's own, and how many times larger it is."""

    sponsor: str
    trials_unit: str
    chief_investigator: str
    opened_before: int
    closed_after: int
    size: float


@cache
def _national(seed: int, project_id: int, is_commercial: bool) -> National:
    rng = stream(seed, "national study", project_id)
    sponsors = _COMMERCIAL_SPONSORS if is_commercial else _SPONSORS
    forenames, surnames = names("forenames_female"), names("surnames")
    return National(
        sponsor=sponsors[choose(rng, [1] * len(sponsors), 1)[0]],
        trials_unit="" if is_commercial or rng.random() < 0.4 else "Exampleshire Clinical Trials Unit",
        chief_investigator=f"{forenames[int(rng.integers(len(forenames)))]} {surnames[int(rng.integers(len(surnames)))]}",
        opened_before=int(rng.gamma(1.5, 60)),
        closed_after=int(rng.integers(0, 200)),
        size=float(rng.uniform(2, 25)),
    )


def rows_of_month(portfolio: Portfolio, seed: int, month: int) -> dict[str, list[object]]:
    today = last_day(month)
    found: dict[str, list[object]] = {}
    for study in portfolio.studies:
        national = _national(seed, study.project_id, study.is_commercial)
        closed = study.ended + national.closed_after
        if not study.cpms_id or study.submitted > today or closed + 60 < first_day(month):
            continue
        opened = study.opened - national.opened_before
        row = {
            "cpms_id": study.cpms_id,
            "iras_number": study.iras_number,
            "protocol_number": f"PRT-{study.project_id}" if study.is_commercial else "",
            "nct_number": study.nct_number,
            "isrctn_number": study.isrctn_number,
            "short_title": study.short_title.split(":")[0],
            "long_title": study.short_title,
            "chief_investigator": national.chief_investigator,
            "sponsor": national.sponsor,
            "trials_unit": national.trials_unit,
            "contract_research_organisation": "Example Research Services" if study.is_commercial else "",
            "study_route": "Commercial" if study.is_commercial else "Non-commercial",
            "is_due_assessment": "Yes" if (study.project_id + month) % 3 == 0 else "No",
            "last_assessment": "",
            "last_assessment_date": "",
            "study_data_indicates": "Milestone missed" if study.planned_end < today < study.ended else "",
            "study_status": _status(study, opened, closed, month),
            "planned_opening_date": one_text(opened - 14),
            "actual_opening_date": one_text(opened if opened <= today and study.withdrawn == NO_DAY else NO_DAY),
            "planned_closure_date": one_text(study.planned_end),
            "actual_closure_date": one_text(closed if closed <= today and study.withdrawn == NO_DAY else NO_DAY),
            "uk_target": round((study.target_as_of(month) or 20) * national.size),
            "uk_recruited": _uk_recruited(study, national.size, month),
            "managing_specialty": _SPECIALTIES.get(study.clinical_area, study.clinical_area),
            "sponsor_assessment": "",
        }
        for name, value in row.items():
            found.setdefault(name, []).append("No data available" if value == "" else value)
    return found


def _status(study: Study, opened: int, closed: int, month: int) -> str:
    """The national status: open in the UK where any site is."""
    own, today = study.status(month), last_day(month)
    if own.startswith(("Withdrawn", "Suspended")):
        return own
    if closed <= today:
        return "Closed to Recruitment, In Follow Up"
    if opened <= today:
        return "Open, With Recruitment" if opened + 60 <= today else "Open to Recruitment"
    return own


def _uk_recruited(study: Study, size: float, month: int) -> int:
    return round(size * sum(study.reported(one, month) for one in study.recruits if one <= month))
