"""A trust with a plan, loaded once for the oracle tests that look at it from several sides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import Effects, write_trust
from synthetic.truth import Truth
from tests.once import made_once
from tests.oracle.loading import LoadedTrust, load

EXTRACTS = (
    "hr_assignments",
    "hr_absence",
    "training_research",
    "rd_project_sites",
    "rd_recruitment",
    "rd_study_team",
    "rd_awards",
    "rd_interventions",
)
#: What is looked at.
TABLES = (
    "mart_board_report",
    "mart_equity",
    "mart_data_quality",
    "bridge_intervention_staff_month",
    "fct_intervention_exposure_month",
)
HOLES = {
    "hr_assignments": ["2024-05"],
    "hr_absence": ["2024-07"],
    "rd_recruitment": ["2024-09", "2025-06"],
    "rd_awards": ["2024-04", "2024-12"],
    "rd_interventions": ["2024-04", "2024-10"],
}


@pytest.fixture(scope="session")
def planned_trust(tmp_path_factory: pytest.TempPathFactory) -> LoadedTrust:
    return made_once(tmp_path_factory, "planned_trust", _load_planned_trust)


def _load_planned_trust(folder: Path) -> LoadedTrust:
    everything, landing, home = folder / "everything", folder / "landing", folder / "home"
    effects = Effects(programme_after_months=6)
    truth = write_trust(everything, staff=300, months=15, first_month="2024-04", seed=21, effects=effects)
    for extract in EXTRACTS:
        shutil.copytree(everything / extract, landing / extract)
        for month in HOLES.get(extract, ()):
            (landing / extract / f"{extract}_{month}.csv").unlink()
    _identify(landing, truth)
    load(landing, home, *TABLES)
    return LoadedTrust(landing, home, truth)


def _identify(landing: Path, truth: Truth) -> None:
    """Give everyone in study teams and awards their employee number, and leave outsiders out: linking is tested elsewhere."""
    known = {(one["person"], one["email"], one["orcid"]): one["true_employee_number"] for one in truth.links}
    for file in (landing / "rd_study_team").glob("*.csv"):
        team = pd.read_csv(file, dtype=str, keep_default_na=False)
        people = zip(team["Person"], team["Email"], team["ORCID"], strict=True)
        team["Employee Number"] = [known.get(person, "") for person in people]
        team[["Email", "ORCID"]] = ""
        team[team["Employee Number"] != ""].drop_duplicates(
            ["Project ID", "Employee Number", "Role", "Start Date"]
        ).to_csv(file, index=False)
    applicants = {one["award_ref"]: one["true_employee_number"] for one in truth.applicants}
    for file in (landing / "rd_awards").glob("*.csv"):
        awards = pd.read_csv(file, dtype=str, keep_default_na=False)
        awards["Employee Number"] = [applicants[award] for award in awards["Award Ref"]]
        awards["Email"] = ""
        awards.to_csv(file, index=False)
    for file in (landing / "rd_project_sites").glob("*.csv"):
        sites = pd.read_csv(file, dtype=str, keep_default_na=False)
        sites[["Principal Investigator", "Project site lead nurse(s)"]] = ""
        sites.to_csv(file, index=False)
