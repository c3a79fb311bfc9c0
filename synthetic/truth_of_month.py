"""The measures of a month straight from the simulation, by the definitions and not from the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic.absence import days_lost
from synthetic.dates import days_in, first_day, last_day, month_text
from synthetic.job_plan import in_scope
from synthetic.occupations import by_role
from synthetic.research import Portfolio
from synthetic.state import State
from synthetic.workforce import Workforce


def groups_of_month(state: State, was_in_post: NDArray[np.bool_], last_month: int) -> list[dict[str, Any]]:
    """Rows of the trust and of each profession, the trust first.

    Joiners and leavers are those of the trust as a whole. `last_month` is the last of the run: what only a later file
    would deliver does not count.
    """
    workforce = state.workforce
    n, month = len(workforce.people), workforce.month
    present, fte = workforce.is_in_post, workforce.substantive_fte
    before = np.zeros(n, dtype=bool)
    before[: len(was_in_post)] = was_in_post
    lost = fte * days_lost(state.absence.spells, month, n)
    s10 = fte * days_lost(state.absence.spells, month, n, only_s10=True)
    _, research_hours = state.job_plans.plan_of_month(workforce)
    states = _states(state, last_month)
    profession = by_role("profession")[workforce.posts.role[np.maximum(workforce.placing_post, 0)]]
    everyone = {"trust": np.ones(n, dtype=bool)} | {
        str(one): profession == one for one in np.unique(profession[present])
    }
    found = []
    for group, members in everyone.items():
        here = members & present
        row: dict[str, Any] = {
            "month": month_text(month),
            "group": group,
            "headcount": int(here.sum()),
            "fte": round(float(fte[here].sum()), 5),
            "joiners": int((here & ~before).sum()) if group == "trust" else "",
            "leavers": int((before & ~present).sum()) if group == "trust" else "",
            "fte_days_available": round(float(fte[here].sum()) * days_in(month), 5),
            "fte_days_lost": round(float(lost[here].sum()), 5),
            "s10_days_lost": round(float(s10[here].sum()), 5),
            "funded_fte": _blank_if_none(state.establishment.funded(None if group == "trust" else group)),
            "research_hours": round(float(research_hours[here & in_scope(workforce)].sum()), 5),
        }
        found.append(row | {name: int((here & state).sum()) for name, state in states.items()})
    return found


def links(portfolio: Portfolio, workforce: Workforce) -> list[dict[str, Any]]:
    """Who each R&D person truly is, and how far R&D knows it."""
    numbers, found = workforce.people.number, []
    for person, card in zip(portfolio.researchers.person, portfolio.researchers.cards, strict=True):
        found.append(
            {
                "person": card.name,
                "email": card.email,
                "orcid": card.orcid,
                "employee_number": card.employee_number,
                "known_by": card.known_by,
                "true_employee_number": str(numbers[person]) if person >= 0 else "",
            }
        )
    return found


def _states(state: State, last_month: int) -> Mapping[str, NDArray[np.bool_]]:
    """By person, each state that is counted. `linkable_`: of those whom R&D knows by number or e-mail."""
    workforce, portfolio, training = state.workforce, state.portfolio, state.training
    month = workforce.month
    appraised, objective = state.appraisals.current(workforce, first_day(month - 11))
    appraisable = workforce.people.start <= last_day(month - 12)
    gcp = training.gcp_until(workforce, last_month) >= last_day(month)
    trained = training.trained_since(workforce, first_day(month - 23), last_month)
    leads = ("PI", "Associate PI")
    has_plan, research_hours = state.job_plans.plan_of_month(workforce)
    plans_week = in_scope(workforce)
    return {
        "t1_headcount": trained | gcp | objective,
        "t2_headcount": portfolio.active(workforce),
        "t3_headcount": portfolio.active(workforce, leads),
        "pi_headcount": portfolio.active(workforce, ("PI",)),
        "ci_headcount": portfolio.active(workforce, ("CI",)),
        "linkable_t2_headcount": portfolio.active(workforce, only_linkable=True),
        "linkable_t3_headcount": portfolio.active(workforce, leads, only_linkable=True),
        "gcp_in_date_headcount": gcp,
        "research_training_12m_headcount": training.trained_since(workforce, first_day(month - 11), last_month),
        "appraisal_scope_headcount": appraisable,
        "appraisal_compliant_headcount": appraisable & appraised,
        "research_objective_headcount": appraisable & objective,
        "job_plan_scope_headcount": plans_week,
        "job_plan_signed_off_headcount": plans_week & has_plan,
        "job_plan_research_headcount": plans_week & (research_hours > 0),
        "planned_research_headcount": research_hours > 0,
    }


def _blank_if_none(value: float | None) -> float | str:
    return "" if value is None else value
