"""Research activity and portfolio figures, worked out from the landing files alone, row by row.

Nothing here reads the warehouse, the seeds or the product's code. Files are plain CSV with the contract's labels; a month
without a file takes the newest before. Dates are dd/mm/yyyy or dd-mmm-yyyy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pandas as pd

Row = dict[str, str]
Files = dict[str, list[Row]]

IN_POST = {"Active Assignment", "Internal Secondment", "Acting Up"}
SUBSTANTIVE = {"Permanent", "Fixed Term Temp", "Locum"}
STATUS_GROUPS = {"In Setup": "in_setup", "Open": "open", "Susp": "suspended", "Withdrawn": "withdrawn"}


def read(landing: Path, extract: str) -> Files:
    """The rows of each month's file, by month as YYYY-MM."""
    files = sorted((landing / extract).glob("*.csv"))
    return {re.search(r"\d{4}-\d{2}", file.name)[0]: _rows(file.read_bytes()) for file in files}


@cache
def _rows(content: bytes) -> list[Row]:
    """The rows of a file, worked out once: every figure asks for them again."""
    return pd.read_csv(BytesIO(content), dtype=str, keep_default_na=False).to_dict("records")


@cache
def day(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%d-%b-%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            pass
    assert not text, text
    return None


def first_day(month: str, shift: int = 0) -> date:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:7]) - 1 + shift, 12)
    return date(year, number + 1, 1)


def last_day(month: str) -> date:
    return first_day(month, 1) - timedelta(days=1)


def as_of(files: Files, month: str) -> list[Row] | None:
    """The file of a month, else the newest before; None if there was none by then."""
    return next((files[m] for m in sorted(files, reverse=True) if m <= month), None)


def opening(site: Row) -> date | None:
    return day(site["Date open to recruitment"]) or day(site["Project site Date Start"])


def is_open(site: Row, month: str) -> bool:
    opened, closed = opening(site), day(site["Project site Closing Date (Actual)"])
    return bool(opened and opened <= last_day(month) and not (closed and closed < first_day(month)))


def status_group(label: str) -> str:
    if label.startswith("Closed"):
        return "closed_follow_up" if label.endswith("In Follow Up") else "closed"
    return next((group for start, group in STATUS_GROUPS.items() if label.startswith(start)), "unmapped")


# --- portfolio ---------------------------------------------------------------------------------------------------------


def sites_of(landing: Path, month: str) -> dict[str, Row]:
    return {site["Project ID"]: site for site in as_of(read(landing, "rd_project_sites"), month) or []}


def recruits(rows: list[Row] | None, project: str, month: str, opened: date | None) -> int | None:
    if rows is None:
        return None
    mine = [int(row["Recruited"]) for row in rows if row["Project ID"] == project and row["Recruitment Month"] <= month]
    return sum(mine) if mine or (opened and opened <= last_day(month)) else None


def interval(site: Row, first: str, second: str) -> int | None:
    start, end = day(site[first]), day(site[second])
    return (end - start).days if start and end and start <= end else None


def portfolio_month(landing: Path, month: str, months: list[str]) -> dict[str, dict[str, object]]:
    """Measures of each study in the month's project-site file."""
    all_sites, all_recruits = read(landing, "rd_project_sites"), read(landing, "rd_recruitment")
    reported, found = as_of(all_recruits, month), {}
    for project, site in sites_of(landing, month).items():
        opened, closed = opening(site), day(site["Project site Closing Date (Actual)"])
        newest = max(all_recruits) if all_recruits else None
        if all(one["Project ID"] != project for one in all_sites[max(all_sites)]):  # it has left the export
            holding = [m for m, rows in all_recruits.items() if any(row["Project ID"] == project for row in rows)]
            newest = max(holding, default=newest)
        to_date = recruits(reported, project, month, opened)
        latest = recruits(all_recruits[newest] if newest else None, project, month, opened)
        end = min(last_day(month), closed or date.max)
        elapsed = (end - opened).days if opened else -1
        planned = day(site["Project site planned recruitment end date"]) or day(
            site["Project site Closing Date (Planned)"]
        )
        duration = (planned - opened).days if planned and opened else 0
        target = int(site["Project site target participants"] or 0)
        can_rate = elapsed >= 30 and duration > 0 and target > 0
        rtt, rtt_latest = (
            (count / target) / (elapsed / duration) - 1 if can_rate and count is not None else None
            for count in (to_date, latest)
        )
        mine = [row for row in reported or [] if row["Project ID"] == project and row["Recruitment Month"] <= month]
        with_recruits = max((row["Recruitment Month"] for row in mine if int(row["Recruited"]) > 0), default=None)
        suspended = [
            m
            for m in months
            if m <= month
            and status_group(sites_of(landing, m).get(project, {}).get("Project site status", "")) == "suspended"
        ]
        found[project] = {
            "short_title": site["Project Short title"],
            "status_group": status_group(site["Project site status"]),
            "is_open_in_month": is_open(site, month),
            "is_provisional": month in months[-2:],
            "is_commercial": site["Commercial"] == "Yes",
            "target": int(site["Project site target participants"])
            if site["Project site target participants"]
            else None,
            "recruited_to_date": to_date,
            "recruited_to_date_latest": latest,
            "rtt": rtt,
            "rtt_latest": rtt_latest,
            "on_track": None if rtt is None else rtt > -1e-12,
            "days_invited_to_selected": interval(site, "Date site invited", "Date site selected"),
            "days_selected_to_confirmed": interval(site, "Date site selected", "Project site date site confirmed"),
            "days_confirmed_to_open": interval(site, "Project site date site confirmed", "Date open to recruitment"),
            "days_open_to_first_participant": interval(site, "Date open to recruitment", "First participant recruited"),
            "days_suspended": sum(last_day(m).day for m in suspended),
            "months_since_last_recruit": whole_months(with_recruits, month) if with_recruits else None,
        }
    return found


def whole_months(first: str, second: str) -> int:
    return (int(second[:4]) - int(first[:4])) * 12 + int(second[5:7]) - int(first[5:7])


# --- research activity ------------------------------------------------------------------------------------------------


def staff_in_post(rows: list[Row]) -> dict[str, Row]:
    """Primary assignment of each person with an in-post substantive one."""
    best: dict[str, tuple[tuple[object, ...], Row]] = {}
    for row in rows:
        if (
            row["Assignment Status"] not in IN_POST
            or row["Assignment Category"] not in SUBSTANTIVE
            or float(row["FTE"]) <= 0
        ):
            continue
        number, _, suffix = row["Assignment Number"].partition("-")
        rank = (row["Primary Assignment"] != "Yes", -float(row["FTE"]), int(number), int(suffix or 1))
        if row["Employee Number"] not in best or rank < best[row["Employee Number"]][0]:
            best[row["Employee Number"]] = (rank, row)
    return {person: row for person, (_, row) in best.items()}


def staff_of(landing: Path, month: str) -> tuple[set[str], dict[str, set[str]]]:
    """(employee numbers, employee numbers by e-mail) over the HR files up to a month."""
    numbers, by_email = set(), {}
    for delivered, rows in read(landing, "hr_assignments").items():
        for row in rows if delivered <= month else []:
            numbers.add(row["Employee Number"])
            if row["Work Email"]:
                by_email.setdefault(row["Work Email"].lower(), set()).add(row["Employee Number"])
    return numbers, by_email


def name_form(name: str) -> str:
    """A name as it is recognised again: case, accents and punctuation make no difference."""
    bare = unicodedata.normalize("NFD", name)
    return " ".join(re.findall("[a-z]+", "".join(c for c in bare if not unicodedata.combining(c)).lower()))


def roles_of(
    landing: Path, month: str, staff: tuple[set[str], dict[str, set[str]]], by_name: Mapping[str, str]
) -> dict[str, set[str]] | None:
    """Roles of each linked member of staff on studies open in the month; None if sites or teams were never delivered.

    `by_name` gives the employee number that a name alone (in `name_form`) or `orcid|` and an ORCID was linked to; how right these links are is
    measured elsewhere.
    """
    numbers, by_email = staff
    team = as_of(read(landing, "rd_study_team"), month)
    if team is None or not sites_of(landing, month):
        return None
    open_now = {project: site for project, site in sites_of(landing, month).items() if is_open(site, month)}
    found: dict[str, set[str]] = {}
    named = set()
    for row in team:
        start, end = day(row["Start Date"]), day(row["End Date"])
        named.add((row["Project ID"], name_form(row["Person"])))
        candidates = {row["Employee Number"]} & numbers or by_email.get(row["Email"].lower(), set())
        known_as = "orcid|" + row["ORCID"] if row["ORCID"] else name_form(row["Person"])
        if not row["Employee Number"] and not row["Email"] and known_as in by_name:
            candidates = {by_name[known_as]}
        overlaps = start <= last_day(month) and (end is None or end >= first_day(month))
        if row["Project ID"] in open_now and overlaps and len(candidates) == 1:
            found.setdefault(next(iter(candidates)), set()).add(row["Role"])
    for project, site in open_now.items():
        name = name_form(site["Principal Investigator"])
        if name in by_name and (project, name) not in named:
            found.setdefault(by_name[name], set()).add("PI")
    return found


def engaged_in(landing: Path, month: str) -> set[str] | None:
    """People with T1 evidence, whether in post or not; None if neither training nor appraisals were delivered by then."""
    training = read(landing, "training_research")  # used by its own date, whichever file it came in
    is_training_collected = any(delivered <= month for delivered in training)
    appraisals = as_of(read(landing, "hr_appraisals"), month)
    if not is_training_collected and appraisals is None:
        return None
    found = set()
    for row in (row for rows in training.values() for row in rows if is_training_collected):
        done, expiry = day(row["Completion Date"]), day(row["Expiry Date"])
        if done > last_day(month):
            continue
        holds_until = date.min
        if re.search(r"\bgcp\b|good clinical practice", row["Course"].lower()):
            holds_until = expiry or (pd.Timestamp(done) + pd.DateOffset(months=24)).date()
        if done >= first_day(month, -23) or holds_until >= last_day(month):
            found.add(row["Employee Number"])
    newest: dict[str, tuple[date, Row]] = {}
    for row in appraisals or []:
        held = day(row["Appraisal Date"])
        if held and held <= last_day(month) and held > newest.get(row["Employee Number"], (date.min,))[0]:
            newest[row["Employee Number"]] = (held, row)
    for person, (held, row) in newest.items():
        if held >= first_day(month, -11) and row["Research Objective"] == "Yes":
            found.add(person)
    return found


def capacity_month(
    landing: Path, month: str, staff: tuple[set[str], dict[str, set[str]]], by_name: Mapping[str, str]
) -> dict[tuple[str, str], dict[str, object]]:
    """Measures of the trust and its directorates."""
    posts = staff_in_post(read(landing, "hr_assignments")[month])
    roles, engaged = roles_of(landing, month, staff, by_name), engaged_in(landing, month)
    groups = {("trust", "RVN"): set(posts)}
    for person, post in posts.items():
        name = "_".join(re.findall("[a-z0-9]+", post["Org L3"].lower())) or "not_recorded"
        groups.setdefault(("directorate", name), set()).add(person)
    found = {}
    for group, people in groups.items():
        holding = {
            role: {person for person in people if role in (roles or {}).get(person, set())}
            for role in ("PI", "Associate PI", "CI")
        }
        counts: dict[str, int | None] = {
            "t1": len(people & engaged) if engaged is not None else None,
            "t2": len(people & set(roles)) if roles is not None else None,
            "t3": len(holding["PI"] | holding["Associate PI"]) if roles is not None else None,
            "t4": len(holding["CI"]) if roles is not None else None,
            "t5": None,
            "research_active": len(people & set(roles)) if roles is not None else None,
        }
        others = {person for person in holding["PI"] if posts[person]["Staff Group"] != "Medical and Dental"}
        found[group] = {
            "headcount": len(people),
            **{f"{tier}_headcount": count for tier, count in counts.items()},
            **{f"{tier}_rate": None if count is None else 100 * count / len(people) for tier, count in counts.items()},
            "research_fte": None,
            "pi_headcount": len(holding["PI"]) if roles is not None else None,
            "associate_pi_headcount": len(holding["Associate PI"]) if roles is not None else None,
            "non_medical_pi_pct": 100 * len(others) / len(holding["PI"]) if roles and holding["PI"] else None,
        }
    return found
