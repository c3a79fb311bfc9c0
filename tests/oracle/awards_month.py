"""Awards and outputs of the twelve months to each reporting month, worked out from the landing files alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.oracle.awards import WON, Trust, runs, share
from tests.oracle.workforce import day, last_day

FELLOWSHIPS = {
    *("PCAF", "DCAF", "Clinical Doctoral Research Fellowship", "ACAF"),
    *("In-Practice Fellowship", "Trust Research Fellowship", "Charity Fellowship"),
}
Figures = dict[str, object]


def awards_outputs_month(trust: Trust) -> dict[tuple[str, str, date], Figures]:
    """(group_type, group_code, month) -> measures."""
    found: dict[tuple[str, str, date], Figures] = {}
    for month in trust.months:
        found["trust", "RVN", month] = _figures(trust, month, lambda person: True)
        for kind in ("profession", "directorate"):
            members: dict[str, set[str]] = {}
            for person, about in trust.staff[month].items():
                members.setdefault(about["groups"][kind], set()).add(person)  # type: ignore[index]
            for code, people in members.items():
                found[kind, code, month] = _figures(trust, month, lambda person, people=people: person in people)  # type: ignore[misc]
    return found


def _figures(trust: Trust, month: date, is_mine: Callable[[str | None], bool]) -> Figures:
    first = date(month.year - (month.month < 12), month.month % 12 + 1, 1)

    def falls_in(text: str) -> bool:
        return first <= (day(text) or date.min) <= last_day(month)

    awards, outputs = trust.as_of("rd_awards", month), trust.as_of("rd_outputs", month)
    mine = [row for row in awards or [] if is_mine(trust.applicant(row, month)[1])]
    decided = [
        row
        for row in mine
        if falls_in((row["Decision Date"] or row["Start Date"]) if row["Status"] in WON else row["Decision Date"])
        and row["Status"] in WON | {"Not awarded"}
    ]
    won = [row for row in decided if row["Status"] in WON]
    of_awards: Figures = {
        "applications_12m": sum(falls_in(row["Applied Date"]) for row in mine),
        "decided_12m": len(decided),
        "awarded_12m": len(won),
        "success_rate_12m": share(len(won), len(decided)),
        "running_fellowships": sum(runs(row, month) and row["Scheme"] in FELLOWSHIPS for row in mine),
    }
    published = [row for row in outputs or [] if falls_in(row["Publication Date"])]
    of_outputs: Figures = {
        "outputs_12m": sum(any(is_mine(author.person) for author in trust.authors(row, month)) for row in published)
    }
    return {
        **(of_awards if awards is not None else dict.fromkeys(of_awards)),
        **(of_outputs if outputs is not None else dict.fromkeys(of_outputs)),
    }
