"""Identifiers of people and publications: ORCID by its check character, DOI and PMID in one spelling, lists of authors."""

from __future__ import annotations

import pytest

from tests.ingestion.delivering import KEY, Taker
from tests.ingestion.test_pseudonyms import keyed

SOUND = "0000-0002-1825-0097"
OTHER = "0000-0002-1694-233X"


def names(taken: dict[str, object]) -> list[str]:
    return str(taken["author_keys"]).split(";")


@pytest.mark.parametrize("written", [SOUND, "https://orcid.org/0000-0002-1825-0097", "0000000218250097"])
def test_orcid__is_kept_in_one_spelling_in_the_vault_alone(take: Taker, written: str) -> None:
    taken = take("rd_study_team", {"ORCID": written})
    assert taken.identities[0]["orcid"] == SOUND
    assert "orcid" not in taken.row


@pytest.mark.parametrize("written", ["0000-0002-1825-0098", "0000-0002-1825-00", "ask her"])
def test_orcid__with_a_wrong_check_character_rejects_the_id_and_not_the_row(take: Taker, written: str) -> None:
    taken = take("rd_study_team", {"ORCID": written})
    assert taken.delivery.rows_rejected == 0
    assert taken.identities[0]["orcid"] is None
    assert [(f.check, f.column, f.n) for f in taken.findings] == [("bad_identifier_dropped", "orcid", 1)]


def test_orcid__is_stronger_than_a_name_and_weaker_than_an_email(take: Taker) -> None:
    blank = {"Employee Number": "", "Email": ""}
    named = [
        {"Person": "Ash, A", "ORCID": SOUND},
        {"Person": "Ash, Anna", "ORCID": SOUND},
        {"Person": "Ash, A", "ORCID": OTHER},
    ]
    keys = [row["researcher_key"] for row in take("rd_study_team", *(blank | row for row in named)).rows]
    assert keys[0] == keys[1] == keyed(KEY, f"RVN|orcid|{SOUND}")
    assert keys[2] != keys[0]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://doi.org/10.1136/BMJ-2024.5", "10.1136/bmj-2024.5"),
        ("http://dx.doi.org/10.1136/BMJ-2024.5", "10.1136/bmj-2024.5"),
        ("doi:10.1136/BMJ-2024.5", "10.1136/bmj-2024.5"),
        ("PMID: 38123456", "38123456"),
        ("38123456.0", "38123456"),
        ("https://pubmed.ncbi.nlm.nih.gov/38123456/", "38123456"),
        ("Report 7", "Report 7"),
    ],
)
def test_output_id__is_compared_without_resolver_and_case(take: Taker, written: str, kept: str) -> None:
    assert take("rd_outputs", {"Output Id": written}).row["output_id"] == kept


def test_output_id__spelt_in_two_ways_is_one_key(take: Taker) -> None:
    taken = take("rd_outputs", {"Output Id": "10.1/X"}, {"Output Id": "https://doi.org/10.1/x"})
    assert [row["reason_code"] for row in taken.quarantine] == ["duplicate_key"]


def test_authors__become_keys_in_their_order(take: Taker) -> None:
    taken = take("rd_outputs", {"Trust Authors": "Ash, Ann; O'Neill, Zoë ;Ash, Ann;"})
    first, second, third = names(taken.row)
    assert first == third == keyed(KEY, "RVN|name|ash ann")
    assert second == keyed(KEY, "RVN|name|o neill zoe")
    assert [one["person"] for one in taken.identities[:3]] == ["Ash, Ann", "O'Neill, Zoë", "Ash, Ann"]
    assert [one["author_position"] for one in taken.identities[:3]] == [1, 2, 3]
    assert [one["researcher_key"] for one in taken.identities[:3]] == [first, second, third]


def test_authors__take_the_orcid_in_their_place(take: Taker) -> None:
    taken = take(
        "rd_outputs", {"Trust Authors": "Ash, Ann; Box, Bob; Cox, Cy", "ORCIDs": f"; {SOUND}; 0000-0002-1825-0098"}
    )
    assert names(taken.row) == [keyed(KEY, f"RVN|{one}") for one in ("name|ash ann", f"orcid|{SOUND}", "name|cox cy")]
    assert [one["orcid"] for one in taken.identities[:3]] == [None, SOUND, None]
    assert [(f.check, f.column) for f in taken.findings] == [("bad_identifier_dropped", "orcids")]


@pytest.mark.parametrize("end", ["", ";", " ; ;"])
def test_orcids__may_leave_their_last_places_blank(take: Taker, end: str) -> None:
    taken = take("rd_outputs", {"Trust Authors": f"Ash, Ann; Box, Bob; Cox, Cy{end}", "ORCIDs": f"{SOUND}; ;"})
    assert [one["orcid"] for one in taken.identities[:3]] == [SOUND, None, None]
    assert not taken.findings


def test_orcids__of_another_number_than_the_authors_are_given_to_nobody(take: Taker) -> None:
    taken = take("rd_outputs", {"Trust Authors": "Ash, Ann; Box, Bob", "ORCIDs": SOUND})
    assert [one["orcid"] for one in taken.identities[:2]] == [None, None]
    assert [(f.check, f.column) for f in taken.findings] == [("orcids_without_author", "orcids")]


def test_raw_outputs__hold_no_name(take: Taker) -> None:
    taken = take("rd_outputs", {"Trust Authors": "Ash, Ann", "ORCIDs": SOUND})
    assert not {"trust_authors", "orcids", "person"} & taken.row.keys()
    assert "Ash" not in str(taken.row)


def test_awards__keep_the_applicant_in_the_vault_as_a_team_row_does(take: Taker) -> None:
    person = {"Email": "ann@x.nhs.uk", "Employee Number": "7"}
    award = take("rd_awards", {"Applicant": "Ash, Ann", "Amount": "£1,234,567.50", "WTE Percent": "40%", **person})
    member = take("rd_study_team", {"Person": "Ash, Ann", **person})
    kept = {"staff_key", "researcher_key", "researcher_name_key", "person", "email"}
    assert {name: award.identities[0][name] for name in kept} == {name: member.identities[0][name] for name in kept}
    assert (award.row["amount"], award.row["wte_percent"]) == (1234567.5, 40.0)


@pytest.mark.parametrize(
    "written",
    [
        *("2.04E+07", "2.04E7", "2.0400097e7", "20,400,000", "########", "unknown", "#20400000"),
        *("0", "00000000", "20400097.4", "01-Mar-2025", "01/03/2025", "2025-03-01"),
    ],
)
def test_staff_number__that_a_spreadsheet_made_unreadable_is_bad_type(take: Taker, written: str) -> None:
    taken = take("hr_assignments", {"Employee Number": written}, {"Assignment Number": written})
    assert taken.reasons == [("employee_number", "bad_type"), ("assignment_number", "bad_type")]


def test_staff_number__that_r_and_d_need_not_know_is_dropped_where_it_is_a_word(take: Taker) -> None:
    taken = take("rd_study_team", {"Employee Number": "external", "Person": "Ash, Ann"})
    assert taken.row["researcher_key"] == keyed(KEY, "RVN|name|ash ann")
    assert taken.row["staff_key"] is None
    assert taken.found("bad_identifier_dropped", "employee_number") == 1


@pytest.mark.parametrize("written", ["20412345-2", "412345", "AB-7", "12E345", "0.7A", "B 20-03"])
def test_staff_number__of_an_unusual_form_is_kept(take: Taker, written: str) -> None:
    assert take("hr_leavers", {"Employee Number": written}).row["staff_key"] == keyed(KEY, f"RVN|{written}")


@pytest.mark.parametrize("written", ["'20412345", "20412345.0", "'20412345.00"])
def test_staff_number__is_the_same_with_what_spreadsheets_add(take: Taker, written: str) -> None:
    assert take("hr_leavers", {"Employee Number": written}).row["staff_key"] == keyed(KEY, "RVN|20412345")


def test_staff_numbers__with_fewer_digits_than_the_eight_of_the_others_are_reported(take: Taker) -> None:
    taken = take("hr_assignments", {"Employee Number": "412345"}, {"Employee Number": "AB-7"})
    assert taken.found("short_staff_number", "employee_number") == 1
    assert taken.row["staff_key"] == keyed(KEY, "RVN|412345")
    assert take("hr_assignments", {"Employee Number": "412345"}, sound=0).found("short_staff_number") == 0


@pytest.mark.parametrize("number", ["Vacant1", "VACANT 12", "TBC1", "NEW STARTER 3", "Agency2"])
def test_word_with_a_figure__is_no_staff_number(take: Taker, number: str) -> None:
    assert ("employee_number", "bad_type") in take("hr_assignments", {"Employee Number": number}).reasons


@pytest.mark.parametrize("number", ["E1234567", "AB123456", "EMP12345", "20400026-2", "A1"])
def test_number_with_letters__is_a_staff_number(take: Taker, number: str) -> None:
    assert take("hr_assignments", {"Employee Number": number}).delivery.rows_rejected == 0


@pytest.mark.parametrize("name", ["???", "12345", "Ким, Ольга"])
@pytest.mark.parametrize(
    ("extract", "label", "column"),
    [
        ("rd_study_team", "Person", "person"),
        ("rd_awards", "Applicant", "applicant"),
        ("rd_outputs", "Trust Authors", "trust_authors"),
    ],
)
def test_name_without_a_latin_letter__rejects_its_row(
    take: Taker, extract: str, label: str, column: str, name: str
) -> None:
    assert take(extract, {label: name}).reasons == [(column, "bad_type")]


@pytest.mark.parametrize("name", ["TBC", "tba", "?", "To be confirmed"])
def test_word_in_place_of_a_name__is_no_person(take: Taker, name: str) -> None:
    assert take("rd_study_team", {"Person": name}).reasons == [("person", "missing_required")]
    assert take("rd_project_sites", {"Principal Investigator": name}).row["principal_investigator_key"] is None


def test_target_to_be_confirmed__does_not_cost_the_study(take: Taker) -> None:
    taken = take("rd_project_sites", {"Project site target participants": "TBC"})
    assert (taken.delivery.rows_rejected, taken.row["target_participants"]) == (0, None)
