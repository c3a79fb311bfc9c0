"""From files as delivered to verdicts: which columns are whose, and files that the vault has had for long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import contracts
from ingestion.raw_store import ROWS, raw_folder, vault_file
from ingestion.researcher_link.history import link_researchers
from ingestion.researcher_link.people import Delivered, extracts_of_people
from tests.ingestion.conftest import take, workbench
from tests.ingestion.delivering import Taken, Taker

__all__ = ["take", "workbench"]  # fixtures
BLANK = {"Email": "", "ORCID": "", "Employee Number": ""}
ANN = {
    "Employee Number": "777",
    "Assignment Number": "777",
    "Last Name": "Quimby",
    "First Name": "Ann",
    "Work Email": "",
    "Staff Group": "Medical and Dental",
    "Job Role": "Consultant",
}


def delivered(take: Taker, *taken: Taken) -> list[Delivered]:
    found = []
    for one in taken:
        key = one.delivery.key
        found.append(
            Delivered(
                contracts()[key.extract], [vault_file(take.settings, key)], [raw_folder(take.settings, key) / ROWS]
            )
        )
    return found


def test_extracts_of_people__follow_from_the_contracts() -> None:
    assert {contract.extract for contract in extracts_of_people()} == {
        "hr_assignments", "rd_study_team", "rd_project_sites", "rd_awards", "rd_outputs",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("extract", "row"),
    [
        ("rd_study_team", {**BLANK, "Person": "Quimby, Ann"}),
        ("rd_project_sites", {"Principal Investigator": "Quimby, Ann"}),
        ("rd_project_sites", {"Project site lead nurse(s)": "Nobody, Known; Quimby, Ann"}),
        ("rd_awards", {"Applicant": "Quimby, Ann", "Email": "", "Employee Number": ""}),
        ("rd_outputs", {"Trust Authors": "Nobody, Known; Quimby, Ann", "ORCIDs": ""}),
    ],
)
def test_person__is_linked_from_every_extract_that_names_people(take: Taker, extract: str, row: dict[str, str]) -> None:
    files = delivered(take, take("hr_assignments", ANN), take(extract, row))
    staff = take("hr_assignments", ANN).row["staff_key"]
    assert staff in {link.staff_key for link in link_researchers(files)}


def test_research_training__speaks_for_who_has_it(take: Taker) -> None:
    namesake = {**ANN, "Employee Number": "778", "Assignment Number": "778"}
    course = {"Employee Number": "777", "Course": "GCP", "Level": "Foundation", "Completion Date": "01/03/2024"}
    staff = take("hr_assignments", ANN, namesake, sound=6)
    files = delivered(take, staff, take("rd_study_team", {**BLANK, "Person": "Quimby, Ann"}, sound=0))
    trained = [replace(one, vault=[]) for one in delivered(take, take("training_research", course, sound=0))]
    [before], [after] = link_researchers(files), link_researchers([*trained, *files])
    assert before.link_score < 0.5 < after.link_score


def test_order_of_files__does_not_matter(take: Taker) -> None:
    files = delivered(
        take,
        take("hr_assignments", ANN),
        take("rd_study_team", {**BLANK, "Person": "Quimby, Ann"}),
        take("rd_outputs", {"Trust Authors": "Quimby, A"}),
    )
    assert link_researchers(files) == link_researchers(files[::-1])


def test_vault_file__of_older_columns_is_still_read(take: Taker) -> None:
    files = delivered(
        take, take("hr_assignments", ANN), take("rd_project_sites", {"Principal Investigator": "Quimby, Ann"})
    )
    for extract, kept in (
        (files[0], "trust_code, _row_number, staff_key, last_name, first_name"),
        (files[1], "trust_code, _row_number, principal_investigator_key, principal_investigator, lead_nurses"),
    ):
        [file] = extract.vault
        with duckdb.connect() as connection:
            connection.execute(f"create table t as select {kept} from read_parquet(?)", [str(file)])
            connection.execute(f"copy t to '{file}' (format parquet)")
    assert "name" in {link.link_method for link in link_researchers(files) if link.staff_key}


def test_vault_files__alone_suffice_where_raw_storage_says_nothing(take: Taker) -> None:
    files = delivered(take, take("hr_assignments", ANN), take("rd_study_team", {**BLANK, "Person": "Quimby, Ann"}))
    bare = [Delivered(file.contract, file.vault, []) for file in files]
    assert [(*link.person, link.staff_key) for link in link_researchers(bare) if link.staff_key] == [
        (*link.person, link.staff_key) for link in link_researchers(files) if link.staff_key
    ]


def test_damaged_vault_file__is_no_silent_loss(tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    file.write_bytes(b"PAR1 no more")
    with pytest.raises(duckdb.Error):
        link_researchers([Delivered(contracts()["rd_study_team"], [file], [])])
