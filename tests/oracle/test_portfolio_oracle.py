"""Portfolio and research capacity marts against a calculation from the landing files by other means."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import core, linked_in, load, mart, pseudonym_of
from tests.oracle.research import (
    as_of,
    capacity_month,
    first_day,
    last_day,
    name_form,
    opening,
    portfolio_month,
    read,
    staff_of,
    status_group,
)
from tests.oracle.study import (
    SET_UP,
    clusters,
    history,
    identifiers,
    milestones,
    month_text,
    national_study,
    study_month,
)

MONTHS = [f"2024-{month:02d}" for month in range(4, 12)]
#: What is looked at.
TABLES = (
    "mart_portfolio_study_month",
    "mart_research_capacity_month",
    "bridge_study_identifier",
    "dim_study",
    "fct_recruitment_month",
    "fct_site_milestone",
    "fct_study_month",
)
ROLES = {"Research Nurse": "Associate PI", "Trial Coordinator": "CI"}  # roles that a small trust has too few of


def edit(folder: Path, extract: str, month: str, change: Callable[[pd.DataFrame], pd.DataFrame | None]) -> None:
    """Rewrite a file; `change` edits the frame (all text) in place or returns another."""
    file = folder / extract / f"{extract}_{month}.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    changed = change(frame)
    (frame if changed is None else changed).to_csv(file, index=False)


def put(column: str, value: str, project: str) -> Callable[[pd.DataFrame], None]:
    def change(frame: pd.DataFrame) -> None:
        frame.loc[frame["Project ID"] == project, column] = value

    return change


def without(project: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame[frame["Project ID"] != project]


def in_set_up(month: str, project: str) -> Callable[[pd.DataFrame], None]:
    """A site that reaches a milestone every other month and waits for the next."""
    days = ("10/04/2024", "11/05/2024", "12/06/2024", "13/08/2024", "14/10/2024")
    reached = dict(zip(SET_UP.values(), days, strict=True))
    blank = {"Project site Date Start": "", "Project site Closing Date (Actual)": "", "Project site status": "Open"}

    def change(frame: pd.DataFrame) -> None:
        for label, text in (blank | reached).items():
            is_known = not text or not text[0].isdigit() or text[3:5] <= month[5:]
            frame.loc[frame["Project ID"] == project, label] = text if is_known else ""

    return change


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small trust whose R&D files start late, skip months, restate, suspend, close, lose and misdate studies."""
    folder = tmp_path_factory.mktemp("research") / "landing"
    write_trust(folder, staff=300, months=len(MONTHS), first_month=MONTHS[0], seed=5)
    for extract in ("hr_job_plans", "rd_awards"):  # what they add to the tiers has oracles of its own
        shutil.rmtree(folder / extract)
    for extract, months in {
        "rd_study_team": ("2024-04", "2024-08"),
        "rd_recruitment": ("2024-04", "2024-05", "2024-09"),
        "rd_project_sites": ("2024-07",),
        "hr_appraisals": ("2024-04", "2024-05", "2024-06"),
        "training_research": ("2024-04",),
    }.items():
        for month in months:
            (folder / extract / f"{extract}_{month}.csv").unlink()
    sites = read(folder, "rd_project_sites")
    projects = [row["Project ID"] for row in sites["2024-04"]]
    for month in ("2024-06", "2024-08", "2024-10"):
        edit(folder, "rd_project_sites", month, put("Project site status", "Suspended", projects[0]))
    for month in sites:
        edit(folder, "rd_project_sites", month, put("Project site status", "Waiting for Godot", projects[1]))
        edit(folder, "rd_project_sites", month, put("Project site target participants", "", projects[1]))
        edit(folder, "rd_project_sites", month, put("Project site planned recruitment end date", "", projects[2]))
        edit(folder, "rd_project_sites", month, put("Date open to recruitment", "", projects[3]))
        edit(folder, "rd_project_sites", month, put("Project site Date Start", "31/05/2024", projects[3]))
        edit(folder, "rd_project_sites", month, put("Project site Closing Date (Actual)", "01/09/2024", projects[3]))
        edit(folder, "rd_project_sites", month, put("Date site selected", "01/01/2019", projects[4]))
        edit(folder, "rd_project_sites", month, put("Project site Closing Date (Actual)", "31/08/2024", projects[5]))
        edit(folder, "rd_project_sites", month, put("Date open to recruitment", "01/12/2024", projects[6]))
        edit(folder, "rd_project_sites", month, put("Date open to recruitment", "01/06/2024", projects[7]))
        edit(folder, "rd_project_sites", month, put("Project site target participants", "0", projects[8]))
    for month in ("2024-10", "2024-11"):
        for extract in ("rd_project_sites", "rd_recruitment"):
            edit(folder, extract, month, without(projects[9]))
    edit(folder, "rd_recruitment", "2024-11", without(projects[10]))
    edit(folder, "rd_project_sites", "2024-05", put("Project site status", "Closed to Recruitment", projects[6]))
    for month in ("2024-06", "2024-08", "2024-09"):
        edit(folder, "rd_project_sites", month, put("Project site status", "Open to Recruitment", projects[6]))
    edit(folder, "rd_project_sites", "2024-05", put("IRAS Number", "IRAS 777777", projects[0]))
    for month in sites:
        edit(folder, "rd_project_sites", month, put("CPMS ID", "012", projects[2]))
        edit(folder, "rd_project_sites", month, put("IRAS Number", "654321", projects[3]))
        edit(folder, "rd_project_sites", month, in_set_up(month, projects[10]))
    for month in ("2024-10", "2024-11"):
        edit(folder, "rd_project_sites", month, put("IRAS Number", "654321", projects[4]))
        edit(folder, "rd_project_sites", month, put("Project site date site confirmed", "01/02/2024", projects[4]))
    for month in read(folder, "rd_study_team"):
        edit(folder, "rd_study_team", month, lambda frame: frame[~((frame["Role"] == "PI") & (frame.index % 2 == 0))])
        edit(folder, "rd_study_team", month, lambda frame: frame.replace({"Role": ROLES}))
    return folder


@pytest.fixture(scope="module")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    load(landing, folder, *TABLES)
    return folder


def assert_equal(row: dict[str, object], measures: dict[str, object], where: str) -> None:
    for name, value in measures.items():
        if value is None:
            assert pd.isna(row[name]), f"{where} {name}"
        elif isinstance(value, float):
            assert row[name] == pytest.approx(value, rel=1e-12, abs=1e-12), f"{where} {name}"
        elif isinstance(value, date):
            assert row[name].date() == value, f"{where} {name}"
        else:
            assert row[name] == value, f"{where} {name}"


def assert_portfolio_agrees(landing: Path, home: Path) -> None:
    found = {
        (f"{row['reporting_month']:%Y-%m}", row["project_id"]): row for row in mart(home, "mart_portfolio_study_month")
    }
    expected = {
        (month, project): measures
        for month in MONTHS
        for project, measures in portfolio_month(landing, month, MONTHS).items()
    }
    assert found.keys() == expected.keys()
    for key, measures in expected.items():
        assert_equal(found[key], measures, str(key))
    flags = {month: study_month(landing, month) for month in MONTHS}
    for (month, project), row in found.items():
        both = row.keys() & flags[month][project].keys()
        assert {"is_reopened", "has_negative_interval", "days_confirmed_to_first_participant"} <= both
        assert_equal(row, {name: flags[month][project][name] for name in both}, f"{month} {project}")
        assert_equal(row, reported_in_month(landing, month, project), f"{month} {project}")


def reported_in_month(landing: Path, month: str, project: str) -> dict[str, object]:
    """Recruits of the month itself, where its file has come; and when the study was last seen."""
    sites = read(landing, "rd_project_sites")
    rows = read(landing, "rd_recruitment").get(month)
    site = as_of(sites, month) or []
    opened = next(opening(row) for row in site if row["Project ID"] == project)
    mine = [
        int(row["Recruited"]) for row in rows or [] if (row["Project ID"], row["Recruitment Month"]) == (project, month)
    ]
    is_open = opened is not None and opened <= last_day(month)
    return {
        "recruited_in_month": sum(mine) if rows is not None and (mine or is_open) else None,
        "last_seen_month_latest": first_day(history(sites, "Project ID", project)[-1][0]),
    }


def test_portfolio_mart__equals_a_calculation_from_the_files(landing: Path, home: Path) -> None:
    assert_portfolio_agrees(landing, home)


def linked_by_name(landing: Path, home: Path, numbers: set[str], month: str) -> dict[str, str]:
    """Employee numbers of those whom a name alone or an ORCID on file was linked to in a month, by the name."""
    number_of = {pseudonym_of(number): number for number in numbers}
    links = linked_in(home, first_day(month), ("name", "orcid"))
    names = {
        name_form(row[column])
        for extract, column in (("rd_study_team", "Person"), ("rd_project_sites", "Principal Investigator"))
        for rows in read(landing, extract).values()
        for row in rows
    }
    keys = {name: pseudonym_of(f"name|{name}") for name in names}
    orcids = {f"orcid|{row['ORCID']}" for rows in read(landing, "rd_study_team").values() for row in rows}
    keys |= {orcid: pseudonym_of(orcid) for orcid in orcids}
    return {name: number_of[links[key]] for name, key in keys.items() if key in links}


def assert_core_agrees(landing: Path, home: Path) -> None:
    found = {(month_text(row["reporting_month"]), row["project_id"]): row for row in core(home, "fct_study_month")}
    expected = {
        (month, project): measures for month in MONTHS for project, measures in study_month(landing, month).items()
    }
    assert found.keys() == expected.keys()
    for key, measures in expected.items():
        assert_equal(found[key], measures, str(key))
    reached = {name for measures in expected.values() for name, value in measures.items() if value}
    assert reached == set(next(iter(expected.values())))


def assert_identifiers_agree(landing: Path, home: Path) -> None:
    expected = identifiers(landing)
    together = clusters(expected)
    found = {
        (row["project_id"], row["scheme"], row["identifier"]): (
            month_text(row["first_seen_month"]),
            month_text(row["last_seen_month"]),
            row["is_current"],
        )
        for row in core(home, "bridge_study_identifier")
    }
    assert found == expected
    assert {row["project_id"]: row["study_cluster_id"] for row in core(home, "dim_study")} == together
    assert len(set(together.values())) < len(together)


def assert_milestones_agree(landing: Path, home: Path) -> None:
    found = {
        (row["project_id"], row["milestone_code"], row["date_type"]): (
            row["milestone_date"].date(),
            month_text(row["first_reported_month"]),
            row["first_reported_date"].date(),
        )
        for row in core(home, "fct_site_milestone")
    }
    assert found == milestones(landing)
    restated = {key for key, (latest, _, first) in found.items() if latest != first}
    assert restated == {
        (row["project_id"], row["milestone_code"], row["date_type"])
        for row in core(home, "fct_site_milestone")
        if row["is_restated"]
    }
    assert restated


def assert_recruitment_agrees(landing: Path, home: Path) -> None:
    files, sites = read(landing, "rd_recruitment"), read(landing, "rd_project_sites")
    listed = {row["Project ID"] for row in sites[max(sites)]}
    expected = {}
    for month, rows in files.items():
        for row in rows:
            project, when = row["Project ID"], row["Recruitment Month"]
            holding = [m for m, others in files.items() if any(other["Project ID"] == project for other in others)]
            newest = max(files) if project in listed else max(holding)
            latest = sum(
                int(other["Recruited"])
                for other in files[newest]
                if (other["Project ID"], other["Recruitment Month"]) == (project, when)
            )
            expected[project, when, month] = (int(row["Recruited"]), latest, month == newest)
    found = {
        (row["project_id"], month_text(row["recruitment_month"]), month_text(row["reporting_month"])): (
            row["recruited"],
            row["recruited_latest"],
            row["is_latest"],
        )
        for row in core(home, "fct_recruitment_month")
    }
    assert found == expected
    assert any(reported != latest for reported, latest, _ in found.values())


CORE_CHECKS = [assert_core_agrees, assert_identifiers_agree, assert_milestones_agree, assert_recruitment_agrees]


@pytest.mark.parametrize("agrees", CORE_CHECKS)
def test_core_of_the_portfolio__equals_a_calculation_from_the_files(
    landing: Path, home: Path, agrees: Callable[[Path, Path], None]
) -> None:
    agrees(landing, home)


def test_national_columns__are_those_of_the_newest_download_that_holds_the_study(landing: Path, home: Path) -> None:
    files, national = read(landing, "rd_cpms_studies"), national_study(landing)
    for row in core(home, "dim_study"):
        rows = history(files, "Study CPMS ID", national.get(str(row["project_id"]), ""))
        expected: dict[str, object] = {"national_last_seen_month": None, "uk_target": None, "sponsor": None}
        if rows:
            month, study = rows[-1]
            expected = {
                "uk_target": int(study["UK recruitment target"]),
                "uk_recruited": int(study["Total UK recruitment to date"]),
                "sponsor": study["Study Sponsor Organisation"],
                "study_route": study["Study Route"],
                "managing_specialty": study["Managing speciality"],
                "national_status": study["Study Status"],
                "national_status_group": status_group(study["Study Status"]),
                "national_last_seen_month": first_day(month),
            }
        assert_equal(row, expected, str(row["project_id"]))


def assert_capacity_agrees(landing: Path, home: Path) -> None:
    rows = [row for row in mart(home, "mart_research_capacity_month") if row["group_type"] in {"trust", "directorate"}]
    found = {(f"{row['reporting_month']:%Y-%m}", row["group_type"], row["group_code"]): row for row in rows}
    reached = set()
    for month in MONTHS:
        staff = staff_of(landing, month)
        by_name = linked_by_name(landing, home, staff[0], month)
        expected = capacity_month(landing, month, staff, by_name)
        assert {key[1:] for key, row in found.items() if key[0] == month and row["headcount"]} == set(expected), month
        for group, measures in expected.items():
            assert_equal(found[(month, *group)], measures, f"{month} {group}")
            reached |= {name for name, value in measures.items() if value}
    assert {"t1_headcount", "t2_headcount", "t4_headcount", "pi_headcount", "associate_pi_headcount"} <= reached


def test_research_capacity_mart__equals_a_calculation_from_the_files(landing: Path, home: Path) -> None:
    assert_capacity_agrees(landing, home)


def test_restated_month__reaches_later_months_and_the_latest_known(landing: Path, home: Path) -> None:
    def restate(extract: str, month: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        file = landing / extract / f"{extract}_{month}.csv"
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        change(frame).to_csv(file.with_name(f"{extract}_{month}_v2.csv"), index=False)

    restate("rd_recruitment", "2024-08", lambda frame: frame.assign(Recruited=frame["Recruited"].astype(int) + 1))
    restate("rd_study_team", "2024-07", lambda frame: frame.assign(Role="PI"))
    load(landing, home, *TABLES)
    assert_portfolio_agrees(landing, home)
    for agrees in CORE_CHECKS:
        agrees(landing, home)
    assert_capacity_agrees(landing, home)
