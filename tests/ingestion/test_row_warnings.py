"""What a contract's warnings say of accepted rows: with the file's lines, and only where there is something to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from ingestion.contract import contracts
from ingestion.explain import noticed
from tests.ingestion.delivering import Taker

Row = Mapping[str, str]

_PLAN = {"Employee Number": "20400001", "Weekly PAs": "", "Weekly Hours": "31"}
_SPELL = {"Employee Number": "20400001", "Absence Category": "Sickness"}
_PERSON = {"Employee Number": "20400001", "Email": "a@trust.example.uk", "ORCID": "0000-0002-1825-0097"}

#: Extract, warning, and rows of which the last one breaks it (and others, where it is about several).
DOUBTFUL: list[tuple[str, str, Sequence[Row]]] = [
    (
        "hr_assignments",
        "person_of_several_surnames",
        [{"Employee Number": "20400001", "Last Name": name} for name in ("Hill", "Wood")],
    ),
    (
        "hr_assignments",
        "person_of_several_birth_dates",
        [{"Employee Number": "20400001", "Date Of Birth": day} for day in ("1980-06-30", "1985-01-01")],
    ),
    (
        "hr_assignments",
        "person_of_several_primaries",
        [{"Employee Number": "20400001", "Primary Assignment": "Yes"}] * 2,
    ),
    ("hr_assignments", "person_starts_later", [{"Assignment Start Date": "2025-04-01"}]),
    (
        "hr_absence",
        "person_with_overlapping_sickness",
        [
            _SPELL | {"Absence Start Date": "2025-03-01", "Absence End Date": "2025-03-10"},
            _SPELL | {"Absence Start Date": "2025-03-10", "Absence End Date": "2025-03-12"},
        ],
    ),
    ("hr_absence", "person_sick_for_years", [_SPELL | {"Absence Start Date": "2021-03-01", "Absence End Date": ""}]),
    ("hr_job_plans", "person_with_more_than_a_week", [_PLAN | {"Activity": "Clinic"}, _PLAN | {"Activity": "Ward"}]),
    ("hr_job_plans", "person_with_more_than_a_week", [{"Weekly PAs": "16", "Weekly Hours": ""}]),
    ("hr_leavers", "person_leaves_later", [{"Termination Date": "2025-04-01"}]),
    ("hr_appraisals", "person_appraised_later", [{"Appraisal Date": "2025-04-01"}]),
    ("training_research", "person_completes_later", [{"Completion Date": "2025-04-01", "Expiry Date": ""}]),
    (
        "training_research",
        "person_expires_before_completion",
        [{"Completion Date": "2025-03-01", "Expiry Date": "2024-03-01"}],
    ),
    ("rd_study_team", "several_people", [{"Person": "Hill, Ann; Wood, Ben"}]),
    (
        "rd_study_team",
        "employee_number_of_several",
        [_PERSON | {"Person": name} for name in ("Hill, Ann", "Wood, Ben")],
    ),
    ("rd_study_team", "email_of_several", [_PERSON | {"Person": name} for name in ("Hill, Ann", "Wood, Ben")]),
    ("rd_study_team", "orcid_of_several", [_PERSON | {"Person": name} for name in ("Hill, Ann", "Wood, Ben")]),
    ("rd_project_sites", "several_people", [{"Principal Investigator": "Hill, Ann & Wood, Ben"}]),
    (
        "rd_project_sites",
        "closes_before_opening",
        [{"Date open to recruitment": "2025-03-01", "Project site Closing Date (Actual)": "2025-02-01"}],
    ),
    (
        "rd_project_sites",
        "closed_without_date",
        [{"Project site status": "Closed to Recruitment", "Project site Closing Date (Actual)": ""}],
    ),
    (
        "rd_project_sites",
        "open_without_date",
        [
            {
                "Project site status": "Open, With Recruitment",
                "Date open to recruitment": "",
                "Project site Date Start": "",
            }
        ],
    ),
    ("rd_project_sites", "opens_later", [{"Project site status": "Open", "Date open to recruitment": "2025-04-01"}]),
    ("rd_recruitment", "recruited_later", [{"Recruitment Month": "2025-04"}]),
    ("rd_awards", "several_people", [{"Applicant": "Hill, Ann and Wood, Ben"}]),
    ("rd_awards", "decided_without_date", [{"Status": "Awarded", "Decision Date": ""}]),
    ("rd_awards", "decided_before_applied", [{"Applied Date": "2025-03-02", "Decision Date": "2025-03-01"}]),
    (
        "rd_outputs",
        "same_title",
        [{"Output Id": "10.1000/one", "Title": "One"}, {"Output Id": "123456", "Title": "ONE"}],
    ),
    ("survey_nqps", "of_another_period", [{"Survey Year": "2025", "Quarter": "Q2"}]),
    ("survey_nss", "of_another_period", [{"Survey Year": "2021"}]),
    ("bench_pulse", "of_another_period", [{"period": "2026/27 Q1"}]),
    ("bench_sickness", "of_another_period", [{"DATE": "2025-06-30"}]),
    ("bench_staff_survey", "of_another_period", [{"survey_date": "2026-01-01"}]),
]

#: What makes a sound row of the tests sound for the warnings too, by extract.
_SOUND: dict[str, Row] = {
    "hr_absence": {"Absence Start Date": "2025-03-15", "Absence End Date": "2025-03-15"},
    "survey_nqps": {"Survey Year": "2025", "Quarter": "Q4"},
    "survey_nss": {"Survey Year": "2024"},
}


def _table(extract: str, rows: Sequence[Row], sound: int = 12) -> list[Row]:
    base = [_SOUND.get(extract, {})] * (len(rows) + sound)
    return [one | row for one, row in zip(base, [*rows, *({} for _ in range(sound))], strict=True)]


@pytest.mark.parametrize(("extract", "warning", "rows"), DOUBTFUL)
def test_doubtful_row__is_kept_and_said_with_its_line(
    take: Taker, extract: str, warning: str, rows: Sequence[Row]
) -> None:
    taken = take(extract, *_table(extract, rows), sound=0)
    assert taken.delivery.rows_rejected == 0
    (found,) = (finding for finding in taken.findings if finding.check == warning)
    assert found.severity == "warning"
    assert len(rows) + 1 in found.lines
    sentence = noticed(extract, found.check, found.column, found.n, found.lines)
    assert sentence is not None
    assert sentence.startswith("line")


@pytest.mark.parametrize("extract", sorted({extract for extract, *_ in DOUBTFUL}))
def test_sound_rows__are_not_doubted(take: Taker, extract: str) -> None:
    taken = take(extract, *_table(extract, []), sound=0)
    assert taken.delivery.rows_rejected == 0
    names = {warning.name for warning in contracts()[extract].row_warnings}
    assert not names.intersection(finding.check for finding in taken.findings)


def test_every_warning__has_a_row_that_it_doubts() -> None:
    declared = {(extract, w.name) for extract, contract in contracts().items() for w in contract.row_warnings}
    assert declared == {(extract, warning) for extract, warning, _ in DOUBTFUL}


def test_warnings_of_staff__are_counted_as_people_in_the_release() -> None:
    """`fct_delivery_finding` protects small counts of checks whose name begins so."""
    of_staff = [
        warning.name
        for contract in contracts().values()
        if any(column.pii == "staff_number" and column.required == "value" for column in contract.columns)
        for warning in contract.row_warnings
    ]
    assert of_staff
    assert all(name.startswith("person_") for name in of_staff)


def test_names_of_one_person__that_are_written_otherwise_or_changed_by_marriage__are_not_doubted(take: Taker) -> None:
    rows = [_PERSON | {"Person": name} for name in ("Hill, Ann", "Hil, A", "Wood, Ann")]
    assert take("rd_study_team", *rows).found("employee_number_of_several") == 0


def test_posts_that_have_ended__make_no_second_primary_post(take: Taker) -> None:
    rows = [
        {"Employee Number": "20400001", "Assignment Status": status} for status in ("Terminated", "Active Assignment")
    ]
    assert take("hr_assignments", *rows).found("person_of_several_primaries") == 0


def test_spells_of_two_reasons_or_categories__may_overlap(take: Taker) -> None:
    days = {"Absence Start Date": "2025-03-01", "Absence End Date": "2025-03-10"}
    others = [{"Absence Category": "Annual Leave"}, {"Absence Reason": "S10 Anxiety"}]
    rows = [_SPELL | days, *(_SPELL | days | other for other in others)]
    assert take("hr_absence", *rows).found("person_with_overlapping_sickness") == 0


def test_many_doubtful_rows__are_counted_and_the_first_five_named(take: Taker) -> None:
    taken = take("hr_appraisals", *[{"Appraisal Date": "2025-04-01"}] * 7)
    (found,) = (finding for finding in taken.findings if finding.check == "person_appraised_later")
    said = noticed("hr_appraisals", found.check, found.column, found.n, found.lines)
    assert said is not None
    assert said.startswith("lines 2, 3, 4, 5, 6 and 2 more, Appraisal Date: ")
