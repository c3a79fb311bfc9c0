"""Job plans, appraisals and funded time of the marts against a second calculation from the landing files."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import load, mart
from tests.oracle.workforce import IN_POST, KEY, back, day, last_day, number_order, rate, read, snapshot

EXTRACTS = ("hr_assignments", "hr_appraisals", "hr_job_plans")
IN_TRAINING = {"Specialty Registrar", "Foundation Year 2"}
SENIOR = {"psychology", "pharmacy", "nursing", "allied_health", "social_work"}
RESEARCH_SPA = {"Research and development lead", "Principal Investigator of a clinical trial"}
MEASURES = [
    "headcount",
    "job_plan_scope_headcount",
    "job_plan_signed_off_headcount",
    "job_plan_research_headcount",
    "research_hours",
    "appraisal_scope_headcount",
    "appraisal_compliant_headcount",
    "appraisal_compliance_rate",
    "research_objective_headcount",
    "research_interest_headcount",
]
FUNDED_TIME = ["t5_headcount", "t5_rate", "research_active_headcount", "research_fte"]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine months over the turn of a financial year; plans come late and skip a month, appraisals skip one."""
    everything, some = tmp_path_factory.mktemp("everything"), tmp_path_factory.mktemp("landing")
    write_trust(everything, staff=300, months=9, first_month="2024-09", seed=5)
    for extract in EXTRACTS:
        shutil.copytree(everything / extract, some / extract)
    for missing in ("hr_job_plans_2024-09", "hr_job_plans_2025-01", "hr_appraisals_2024-09", "hr_appraisals_2025-02"):
        (some / missing[:-8] / f"{missing}.csv").unlink()
    file = some / "hr_job_plans" / "hr_job_plans_2024-12.csv"
    plans = pd.read_csv(file, dtype=str, keep_default_na=False)
    # Two versions signed off at once, the newer of which has a number that sorts lower as text.
    some_plan = plans[plans["Status"] == "Signed Off"].iloc[:1]
    newer = some_plan.assign(Version="10", **{"Activity Category": "RES", "Activity": "Writing", "Weekly Hours": "3"})
    older = some_plan.assign(Version="9", **{"Activity Category": "RES", "Activity": "Writing", "Weekly Hours": "30"})
    pd.concat([plans, newer, older]).to_csv(file, index=False)
    return some


@pytest.fixture(scope="module")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    load(landing, folder, "mart_job_plan_appraisal_month", "mart_research_capacity_month")
    return folder


def newest(files: dict[date, pd.DataFrame], month: date) -> pd.DataFrame | None:
    """The file of a month, else the newest before it."""
    return files.get(max((one for one in files if one <= month), default=month))


def plans_of(rows: pd.DataFrame, month: date) -> dict[str, float]:
    """Research hours a week of everyone with a plan of the month."""
    year = month.year - (month.month < 4)
    found: dict[str, tuple[tuple[int, float], float]] = {}
    for row in rows.to_dict("records"):
        plan = (int(row["Plan Year"][:4]), float(row["Version"]))
        if row["Status"] != "Signed Off" or plan[0] > year:
            continue
        hours = float(row["Weekly Hours"]) if row["Weekly Hours"] else 4 * float(row["Weekly PAs"] or 0)
        is_research = row["Activity Category"] == "RES" or row["Activity"] in RESEARCH_SPA
        best, so_far = found.get(row["Employee Number"], (plan, 0.0))
        if plan > best:
            best, so_far = plan, 0.0
        if plan == best:
            found[row["Employee Number"]] = (best, so_far + (hours if is_research else 0))
    return {person: hours for person, (_, hours) in found.items()}


def current_appraisals(rows: pd.DataFrame, month: date) -> dict[str, dict[str, str]]:
    """The latest appraisal of everyone who has one dated in the last twelve months."""
    found: dict[str, tuple[tuple[date, tuple[int, ...]], dict[str, str]]] = {}
    for row in rows.to_dict("records"):
        held = day(row["Appraisal Date"])
        if held and back(month, 11) <= held <= last_day(month):
            _, suffix = number_order(row["Assignment Number"])
            order = (held, (-suffix,))
            if row["Employee Number"] not in found or order > found[row["Employee Number"]][0]:
                found[row["Employee Number"]] = (order, row)
    return {person: row for person, (_, row) in found.items()}


def started(rows: pd.DataFrame) -> dict[str, date]:
    """Earliest latest start date over the in-post assignments, substantive or not."""
    kept = rows[rows["Assignment Status"].isin(IN_POST) & (rows["FTE"].astype(float) > 0)]
    found: dict[str, date] = {}
    for person, text in zip(kept["Employee Number"], kept["Latest Start Date"], strict=True):
        since = day(text)
        assert since
        found[person] = min(since, found.get(person, since))
    return found


@pytest.fixture(scope="module")
def expected(landing: Path) -> pd.DataFrame:
    plan_files, appraisal_files = read(landing / "hr_job_plans"), read(landing / "hr_appraisals")
    found = []
    for month, rows in read(landing / "hr_assignments").items():
        people, since = snapshot(rows, "RVN"), started(rows)
        plan_rows, appraisal_rows = newest(plan_files, month), newest(appraisal_files, month)
        plans = None if plan_rows is None else plans_of(plan_rows, month)
        appraised = None if appraisal_rows is None else current_appraisals(appraisal_rows, month)
        groups: dict[tuple[str, str], set[str]] = {}
        for person, about in people.items():
            for group in about["groups"].items():  # type: ignore[attr-defined]
                groups.setdefault(group, set()).add(person)
        plan_scope, fte = set(), {}
        for person, about in people.items():
            of: dict[str, str] = about["groups"]  # type: ignore[assignment]
            if of["profession"] == "medical" and about["job_role"] not in IN_TRAINING:
                plan_scope.add(person)
            if of["profession"] in SENIOR and of["pay_band_group"] == "8a+":
                plan_scope.add(person)
            week = 40 if of["profession"] == "medical" else 37.5
            fte[person] = min((plans or {}).get(person, 0) / week, float(about["fte"]))  # type: ignore[arg-type]
        appraisal_scope = {person for person in people if since[person] <= last_day(back(month, 12))}
        for (group_type, group_code), members in groups.items():
            here, due = members & plan_scope, members & appraisal_scope
            row: dict[str, object] = {
                "group_type": group_type,
                "group_code": group_code,
                "reporting_month": month,
                "headcount": len(members),
                "job_plan_scope_headcount": len(here),
                "appraisal_scope_headcount": len(due),
            }
            if plans is not None:
                active = sum(plans.get(person, 0) > 0 for person in members)
                row |= {
                    "job_plan_signed_off_headcount": len(here & set(plans)),
                    "job_plan_research_headcount": sum(plans.get(person, 0) > 0 for person in here),
                    "research_hours": sum(plans.get(person, 0) for person in here),
                    "t5_headcount": active,
                    "t5_rate": rate(active, len(members)),
                    "research_active_headcount": active,
                    "research_fte": sum(fte[person] for person in members),
                }
            if appraised is not None:
                current = [appraised[person] for person in due if person in appraised]
                row |= {
                    "appraisal_compliant_headcount": len(current),
                    "appraisal_compliance_rate": rate(len(current), len(due)),
                    "research_objective_headcount": sum(one["Research Objective"] == "Yes" for one in current),
                    "research_interest_headcount": sum(
                        one["Research Interest"] in {"Take part", "Deliver", "Lead"} for one in current
                    ),
                }
            found.append(row)
    return pd.DataFrame(found)


def assert_agrees(home: Path, name: str, expected: pd.DataFrame, measures: list[str]) -> None:
    found = pd.DataFrame(mart(home, name))
    found["reporting_month"] = pd.to_datetime(found["reporting_month"]).dt.date
    both = expected.merge(
        found[found["headcount"] > 0], on=KEY, how="outer", suffixes=("_expected", ""), indicator="side"
    )
    assert both.loc[both["side"] != "both", [*KEY, "side"]].to_dict("records") == []
    for measure in measures:
        ours, theirs = pd.to_numeric(both[measure]), pd.to_numeric(both[f"{measure}_expected"])
        differs = ~((ours.isna() & theirs.isna()) | ((ours - theirs).abs() < 1e-6))
        assert both.loc[differs, [*KEY, measure, f"{measure}_expected"]].head().to_dict("records") == []
        assert (theirs > 0).any(), f"the files do not reach {measure}"


def test_mart_job_plan_appraisal_month__agrees_with_the_landing_files(home: Path, expected: pd.DataFrame) -> None:
    assert_agrees(home, "mart_job_plan_appraisal_month", expected, MEASURES)


def test_mart_research_capacity_month__has_the_funded_time_of_the_plans(home: Path, expected: pd.DataFrame) -> None:
    assert_agrees(home, "mart_research_capacity_month", expected, FUNDED_TIME)


def test_job_plans__are_not_collected_before_their_first_delivery(home: Path) -> None:
    rows = [
        row for row in mart(home, "mart_job_plan_appraisal_month") if f"{row['reporting_month']:%Y-%m}" == "2024-09"
    ]
    assert rows
    assert all(pd.isna(row["research_hours"]) and pd.isna(row["appraisal_compliant_headcount"]) for row in rows)
    assert any(row["job_plan_scope_headcount"] > 0 for row in rows)
