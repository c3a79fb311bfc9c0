"""The linking rules: employee number, then exact e-mail, else a person decides. All people here are invented."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.control_tables import CONTROL_TABLES
from ingestion.identity_link import link_researchers

STAFF = [
    ("RVN", "s1", "Ann.Ash@avon.nhs.uk"),
    ("RVN", "s2", "bo.birch@avon.nhs.uk"),
    ("RVN", "s3", "shared@avon.nhs.uk"),
    ("RVN", "s4", "shared@avon.nhs.uk"),
    ("RVN", "s5", None),
    ("RXX", "x1", "ann.ash@avon.nhs.uk"),
]


def _write(file: Path, columns: str, rows: list[tuple[str | None, ...]]) -> Path:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"create table t ({', '.join(f'{name} varchar' for name in columns.split())})")
        connection.executemany(f"insert into t values ({', '.join('?' * len(columns.split()))})", rows)
        connection.table("t").write_parquet(file.as_posix())
    return file


@pytest.fixture
def link(tmp_path: Path):
    """Links researchers (trust, key, staff key by number, e-mail) to STAFF; gives key -> row without trust and key."""
    staff = _write(tmp_path / "staff.parquet", "trust_code staff_key work_email", STAFF)

    def run(
        *researchers: tuple[str, str, str | None, str | None],
        staff_files: list[Path] | None = None,
        investigators: list[tuple[str, str | None]] | None = None,
    ):
        rows = [(trust, key, "n", number, "Ash, Ann", email, None) for trust, key, number, email in researchers]
        columns = "trust_code researcher_key researcher_name_key staff_key person email orcid"
        team = [_write(tmp_path / "team.parquet", columns, rows)] if rows else []
        named = [(trust, key, "Ash, Ann", None) for trust, key in investigators or []]
        columns = "trust_code principal_investigator_key principal_investigator lead_nurses"
        sites = [_write(tmp_path / "sites.parquet", columns, named)] if named else []
        found = link_researchers([staff] if staff_files is None else staff_files, team, sites)
        assert found == sorted(found)
        return {(row[0], row[1]): row[2:] for row in found}

    return run


def test_employee_number__links_with_full_score(link):
    assert link(("RVN", "r", "s5", None))["RVN", "r"] == ("s5", "employee_number", 1.0, 1.0, "linked")


def test_employee_number__wins_over_another_persons_email(link):
    assert link(("RVN", "r", "s1", "bo.birch@avon.nhs.uk"))["RVN", "r"][0:2] == ("s1", "employee_number")


def test_employee_number__unknown_to_hr_falls_through_to_email(link):
    assert link(("RVN", "r", "gone", "bo.birch@avon.nhs.uk"))["RVN", "r"] == ("s2", "email", 0.99, 0.99, "linked")


def test_employee_number__unknown_to_hr_and_alone_is_for_review(link):
    assert link(("RVN", "r", "gone", None))["RVN", "r"] == (None, "none", 0.0, 0.0, "review")


def test_email__is_compared_without_case_and_outer_spaces(link):
    assert link(("RVN", "r", None, "  ANN.ash@AVON.nhs.uk "))["RVN", "r"][0] == "s1"


def test_email__of_two_members_of_staff_is_for_review(link):
    assert link(("RVN", "r", None, "shared@avon.nhs.uk"))["RVN", "r"] == (None, "email", 0.99, 0.0, "review")


def test_email__at_a_domain_of_no_staff_is_outside_whatever_the_name(link):
    assert link(("RVN", "r", None, "ann.ash@bristol.ac.uk"))["RVN", "r"] == (None, "none", 0.0, 0.0, "outside")


def test_email__at_the_trusts_domain_without_an_owner_is_for_review(link):
    assert link(("RVN", "r", None, "a.ash@avon.nhs.uk"))["RVN", "r"][-1] == "review"


def test_email__that_is_no_address_counts_as_none(link):
    assert link(("RVN", "r", None, "see switchboard"))["RVN", "r"][-1] == "review"


def test_name_alone__is_for_review(link):
    assert link(("RVN", "r", None, None))["RVN", "r"] == (None, "none", 0.0, 0.0, "review")


def test_investigator__of_a_site_export_alone_is_for_review(link):
    found = link(investigators=[("RVN", "p"), ("RVN", None)])
    assert found == {("RVN", "p"): (None, "none", 0.0, 0.0, "review")}


def test_investigator__with_the_key_of_a_team_member_is_that_person(link):
    found = link(("RVN", "p", None, "ann.ash@avon.nhs.uk"), investigators=[("RVN", "p")])
    assert found["RVN", "p"][0] == "s1"


def test_team_file__without_email_and_number_columns_is_read(tmp_path: Path):
    file = _write(
        tmp_path / "team.parquet", "trust_code researcher_key researcher_name_key person", [("RVN", "r", "r", "Ash")]
    )
    assert link_researchers([], [file], []) == [("RVN", "r", None, "none", 0.0, 0.0, "review")]


def test_link__stays_within_the_trust(link):
    found = link(("RXX", "r", "s5", "bo.birch@avon.nhs.uk"), ("RXX", "q", None, "ann.ash@avon.nhs.uk"))
    assert found["RXX", "r"][-1] == "review"
    assert found["RXX", "q"][0] == "x1"


def test_person__is_linked_once_from_several_rows(link):
    found = link(
        ("RVN", "r", None, "ann.ash@bristol.ac.uk"),
        ("RVN", "r", None, "ann.ash@avon.nhs.uk"),
        ("RVN", "r", None, None),
    )
    assert found == {("RVN", "r"): ("s1", "email", 0.99, 0.99, "linked")}


def test_person__whose_emails_name_two_members_of_staff_is_for_review(link):
    found = link(("RVN", "r", None, "ann.ash@avon.nhs.uk"), ("RVN", "r", None, "bo.birch@avon.nhs.uk"))
    assert found["RVN", "r"] == (None, "email", 0.99, 0.0, "review")


def test_trust_without_staff_emails__calls_nobody_outside(link):
    assert link(("RVN", "r", None, "ann.ash@bristol.ac.uk"), staff_files=[])["RVN", "r"][-1] == "review"


def test_rows__are_those_of_the_control_table(link):
    assert len(link(("RVN", "r", None, None))["RVN", "r"]) + 2 == len(CONTROL_TABLES["researcher_link"][1])
    assert link_researchers([], [], []) == []
