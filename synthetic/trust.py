"""A whole trust: simulate month by month and write what it would deliver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synthetic import (
    absence,
    benchmark,
    national_studies,
    pulse,
    rcc,
    research_files,
    survey,
    survey_benchmark,
    trust_list,
    truth_of_month,
)
from synthetic.acquaintance import Acquaintance
from synthetic.appraisal import Appraisals
from synthetic.awards import Awards
from synthetic.dates import month_of, month_text, one_text
from synthetic.establishment import Establishment
from synthetic.faults import check_names
from synthetic.files import file_path, spoil_file, write_columns
from synthetic.hiring import found_trust
from synthetic.interventions import Plan
from synthetic.job_plan import JobPlans
from synthetic.occupations import roles
from synthetic.organisation import new_organisation
from synthetic.outputs import Outputs
from synthetic.people import CANARIES
from synthetic.posts_file import leavers_of_month, posts_of_month
from synthetic.research import Portfolio, Programme
from synthetic.state import State
from synthetic.training import Compliance, ResearchTraining
from synthetic.truth import Truth
from synthetic.workforce import Workforce
from synthetic.workforce_month import (
    BASE_HAZARD,
    OVER_62_FACTOR,
    TENURE_FACTORS,
    advance,
)

#: Months simulated before the first delivery, so that history, absences and teams are in their stride.
_WARM_UP = 24
_DOMAINS = {"RVN": "awp.example.nhs.uk"}


@dataclass(frozen=True)
class Effects:
    """Planted effects of being research-active at the end of the month before.

    Attributes:
        leaving_hazard_ratio: on the monthly chance of leaving (contracts that run out are not affected).
        s10_rate_ratio: on the monthly chance of an S10 spell.
        intake_ratio: on the intake of study teams, from the programme's month, in its directorates.
    """

    leaving_hazard_ratio: float = 0.8
    s10_rate_ratio: float = 0.75
    intake_ratio: float = 1.6
    programme_directorates: tuple[str, ...] = ("Adult Community Services", "Older Adult and Memory Services")
    programme_after_months: int = 10


def write_trust(
    landing: Path,
    *,
    trust_code: str = "RVN",
    staff: int = 5000,
    months: int = 24,
    first_month: str = "2024-04",
    seed: int = 1,
    faults: Mapping[str, float] | None = None,
    effects: Effects = Effects(),
    truth_folder: Path | None = None,
    on_month: Callable[[str], None] | None = None,
) -> Truth:
    """Write the extracts of an invented trust into `landing`, and return what was planted.

    The files of a month depend on the seed, the size and the month alone: a longer run begins with the same files.
    `on_month` is called with `YYYY-MM` once a month's files are all written. `faults` maps names of
    `synthetic.faults.FAULTS` to a rate. The truth is written to `truth_folder`, which must lie outside landing.

    Raises:
        ValueError: a fault is unknown, or the truth would lie in landing.
    """
    if truth_folder and truth_folder.resolve().is_relative_to(landing.resolve()):
        raise ValueError("the planted truth must lie outside landing")
    check_names(faults or {})
    first = month_of(first_month)
    domain = _DOMAINS.get(trust_code, f"{trust_code.lower()}.example.nhs.uk")
    organisation = new_organisation(first, staff)
    programme = Programme(first + effects.programme_after_months, effects.programme_directorates, effects.intake_ratio)
    state = _begin(found_trust(seed, staff, first - _WARM_UP, organisation, domain))
    state.workforce.first_month = first
    plan = Plan(state.workforce, programme)
    truth = Truth(trust_code, seed, staff, [month_text(first + index) for index in range(months)])
    for month in range(first - _WARM_UP, first + months):
        before = _advance(state, effects, programme)
        if month >= first:
            groups = truth_of_month.groups_of_month(state, before, first + months - 1)
            truth.groups += groups
            truth.exposures += plan.exposures_of_month(state.workforce)
            for extract, rows in _write(landing, state, plan, truth).items():
                truth.rows.setdefault(extract, {})[month_text(month)] = rows
                truth.faults += spoil_file(file_path(landing, extract, month), extract, month, faults or {}, seed)
            if on_month:
                on_month(month_text(month))
    _plant(truth, state, effects, programme)
    truth.interventions = plan.truth()
    if truth_folder:
        truth.write(truth_folder)
    return truth


def _begin(workforce: Workforce) -> State:
    portfolio, acquaintance = Portfolio(workforce), Acquaintance()
    return State(
        workforce,
        portfolio,
        ResearchTraining(),
        Compliance(),
        Appraisals(),
        absence.new_absence(),
        Awards(workforce, portfolio, acquaintance),
        Outputs(workforce, portfolio, acquaintance),
        Establishment(len(workforce.organisation.teams)),
        JobPlans(),
    )


def _advance(state: State, effects: Effects, programme: Programme) -> NDArray[np.bool_]:
    """Simulate the next month. Returns who was in post at the end of the month before."""
    workforce = state.workforce
    was_active = state.portfolio.active(workforce)
    before = workforce.is_in_post
    advance(workforce, was_active, effects.leaving_hazard_ratio)
    state.portfolio.advance(workforce, programme)
    is_active = state.portfolio.active(workforce)
    absence.advance(state.absence, workforce, was_active, effects.s10_rate_ratio)
    state.training.advance(workforce, is_active)
    state.appraisals.advance(workforce, is_active)
    state.awards.advance(workforce)
    state.outputs.advance(workforce)
    state.establishment.advance(workforce)
    state.job_plans.advance(workforce, is_active)
    if workforce.month >= workforce.first_month:
        state.compliance.advance(workforce)
    if state.census is None or workforce.month % 12 + 1 == survey.FIELDWORK_MONTH:
        state.census = survey.take_census(workforce, is_active)
    return before


def _write(landing: Path, state: State, plan: Plan, truth: Truth) -> dict[str, int]:
    """Write the month's files; rows by extract."""
    workforce, month = state.workforce, state.workforce.month
    whole = next(row for row in reversed(truth.groups) if row["group"] == "trust")
    columns: dict[str, Mapping[str, Iterable[object]]] = {
        "hr_assignments": posts_of_month(workforce),
        "hr_leavers": leavers_of_month(workforce),
        "hr_absence": absence.rows_of_month(state.absence, workforce),
        "hr_establishment": state.establishment.rows_of_month(workforce),
        "hr_appraisals": state.appraisals.rows_of_month(workforce),
        "hr_job_plans": state.job_plans.rows_of_month(workforce),
        "training_compliance": state.compliance.rows_of_month(workforce),
        "training_research": state.training.rows_of_month(workforce),
        "rd_project_sites": research_files.project_sites(state.portfolio, month),
        "rd_recruitment": research_files.recruitment(state.portfolio, month),
        "rd_study_team": research_files.team(state.portfolio, month),
        "rd_awards": state.awards.rows_of_month(month),
        "rd_outputs": state.outputs.rows_of_month(month),
        "rd_interventions": plan.rows_of_month(month),
        "rd_cpms_studies": national_studies.rows_of_month(state.portfolio, workforce.seed, month),
        "bench_sickness": benchmark.rows_of_month(
            workforce.seed, month, truth.trust_code, whole["fte_days_available"], whole["fte_days_lost"]
        ),
    }
    if month == workforce.first_month:
        columns["ref_trusts"] = trust_list.rows(truth.trust_code)
    written = {extract: write_columns(landing, extract, month, values) for extract, values in columns.items()}
    if month % 12 + 1 == survey.DELIVERY_MONTH and state.census is not None:
        year = month // 12 - 1
        rows = survey.rows_of_wave(workforce.seed, year, state.census)
        groups, counts = np.unique(rows["occupational_group"], return_counts=True)
        truth.survey_waves.append(
            {
                "wave": str(year),
                "month": month_text(month),
                "staff_at_fieldwork": len(state.census.role),
                "respondents": len(rows["survey_year"]),
                "by_occupational_group": dict(zip(groups.tolist(), counts.tolist(), strict=True)),
            }
        )
        written["survey_nss"] = write_columns(landing, "survey_nss", month, rows, survey.questions(year))
        published = survey_benchmark.staff_survey(workforce.seed, year)
        written["bench_staff_survey"] = write_columns(landing, "bench_staff_survey", month, published)
    return written | _write_other_surveys(landing, state, truth)


def _write_other_surveys(landing: Path, state: State, truth: Truth) -> dict[str, int]:
    """Pulse survey and research culture, answered by the staff of the month and delivered in it; rows by extract."""
    workforce, month = state.workforce, state.workforce.month
    written: dict[str, int] = {}
    if not (pulse.is_fieldwork(month) or month % 12 + 1 == rcc.FIELDWORK_MONTH):
        return written
    census = survey.take_census(workforce, state.portfolio.active(workforce))
    if pulse.is_fieldwork(month):
        quarter = pulse.run_wave(workforce.seed, month, census)
        truth.pulse_waves.append(quarter.truth)
        written["survey_nqps"] = write_columns(landing, "survey_nqps", month, quarter.rows, pulse.QUESTIONS)
        published = survey_benchmark.pulse(workforce.seed, month, truth.trust_code, quarter.truth)
        written["bench_pulse"] = write_columns(landing, "bench_pulse", month, published)
    else:
        wave = rcc.run_wave(workforce.seed, month, census)
        truth.rcc_waves.append(wave.truth)
        written["survey_rcc"] = write_columns(landing, "survey_rcc", month, wave.rows, wave.items)
    return written


def _plant(truth: Truth, state: State, effects: Effects, programme: Programme) -> None:
    workforce, people = state.workforce, state.workforce.people
    truth.effects = {
        "leaving_hazard_ratio": effects.leaving_hazard_ratio,
        "s10_rate_ratio": effects.s10_rate_ratio,
        "leaving_hazard": {
            "base": BASE_HAZARD,
            "by_years_in_trust": TENURE_FACTORS,
            "over_62": OVER_62_FACTOR,
            "by_job_role": {role.job_role: role.leaving_factor for role in roles()},
            "confounders": ["job role", "years in the trust", "age over 62"],
            "not_affected": ["End of Fixed Term Contract - Other", "End of Fixed Term Contract - External Rotation"],
        },
        "programme": {
            "first_month": month_text(programme.first_month),
            "directorates": list(programme.directorates),
            "intake_ratio": programme.ratio,
        },
        "survey_traits_in_sd": {
            "by_profession": survey.BY_PROFESSION,
            "by_directorate": survey.BY_DIRECTORATE,
            "research_active": survey.RESEARCH_ACTIVE,
            "yearly_trend": survey.YEARLY_TREND,
        },
    }
    truth.professions = {role.job_role: role.profession for role in roles()}
    truth.organisation_changes = [
        {
            "month": month_text(change.month),
            "kind": change.kind,
            "before": change.before,
            "after": change.after,
            "team": workforce.organisation.teams[change.team].name,
        }
        for change in workforce.organisation.changes
    ]
    truth.rehires = [
        {"month": month_text(month), "old_number": str(people.number[old]), "new_number": str(people.number[new])}
        for month, old, new in workforce.rehired
        if month >= workforce.first_month
    ]
    by_surname = {str(people.surname[person]): person for person in np.flatnonzero(people.is_canary)}
    truth.canaries = [
        {
            "surname": one.surname,
            "forename": one.forename,
            "email": str(people.email[by_surname[one.surname]]),
            "employee_number": str(people.number[by_surname[one.surname]]),
            "birth_date": one_text(one.birth_date),
            "ni_number": one.ni_number,
        }
        for one in CANARIES
    ]
    truth.links = truth_of_month.links(state.portfolio, workforce)
    truth.applicants = state.awards.truth(workforce)
    truth.authors = state.outputs.truth(workforce)
