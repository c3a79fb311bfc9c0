"""The header row is found by the required columns, its labels are matched loosely, and what is strange in it is reported."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from ingestion.contract import contracts
from ingestion.explain import noticed
from tests.ingestion.delivering import (
    QUESTIONS,
    Taker,
    as_csv,
    as_workbook,
    cells,
    renamed,
    sound_row,
    table_without,
)

#: Extract and, for the n-th time, the n-th alias of every column that has so many.
ALIASES = [
    pytest.param(
        extract, {c.label: c.aliases[n] for c in contract.columns if len(c.aliases) > n}, id=f"{extract} {n + 1}"
    )
    for extract, contract in contracts().items()
    for n in range(max(len(column.aliases) for column in contract.columns))
]
REQUIRED = [(extract, c.label) for extract, contract in contracts().items() for c in contract.required_headers]
FORBIDDEN = ("NI Number", "National Insurance No.", "Address Line 1", "Postcode", "Mobile Phone", "Sort Code", "Notes")


@pytest.mark.parametrize("titles", [0, 1, 5, 29])
@pytest.mark.parametrize("title", ["Staff in post", "", "Run date,31/03/2025,by HR", "Project ID list"])
def test_header__is_found_within_the_first_30_rows(take: Taker, titles: int, title: str) -> None:
    taken = take.content("rd_recruitment", f"{title}\r\n" * titles + as_csv(cells("rd_recruitment")))
    assert taken.delivery.rows_accepted == 40
    assert taken.row["_row_number"] == titles + 2
    assert taken.found("title_rows") == (titles if title else 0)


def test_header__below_the_first_30_rows_is_not_found(take: Taker) -> None:
    taken = take.content("rd_recruitment", "Staff in post\r\n" * 30 + as_csv(cells("rd_recruitment")))
    assert "within the first 30 rows" in taken.refusal
    assert "Project ID" in taken.refusal


def test_file_without_header__is_refused_with_the_columns_that_were_expected(take: Taker) -> None:
    taken = take.content("rd_recruitment", as_csv(cells("rd_recruitment")[1:]))
    assert "expected the columns Project ID, Recruitment Month, Recruited" in taken.refusal
    assert taken.delivery.rows_delivered == 0


@pytest.mark.parametrize(
    "label",
    [
        "JOB ROLE",
        "job_role",
        " Job  Role ",
        "Job-Role:",
        "Job Role\u200b",
        "\ufeffJob\u00adRole",
        "Job.Role",
        "Job#Role",
        "Job\nRole",
    ],
)
def test_header__is_matched_whatever_its_case_spaces_and_punctuation(take: Taker, label: str) -> None:
    taken = take.content("hr_leavers", as_csv(renamed("hr_leavers", {"Job Role": label})))
    assert taken.delivery.rows_accepted == 40
    assert taken.row["job_role"] == "Some text"


@pytest.mark.parametrize(("extract", "aliases"), ALIASES)
def test_header__is_found_under_each_alias_of_the_contract(take: Taker, extract: str, aliases: dict[str, str]) -> None:
    taken = take.content(extract, as_csv(renamed(extract, aliases)))
    assert taken.delivery.rows_accepted == 40
    assert not taken.found("drift_column")


@pytest.mark.parametrize(("extract", "label"), REQUIRED)
def test_missing_required_column__refuses_the_file_and_is_named(take: Taker, extract: str, label: str) -> None:
    taken = take.content(extract, as_csv(table_without(extract, label)))
    assert f"the header lacks {label};" in taken.refusal
    assert f"ingestion/contracts/{extract}.yml" in taken.refusal
    assert taken.found("missing_column") == 1


@pytest.mark.parametrize("extract", contracts())
def test_missing_optional_columns__are_no_fault(take: Taker, extract: str) -> None:
    optional = [column for column in contracts()[extract].columns if column.required == "no"]
    taken = take.content(extract, as_csv(table_without(extract, *(column.label for column in optional))))
    assert taken.delivery.rows_accepted == 40
    assert {taken.row.get(column.name) for column in optional} <= {None}


def test_unknown_column_with_data__is_reported_as_drift_and_not_loaded(take: Taker) -> None:
    taken = take("hr_leavers", {"Shoe Size": "42"}, {"Shoe Size": "43"})
    assert taken.found("drift_column", "Shoe Size") == 2
    assert "42" not in {str(value) for value in taken.row.values()}


def test_thousands_of_unknown_columns__are_told_in_bounded_time(take: Taker) -> None:
    used = time.process_time()
    taken = take("hr_leavers", {f"Spare {i}": "7" for i in range(5000)}, sound=5)
    assert time.process_time() - used < 20  # seconds; each column compared with each other took more than 40
    assert (taken.delivery.rows_accepted, len(taken.findings)) == (6, 5000)


@pytest.mark.parametrize("blank", ["", " "])
def test_unknown_column_without_data__is_ignored(take: Taker, blank: str) -> None:
    assert not take("hr_leavers", {"Shoe Size": blank}).found("drift_column")


@pytest.mark.parametrize("as_file", [as_csv, lambda table: as_workbook(Data=table)], ids=["csv", "xlsx"])
def test_column_without_header_that_holds_data__is_reported_as_drift(
    take: Taker, as_file: Callable[[list[list[str]]], str | bytes]
) -> None:
    header, first, *rows = cells("rd_recruitment")
    table = [[*header, ""], [*first, "42"], *([*row, ""] for row in rows)]
    taken = take.content("rd_recruitment", as_file(table))
    assert taken.delivery.rows_accepted == 40
    assert taken.found("drift_column", "(column 4, without a header)") == 1


@pytest.mark.parametrize("label", FORBIDDEN)
def test_forbidden_column__is_dropped_unread_and_reported(take: Taker, label: str) -> None:
    taken = take("hr_leavers", {label: "QQ123456C"})
    assert taken.delivery.rows_accepted == 41
    assert taken.found("forbidden_column", label) == 1
    assert "QQ123456C" not in repr(taken)


@pytest.mark.parametrize("label", ["Employee Number", "Surname", "E-mail", "Date of Birth"])
def test_identifying_column_in_a_survey__is_a_forbidden_column(take: Taker, label: str) -> None:
    taken = take("survey_nss", {label: "Quetzalcoatlus"})
    assert taken.found("forbidden_column", label) == 1
    assert "Quetzalcoatlus" not in repr(taken)


def test_same_header_twice_with_equal_columns__is_fine(take: Taker) -> None:
    table = [[*row, row[0]] for row in cells("rd_recruitment")]
    assert take.content("rd_recruitment", as_csv(table)).delivery.rows_accepted == 40


@pytest.mark.parametrize("extract", ["rd_recruitment", "survey_nss"])
def test_same_header_twice_with_different_columns__refuses_the_file(take: Taker, extract: str) -> None:
    header, *rows = cells(extract)
    table = [[*header, header[-1]], *([*row, "4711"] for row in rows)]
    taken = take.content(extract, as_csv(table))
    assert f"the header {header[-1]} stands twice" in taken.refusal
    assert "4711" not in taken.refusal


#: What a trust may not have in a month, or at all. Of anything else a file without rows is a failed export.
MAY_BE_EMPTY = {
    "hr_leavers", "hr_absence", "hr_job_plans", "training_research", "bench_sickness",
    "rd_cpms_studies", "rd_awards", "rd_outputs", "rd_interventions",
}  # fmt: skip


@pytest.mark.parametrize("extract", contracts())
def test_header_without_rows__is_accepted_where_the_contract_says_what_it_means(take: Taker, extract: str) -> None:
    taken = take(extract, sound=0)
    assert taken.delivery.is_accepted == (extract in MAY_BE_EMPTY)
    assert (taken.delivery.rows_delivered, taken.rows) == (0, [])
    if extract not in MAY_BE_EMPTY:
        assert "no rows" in taken.refusal


@pytest.mark.parametrize("extract", sorted(MAY_BE_EMPTY))
def test_header_without_rows__is_said_unless_it_is_of_events(take: Taker, extract: str) -> None:
    said = noticed(extract, "taken_as_empty", None, 1) or ""
    assert f"taken to say that {contracts()[extract].empty_means};" in said
    is_said = take(extract, sound=0).found("taken_as_empty") > 0
    assert is_said == (contracts()[extract].kind != "events")


def test_survey_questions__are_optional_but_one_must_be_there(take: Taker) -> None:
    assert take.content("survey_nss", as_csv(table_without("survey_nss", *QUESTIONS[1:]))).delivery.is_accepted
    taken = take.content("survey_nss", as_csv(table_without("survey_nss", *QUESTIONS)))
    assert "no question column was found; expected headers like q2a" in taken.refusal


def test_survey_questions__are_stored_a_row_a_respondent_and_question(take: Taker) -> None:
    taken = take("survey_nss", {"q2a": "5", "q2b": "4.0", "q12a": "-"}, sound=0)
    answers = {row["question_no"]: row["response_code"] for row in taken.rows}
    assert answers == {"q2a": "5", "q2b": "4", "q12a": None}
    assert (taken.delivery.rows_delivered, taken.delivery.rows_accepted) == (1, 1)


def test_header_cells__that_hold_an_address_are_reported_without_it(take: Taker) -> None:
    taken = take("hr_leavers", {"sent by jane.doe@example.nhs.uk": "x"})
    assert taken.found("drift_column") == 1
    assert "jane.doe" not in repr(taken.findings)


def test_sound_row__of_the_tests_has_the_labels_of_the_contract() -> None:
    for extract, contract in contracts().items():
        assert list(sound_row(extract))[: len(contract.columns)] == [column.label for column in contract.columns]
