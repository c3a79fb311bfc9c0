"""Portfolio and research capacity marts against a calculation from the landing files by other means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import linked_names, load, mart, pseudonym_of
from tests.oracle.research import capacity_month, name_form, portfolio_month, read, staff_of

MONTHS = [f"2024-{month:02d}" for month in range(4, 12)]
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


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small trust whose R&D files start late, skip months, restate, suspend, close, lose and misdate studies."""
    folder = tmp_path_factory.mktemp("research") / "landing"
    write_trust(folder, staff=300, months=len(MONTHS), first_month=MONTHS[0], seed=5)
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
    for month in read(folder, "rd_study_team"):
        edit(folder, "rd_study_team", month, lambda frame: frame[~((frame["Role"] == "PI") & (frame.index % 2 == 0))])
        edit(folder, "rd_study_team", month, lambda frame: frame.replace({"Role": ROLES}))
    return folder


@pytest.fixture(scope="module")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    load(landing, folder)
    return folder


def assert_equal(row: dict[str, object], measures: dict[str, object], where: str) -> None:
    for name, value in measures.items():
        if value is None:
            assert pd.isna(row[name]), f"{where} {name}"
        elif isinstance(value, float):
            assert row[name] == pytest.approx(value, rel=1e-12, abs=1e-12), f"{where} {name}"
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


def test_portfolio_mart__equals_a_calculation_from_the_files(landing: Path, home: Path) -> None:
    assert_portfolio_agrees(landing, home)


def linked_by_name(landing: Path, home: Path, numbers: set[str]) -> dict[str, str]:
    """Employee numbers of those whom a name alone was linked to, by the name."""
    number_of = {pseudonym_of(number): number for number in numbers}
    links = linked_names(home)
    names = {
        name_form(row[column])
        for extract, column in (("rd_study_team", "Person"), ("rd_project_sites", "Principal Investigator"))
        for rows in read(landing, extract).values()
        for row in rows
    }
    keys = {name: pseudonym_of(f"name|{name}") for name in names}
    return {name: number_of[links[key]] for name, key in keys.items() if key in links}


def assert_capacity_agrees(landing: Path, home: Path) -> None:
    rows = [row for row in mart(home, "mart_research_capacity_month") if row["group_type"] in {"trust", "directorate"}]
    found = {(f"{row['reporting_month']:%Y-%m}", row["group_type"], row["group_code"]): row for row in rows}
    staff, reached = staff_of(landing), set()
    by_name = linked_by_name(landing, home, staff[0])
    for month in MONTHS:
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
    load(landing, home)
    assert_portfolio_agrees(landing, home)
    assert_capacity_agrees(landing, home)
