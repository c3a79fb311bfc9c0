"""Exposure to the implementation plan: against the planted truth, and against a second calculation from the files."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import pandas as pd
import pytest

from tests.oracle.loading import LoadedTrust
from tests.oracle.research import Row, as_of, day, first_day, last_day, read, staff_in_post
from tests.oracle.workforce import JOB_ROLES, STAFF_GROUPS

PROFESSIONS = {"Nursing and Midwifery": "nursing", "Psychology": "psychology"}
UNIT_COLUMNS = {"Directorate": "Org L3", "Team": "Organisation"}


@pytest.fixture(scope="module")
def exposures(planned_trust: LoadedTrust) -> dict[tuple[str, str], dict[str, object]]:
    """Rows of the fact by action and month."""
    with duckdb.connect(str(planned_trust.home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.sql("select * from core.fct_intervention_exposure_month").df().astype(object)
    return {(row["action_id"], f"{row['reporting_month']:%Y-%m}"): row for row in rows.to_dict("records")}


def slug(text: str) -> str:
    return "_".join(re.findall("[a-z0-9]+", text.lower()))


def profession(row: Row) -> str:
    return JOB_ROLES.get(row["Job Role"], STAFF_GROUPS.get(row["Staff Group"], "unmapped"))


def reached(action: Row, staff: list[Row], everyone: list[Row]) -> int | None:
    """People in post whom the scope names; None where nobody of the snapshot is in such a unit."""
    if action["Scope"] == "Trust":
        return len(staff)
    if action["Scope"] == "Profession":
        return sum(profession(row) == PROFESSIONS[action["Scope Value"]] for row in staff)
    column, wanted = UNIT_COLUMNS[action["Scope"]], slug(action["Scope Value"])
    if all(slug(row[column]) != wanted for row in everyone):
        return None
    return sum(slug(row[column]) == wanted for row in staff)


def expected(trust: LoadedTrust) -> dict[tuple[str, str], dict[str, object]]:
    plans, snapshots = read(trust.landing, "rd_interventions"), read(trust.landing, "hr_assignments")
    found: dict[tuple[str, str], dict[str, object]] = {}
    for month in trust.truth.months:
        everyone = snapshots.get(month)
        staff = list(staff_in_post(everyone).values()) if everyone else []
        in_post = [row for row in everyone or [] if row["Assignment Status"] != "Terminated" and float(row["FTE"]) > 0]
        for action in as_of(plans, month) or []:
            start, end = day(action["Start Date"]), day(action["End Date"])
            assert start
            if start <= last_day(month) and (end is None or end >= first_day(month)):
                people = reached(action, staff, in_post) if everyone else None
                found[action["Action Id"], month] = {
                    "exposed_headcount": people,
                    "is_scope_known": people is not None if everyone else None,
                    "first_exposed_month": start.replace(day=1),
                    "delivered_places": int(action["Delivered Places"]) if action["Delivered Places"] else None,
                }
    return found


def test_exposure__equals_a_calculation_from_the_files(
    planned_trust: LoadedTrust, exposures: dict[tuple[str, str], dict[str, object]]
) -> None:
    wanted = expected(planned_trust)
    assert exposures.keys() == wanted.keys()
    for key, measures in wanted.items():
        for name, value in measures.items():
            if value is None:
                assert pd.isna(exposures[key][name]), (key, name)
            else:
                found = exposures[key][name]
                assert (found.date() if isinstance(value, date) else found) == value, (key, name)
    known = {row["is_scope_known"] for row in exposures.values() if not pd.isna(row["is_scope_known"])}
    assert known == {True, False}, "the trust has actions of both kinds"


def test_exposure__reaches_the_people_whom_the_plan_was_planted_for(
    planned_trust: LoadedTrust, exposures: dict[tuple[str, str], dict[str, object]]
) -> None:
    compared = 0
    for planted in planned_trust.truth.exposures:
        row = exposures.get((planted["action_id"], planted["month"]))
        if row is not None and not pd.isna(row["exposed_headcount"]):
            assert row["exposed_headcount"] == planted["exposed_headcount"], planted
            compared += 1
    assert compared > 50


def test_bridge__holds_as_many_people_as_the_fact_counts(planned_trust: LoadedTrust) -> None:
    with duckdb.connect(str(planned_trust.home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        apart = connection.sql("""
            with people as (
                select action_id, reporting_month, count(*) as n, count(distinct staff_key) as people
                from core.bridge_intervention_staff_month
                group by all
            )
            select * from core.fct_intervention_exposure_month as fact
            left join people using (action_id, reporting_month)
            where coalesce(people.n, 0) <> coalesce(fact.exposed_headcount, 0) or people.n <> people.people
        """).fetchall()
    assert apart == []


def test_unknown_scope__is_reported_with_the_delivery(planned_trust: LoadedTrust) -> None:
    with duckdb.connect(str(planned_trust.home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.sql("""
            select strftime(reporting_month, '%Y-%m'), n from marts.mart_data_quality where check_name = 'unknown_scope'
        """).fetchall()
    wanted: dict[str, int] = {}
    for (_, month), row in expected(planned_trust).items():
        if row["is_scope_known"] is False and month in read(planned_trust.landing, "rd_interventions"):
            wanted[month] = wanted.get(month, 0) + 1
    assert dict(found) == wanted
