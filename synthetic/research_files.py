"""The three extracts of R&D as they stand at the end of a month, each restated in full."""

from __future__ import annotations

from synthetic.dates import NO_DAY, last_day, month_text, one_text
from synthetic.research import Portfolio
from synthetic.study import Study


def project_sites(portfolio: Portfolio, month: int) -> dict[str, list[object]]:
    today = last_day(month)
    found: dict[str, list[object]] = {}

    def seen(day: int) -> str:
        return one_text(day if day <= today else NO_DAY)

    for study in portfolio.listed(month):
        withdrawn = study.withdrawn > NO_DAY
        row = {
            "project_id": study.project_id,
            "iras_number": study.iras_number,
            "cpms_id": study.cpms_id,
            "nct_number": study.nct_number,
            "isrctn_number": study.isrctn_number,
            "short_title": study.short_title,
            "clinical_area": study.clinical_area,
            "site_status": study.status(month),
            "rd_submission_date": seen(study.submitted),
            "invited_date": "" if study.is_blank_on_invitation else seen(study.invited),
            "selected_date": "" if study.is_blank_on_invitation else seen(study.selected),
            "confirmed_date": "" if withdrawn else seen(study.confirmed),
            "start_date": "" if withdrawn else seen(study.confirmed),
            "open_date": "" if withdrawn else seen(study.opened),
            "first_participant_date": ""
            if withdrawn or study.first_participant > study.ended
            else seen(study.first_participant),
            "planned_recruitment_end_date": one_text(study.planned_end),
            "actual_recruitment_end_date": "" if withdrawn else seen(study.ended),
            "planned_closing_date": one_text(study.planned_end + 180),
            "actual_closing_date": "" if withdrawn else seen(study.closed),
            "study_planned_start_date": one_text(study.opened),
            "study_planned_end_date": one_text(study.planned_end + 180),
            "principal_investigator": "; ".join(_names(portfolio, study, "PI", month)[:1]),
            "lead_nurses": "; ".join(_names(portfolio, study, "Research Nurse", month)),
            "target_participants": study.target_as_of(month) or "",
            "recruited_org": sum(study.reported(one, month) for one in study.recruits if one <= month) or "",
            "study_type": study.study_type,
            "is_commercial": "Yes" if study.is_commercial else "No",
        }
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return found


def recruitment(portfolio: Portfolio, month: int) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {"project_id": [], "recruitment_month": [], "recruited": []}
    for study in portfolio.listed(month):
        for one in sorted(study.recruits):
            found["project_id"].append(study.project_id)
            found["recruitment_month"].append(month_text(one))
            found["recruited"].append(study.reported(one, month))
    return found


def team(portfolio: Portfolio, month: int) -> dict[str, list[object]]:
    today = last_day(month)
    names = ("project_id", "person", "email", "orcid", "employee_number", "role", "start_date", "end_date")
    found: dict[str, list[object]] = {name: [] for name in names}
    for study in portfolio.listed(month):
        for member in study.team:
            if member.start <= today and member.is_in_log:
                one = portfolio.researchers.card(member.researcher)
                values = (
                    study.project_id,
                    one.name,
                    one.email,
                    one.orcid,
                    one.employee_number,
                    member.role,
                    one_text(member.start),
                    one_text(member.end if member.end <= today else NO_DAY),
                )
                for name, value in zip(names, values, strict=True):
                    found[name].append(value)
    return found


def _names(portfolio: Portfolio, study: Study, role: str, month: int) -> list[str]:
    """Who holds a role at the end of the month, the newest first; in a closed study, who held it last."""
    today = last_day(month)
    found: list[str] = []
    for member in study.team:
        runs = member.end == NO_DAY or member.end > today or study.closed <= today
        if member.role == role and member.start <= today and runs:
            found.insert(0, portfolio.researchers.card(member.researcher).name)
    return list(dict.fromkeys(found))
