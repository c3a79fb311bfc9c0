"""The measures of a month straight from the simulation, by the definitions and not from the files."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthetic.absence import Absence, days_lost
from synthetic.dates import days_in, last_day, month_text
from synthetic.occupations import by_role
from synthetic.research import Portfolio
from synthetic.training import ResearchTraining
from synthetic.truth import Truth
from synthetic.workforce import Workforce


def add(
    truth: Truth, workforce: Workforce, portfolio: Portfolio, training: ResearchTraining, absence: Absence, before: NDArray[np.bool_]
) -> tuple[float, float]:
    """Append the month's rows for the trust and each profession. Returns the trust's FTE and sickness rate (%)."""
    n, month = len(workforce.people), workforce.month
    present, fte = workforce.is_in_post, workforce.substantive_fte
    was_present = np.zeros(n, dtype=bool)
    was_present[: len(before)] = before
    lost = fte * days_lost(absence.spells, month, n)
    s10 = fte * days_lost(absence.spells, month, n, only_s10=True)
    states = {
        "research_active_headcount": portfolio.active(workforce),
        "pi_headcount": portfolio.active(workforce, ("PI",)),
        "t3_headcount": portfolio.active(workforce, ("PI", "Associate PI")),
        "ci_headcount": portfolio.active(workforce, ("CI",)),
        "gcp_in_date_headcount": training.gcp_until(workforce) >= last_day(month),
    }
    main = np.maximum(_main_substantive(workforce), 0)
    profession = by_role("profession")[workforce.posts.role[main]]
    everyone = {"trust": np.ones(n, dtype=bool)} | {str(one): profession == one for one in np.unique(profession[present])}
    for group, members in everyone.items():
        here = members & present
        row: dict[str, Any] = {
            "month": month_text(month),
            "group": group,
            "headcount": int(here.sum()),
            "fte": round(float(fte[here].sum()), 5),
            "joiners": int((here & ~was_present).sum()) if group == "trust" else "",
            "leavers": int((was_present & ~present).sum()) if group == "trust" else "",
            "fte_days_available": round(float(fte[here].sum()) * days_in(month), 5),
            "fte_days_lost": round(float(lost[here].sum()), 5),
            "s10_days_lost": round(float(s10[here].sum()), 5),
        }
        truth.groups.append(row | {name: int((here & state).sum()) for name, state in states.items()})
    total = truth.groups[-len(everyone)]
    return total["fte"], 100 * total["fte_days_lost"] / total["fte_days_available"] if total["fte_days_available"] else 0.0


def links(portfolio: Portfolio, workforce: Workforce) -> list[dict[str, Any]]:
    """Who each R&D person truly is, and how far R&D knows it."""
    numbers, found = workforce.people.number, []
    for person, card in zip(portfolio.researchers.person, portfolio.researchers.cards, strict=True):
        found.append({
            "person": card.name,
            "email": card.email,
            "orcid": card.orcid,
            "employee_number": card.employee_number,
            "known_by": card.known_by,
            "true_employee_number": str(numbers[person]) if person >= 0 else "",
        })
    return found


def _main_substantive(workforce: Workforce) -> NDArray[np.int64]:
    """For each person the in-post substantive post that places them: primary, else largest FTE, else lowest number."""
    posts = workforce.posts
    found = np.full(len(workforce.people), -1, dtype=np.int64)
    rows = np.flatnonzero(posts.in_post & posts.is_substantive)
    rows = rows[np.lexsort((-posts.suffix[rows], posts.fte[rows], posts.is_primary[rows]))]
    found[posts.person[rows]] = rows
    return found
