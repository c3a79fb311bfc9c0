"""Lines of the half-yearly board report, worked out from the landing files alone.

Nothing here reads the warehouse, the seeds or the product's code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.oracle.research import Files, Row, as_of, day, first_day, is_open, last_day, opening, read, staff_in_post
from tests.oracle.workforce import IN_POST, JOB_ROLES, STAFF_GROUPS, SUBSTANTIVE

#: Line -> (numerator, denominator, value); None where it is not known.
Figures = dict[str, tuple[float | None, float | None, float | None]]
FELLOWSHIPS = {
    "PCAF",
    "DCAF",
    "ACAF",
    "Clinical Doctoral Research Fellowship",
    "In-Practice Fellowship",
    "Trust Research Fellowship",
    "Charity Fellowship",
}
NOT_CLINICAL = {"administrative", "estates"}
DATES = {
    "invited": "Date site invited",
    "selected": "Date site selected",
    "confirmed": "Project site date site confirmed",
    "open": "Date open to recruitment",
    "first_participant": "First participant recruited",
}
INTERVALS = [*pairwise(DATES), ("confirmed", "first_participant")]


@dataclass(frozen=True)
class Half:
    """Six months, as YYYY-MM, and those of them that the trust's calendar holds."""

    name: str
    months: list[str]
    held: list[str]

    def holds(self, one: date | None) -> bool:
        return one is not None and first_day(self.months[0]) <= one <= last_day(self.months[-1])


def halves(first: str, last: str) -> list[Half]:
    found: dict[str, list[str]] = {}
    year, number = int(first[:4]), int(first[5:])
    while f"{year}-{number:02d}" <= last:
        found.setdefault(half_of(f"{year}-{number:02d}"), []).append(f"{year}-{number:02d}")
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    return [Half(name, six_months(name), held) for name, held in found.items()]


def half_of(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-H1" if 4 <= number <= 9 else f"{year - (number < 4)}-H2"


def six_months(half: str) -> list[str]:
    year = int(half[:4])
    if half.endswith("H1"):
        return [f"{year}-{number:02d}" for number in range(4, 10)]
    return [f"{year}-10", f"{year}-11", f"{year}-12", f"{year + 1}-01", f"{year + 1}-02", f"{year + 1}-03"]


def share(part: float, whole: float) -> tuple[float, float, float | None]:
    return part, whole, 100 * part / whole if whole else None


def study_figures(landing: Path, half: Half) -> Figures:
    """Activity and set-up from the newest file that holds each study-site in the half."""
    files = read(landing, "rd_project_sites")
    by_month = {month: as_of(files, month) or [] for month in half.held}
    newest = {site["Project ID"]: site for rows in by_month.values() for site in rows}
    opened = {s["Project ID"]: s for month, rows in by_month.items() for s in rows if is_open(s, month)}
    commercial = [site for site in opened.values() if site["Commercial"] == "Yes"]
    waiting = [s for s in by_month[half.held[-1]] if s["Project site status"].startswith("In Setup")]
    found: Figures = {
        "studies_open": (len(opened), None, len(opened)),
        "studies_in_set_up": (len(waiting), None, len(waiting)),
        "commercial_studies_pct": share(len(commercial), len(opened)),
    }
    found["studies_on_track_pct"] = on_track(landing, half, by_month[half.held[-1]])
    n = sum(half.holds(opening(site)) for site in newest.values())
    found["studies_opened"] = (n, None, n)
    for first, second in INTERVALS:
        days = []
        for site in newest.values():
            begin, end = day(site[DATES[first]]), day(site[DATES[second]])
            if begin and end and half.holds(end) and begin <= end:
                days.append((end - begin).days)
        found[f"days_{first}_to_{second}"] = (None, len(days), median(days) if days else None)
    return found


def on_track(landing: Path, half: Half, sites: list[Row]) -> tuple[float, float, float | None]:
    """Open study-sites of the last month that have an rtt, and those at 0 or more."""
    month, judged = half.held[-1], []
    reported = as_of(read(landing, "rd_recruitment"), month)
    for site in sites if reported is not None else []:
        opened, closed = opening(site), day(site["Project site Closing Date (Actual)"])
        planned = day(site["Project site planned recruitment end date"]) or day(
            site["Project site Closing Date (Planned)"]
        )
        target = int(site["Project site target participants"] or 0)
        if not is_open(site, month) or not opened or not planned or planned <= opened or not target:
            continue
        elapsed = (min(last_day(month), closed or date.max) - opened).days
        if elapsed >= 30:
            rows = [row for row in reported or [] if row["Project ID"] == site["Project ID"]]
            recruited = sum(int(row["Recruited"]) for row in rows if row["Recruitment Month"] <= month)
            judged.append(recruited * (planned - opened).days >= target * elapsed)
    return share(sum(judged), len(judged))


def participants(rows: list[Row], half: Half) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        if row["Recruitment Month"] in half.months:
            found[row["Project ID"]] = found.get(row["Project ID"], 0) + int(row["Recruited"])
    return found


def recruitment_figures(landing: Path, half: Half) -> Figures:
    files = read(landing, "rd_recruitment")
    delivered = max((month for month in files if month <= half.held[-1]), default=None)
    if delivered is None or delivered < half.months[0]:
        return {}
    recruited = participants(files[delivered], half)
    latest = sum(participants(files[max(files)], half).values())
    sites = {site["Project ID"]: site for _, rows in sorted(read(landing, "rd_project_sites").items()) for site in rows}
    commercial = sum(n for project, n in recruited.items() if sites[project]["Commercial"] == "Yes")
    total, clinical = sum(recruited.values()), []
    for month, rows in read(landing, "hr_assignments").items():
        if month in half.months:
            clinical.append(sum(fte for row, fte in people_and_fte(rows) if profession(row) not in NOT_CLINICAL))
    return {
        "participants_recruited": (total, None, total),
        "participants_recruited_latest": (latest, None, latest),
        "studies_recruiting": (sum(n > 0 for n in recruited.values()), None, sum(n > 0 for n in recruited.values())),
        "commercial_participants_pct": share(commercial, total),
        "participants_per_100_clinical_fte": share(total, sum(clinical) / len(clinical)),
    }


def profession(row: Row) -> str:
    return JOB_ROLES.get(row["Job Role"], STAFF_GROUPS.get(row["Staff Group"], "unmapped"))


def people_and_fte(rows: list[Row]) -> list[tuple[Row, float]]:
    """Primary assignment and whole FTE of each person in post."""
    fte: dict[str, float] = {}
    for row in rows:
        if row["Assignment Status"] in IN_POST and row["Assignment Category"] in SUBSTANTIVE:
            fte[row["Employee Number"]] = fte.get(row["Employee Number"], 0) + float(row["FTE"])
    return [(row, fte[person]) for person, row in staff_in_post(rows).items()]


def roles_in(landing: Path, month: str) -> dict[str, set[str]]:
    """Roles by employee number on study-sites open in the month."""
    open_now = {s["Project ID"] for s in as_of(read(landing, "rd_project_sites"), month) or [] if is_open(s, month)}
    found: dict[str, set[str]] = {}
    for row in as_of(read(landing, "rd_study_team"), month) or []:
        start, end = day(row["Start Date"]), day(row["End Date"])
        assert start
        if row["Project ID"] in open_now and start <= last_day(month) and (end is None or end >= first_day(month)):
            found.setdefault(row["Employee Number"], set()).add(row["Role"])
    return found


def decided_on(row: Row) -> date | None:
    """Day of the funder's decision; of an award without one, its start."""
    if row["Status"] in {"Awarded", "Completed"}:
        return day(row["Decision Date"]) or day(row["Start Date"])
    return day(row["Decision Date"]) if row["Status"] == "Not awarded" else None


def running_awards(landing: Path, month: str) -> list[Row]:
    found = []
    for row in as_of(read(landing, "rd_awards"), month) or []:
        start, end = day(row["Start Date"]), day(row["End Date"])
        has_begun = row["Status"] in {"Awarded", "Completed"} and start and start <= last_day(month)
        if has_begun and (end is None or end >= first_day(month)):
            found.append(row)
    return found


def pounds(text: str) -> float:
    return float(text.replace("£", "").replace(",", "") or 0)


def award_figures(landing: Path, half: Half) -> Figures:
    files = read(landing, "rd_awards")
    delivered = max((month for month in files if month <= half.held[-1]), default=None)
    if delivered is None or delivered < half.months[0]:
        return {}
    applied = [row for row in files[delivered] if half.holds(day(row["Applied Date"]))]
    decided = [row for row in files[delivered] if half.holds(decided_on(row))]
    won = [row for row in decided if row["Status"] != "Not awarded"]
    value = sum(pounds(row["Amount"]) for row in won)
    fellowships = [row for row in running_awards(landing, half.held[-1]) if row["Scheme"] in FELLOWSHIPS]
    return {
        "award_applications": (len(applied), None, len(applied)),
        "awards_won": (len(won), None, len(won)),
        "award_success_pct": share(len(won), len(decided)),
        "award_value": (value, None, value),
        "fellowships_running": (len(fellowships), None, len(fellowships)),
    }


def workforce_figures(landing: Path, half: Half) -> Figures:
    snapshots = read(landing, "hr_assignments")
    month = max(m for m in snapshots if m in half.held)
    staff = staff_in_post(snapshots[month])
    roles = {person: held for person, held in roles_in(landing, month).items() if person in staff}
    investigators = [person for person, held in roles.items() if "PI" in held]
    others = [person for person in investigators if profession(staff[person]) != "medical"]
    associates = [person for person, held in roles.items() if "Associate PI" in held]
    trained = {
        row["Employee Number"]
        for rows in read(landing, "training_research").values()
        for row in rows
        if first_day(month, -11) <= (day(row["Completion Date"]) or date.max) <= last_day(month)
    }
    awards = running_awards(landing, month)
    holders = {row["Employee Number"] for row in awards} & staff.keys()
    found: Figures = {
        "headcount": (len(staff), None, len(staff)),
        "research_active_rate": share(len(roles.keys() | holders), len(staff)),
        "delivering_rate": share(len(roles), len(staff)),
        "pi_headcount": (len(investigators), None, len(investigators)),
        "associate_pi_headcount": (len(associates), None, len(associates)),
        "non_medical_pi_pct": share(len(others), len(investigators)),
        "research_training_12m_rate": share(len(trained & staff.keys()), len(staff)),
    }
    funded = 0.0
    for row, fte in people_and_fte(snapshots[month]):
        mine = [award for award in awards if award["Employee Number"] == row["Employee Number"]]
        funded += min(sum(float(award["WTE Percent"] or 0) for award in mine) / 100, fte)
    found["research_fte"] = (funded, None, funded)
    year = [f"{first_day(month, shift):%Y-%m}" for shift in range(-12, 1)]
    if all(one in snapshots for one in year):
        present = [staff_in_post(snapshots[one]).keys() for one in year]
        leavers = sum(len(before - after) for before, after in pairwise(present))
        found["turnover_rate_12m"] = share(leavers, (len(present[0]) + len(present[-1])) / 2)
    found["sickness_rate"] = share(*sickness(landing, half, snapshots))
    return found


def sickness(landing: Path, half: Half, snapshots: Files) -> tuple[float, float]:
    """FTE days lost and available of the half's months that have both files."""
    lost = available = 0.0
    absences = read(landing, "hr_absence")
    for month in half.months:
        if month in snapshots and month in absences:
            spells: dict[str, set[int]] = {}
            for row in absences[month]:
                start, end = day(row["Absence Start Date"]), day(row["Absence End Date"]) or last_day(month)
                assert start
                if row["Absence Category"] == "Sickness":
                    first, last = max(start, first_day(month)), min(end, last_day(month))
                    spells.setdefault(row["Employee Number"], set()).update(
                        range(first.toordinal(), last.toordinal() + 1)
                    )
            for row, fte in people_and_fte(snapshots[month]):
                lost += fte * len(spells.get(row["Employee Number"], ()))
                available += fte * last_day(month).day
    return lost, available
