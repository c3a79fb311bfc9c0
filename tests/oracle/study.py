"""Core tables of the portfolio, worked out from the landing files by other means: sets and loops in place of joins."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

from tests.oracle.research import Files, Row, as_of, day, interval, last_day, opening, read, status_group

SET_UP = {
    "invited": "Date site invited",
    "selected": "Date site selected",
    "confirmed": "Project site date site confirmed",
    "open": "Date open to recruitment",
    "first_participant": "First participant recruited",
}
MILESTONES = {
    ("submitted", "actual"): "Project site Date R&D Submission",
    **{(code, "actual"): label for code, label in SET_UP.items()},
    ("started", "actual"): "Project site Date Start",
    ("recruitment_ended", "planned"): "Project site planned recruitment end date",
    ("recruitment_ended", "actual"): "Project site actual recruitment end date",
    ("closed", "planned"): "Project site Closing Date (Planned)",
    ("closed", "actual"): "Project site Closing Date (Actual)",
}
FORMS = {"IRAS": "[1-9][0-9]{3,6}", "CPMS": "[1-9][0-9]*", "NCT": "NCT[0-9]{8}", "ISRCTN": "ISRCTN[0-9]{8}"}
EDGE_IDS = {"IRAS": "IRAS Number", "CPMS": "CPMS ID", "NCT": "NCT Number", "ISRCTN": "ISRCTN Number"}
CPMS_IDS = {"IRAS": "Study IRAS ID", "CPMS": "Study CPMS ID", "NCT": "NCT Number", "ISRCTN": "ISRCTN Number"}

Identifiers = dict[tuple[str, str, str], tuple[str, str, bool]]  # project, scheme, identifier -> first, last, current


def by_project(rows: list[Row]) -> dict[str, Row]:
    return {row["Project ID"]: row for row in rows}


def history(files: Files, key: str, value: str) -> list[tuple[str, Row]]:
    """The rows of a study in order of month."""
    return [(month, row) for month in sorted(files) for row in files[month] if row[key] == value]


def is_reopened(files: Files, project: str, until: str) -> bool:
    groups = [
        status_group(row["Project site status"])
        for month, row in history(files, "Project ID", project)
        if month <= until
    ]
    closed = [place for place, group in enumerate(groups) if group in {"closed", "closed_follow_up"}]
    live = [place for place, group in enumerate(groups) if group in {"open", "suspended"}]
    return bool(closed and live and closed[0] < live[-1])


def has_negative_interval(site: Row) -> bool:
    dates = [day(site[label]) for label in SET_UP.values()]
    return any(one and other and other < one for one, other in pairwise(dates))


def waiting(site: Row, month: str) -> dict[str, int | None]:
    """Days waited by the end of the month, for the step the site is at."""
    names, dates, end = list(SET_UP), [day(site[label]) for label in SET_UP.values()], last_day(month)
    found: dict[str, int | None] = {f"days_waiting_for_{name}": None for name in names[1:]}
    reached = [place for place, one in enumerate(dates) if one]
    closed = day(site["Project site Closing Date (Actual)"])
    is_over = status_group(site["Project site status"]) in {"closed", "closed_follow_up", "withdrawn"}
    if reached and reached[-1] < len(names) - 1 and not is_over and not (closed and closed <= end):
        since = dates[reached[-1]]
        assert since
        if since <= end:
            found[f"days_waiting_for_{names[reached[-1] + 1]}"] = (end - since).days
    return found


def study_month(landing: Path, month: str) -> dict[str, dict[str, object]]:
    files = read(landing, "rd_project_sites")
    newest = max((m for m in files if m <= month), default="")
    return {
        project: {
            "is_reopened": is_reopened(files, project, newest),
            "has_negative_interval": has_negative_interval(site),
            "days_confirmed_to_first_participant": interval(site, SET_UP["confirmed"], SET_UP["first_participant"]),
            "opened_date": opening(site),
            **waiting(site, month),
        }
        for project, site in by_project(as_of(files, month) or []).items()
    }


def valid(scheme: str, text: str) -> str | None:
    return text if re.fullmatch(FORMS[scheme], text.removesuffix(".0")) else None


def national_study(landing: Path) -> dict[str, str]:
    """CPMS number of each project: its own, else that of the one CPMS study with its IRAS number."""
    cpms = [row for rows in read(landing, "rd_cpms_studies").values() for row in rows]
    found = {}
    sites = read(landing, "rd_project_sites")
    for project in {row["Project ID"] for rows in sites.values() for row in rows}:
        site = history(sites, "Project ID", project)[-1][1]
        iras = valid("IRAS", site["IRAS Number"])
        with_iras = {row["Study CPMS ID"] for row in cpms if iras and row["Study IRAS ID"] == iras}
        number = valid("CPMS", site["CPMS ID"]) or (min(with_iras) if len(with_iras) == 1 else None)
        if number:
            found[project] = number
    return found


def identifiers(landing: Path) -> Identifiers:
    sites, cpms, national = read(landing, "rd_project_sites"), read(landing, "rd_cpms_studies"), national_study(landing)
    found: Identifiers = {}
    for project in {row["Project ID"] for rows in sites.values() for row in rows}:
        sources = [
            (history(sites, "Project ID", project), EDGE_IDS),
            (history(cpms, "Study CPMS ID", national.get(project, "")), CPMS_IDS),
        ]
        months: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        for rows, labels in sources:
            for month, row in rows:
                is_newest = month == rows[-1][0]
                for scheme, label in labels.items():
                    if identifier := valid(scheme, row[label]):
                        months.setdefault((scheme, identifier), []).append((month, is_newest))
        edge = [month for month, _ in sources[0][0]]
        found[project, "EDGE", project] = (edge[0], edge[-1], True)
        for (scheme, identifier), seen in months.items():
            found[project, scheme, identifier] = (min(seen)[0], max(seen)[0], any(newest for _, newest in seen))
    return found


def clusters(known: Identifiers) -> dict[str, str]:
    """First project among those that share a current identifier, through others too."""
    groups: list[set[str]] = []
    for scheme, identifier in {(scheme, identifier) for _, scheme, identifier in known}:
        sharing = {p for (p, s, i), (_, _, current) in known.items() if (s, i) == (scheme, identifier) and current}
        touched = [group for group in groups if group & sharing]
        groups = [group for group in groups if not group & sharing] + ([sharing.union(*touched)] if sharing else [])
    return {project: min(group) for group in groups for project in group}


def milestones(landing: Path) -> dict[tuple[str, str, str], tuple[date, str, date]]:
    """Latest date, first month reported and date first reported, by project, milestone and kind."""
    sites = read(landing, "rd_project_sites")
    found = {}
    for project in {row["Project ID"] for rows in sites.values() for row in rows}:
        rows = history(sites, "Project ID", project)
        for (code, kind), label in MILESTONES.items():
            dated = [(month, day(row[label])) for month, row in rows if row[label]]
            if latest := day(rows[-1][1][label]):
                found[project, code, kind] = (latest, dated[0][0], dated[0][1])
    return found


def month_text(value: object) -> str:
    return f"{value:%Y-%m}"
