"""The planted truth against the files, counted afresh from the text of the files by the definitions."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from synthetic import Truth, write_trust
from synthetic.trust import Effects

IN_POST = {"Active Assignment", "Internal Secondment", "Acting Up"}
SUBSTANTIVE = {"Permanent", "Fixed Term Temp", "Locum"}


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("trust")
    truth = write_trust(folder / "landing", staff=400, months=14, seed=7, truth_folder=folder / "truth")
    return folder, truth


def rows_of(folder: Path, extract: str, month: str) -> Iterator[dict[str, str]]:
    with (folder / "landing" / extract / f"{extract}_{month}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def day(text: str) -> date | None:
    for pattern in ("%d/%m/%Y", "%d-%b-%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def last_day(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def fte_in_post(folder: Path, month: str) -> dict[str, float]:
    """FTE of the in-post substantive posts by employee number."""
    found: dict[str, float] = defaultdict(float)
    for row in rows_of(folder, "hr_assignments", month):
        if row["Assignment Status"] in IN_POST and row["Assignment Category"] in SUBSTANTIVE and float(row["FTE"]) > 0:
            found[row["Employee Number"]] += float(row["FTE"])
    return found


def days_lost(folder: Path, month: str, prefix: str = "S") -> dict[str, int]:
    first, last = date.fromisoformat(f"{month}-01"), last_day(month)
    covered: dict[str, set[date]] = defaultdict(set)
    for row in rows_of(folder, "hr_absence", month):
        if row["Absence Category"] == "Sickness" and row["Absence Reason"].startswith(prefix):
            start = max(day(row["Absence Start Date"]) or first, first)
            end = min(day(row["Absence End Date"]) or last, last)
            covered[row["Employee Number"]] |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return {number: len(days) for number, days in covered.items()}


def of_trust(truth: Truth, month: str) -> dict[str, int]:
    return next(row for row in truth.groups if row["month"] == month and row["group"] == "trust")


def test_truth__has_the_workforce_of_every_snapshot(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    before: set[str] | None = None
    for month in truth.months:
        fte, planted = fte_in_post(folder, month), of_trust(truth, month)
        assert planted["headcount"] == len(fte)
        assert planted["fte"] == pytest.approx(sum(fte.values()), abs=1e-4)
        if before is not None:
            assert planted["joiners"] == len(set(fte) - before)
            assert planted["leavers"] == len(before - set(fte))
        before = set(fte)


def test_truth__has_the_days_lost_of_every_absence_file(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    for month in truth.months:
        fte, planted = fte_in_post(folder, month), of_trust(truth, month)
        for measure, prefix in (("fte_days_lost", "S"), ("s10_days_lost", "S10")):
            lost = days_lost(folder, month, prefix)
            expected = sum(fte[number] * days for number, days in lost.items() if number in fte)
            assert planted[measure] == pytest.approx(expected, abs=1e-3), (month, measure)


def test_truth__has_who_delivers_research(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    month = truth.months[-1]
    linkable = {link["true_employee_number"] for link in truth.links if link["known_by"] != "name"}
    active = people_delivering(folder, truth, month)
    in_post = set(fte_in_post(folder, month))
    assert of_trust(truth, month)["linkable_t2_headcount"] == len(active & linkable & in_post)
    assert len(active & in_post) <= of_trust(truth, month)["t2_headcount"]


def test_truth__has_the_research_training_of_the_last_year(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    month = truth.months[-1]
    since = date.fromisoformat(f"{truth.months[-12]}-01")
    trained = {
        row["Employee Number"]
        for one in truth.months
        for row in rows_of(folder, "training_research", one)
        if (day(row["Completion Date"]) or date.min) >= since
    }
    assert of_trust(truth, month)["research_training_12m_headcount"] == len(trained & set(fte_in_post(folder, month)))


def test_truth__has_the_appraisals_of_the_last_snapshot(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    month, since = truth.months[-1], date.fromisoformat(f"{truth.months[-12]}-01")
    latest: dict[str, tuple[date, bool]] = {}
    for row in rows_of(folder, "hr_appraisals", month):
        done = day(row["Appraisal Date"])
        if done and (row["Employee Number"] not in latest or done > latest[row["Employee Number"]][0]):
            latest[row["Employee Number"]] = (done, row["Research Objective"] == "Yes")
    limit = last_day(truth.months[-13])
    scope = {
        row["Employee Number"]
        for row in rows_of(folder, "hr_assignments", month)
        if (day(row["Latest Start Date"]) or date.max) <= limit
    } & set(fte_in_post(folder, month))
    current = {number for number in scope if number in latest and latest[number][0] >= since}
    planted = of_trust(truth, month)
    assert planted["appraisal_scope_headcount"] == len(scope)
    assert planted["appraisal_compliant_headcount"] == len(current)
    assert planted["research_objective_headcount"] == sum(latest[number][1] for number in current)


def test_truth__has_the_establishment_of_every_file_for_the_cost_centres_of_the_staff(
    trust: tuple[Path, Truth],
) -> None:
    folder, truth = trust
    for month in truth.months:
        lines = list(rows_of(folder, "hr_establishment", month))
        planted = of_trust(truth, month)
        assert planted["funded_fte"] == pytest.approx(sum(float(row["Budgeted WTE"]) for row in lines), abs=1e-3)
        assert 0.8 < planted["fte"] / planted["funded_fte"] < 1.05
        staffed = {
            (row["Cost Centre"], row["Staff Group"])
            for row in rows_of(folder, "hr_assignments", month)
            if row["Assignment Status"] in IN_POST
            and row["Assignment Category"] in SUBSTANTIVE
            and float(row["FTE"]) > 0
        }
        assert staffed <= {(row["Cost Centre"], row["Staff Group"]) for row in lines}


def test_job_plans__show_every_state_of_versions_and_amounts(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    rows = [row for month in truth.months for row in rows_of(folder, "hr_job_plans", month)]
    assert {row["Status"] for row in rows} == {"Draft", "In Discussion", "Signed Off", "Superseded"}
    assert {(row["Weekly PAs"] > "", row["Weekly Hours"] > "") for row in rows} == {
        (True, False),
        (False, True),
        (True, True),
    }
    assert len({row["Plan Year"] for row in rows if row["Status"] == "Signed Off"}) > 2
    assert {row["Activity Category"] for row in rows if "nvestigator" in row["Activity"]} == {"SPA"}
    last = of_trust(truth, truth.months[-1])
    assert 0 < last["job_plan_research_headcount"] < last["job_plan_signed_off_headcount"]
    assert last["job_plan_signed_off_headcount"] < last["job_plan_scope_headcount"] < last["headcount"]
    assert last["planned_research_headcount"] >= last["job_plan_research_headcount"]


def test_research__is_commoner_among_doctors_and_psychologists_than_in_the_rest(trust: tuple[Path, Truth]) -> None:
    _, truth = trust
    share = {
        row["group"]: row["t2_headcount"] / row["headcount"] for row in truth.groups if row["month"] == truth.months[-1]
    }
    assert min(share["medical"], share["psychology"]) > max(share["nursing"], share["social_work"])


def people_delivering(folder: Path, truth: Truth, month: str) -> set[str]:
    """True employee numbers of those with a team row on a study open in the month."""
    first, last = date.fromisoformat(f"{month}-01"), last_day(month)
    number = {(link["person"], link["email"]): link["true_employee_number"] for link in truth.links}
    is_open = set()
    for row in rows_of(folder, "rd_project_sites", month):
        opened, closed = day(row["Date open to recruitment"]), day(row["Project site Closing Date (Actual)"])
        if opened and opened <= last and (not closed or closed >= first):
            is_open.add(row["Project ID"])
    return {
        number[row["Person"], row["Email"]]
        for row in rows_of(folder, "rd_study_team", month)
        if row["Project ID"] in is_open and (day(row["End Date"]) or last) >= first
    }


def test_effects__at_their_extreme_leave_no_leaver_and_no_s10_spell_among_the_research_active(tmp_path: Path) -> None:
    effects = Effects(leaving_hazard_ratio=0.0, s10_rate_ratio=0.0)
    truth = write_trust(tmp_path / "landing", staff=800, months=8, seed=11, effects=effects)
    active_leavers, active_spells, other_leavers, other_spells = 0, 0, 0, 0
    for before, month in pairwise(truth.months):
        active = people_delivering(tmp_path, truth, before) & set(fte_in_post(tmp_path, before))
        reason = {row["Assignment Number"]: row["Leaving Reason"] for row in rows_of(tmp_path, "hr_leavers", month)}
        here = {row["Employee Number"] for row in rows_of(tmp_path, "hr_assignments", month)}
        gone = {number for number in set(fte_in_post(tmp_path, before)) - here if "Fixed Term" not in reason[number]}
        fell_ill = {
            row["Employee Number"]
            for row in rows_of(tmp_path, "hr_absence", month)
            if row["Absence Reason"].startswith("S10")
            and row["Absence Start Date"].endswith(f"{month[5:]}/{month[:4]}")
        }
        active_leavers += len(gone & active)
        active_spells += len(fell_ill & active)
        other_leavers += len(gone - active)
        other_spells += len(fell_ill - active)
    assert (active_leavers, active_spells) == (0, 0)
    assert min(other_leavers, other_spells) > 20


def test_canaries__stand_in_the_files_and_in_the_truth(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    month = truth.months[-1]
    staff = {row["Last Name"]: row for row in rows_of(folder, "hr_assignments", month)}
    for canary in truth.canaries:
        assert staff[canary["surname"]]["Work Email"] == canary["email"]
        assert staff[canary["surname"]]["Employee Number"] == canary["employee_number"]
        assert staff[canary["surname"]]["Date Of Birth"] == canary["birth_date"]
    team = [row["Person"] for row in rows_of(folder, "rd_study_team", month)]
    assert any(canary["surname"] in person for canary in truth.canaries for person in team)


def test_survey__names_nobody(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    month = next(iter(truth.rows["survey_nss"]))
    text = (folder / "landing" / "survey_nss" / f"survey_nss_{month}.csv").read_text(encoding="utf-8")
    numbers = {row["Employee Number"] for row in rows_of(folder, "hr_assignments", month)}
    assert not any(number in text for number in numbers)


def test_written_truth__can_be_read_back(trust: tuple[Path, Truth]) -> None:
    folder, truth = trust
    written = json.loads((folder / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert written["rows"] == truth.rows
    assert written["effects"]["leaving_hazard_ratio"] == 0.8
    assert len(list(csv.DictReader((folder / "truth" / "links.csv").open(encoding="utf-8")))) == len(truth.links)
