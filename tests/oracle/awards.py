"""Awards, outputs and networks of financial years, worked out from the landing files alone, row by row.

Nothing here reads a mart, the seeds or the product's code. Whom an R&D person is linked to is taken as given (a researcher key's
staff number): how right the links are is measured elsewhere. Files are plain CSV with the contract's labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from pathlib import Path

import pandas as pd

from tests.oracle.loading import pseudonym_of
from tests.oracle.research import name_form
from tests.oracle.workforce import (
    IN_POST,
    JOB_ROLES,
    STAFF_GROUPS,
    SUBSTANTIVE,
    day,
    last_day,
    read,
    slug,
    snapshot,
)

LADDER = {
    *("INSIGHT", "ICA Internship", "Bridging Award", "PCAF", "DCAF", "Clinical Doctoral Research Fellowship", "ACAF"),
    *("SCPRA", "In-Practice Fellowship", "Trust Research Fellowship", "Charity Fellowship"),
}
WON = {"Awarded", "Completed"}
NETWORKS = ("directorate", "profession")
Ways = dict[str, set[str]]  # unit -> people


def year_of(one: date) -> int:
    return one.year - (one.month < 4)


def share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


@dataclass(frozen=True)
class Author:
    place: int
    of: int
    key: str  # researcher key
    person: str | None  # employee number, if linked


class Trust:
    """The files of a trust and the links of its R&D people, with the questions that the measures ask of them."""

    def __init__(self, landing: Path, links: Callable[[date], Mapping[str, str]]) -> None:
        self.files = {folder.name: read(folder) for folder in landing.iterdir() if folder.is_dir()}
        posts = self.files["hr_assignments"]
        self.staff = {month: snapshot(rows, "RVN") for month, rows in posts.items()}
        self.months = sorted(posts)
        self.last_month = {year_of(month): month for month in self.months}
        numbers = {number for rows in posts.values() for number in rows["Employee Number"]}
        by_key = {pseudonym_of(number): number for number in numbers}
        self.links = {
            month: {researcher: by_key[staff] for researcher, staff in links(month).items()} for month in self.months
        }

    def as_of(self, extract: str, month: date) -> list[dict[str, str]] | None:
        delivered = [one for one in self.files.get(extract, {}) if one <= month]
        return self.files[extract][max(delivered)].to_dict("records") if delivered else None

    def place(self, person: str | None, year: int) -> dict[str, str]:
        """Groups of the newest month in post up to the end of the year; none for others."""
        for month in reversed([one for one in self.months if one <= self.last_month[year]]):
            if person in self.staff[month]:
                groups: dict[str, str] = self.staff[month][person]["groups"]  # type: ignore[assignment,index]
                return groups
        return {}

    def units(self, kind: str, year: int) -> Ways:
        """Units with somebody in post in the year -> who is there in its last month."""
        found: Ways = {}
        for month in (one for one in self.months if year_of(one) == year):
            for person, about in self.staff[month].items():
                members = found.setdefault(about["groups"][kind], set())  # type: ignore[index]
                if month == self.last_month[year]:
                    members.add(person)
        return found

    def applicant(self, row: Mapping[str, str], month: date) -> tuple[str, str | None]:
        """(researcher key, employee number if linked in the month)."""
        if row["Employee Number"]:
            key = pseudonym_of("number|" + row["Employee Number"])
        elif row["Email"]:
            key = pseudonym_of("email|" + row["Email"].lower())
        else:
            key = pseudonym_of("name|" + name_form(row["Applicant"]))
        return key, self.links[month].get(key)

    def authors(self, row: Mapping[str, str], month: date) -> list[Author]:
        """Of a row as listed by a month, linked as in the month of the list."""
        links = self.links[max(one for one in self.files["rd_outputs"] if one <= month)]
        names = [one.strip() for one in row["Trust Authors"].split(";")]
        orcids = [one.strip() for one in row["ORCIDs"].split(";")]
        found = []
        for place, name in enumerate(names, start=1):
            orcid = orcids[place - 1] if len(orcids) == len(names) else ""
            key = pseudonym_of("orcid|" + orcid) if orcid else pseudonym_of("name|" + name_form(name))
            found.append(Author(place, len(names), key, links.get(key)))
        return found

    def outputs(self, year: int, month: date) -> dict[str, tuple[list[Author], set[str]]] | None:
        """Publications of the year in the file of a month: authors and partners (as codes) by their id."""
        rows = self.as_of("rd_outputs", month)
        if rows is None:
            return None
        found = {}
        for row in rows:
            published = day(row["Publication Date"]) or date.min
            if year_of(published) == year and published <= last_day(self.last_month[year]):
                identifier = row["Output Id"].removeprefix("https://doi.org/").removeprefix("doi:").lower()
                partners = {slug(one) for one in row["Partner Organisations"].split(";")} - {""}
                found[identifier] = (self.authors(row, month), partners)
        return found


# --- awards ------------------------------------------------------------------------------------------------------------


def runs(row: Mapping[str, str], month: date) -> bool:
    start, end = day(row["Start Date"]), day(row["End Date"])
    return row["Status"] in WON and start is not None and start <= last_day(month) and (end is None or end >= month)


def running(trust: Trust, month: date) -> dict[str, list[dict[str, str]]] | None:
    """Running awards of each linked person; None before the first delivery."""
    rows = trust.as_of("rd_awards", month)
    if rows is None:
        return None
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        person = trust.applicant(row, month)[1]
        if person and runs(row, month):
            found.setdefault(person, []).append(row)
    return found


def decided_in(row: Mapping[str, str], until: date) -> int | None:
    """Financial year of what was decided by the last day of the year's newest month."""
    decision, start = day(row["Decision Date"]), day(row["Start Date"])
    if row["Status"] in WON:
        decision = decision or start
    elif row["Status"] != "Not awarded":
        return None
    return year_of(decision) if decision and decision <= until else None


def _award_figures(trust: Trust, year: int, is_mine: Callable[[str | None], bool]) -> dict[str, object]:
    last = trust.last_month[year]
    rows = trust.as_of("rd_awards", last)
    names = ("applications", "shortlisted", "decided", "awarded", "success_rate", "award_value", "in_scheme_headcount")
    if rows is None:
        return dict.fromkeys(names)
    rows = [row for row in rows if is_mine(trust.applicant(row, last)[1])]
    listed = set()
    for month in (one for one in trust.months if one <= last):
        listed |= {
            row["Award Ref"] for row in trust.as_of("rd_awards", month) or [] if row["Status"] in WON | {"Shortlisted"}
        }
    dated = [(row, day(row["Applied Date"]) or date.min) for row in rows]
    applied = [row for row, on in dated if year_of(on) == year and on <= last_day(last)]
    decided = [row for row in rows if decided_in(row, last_day(last)) == year]
    awarded = [row for row in decided if row["Status"] in WON]
    kept = {row["Award Ref"] for row in rows if row["Status"] in WON}
    in_scheme = {
        person
        for month in trust.months
        if year_of(month) == year
        for person, held in (running(trust, month) or {}).items()
        if person in trust.staff[month] and any(one["Scheme"] in LADDER and one["Award Ref"] in kept for one in held)
    }
    return {
        "applications": len(applied),
        "shortlisted": sum(row["Award Ref"] in listed for row in applied),
        "decided": len(decided),
        "awarded": len(awarded),
        "success_rate": share(len(awarded), len(decided)),
        "award_value": sum(float(row["Amount"].replace("£", "").replace(",", "") or 0) for row in awarded),
        "in_scheme_headcount": len(in_scheme),
        "applications_people": len({person or key for key, person in (trust.applicant(row, last) for row in applied)}),
    }


# --- outputs -----------------------------------------------------------------------------------------------------------


def _output_figures(trust: Trust, year: int, is_mine: Callable[[str | None], bool]) -> dict[str, object]:
    outputs = trust.outputs(year, trust.last_month[year])
    names = ("outputs", "outputs_latest", "first_author_outputs", "last_author_outputs", "external_partners")
    if outputs is None:
        return dict.fromkeys((*names, "first_author_share", "last_author_share"))
    latest = trust.outputs(year, date.max) or {}

    def mine(listed: list[Author]) -> list[Author]:
        return [author for author in listed if is_mine(author.person)]

    def is_led(author: Author, place: int, year: int = year) -> bool:
        return author.place == place and bool(trust.place(author.person, year))

    ours = {one: about for one, about in outputs.items() if mine(about[0])}
    first = sum(any(is_led(author, 1) for author in mine(authors)) for authors, _ in ours.values())
    last = sum(any(is_led(author, author.of) for author in mine(authors)) for authors, _ in ours.values())
    return {
        "outputs": len(ours),
        "outputs_latest": sum(bool(mine(authors)) for authors, _ in latest.values()),
        "first_author_outputs": first,
        "first_author_share": share(first, len(ours)),
        "last_author_outputs": last,
        "last_author_share": share(last, len(ours)),
        "external_partners": len({partner for _, partners in ours.values() for partner in partners}),
        "outputs_people": len({one.person or one.key for authors, _ in ours.values() for one in mine(authors)}),
    }


def awards_outputs(trust: Trust) -> dict[tuple[str, str, int], dict[str, object]]:
    """Measures of the trust and of each profession by (group type, group, year)."""
    found = {}
    for year in trust.last_month:
        for kind in ("trust", "profession"):
            for unit, members in trust.units(kind, year).items():

                def is_mine(person: str | None, kind: str = kind, unit: str = unit, year: int = year) -> bool:
                    return kind == "trust" or trust.place(person, year).get(kind) == unit

                found[kind, unit, year] = (
                    {"headcount": len(members)}
                    | _award_figures(trust, year, is_mine)
                    | _output_figures(trust, year, is_mine)
                )
    return found


# --- networks ----------------------------------------------------------------------------------------------------------


def _studies(trust: Trust, kind: str, year: int) -> dict[str, Ways] | None:
    """Study -> unit -> its people in post on the team of the open study in a month of the year."""
    last = trust.last_month[year]
    if trust.as_of("rd_study_team", last) is None or trust.as_of("rd_project_sites", last) is None:
        return None
    found: dict[str, Ways] = {}
    for month in (one for one in trust.months if year_of(one) == year):
        for project, person in _on_open_studies(trust, month):
            if person in trust.staff[month]:
                unit: str = trust.staff[month][person]["groups"][kind]  # type: ignore[index]
                found.setdefault(project, {}).setdefault(unit, set()).add(person)
    return found


def _on_open_studies(trust: Trust, month: date) -> Iterator[tuple[str, str]]:
    team, sites = trust.as_of("rd_study_team", month), trust.as_of("rd_project_sites", month)
    if team is None or sites is None:
        return
    open_sites, links = {}, trust.links[month]
    for site in sites:
        opened = day(site["Date open to recruitment"]) or day(site["Project site Date Start"])
        closed = day(site["Project site Closing Date (Actual)"])
        if opened and opened <= last_day(month) and not (closed and closed < month):
            open_sites[site["Project ID"]] = site
    named = {(row["Project ID"], name_form(row["Person"])) for row in team}
    for row in team:
        start, end = day(row["Start Date"]), day(row["End Date"])
        if row["Project ID"] in open_sites and start and start <= last_day(month) and not (end and end < month):
            key = trust.applicant({**row, "Applicant": row["Person"]}, month)[0]
            if not row["Employee Number"] and not row["Email"] and row["ORCID"]:
                key = pseudonym_of("orcid|" + row["ORCID"])
            if key in links:
                yield row["Project ID"], links[key]
    for project, site in open_sites.items():
        name = name_form(site["Principal Investigator"])
        key = pseudonym_of("name|" + name)
        if (project, name) not in named and key in links:
            yield project, links[key]


def _in_common(trust: Trust, kind: str, year: int) -> Ways:
    """Unit -> who held an in-post substantive post in it in the year."""
    found: Ways = {}
    for month, rows in trust.files["hr_assignments"].items():
        if year_of(month) != year:
            continue
        for _, row in rows.iterrows():
            if (
                row["Assignment Status"] in IN_POST
                and row["Assignment Category"] in SUBSTANTIVE
                and float(row["FTE"]) > 0
            ):
                profession = JOB_ROLES.get(row["Job Role"]) or STAFF_GROUPS[row["Staff Group"]]
                unit = profession if kind == "profession" else slug(row["Org L3"]) or "not_recorded"
                found.setdefault(unit, set()).add(row["Employee Number"])
    return found


def _shared(things: dict[str, Ways] | None, one: str, other: str) -> int | None:
    """Things that different people of both units have a part in."""
    if things is None:
        return None
    return sum(
        any(mine != theirs for mine in parts.get(one, ()) for theirs in parts.get(other, ()))
        for parts in things.values()
    )


def networks(trust: Trust) -> dict[tuple[str, str, str, int], dict[str, object]]:
    """Measures of each pair by (network, unit, other, year)."""
    found: dict[tuple[str, str, str, int], dict[str, object]] = {}
    for year, last in trust.last_month.items():
        outputs = trust.outputs(year, last)
        for kind in NETWORKS:
            studies, common = _studies(trust, kind, year), _in_common(trust, kind, year)
            written: dict[str, Ways] | None = None if outputs is None else {}
            for identifier, (authors, _) in (outputs or {}).items():
                for author in authors:
                    unit = trust.place(author.person, year).get(kind)
                    if unit and author.person and written is not None:
                        written.setdefault(identifier, {}).setdefault(unit, set()).add(author.person)
            for one, other in permutations(trust.units(kind, year), 2):
                found[kind, one, other, year] = {
                    "joint_studies": _shared(studies, one, other),
                    "joint_outputs": _shared(written, one, other),
                    "people_in_common": len(common.get(one, set()) & common.get(other, set())),
                }
        for authors, partners in (outputs or {}).values():
            mine = {trust.place(author.person, year).get("directorate") for author in authors} & {
                *trust.units("directorate", year)
            }
            for one in mine:
                for other in partners:
                    row = found.setdefault(
                        ("partner", str(one), other, year),
                        {"joint_studies": None, "joint_outputs": 0, "people_in_common": None},
                    )
                    row["joint_outputs"] = int(str(row["joint_outputs"])) + 1
    for (kind, one, _, year), row in found.items():
        pairs = [about for key, about in found.items() if (key[0], key[1], key[3]) == (kind, one, year)]
        strengths = [int(about["joint_studies"] or 0) + int(about["joint_outputs"] or 0) for about in pairs]  # type: ignore[call-overload]
        is_known = row["joint_studies"] is not None or row["joint_outputs"] is not None
        degree = sum(strength > 0 for strength in strengths)
        row["unit_degree"] = degree if is_known else None
        row["unit_strength"] = sum(strengths) if is_known else None
        row["unit_degree_possible"] = len(pairs) if is_known and kind != "partner" else None
        row["unit_degree_pct"] = share(degree, len(pairs)) if is_known and kind != "partner" else None
    return found


# --- funded time -------------------------------------------------------------------------------------------------------


def funded(trust: Trust, month: date) -> dict[str, object]:
    """T4 and T5 by awards alone and research FTE of the trust in a month without job plans, studies or teams."""
    held = running(trust, month)
    if held is None:
        return {"t4_headcount": None, "t5_headcount": None, "research_fte": None}
    here = {person: awards for person, awards in held.items() if person in trust.staff[month]}
    wte = {
        person: sum(float(one["WTE Percent"].strip("%") or 0) for one in awards) / 100
        for person, awards in here.items()
    }
    return {
        "t4_headcount": len(here),
        "t5_headcount": sum(value > 0 for value in wte.values()),
        "research_fte": sum(min(value, float(str(trust.staff[month][person]["fte"]))) for person, value in wte.items()),
    }


def is_missing(value: object) -> bool:
    return bool(pd.isna(value))  # type: ignore[call-overload]
