"""`mart_equity` against a second calculation from the landing files, person by person."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pandas as pd
import pytest

from tests.oracle.board import decided_on, running_awards
from tests.oracle.loading import LoadedTrust, mart
from tests.oracle.research import Row, as_of, day, first_day, is_open, last_day, read, sites_of, staff_in_post

ETHNIC_GROUPS = {
    "white": "abc",
    "mixed": "defg",
    "asian_or_asian_british": "hjkl",
    "black_or_black_british": "mnp",
    "other_ethnic_groups": "rs",
    "not_stated": "z",
}


def slug(text: str) -> str:
    return "_".join(re.findall("[a-z0-9]+", text.lower())) or "not_recorded"


def ethnic_group(row: Row) -> str:
    text = row["Ethnic Origin"].lower()
    code = text.split(" ")[0]
    if len(code) > 2:
        return slug(text)
    return "white" if code == "0" else next(group for group, letters in ETHNIC_GROUPS.items() if code[0] in letters)


def pay_band_group(row: Row) -> str:
    band = re.search(r"Band (\d[a-d]?)", row["Grade"])
    if band is None:
        return "medical" if row["Staff Group"] == "Medical and Dental" else "other"
    number = band[1]
    groups = {"1": "other", "2": "2-4", "3": "2-4", "4": "2-4", "5": "5-6", "6": "5-6", "7": "7"}
    return groups.get(number, "8a+")


def age_group(month: str) -> Callable[[Row], str]:
    """Twenty or less, bands of five years, seventy-one or more."""

    def of(row: Row) -> str:
        born = day(row["Date Of Birth"])
        if born is None:
            return "unknown"
        today = last_day(month)
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if age <= 20:
            return "20_years"
        if age > 70:
            return "71_years"
        low = (age - 1) // 5 * 5 + 1
        return f"{low}_{low + 4}_years"

    return of


def active_people(trust: LoadedTrust, month: str) -> set[str]:
    """Employee numbers with a team row overlapping the month on a study-site open in it, or a running award."""
    open_now = {project for project, site in sites_of(trust.landing, month).items() if is_open(site, month)}
    found = {row["Employee Number"] for row in running_awards(trust.landing, month)}
    for row in as_of(read(trust.landing, "rd_study_team"), month) or []:
        start, end = day(row["Start Date"]), day(row["End Date"])
        assert start
        if row["Project ID"] in open_now and start <= last_day(month) and (end is None or end >= first_day(month)):
            found.add(row["Employee Number"])
    return found


def category_functions(month: str) -> dict[str, Callable[[Row], str]]:
    return {
        "gender": lambda row: slug(row["Gender"]),
        "disability": lambda row: slug(row["Disability"]),
        "ethnic_group": ethnic_group,
        "age_band": age_group(month),
        "pay_band_group": pay_band_group,
    }


def expected(trust: LoadedTrust) -> dict[tuple[str, str, str], tuple[int, int, int, int]]:
    """(headcount, active, headcount of the trust, active of the trust) by characteristic, category and month."""
    found: dict[tuple[str, str, str], tuple[int, int, int, int]] = {}
    for month, rows in read(trust.landing, "hr_assignments").items():
        staff, active = staff_in_post(rows), active_people(trust, month)
        for characteristic, category_of in category_functions(month).items():
            for category in {category_of(row) for row in staff.values()}:
                people = {number for number, row in staff.items() if category_of(row) == category}
                found[characteristic, category, month] = (
                    len(people),
                    len(people & active),
                    len(staff),
                    len(active & staff.keys()),
                )
    return found


def decided_awards(trust: LoadedTrust, month: str) -> list[tuple[Row, Row, str]] | None:
    """Decisions of the last twelve months as known in the month: (application, applicant as in post then, month then)."""
    files, snapshots = read(trust.landing, "rd_awards"), read(trust.landing, "hr_assignments")
    rows = as_of(files, month)
    if rows is None:
        return None
    found = []
    for row in rows:
        decided = decided_on(row)
        if decided and first_day(month, -11) <= decided <= last_day(month):
            then = f"{decided:%Y-%m}"
            applicant = staff_in_post(snapshots.get(then, [])).get(row["Employee Number"])
            if applicant:
                found.append((row, applicant, then))
    return found


@pytest.fixture(scope="module")
def rows(planned_trust: LoadedTrust) -> dict[tuple[str, str, str], dict[str, object]]:
    return {
        (str(row["characteristic"]), str(row["category_code"]), f"{row['reporting_month']:%Y-%m}"): row
        for row in mart(planned_trust.home, "mart_equity")
    }


def test_mart_equity__counts_agree_with_the_landing_files(
    planned_trust: LoadedTrust, rows: dict[tuple[str, str, str], dict[str, object]]
) -> None:
    names = ("headcount", "research_active_headcount", "trust_headcount", "trust_research_active_headcount")
    wanted = expected(planned_trust)
    assert {key for key, row in rows.items() if row["headcount"]} == set(wanted)
    for key, counts in wanted.items():
        assert tuple(rows[key][name] for name in names) == counts, key


def test_mart_equity__has_a_row_in_every_month_between(
    planned_trust: LoadedTrust, rows: dict[tuple[str, str, str], dict[str, object]]
) -> None:
    wanted, months = expected(planned_trust), sorted(read(planned_trust.landing, "hr_assignments"))
    for characteristic, category in {key[:2] for key in wanted}:
        there = [month for month in months if (characteristic, category, month) in wanted]
        span = [month for month in months if there[0] <= month <= there[-1]]
        assert [m for m in months if (characteristic, category, m) in rows] == span


def test_mart_equity__interval_is_katzs_scaled_to_the_part_outside(
    rows: dict[tuple[str, str, str], dict[str, object]],
) -> None:
    bounded = 0
    for key, row in rows.items():
        n, a, total_n, total_a = (
            row[name]
            for name in ("headcount", "research_active_headcount", "trust_headcount", "trust_research_active_headcount")
        )
        if not n or not total_a:
            assert pd.isna(row["representation_ratio"]), key
            continue
        ratio = (a / total_a) / (n / total_n)
        assert row["representation_ratio"] == pytest.approx(ratio, rel=1e-12), key
        others_n, others_a = total_n - n, total_a - a
        if not a or not others_a:
            assert pd.isna(row["representation_ratio_lower_95"]), key
            continue
        katz = math.sqrt(1 / a - 1 / n + 1 / others_a - 1 / others_n)
        width = math.exp(1.959963984540054 * katz * others_a / total_a)
        assert row["representation_ratio_lower_95"] == pytest.approx(ratio / width, rel=1e-12), key
        assert row["representation_ratio_upper_95"] == pytest.approx(ratio * width, rel=1e-12), key
        bounded += 1
    assert bounded > 100


def test_mart_equity__award_success_is_of_decisions_under_the_category_of_that_time(
    planned_trust: LoadedTrust, rows: dict[tuple[str, str, str], dict[str, object]]
) -> None:
    counted = 0
    for month in read(planned_trust.landing, "hr_assignments"):
        decisions = decided_awards(planned_trust, month)
        wanted: dict[tuple[str, str], list[bool]] = {}
        for award, applicant, then in decisions or []:
            for characteristic, category_of in category_functions(then).items():
                key = (characteristic, category_of(applicant))
                wanted.setdefault(key, []).append(award["Status"] != "Not awarded")
        for (characteristic, category, one), row in rows.items():
            if one != month:
                continue
            if decisions is None:
                assert pd.isna(row["award_decided_12m"]), (characteristic, category, month)
                continue
            outcomes = wanted.get((characteristic, category), [])
            assert row["award_decided_12m"] == len(outcomes), (characteristic, category, month)
            assert row["award_awarded_12m"] == sum(outcomes), (characteristic, category, month)
            rate = 100 * sum(outcomes) / len(outcomes) if outcomes else None
            assert (
                pd.isna(row["award_success_rate_12m"])
                if rate is None
                else (row["award_success_rate_12m"] == pytest.approx(rate))
            )
            counted += len(outcomes)
    assert counted > 50
