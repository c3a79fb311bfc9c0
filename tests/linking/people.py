"""Invented staff and R&D people as the linking takes them, and their verdicts, without files where files do not matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from ingestion.researcher_link.decisions import Standing
from ingestion.researcher_link.gather import make_tables
from ingestion.researcher_link.link import LinkRow, compare, open_bench, verdicts

Bench = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Staff:
    key: str
    surname: str
    forename: str
    email: str | None = None
    staff_group: str = "Nursing and Midwifery Registered"
    job_role: str = "Staff Nurse"
    team: str = "Ward 1"
    first_day: date = date(2020, 1, 1)
    last_day: date = date(9999, 1, 1)
    trained: bool = False
    course: str = "Introduction to Good Clinical Practice (GCP)"
    trust: str = "RVN"


@dataclass(frozen=True)
class Researcher:
    key: str
    name: str
    email: str | None = None
    orcid: str | None = None
    staff_key: str | None = None
    role: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    profession: str | None = None
    team: str | None = None
    trust: str = "RVN"


#: Colleagues who make names neither common nor unique: 120 people of 60 surnames.
CROWD = tuple(
    Staff(f"crowd{i}", f"{first}{second}", forename)
    for i, (first, second, forename) in enumerate(
        (first, second, forename)
        for first in ("Hol", "Bram", "Wins", "Thorn", "Ash", "Kings")
        for second in ("ton", "well", "field", "ford", "bridge", "combe", "wick", "mere", "stead", "worth")
        for forename in ("Margaret", "Derek")
    )
)


def fill(
    connection: Bench, staff: Iterable[Staff], researchers: Iterable[Researcher], months: Iterable[date] = ()
) -> None:
    """The tables that `gather.know` makes of files; `months` are those of HR, where they matter."""
    staff, researchers = list(staff), list(researchers)
    tables: dict[str, list[tuple[object, ...]]] = {
        "staff_delivered": [(s.trust, s.key, s.surname, s.forename, s.email) for s in staff],
        "staff_post": [
            (s.trust, s.key, s.staff_group, s.job_role, s.team, "Adult", s.first_day, s.last_day) for s in staff
        ],
        "staff_trained": [(s.trust, s.key, s.course) for s in staff if s.trained],
        "staff_month": [(trust, month) for trust in sorted({s.trust for s in staff}) for month in months],
        "researcher_delivered": [
            (r.trust, r.key, "rd_study_team", r.name, r.email, r.orcid, r.staff_key) for r in researchers
        ],
        "researcher_role": [
            (r.trust, r.key, "rd_study_team", r.role, r.profession, r.team, r.first_day, r.last_day)
            for r in researchers
        ],
    }
    make_tables(connection)
    for table, rows in tables.items():
        if rows:
            lists = [[None if row[i] is None else str(row[i]) for row in rows] for i in range(len(rows[0]))]
            connection.execute(f"insert into {table} select {', '.join(['unnest(?::varchar[])'] * len(lists))}", lists)


def linked(
    staff: Iterable[Staff],
    researchers: Iterable[Researcher],
    decisions: Iterable[Standing] = (),
    months: Iterable[date] = (),
) -> dict[str, LinkRow]:
    """Verdicts by researcher key."""
    with open_bench() as connection:
        fill(connection, staff, researchers, months)
        compare(connection, decisions)
        return {row[1]: row for row in verdicts(connection)}


def verdict(
    researcher: Researcher, *staff: Staff, crowd: Iterable[Staff] = CROWD, decisions: Iterable[Standing] = ()
) -> tuple[str | None, str, str]:
    """(staff key, method, status) of one R&D person among some members of staff and the crowd."""
    row = linked([*staff, *crowd], [researcher], decisions)[researcher.key]
    return row[2], row[3], row[6]
