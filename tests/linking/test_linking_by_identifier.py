"""Employee number, then e-mail, then ORCID: the tiers that compare no names. All people here are invented."""

from __future__ import annotations

from dataclasses import fields

from ingestion.control_tables import CONTROL_TABLES
from ingestion.researcher_link.history import Link
from tests.linking.people import CROWD, Researcher, Staff, linked, verdict

ANN = Staff("ann", "Ash", "Ann", "Ann.Ash@avon.nhs.uk")
BO = Staff("bo", "Birch", "Bo", "bo.birch@avon.nhs.uk")
ORCID, OTHER_ORCID = "0000-0002-1825-0097", "0000-0002-9079-593X"


def test_employee_number__links_with_full_score() -> None:
    row = linked([ANN], [Researcher("r", "Somebody, Else", staff_key="ann")])["r"]
    assert row == ("RVN", "r", "ann", "employee_number", 1.0, 1.0, "linked", "nursing")


def test_employee_number__wins_over_another_persons_email() -> None:
    found = verdict(Researcher("r", "Birch, Bo", "bo.birch@avon.nhs.uk", staff_key="ann"), ANN, BO)
    assert found == ("ann", "employee_number", "linked")


def test_employee_number__unknown_to_hr_falls_through_to_email() -> None:
    found = verdict(Researcher("r", "Birch, B", "bo.birch@avon.nhs.uk", staff_key="gone"), ANN, BO)
    assert found == ("bo", "email", "linked")


def test_email__is_compared_without_case_and_outer_spaces() -> None:
    assert verdict(Researcher("r", "X, Y", "  ANN.ash@AVON.nhs.uk "), ANN) == ("ann", "email", "linked")


def test_email__of_another_organisation_is_outside_even_if_a_member_of_staff_bears_the_name() -> None:
    assert verdict(Researcher("r", "Ash, Ann", "ann.ash@bristol.ac.uk"), ANN) == (None, "none", "outside")


def test_email__of_another_organisation_beside_one_of_the_trust_is_that_person() -> None:
    rows = [Researcher("r", "Ash, Ann", "ann.ash@bristol.ac.uk"), Researcher("r", "Ash, A", "ann.ash@avon.nhs.uk")]
    assert linked([ANN], rows)["r"][2:4] == ("ann", "email")


def test_email__at_a_domain_that_one_member_of_staff_has_is_still_another_organisation() -> None:
    professor = Staff("prof", "Elm", "Eve", "eve.elm@bristol.ac.uk")
    crowd = [Staff(s.key, s.surname, s.forename, f"{s.key}@avon.nhs.uk") for s in CROWD]
    assert verdict(Researcher("r", "Ash, Ann", "ann.ash@bristol.ac.uk"), ANN, professor, crowd=crowd)[2] == "outside"
    assert verdict(Researcher("r", "Elm, Eve", "eve.elm@bristol.ac.uk"), ANN, professor, crowd=crowd)[0] == "prof"


def test_email__that_belongs_to_no_organisation_leaves_the_name_to_decide() -> None:
    for address in ("ann@nhs.net", "ann.ash77@gmail.com", "see switchboard"):
        assert verdict(Researcher("r", "Ash, Ann", address), ANN) == ("ann", "name", "linked")


def test_email__in_a_trust_without_staff_addresses_calls_nobody_outside() -> None:
    assert verdict(Researcher("r", "Nobody, Known", "x@bristol.ac.uk"))[2] == "review"


def test_shared_mailbox__is_settled_by_the_name_of_one_who_holds_it() -> None:
    shared = [Staff("one", "Oak", "Olga", "rd@avon.nhs.uk"), Staff("two", "Pine", "Peter", "rd@avon.nhs.uk")]
    assert verdict(Researcher("r", "Pine, P", "rd@avon.nhs.uk"), *shared) == ("two", "email", "linked")
    assert verdict(Researcher("r", "Margaret Holton", "rd@avon.nhs.uk"), *shared)[2] == "review"


def test_rehire__is_the_spell_in_which_the_role_was_held() -> None:
    from datetime import date

    before = Staff("old", "Ash", "Ann", "ann.ash@avon.nhs.uk", last_day=date(2022, 3, 31))
    after = Staff("new", "Ash", "Ann", "ann.ash@avon.nhs.uk", first_day=date(2024, 1, 1))
    role = {"first_day": date(2024, 6, 1), "last_day": date(2024, 9, 30)}
    assert verdict(Researcher("r", "Ash, Ann", "ann.ash@avon.nhs.uk", **role), before, after)[0] == "new"
    assert verdict(Researcher("r", "Ash, Ann", **role), before, after) == ("new", "name", "linked")
    both = {"first_day": date(2021, 6, 1), "last_day": date(2024, 9, 30)}
    assert verdict(Researcher("r", "Ash, Ann", "ann.ash@avon.nhs.uk", **both), before, after)[2] == "review"


def test_orcid__that_stands_beside_a_number_elsewhere_links() -> None:
    rows = [
        Researcher("known", "Ash, Ann", orcid=ORCID, staff_key="ann"),
        Researcher("r", "A A", orcid=f"https://orcid.org/{ORCID}"),
    ]
    assert linked([ANN, BO], rows)["r"][2:7] == ("ann", "orcid", 0.98, 0.98, "linked")


def test_orcid__of_an_outsider_is_outside_even_if_a_member_of_staff_bears_the_name() -> None:
    rows = [Researcher("known", "Ash, Ann", "ann@bristol.ac.uk", ORCID), Researcher("r", "Ash, Ann", orcid=ORCID)]
    assert linked([ANN, BO], rows)["r"][2:] == (None, "orcid", 0.98, 0.98, "outside", None)


def test_orcid__of_two_people_is_for_review() -> None:
    rows = [
        Researcher("a", "Ash, Ann", orcid=ORCID, staff_key="ann"),
        Researcher("b", "Birch, Bo", orcid=ORCID, staff_key="bo"),
        Researcher("r", "Ash, Ann", orcid=ORCID),
    ]
    assert linked([ANN, BO], rows)["r"][2:7] == (None, "orcid", 0.0, 0.0, "review")


def test_orcid__with_a_wrong_check_character_is_none() -> None:
    rows = [
        Researcher("a", "Ash, Ann", orcid="0000-0002-1825-0098", staff_key="ann"),
        Researcher("r", "Elm, E", orcid="0000-0002-1825-0098"),
    ]
    assert linked([ANN], rows)["r"][3] == "none"
    valid = [
        Researcher("a", "Ash, Ann", orcid=OTHER_ORCID, staff_key="ann"),
        Researcher("r", "Elm, E", orcid=OTHER_ORCID.lower()),
    ]
    assert linked([ANN], valid)["r"][3] == "orcid"


def test_link__stays_within_the_trust() -> None:
    elsewhere = Staff("x1", "Ash", "Ann", "ann.ash@avon.nhs.uk", trust="RXX")
    rows = [Researcher("r", "Ash, Ann", "ann.ash@avon.nhs.uk", trust="RXX"), Researcher("q", "Birch, Bo", trust="RXX")]
    found = linked([ANN, BO, elsewhere], rows)
    assert found["r"][2] == "x1"
    assert found["q"][2] is None


def test_links__have_the_columns_of_the_control_table() -> None:
    assert [field.name for field in fields(Link)] == list(CONTROL_TABLES["researcher_link"][1])
    assert len(linked([ANN], [Researcher("r", "Ash, Ann")])["r"]) + 2 == len(fields(Link))
    assert linked([], []) == {}
    assert linked([], [Researcher("r", "Ash, Ann")])["r"] == ("RVN", "r", None, "none", 0.0, 0.0, "review", None)


def test_employee_number__that_hr_does_not_have_speaks_against_a_link_by_name() -> None:
    def by_name(number: str | None) -> float:
        return linked([ANN, *CROWD], [Researcher("r", "Ash, A", staff_key=number)])["r"][4]

    without = by_name(None)
    assert 0 < by_name("of nobody in HR") < without
