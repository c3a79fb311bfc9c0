"""The scored comparison of names, and the traps of names. All people here are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.linking.people import CROWD, Researcher, Staff, linked, verdict

MEDICAL = {"staff_group": "Medical and Dental", "job_role": "Consultant"}


def links_to(staff: Staff, name: str, *others: Staff, **known: object) -> bool:
    found = verdict(Researcher("r", name, **known), staff, *others)  # type: ignore[arg-type]
    assert found[0] in (staff.key, None)
    return found == (staff.key, "name", "linked")


@pytest.mark.parametrize(
    "name",
    [
        "Okonkwo, Chidi",
        "OKONKWO, CHIDI",
        "Chidi Okonkwo",
        "Dr Chidi Okonkwo",
        "Okonkwo, Dr Chidi",
        "Prof. C Okonkwo",
        "Okonkwo, C.",
        "Okonkwo CJ",
        "Okonkwo, Chidi, MRCPsych",
        "Okonkwo, J",  # a second given name
        "Okonkwo, James",
        "Okonwko, Chidi",  # letters that changed places
        "Okonkwo, Cihdi",
        "Okonko, Chidi",  # a letter left out
        "Okonkwoo, Chidi",  # a letter too many
        "Okonkwa, Chidi",  # a wrong letter
        "Chidi, Okonkwo",  # names that changed places
    ],
)
def test_name__is_recognised_however_it_is_written(name: str) -> None:
    assert links_to(Staff("s", "Okonkwo", "Chidi James", **MEDICAL), name, role="PI")


@pytest.mark.parametrize(
    ("surname", "forename", "written"),
    [
        ("Müller-Łoś", "Zoë", "Muller Los, Zoe"),
        ("O'Neill", "Siân", "ONeill, Sian"),
        ("O’Neill", "Siân", "O'Neill, Siân"),
        ("Smith-Jones", "Sarah", "Smith Jones, Sarah"),
        ("Smith-Jones", "Sarah", "Smithjones, Sarah"),
        ("Smith-Jones", "Sarah", "Sarah Smith-Jones"),
        ("de Souza", "Ana", "De Souza, Ana"),
        ("Quimby", "Robert", "Quimby, Bob"),
        ("Quimby", "Bob", "Quimby, Robert"),
        ("Quimby", "Liz", "Quimby, Beth"),
        ("Quimby", "Katherine", "Quimby, Kate"),
        ("Quimby", "Sophie", "Quimby, Soph"),  # on no list of familiar forms
        ("Quimby", "Deborah", "Quimby, Debbei"),  # a familiar form, misspelt
        ("Quimby", "Anthony", "Quimby, T."),  # Tony
        ("Quimby", "Jake", "Quimby, Jak"),  # short names are misspelt too
        ("Bell", "Jacinta", "Ell, Jacinta"),
    ],
)
def test_name__accents_hyphens_apostrophes_and_familiar_forms_do_not_part_it(
    surname: str, forename: str, written: str
) -> None:
    assert links_to(Staff("s", surname, forename), written, role="Research Nurse")


@pytest.mark.parametrize("written", ["Smith, Sarah", "Jones, Sarah", "Ferrars-Smith-Jones, Sarah"])
def test_double_barrelled_name__is_recognised_by_its_half(written: str) -> None:
    staff = Staff("s", "Smith-Jones", "Sarah")
    assert verdict(Researcher("r", written, role="Research Nurse"), staff)[0] == ("s" if written[0] != "F" else None)


def test_married_name__that_hr_had_in_an_earlier_month_links() -> None:
    staff = [Staff("s", "Wetherby", "Gwendolen"), Staff("s", "Pelham", "Gwendolen")]
    for written in ("Wetherby, Gwendolen", "Pelham, Gwendolen", "Wetherby, G"):
        assert linked([*staff, *CROWD], [Researcher("r", written)])["r"][2] == "s"


def test_married_name__that_the_address_still_bears_links() -> None:
    staff = Staff("s", "Pelham", "Gwendolen", "gwendolen.wetherby2@avon.nhs.uk")
    assert links_to(staff, "Wetherby, Gwendolen")


def test_married_name__that_nobody_has_on_file_is_not_guessed() -> None:
    assert not links_to(Staff("s", "Pelham", "Gwendolen"), "Wetherby, Gwendolen")


def test_two_of_one_name__are_for_review() -> None:
    pair = [Staff("a", "Quimby", "Robert"), Staff("b", "Quimby", "Robert")]
    for written in ("Quimby, Robert", "Quimby, Bob", "Quimby, R", "Quinby, Robert"):
        assert verdict(Researcher("r", written), *pair)[1:] == ("name", "review")


def test_two_of_one_name__are_told_apart_by_what_one_does() -> None:
    pair = [
        Staff("a", "Quimby", "Robert", **MEDICAL),
        Staff("b", "Quimby", "Robert", None, "Estates and Ancillary", "Housekeeper"),
    ]
    assert verdict(Researcher("r", "Quimby, Robert", role="PI"), *pair)[0] == "a"


def test_two_of_one_name__are_told_apart_by_the_team_where_rd_says_it() -> None:
    pair = [Staff("a", "Quimby", "Robert", team="Ward 7"), Staff("b", "Quimby", "Robert")]
    assert verdict(Researcher("r", "Quimby, Robert", team="ward  7"), *pair)[0] == "a"


def test_initial__of_several_people_is_for_review_and_of_one_links() -> None:
    anna, alan = Staff("a", "Quimby", "Anna"), Staff("b", "Quimby", "Alan")
    assert verdict(Researcher("r", "Quimby, A"), anna, alan)[2] == "review"
    assert verdict(Researcher("r", "Quimby, A"), anna)[0] == "a"


def test_surname_alone__is_for_review_however_rare() -> None:
    assert verdict(Researcher("r", "Holton"))[1:] == ("name", "review")
    assert verdict(Researcher("r", "Quimby"), Staff("a", "Quimby", "Anna"))[1:] == ("name", "review")


def test_surname_alone__is_for_review_where_training_speaks_for_the_only_bearer() -> None:
    crowd = [*CROWD[:-4], *(replace(one, trained=True) for one in CROWD[-4:])]
    only = Staff("a", "Quimby", "Anna", trained=True)
    assert verdict(Researcher("r", "Quimby"), only, crowd=crowd)[1:] == ("name", "review")
    assert verdict(Researcher("r", "Quimby, A"), only, crowd=crowd)[::2] == ("a", "linked")


def test_letter_left_out__is_likelier_than_another_letter() -> None:
    """Few names come of leaving a letter out and many of changing one, so the first says more of whose name it was."""
    ward, warren = Staff("a", "Wardle", "Anna"), Staff("b", "Warble", "Anna")
    rows = linked([ward, warren, *CROWD], [Researcher("r", "Wadle, Anna"), Researcher("q", "Wartle, Anna")])
    assert (rows["r"][2], rows["q"][6]) == ("a", "review")


def test_other_forename__under_a_rare_surname_does_not_link() -> None:
    assert not links_to(Staff("a", "Quimby", "Anna"), "Quimby, Robert")


def test_misspelt_name__that_is_a_name_of_its_own_means_who_bears_it() -> None:
    reid, read = Staff("a", "Reidy", "Anna"), Staff("b", "Reedy", "Anna")
    assert verdict(Researcher("r", "Reedy, Anna"), reid, read)[0] == "b"


def test_common_name__links_less_readily_than_a_rare_one() -> None:
    smiths = [Staff(f"s{i}", "Smith", name) for i, name in enumerate(("Jane", "John", "Jack", "Jill", "Adam", "Eve"))]
    rows = linked(
        [*smiths, *CROWD, Staff("q", "Quimby", "Eve")], [Researcher("r", "Smith, Eve"), Researcher("q", "Quimby, Eve")]
    )
    assert rows["r"][4] < rows["q"][4]
    assert verdict(Researcher("r", "Smith, J"), *smiths)[2] == "review"


def test_outsider_known_by_address__is_a_rival_of_staff_of_the_same_name() -> None:
    ann = Staff("ann", "Quimby", "Anna", "anna.quimby@avon.nhs.uk")
    rows = [Researcher("out", "Quimby, Anna", "a.quimby@bristol.ac.uk"), Researcher("r", "Quimby, Anna")]
    found = linked([ann, *CROWD], rows)
    assert (found["out"][6], found["r"][6]) == ("outside", "review")


def test_staff_whom_rd_knows_otherwise__are_likelier_than_namesakes() -> None:
    pair = [Staff("a", "Quimby", "Robert"), Staff("b", "Quimby", "Robert")]
    rows = [Researcher("known", "Quimby, Robert", staff_key="a"), Researcher("r", "Quimby, Robert")]
    assert linked([*pair, *CROWD], rows)["r"][4] > 0.8


def test_namesake_who_left_before_the_role_began__gives_way_to_who_was_employed() -> None:
    gone, here = Staff("a", "Quimby", "Robert", last_day=date(2021, 1, 31)), Staff("b", "Quimby", "Robert")
    role = {"first_day": date(2024, 1, 1), "last_day": date(2024, 6, 30)}
    assert verdict(Researcher("r", "Quimby, Robert", **role), gone, here)[0] == "b"  # type: ignore[arg-type]
    slack = {"first_day": date(2021, 3, 1), "last_day": date(2021, 6, 30)}
    assert verdict(Researcher("r", "Quimby, Robert", **slack), gone, here)[2] == "review"  # type: ignore[arg-type]


def test_namesake_who_started_after_the_first_role__gives_way_too() -> None:
    new, old = Staff("a", "Quimby", "Robert", first_day=date(2023, 6, 1)), Staff("b", "Quimby", "Robert")
    role = {"first_day": date(2022, 1, 1), "last_day": date(2024, 6, 30)}
    row = linked([new, old, *CROWD], [Researcher("r", "Quimby, Robert", **role)])["r"]  # type: ignore[arg-type]
    assert row[4] > 0.85


def test_namesake_who_has_no_research_training__gives_way_to_who_has() -> None:
    trained, other = Staff("a", "Quimby", "Robert", trained=True), Staff("b", "Quimby", "Robert")
    crowd = [*CROWD[:-4], *(replace(one, trained=True) for one in CROWD[-4:])]
    assert verdict(Researcher("r", "Quimby, Robert"), trained, other, crowd=crowd)[::2] == ("a", "linked")
    assert (
        verdict(Researcher("r", "Quimby, Robert"), replace(trained, trained=False), other, crowd=crowd)[2] == "review"
    )


def test_good_clinical_practice__speaks_more_for_a_namesake_than_another_course() -> None:
    gcp = Staff("a", "Quimby", "Robert", trained=True)
    other = Staff("b", "Quimby", "Robert", trained=True, course="Critical Appraisal")
    aware = [replace(one, trained=True, course="Critical Appraisal") for one in CROWD[-34:-4]]
    crowd = [*CROWD[:-34], *aware, *(replace(one, trained=True) for one in CROWD[-4:])]
    assert verdict(Researcher("r", "Quimby, Robert"), gcp, other, crowd=crowd)[0] == "a"


def test_roles_that_all_ended_before_the_first_month_of_hr__leave_more_doubt() -> None:
    """Whoever left before HR's first month is in no file, and a namesake who stayed would be taken for them."""
    staff = [Staff("a", "Holton", "Marge"), *CROWD]
    roles = {"first_day": date(2022, 1, 1), "last_day": date(2022, 12, 31)}
    person = [Researcher("r", "Holton, Marge", **roles)]  # type: ignore[arg-type]
    of_then, of_later = (
        linked(staff, person, months=[month])["r"][4] for month in (date(2022, 6, 1), date(2023, 6, 1))
    )
    assert of_later < of_then


def test_research_training__says_nothing_where_nobody_or_everybody_has_it() -> None:
    score = linked([Staff("a", "Holton", "Marge"), *CROWD], [Researcher("r", "Holton, M")])["r"][4]
    trained = [replace(one, trained=True) for one in (Staff("a", "Holton", "Marge"), *CROWD)]
    assert linked(trained, [Researcher("r", "Holton, M")])["r"][4] == score


def test_name_of_nobody__is_for_review_without_a_candidate() -> None:
    assert verdict(Researcher("r", "Zzyzx, Quentin")) == (None, "none", "review")
    assert verdict(Researcher("r", "?")) == (None, "none", "review")


def test_roles__are_weighed_as_the_trust_s_own_people_hold_them() -> None:
    """Where investigators are nurses throughout, a namesake who is a nurse is the likelier investigator than a doctor."""
    nurse, doctor = Staff("nurse", "Quimby", "Robert"), Staff("doctor", "Quimby", "Robert", **MEDICAL)
    nurses = [Staff(f"n{i}", f"Rowan{'abcdefghij'[i % 10]}{'klmnopqrstuv'[i // 10]}", "Ida") for i in range(120)]
    staff = [nurse, doctor, *nurses, *(replace(one, **MEDICAL) for one in CROWD)]  # type: ignore[arg-type]
    asked = Researcher("r", "Quimby, Robert", role="PI")
    known = [Researcher(f"k{i}", "Rowan, Ida", staff_key=f"n{i}", role="PI") for i in range(120)]
    by_seed, by_trust = linked(staff, [asked]), linked(staff, [asked, *known])
    assert (by_seed["r"][2], by_trust["r"][2]) != ("nurse", "doctor")
    assert by_seed["r"][7] == "medical"
    assert by_trust["r"][7] == "nursing"
