"""What `mart_workforce_month` must hold, worked out a second time with pandas from the landing files alone.

Nothing here reads the warehouse, the seeds or the product's code: the rules are written down again, person by person, so
that a mistake in the SQL is not repeated. Files are plain CSV with the contract's labels and dates dd/mm/yyyy.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

IN_POST = {"Active Assignment", "Internal Secondment", "Acting Up"}
SUBSTANTIVE = {"Permanent", "Fixed Term Temp", "Locum"}
STAFF_GROUPS = {
    "Medical and Dental": "medical",
    "Nursing and Midwifery Registered": "nursing",
    "Allied Health Professionals": "allied_health",
    "Healthcare Scientists": "healthcare_science",
    "Additional Professional Scientific and Technical": "other_scientific",
    "Additional Clinical Services": "clinical_support",
    "Administrative and Clerical": "administrative",
    "Estates and Ancillary": "estates",
    "Students": "student",
}
JOB_ROLES = {
    "Clinical Psychologist": "psychology",
    "Counselling Psychologist": "psychology",
    "Forensic Psychologist": "psychology",
    "Pharmacist": "pharmacy",
    "Pharmacy Technician": "pharmacy",
    "Social Worker": "social_work",
}
MEASURES = [
    "headcount",
    "fte",
    "joiners",
    "leavers",
    "joiners_12m",
    "leavers_12m",
    "headcount_start_12m",
    "stayers_12m",
    "turnover_rate_12m",
    "stability_index_12m",
    "funded_fte",
    "vacancy_rate",
    "fte_days_available",
    "fte_days_lost",
    "sickness_rate",
    "s10_days_lost",
    "s10_rate",
]
KEY = ["group_type", "group_code", "reporting_month"]


def month_of(file: Path) -> date:
    found = re.search(r"(20\d\d)-(\d\d)", file.name)
    assert found, file
    return date(int(found[1]), int(found[2]), 1)


def back(month: date, n: int) -> date:
    """The first of the month n months earlier."""
    index = month.year * 12 + month.month - 1 - n
    return date(index // 12, index % 12 + 1, 1)


def last_day(month: date) -> date:
    return back(month, -1) - timedelta(days=1)


def slug(name: str) -> str:
    return re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")


def band_group(grade: str, staff_group: str) -> str:
    found = re.search(r"Band (\d+)", grade)
    band = int(found[1]) if found else 0
    if 2 <= band <= 4:
        return "2-4"
    if band in (5, 6):
        return "5-6"
    if band == 7:
        return "7"
    if band in (8, 9):
        return "8a+"
    return "medical" if band == 0 and staff_group == "Medical and Dental" else "other"


def read(folder: Path) -> dict[date, pd.DataFrame]:
    """All files of an extract by month, as text; blanks are empty strings."""
    files = sorted(folder.glob("*.csv"))
    return {month_of(file): pd.read_csv(file, dtype=str, keep_default_na=False) for file in files}


def day(text: str) -> date | None:
    """A date as delivered, dd/mm/yyyy; blank or the year 4712 is open."""
    return None if not text or text.endswith("4712") else datetime.strptime(text, "%d/%m/%Y").date()


def number_order(assignment_number: str) -> tuple[str, int]:
    base, _, suffix = assignment_number.partition("-")
    return base, int(suffix or 1)


def snapshot(rows: pd.DataFrame, trust_code: str) -> dict[str, dict[str, object]]:
    """The people of a month-end snapshot who are in post with a substantive assignment: their FTE and their groups."""
    people: dict[str, list[pd.Series]] = {}
    for _, row in rows.iterrows():
        if row["Assignment Status"] in IN_POST and row["Assignment Category"] in SUBSTANTIVE and float(row["FTE"]) > 0:
            people.setdefault(row["Employee Number"], []).append(row)
    found: dict[str, dict[str, object]] = {}
    for person, posts in people.items():
        main = min(
            posts,
            key=lambda p: (p["Primary Assignment"] != "Yes", -float(p["FTE"]), number_order(p["Assignment Number"])),
        )
        profession = JOB_ROLES.get(main["Job Role"]) or STAFF_GROUPS[main["Staff Group"]]
        directorate = slug(main["Org L3"]) or "not_recorded"
        found[person] = {
            "fte": sum(float(post["FTE"]) for post in posts),
            "job_role": main["Job Role"],
            "groups": {
                "trust": trust_code,
                "profession": profession,
                "directorate": directorate,
                "directorate_profession": f"{directorate}|{profession}",
                "pay_band_group": band_group(main["Grade"], main["Staff Group"]),
            },
        }
    return found


def days_off(rows: pd.DataFrame, month: date) -> dict[str, tuple[set[date], set[date]]]:
    """The days of the month that each person was off sick: all of them, and those of S10."""
    first, last = month, last_day(month)
    found: dict[str, tuple[set[date], set[date]]] = {}
    for _, row in rows.iterrows():
        if row["Absence Category"] != "Sickness":
            continue
        start = day(row["Absence Start Date"])
        end = day(row["Absence End Date"]) or last
        assert start
        days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
        days = {d for d in days if start <= d <= end}
        off, stress = found.setdefault(row["Employee Number"], (set(), set()))
        off |= days
        if row["Absence Reason"].startswith("S10"):
            stress |= days
    return found


def funded(rows: pd.DataFrame | None, group_type: str, group_code: str) -> float | None:
    """Budgeted WTE of a group; None where the lines do not tell it: bands, and professions that share a staff group."""
    if rows is None or group_type == "pay_band_group":
        return None
    profession = rows["Staff Group"].map(STAFF_GROUPS)
    directorate = rows["Org L3"].map(lambda name: slug(name) or "not_recorded")
    kept = pd.Series(True, index=rows.index)
    if group_type.startswith("directorate"):
        kept &= directorate == group_code.split("|")[0]
    if group_type.endswith("profession"):
        wanted = group_code.split("|")[-1]
        if wanted in {*JOB_ROLES.values(), "other_scientific"}:
            return None
        kept &= profession == wanted
    return float(rows.loc[kept, "Budgeted WTE"].astype(float).sum())


def rate(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else 100 * part / whole


def expected_workforce(landing: Path, trust_code: str) -> pd.DataFrame:
    """The mart that the landing files call for: one row a group and month of the group's span."""
    people = {month: snapshot(rows, trust_code) for month, rows in read(landing / "hr_assignments").items()}
    absences, establishments = read(landing / "hr_absence"), read(landing / "hr_establishment")
    off = {month: days_off(rows, month) for month, rows in absences.items()}
    members: dict[tuple[str, str], dict[date, set[str]]] = {}
    for month, staff in people.items():
        for person, about in staff.items():
            for group in about["groups"].items():  # type: ignore[attr-defined]
                members.setdefault(group, {}).setdefault(month, set()).add(person)
    rows = []
    for (group_type, group_code), by_month in members.items():
        for month in sorted(people):
            if not min(by_month) <= month <= max(by_month):
                continue

            def at(when: date, by_month: dict[date, set[str]] = by_month) -> set[str] | None:
                return by_month.get(when, set()) if when in people else None

            def moved(when: date, joined: bool) -> int | None:
                now, before = at(when), at(back(when, 1))
                if now is None or before is None:
                    return None
                return len(now - before) if joined else len(before - now)

            def twelve(joined: bool, month: date = month) -> int | None:
                counts = [moved(back(month, n), joined) for n in range(12)]
                return None if None in counts else sum(count for count in counts if count is not None)

            now, start = at(month) or set(), at(back(month, 12))
            posts_paid = funded(
                establishments.get(max((m for m in establishments if m <= month), default=month)),
                group_type,
                group_code,
            )
            fte = {person: float(people[month][person]["fte"]) for person in now}  # type: ignore[arg-type]
            available = sum(fte.values()) * ((last_day(month) - month).days + 1)
            lost = stress = None
            if month in off:
                lost = sum(fte[p] * len(off[month].get(p, (set(), set()))[0]) for p in now)
                stress = sum(fte[p] * len(off[month].get(p, (set(), set()))[1]) for p in now)
            joiners_12m, leavers_12m = twelve(joined=True), twelve(joined=False)
            stayers = None if start is None else len(start & now)
            rows.append(
                {
                    "group_type": group_type,
                    "group_code": group_code,
                    "reporting_month": month,
                    "headcount": len(now),
                    "fte": sum(fte.values()),
                    "joiners": moved(month, True),
                    "leavers": moved(month, False),
                    "joiners_12m": joiners_12m,
                    "leavers_12m": leavers_12m,
                    "headcount_start_12m": None if start is None else len(start),
                    "stayers_12m": stayers,
                    "turnover_rate_12m": rate(leavers_12m, None if start is None else (len(start) + len(now)) / 2),
                    "stability_index_12m": rate(stayers, None if start is None else len(start)),
                    "funded_fte": posts_paid,
                    "vacancy_rate": rate(None if posts_paid is None else posts_paid - sum(fte.values()), posts_paid),
                    "fte_days_available": available,
                    "fte_days_lost": lost,
                    "sickness_rate": rate(lost, available),
                    "s10_days_lost": stress,
                    "s10_rate": rate(stress, available),
                }
            )
    return pd.DataFrame(rows).sort_values(KEY, ignore_index=True)
