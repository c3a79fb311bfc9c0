"""The measures of a month straight from the simulation, by the definitions and not from the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic.absence import days_lost
from synthetic.dates import days_in, first_day, last_day, month_text
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
    states = _states(state, last_month)
    profession = by_role("profession")[workforce.posts.role[np.maximum(placing_post(workforce), 0)]]
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
    in_scope = workforce.people.start <= last_day(month - 12)
    gcp = training.gcp_until(workforce, last_month) >= last_day(month)
    trained = training.trained_since(workforce, first_day(month - 23), last_month)
    leads = ("PI", "Associate PI")
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
        "appraisal_scope_headcount": in_scope,
        "appraisal_compliant_headcount": in_scope & appraised,
        "research_objective_headcount": in_scope & objective,
    }


def placing_post(workforce: Workforce) -> NDArray[np.int64]:
    """For each person the in-post substantive post that places them: primary, else largest FTE, else lowest number."""
    posts = workforce.posts
    found = np.full(len(workforce.people), -1, dtype=np.int64)
    rows = np.flatnonzero(posts.in_post & posts.is_substantive)
    rows = rows[np.lexsort((-posts.suffix[rows], posts.fte[rows], posts.is_primary[rows]))]
    found[posts.person[rows]] = rows
    return found
