"""How a text becomes a value: null and suppressed tokens, cleaning, numbers, codes, truth values, sets, forbidden values."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingestion.contract import Column, contracts
from tests.ingestion.delivering import Taker, as_csv, cells, contract_with

NI_NUMBER, EMAIL = "QQ 12 34 56 C".replace("QQ", "AB"), "jane.doe@example.nhs.uk"
CLOSED = [
    (extract, column.label, column.name)
    for extract, contract in contracts().items()
    for column in contract.columns
    if column.values
]
OPEN = [
    (extract, column.label, column.name)
    for extract, contract in contracts().items()
    for column in contract.columns
    if column.known_values
]
WITH_ALIASES = [
    (extract, column)
    for extract, contract in contracts().items()
    for column in contract.columns
    if column.value_aliases
]
LIMITED = [
    ("hr_assignments", "FTE", "fte", "2", "2.01"),
    ("hr_assignments", "FTE", "fte", "0", "-0.01"),
    ("training_research", "Hours", "hours", "2000", "2000.5"),
    ("rd_recruitment", "Recruited", "recruited", "9999999", "10000000"),
    ("rd_recruitment", "Recruited", "recruited", "0", "-1"),
    ("survey_nss", "Survey Year", "survey_year", "2100", "2101"),
]


# --- text ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token", ["", " ", "\t", "\u00a0", "-", "NULL", "null", "#N/A", "N/A", "n/a", " - ", "#REF!", "#DIV/0!", "(blank)"]
)
def test_null_token__is_no_value(take: Taker, token: str) -> None:
    taken = take("hr_leavers", {"Job Role": token, "Last Working Day": token, "FTE": token})
    assert taken.delivery.rows_rejected == 0
    assert [taken.row[name] for name in ("job_role", "last_working_day", "fte")] == [None] * 3


def test_null_token__of_one_contract_holds_there_only(take: Taker) -> None:
    assert take("training_compliance", {"Expiry Date": "No expiry"}).row["expiry_date"] is None
    assert take("hr_assignments", {"Contract End Date": "No expiry"}).reasons == [("contract_end_date", "bad_date")]


@pytest.mark.parametrize("token", ["*", "<10", "<11", ".."])
def test_suppressed_token__is_no_null_but_carries_a_reason(take: Taker, token: str) -> None:
    taken = take("training_research", {"Hours": token}, {"Hours": ""})
    assert taken.delivery.rows_rejected == 0
    assert taken.row["hours"] is None
    assert taken.found("suppressed_value", "hours") == 1


@pytest.mark.parametrize("token", ["*", "<10", "<11", ".."])
def test_suppressed_token__in_a_required_number_is_missing_required(take: Taker, token: str) -> None:
    assert take("rd_recruitment", {"Recruited": token}).reasons == [("recruited", "missing_required")]


@pytest.mark.parametrize("extract", contracts())
def test_missing_value__in_a_required_column_rejects_the_row(take: Taker, extract: str) -> None:
    required = [column for column in contracts()[extract].columns if column.required == "value"]
    taken = take(extract, *({column.label: ""} for column in required), sound=19 * len(required))
    assert taken.reasons == [(column.name, "missing_required") for column in required]
    assert [taken.found("rejected_rows", column.name) for column in required] == [1] * len(required)


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        ("  Team   A ", "Team A"),
        ("Team\u00a0A\u202f", "Team A"),
        ("Team\u2003\u3000A\x0b\x85", "Team A"),
        ("Team\u2028A", "Team A"),
        ("Te\u00adam\u200b \u2060A\ufeff", "Team A"),
        ("Team\x07 \x01A", "Team A"),
        ("Cafe\u0301", "Café"),
        ("Cafe\u200b\u0301", "Café"),
        ("Team\tA\nB", "Team A B"),
        ("O'Neill & Søn <b>", "O'Neill & Søn <b>"),
        ("😀 Team", "😀 Team"),
        ("=1+1", "=1+1"),
        ("NaN", "NaN"),
        ("007", "007"),
    ],
)
def test_text__is_normalised_and_otherwise_kept(take: Taker, delivered: str, expected: str) -> None:
    assert take("hr_leavers", {"Organisation": delivered}).row["team"] == expected


# --- numbers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        ("1", 1.0),
        ("1.0", 1.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("+0.25", 0.25),
        (" 0.8 ", 0.8),
        ("1e0", 1.0),
        ("1,250", 1250.0),
        ("1,250.75", 1250.75),
        ("0.123456789012", 0.123456789012),
    ],
)
def test_decimal__is_read(take: Taker, delivered: str, expected: float) -> None:
    assert take("training_research", {"Hours": delivered}).row["hours"] == expected


@pytest.mark.parametrize(
    "delivered",
    [
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "1,25",
        "0,5",
        "1.2.3",
        "1 2",
        "abc",
        "0x10",
        "1_0",
        "£5",
        "5%",
        "1e999",
        "١",
    ],
)
def test_what_is_no_decimal__is_bad_type(take: Taker, delivered: str) -> None:
    assert take("training_research", {"Hours": delivered}).reasons == [("hours", "bad_type")]


@pytest.mark.parametrize(
    ("delivered", "expected"), [("0,5", 0.5), ("1.250,75", 1250.75), ("1.250", 1.25), ("0.5", 0.5)]
)
def test_decimal_comma__is_read_in_a_semicolon_file(take: Taker, delivered: str, expected: float) -> None:
    assert take("training_research", {"Hours": delivered}, delimiter=";").row["hours"] == expected


def test_points_in_a_semicolon_file__are_thousands_where_the_column_holds_commas(take: Taker) -> None:
    taken = take("training_research", {"Hours": "1.250"}, {"Hours": "0,5"}, {"Hours": "0.250"}, delimiter=";")
    assert [row["hours"] for row in taken.rows[:3]] == [1250.0, 0.5, 0.25]


@pytest.mark.parametrize("written", [("25,000", "1,250,000"), ("25,000", "1,250.5")])
def test_commas_in_a_semicolon_file__are_thousands_where_the_column_shows_it(
    take: Taker, written: tuple[str, str]
) -> None:
    taken = take("rd_awards", *({"Amount": text} for text in (*written, "")), sound=0, delimiter=";")
    assert [row["amount"] for row in taken.rows[:2]] == [25000.0, float(written[1].replace(",", ""))]
    assert not taken.found("ambiguous_commas")


@pytest.mark.parametrize(("written", "reported"), [(("25,000", ""), 1), (("25,000", "0,5"), 0), (("0,125",), 0)])
def test_commas_that_could_be_thousands__are_decimal_ones_and_reported(
    take: Taker, written: tuple[str, ...], reported: int
) -> None:
    changes = [{"Hours": text} for text in written]
    assert take("training_research", *changes, sound=0, delimiter=";").found("ambiguous_commas", "hours") == reported
    assert not take("training_research", *changes, sound=0).found("ambiguous_commas")


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_decimal_comma__is_bad_type_in_any_other_file(take: Taker, delimiter: str) -> None:
    assert take("training_research", {"Hours": "0,5"}, delimiter=delimiter).reasons == [("hours", "bad_type")]


@pytest.mark.parametrize(
    ("delivered", "expected"), [("12", 12), ("12.0", 12), ("1,200", 1200), ("+7", 7), ("2e3", 2000)]
)
def test_integer__is_read(take: Taker, delivered: str, expected: int) -> None:
    assert take("rd_recruitment", {"Recruited": delivered}).row["recruited"] == expected


@pytest.mark.parametrize(
    ("delivered", "expected"), [("1,000", 1000), ("1.000", 1000), ("1,234,567", 1234567), ("12,0", 12)]
)
def test_integer__has_no_decimal_comma_before_three_digits(take: Taker, delivered: str, expected: int) -> None:
    assert take("rd_recruitment", {"Recruited": delivered}, delimiter=";").row["recruited"] == expected


def test_integer_with_a_decimal_comma__is_bad_type(take: Taker) -> None:
    assert take("rd_recruitment", {"Recruited": "2,5"}, delimiter=";").reasons == [("recruited", "bad_type")]


@pytest.mark.parametrize("delivered", ["12.5", "twelve", "1/2", "12 people"])
def test_what_is_no_integer__is_bad_type(take: Taker, delivered: str) -> None:
    assert take("rd_recruitment", {"Recruited": delivered}).reasons == [("recruited", "bad_type")]


@pytest.mark.parametrize(("delivered", "expected"), [("£1,250.50", 1250.5), ("12 %", 12.0), ("£ 3", 3.0)])
def test_pound_and_per_cent__are_read_where_the_contract_allows(
    take: Taker, monkeypatch: pytest.MonkeyPatch, delivered: str, expected: float
) -> None:
    allowing = contract_with("training_research", "hours", symbols=("£", "%"))
    monkeypatch.setattr("ingestion.deliver.contracts", lambda: contracts() | {"training_research": allowing})
    assert take("training_research", {"Hours": delivered}).row["hours"] == expected


@pytest.mark.parametrize(("extract", "label", "name", "inside", "outside"), LIMITED)
def test_number_beyond_its_limit__is_out_of_range(
    take: Taker, extract: str, label: str, name: str, inside: str, outside: str
) -> None:
    assert take(extract, {label: inside}).delivery.rows_rejected == 0
    assert take(extract, {label: outside}).reasons == [(name, "out_of_range")]


# --- codes and identifiers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        ("001234", "001234"),
        ("123456.0", "123456"),
        ("0012.00", "0012"),
        ("AB.0", "AB.0"),
        ("1.23E+05", "1.23E+05"),
        ("12345678901234567890", "12345678901234567890"),
        ("-5", "-5"),
    ],
)
def test_code__is_kept_as_text_with_its_zeros(take: Taker, delivered: str, expected: str) -> None:
    assert take("hr_assignments", {"Cost Centre": delivered}).row["cost_centre"] == expected
    assert take("rd_recruitment", {"Project ID": delivered}).row["project_id"] == expected


@pytest.mark.parametrize(
    ("delivered", "expected", "padded"), [("1", "001", 1), ("01.0", "001", 1), ("001", "001", 0), ("N6", "N6", 0)]
)
def test_code_of_fixed_width__is_padded_and_flagged(take: Taker, delivered: str, expected: str, padded: int) -> None:
    taken = take("hr_assignments", {"Occupation Code": delivered})
    assert taken.row["occupation_code"] == expected
    assert taken.found("code_padded", "occupation_code") == padded


@pytest.mark.parametrize("delivered", ["0", "n/k", "IRAS 1234", "12"])
def test_identifier_of_the_wrong_form__is_dropped_and_reported_and_its_row_stays(take: Taker, delivered: str) -> None:
    taken = take("rd_project_sites", {"IRAS Number": delivered})
    assert taken.row["iras_number"] is None
    assert taken.found("bad_identifier_dropped", "iras_number") == 1


# --- truth values and sets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        ("Y", True),
        ("yes", True),
        ("TRUE", True),
        ("1", True),
        ("n", False),
        ("No", False),
        ("false", False),
        ("0", False),
    ],
)
def test_boolean__is_read_in_any_case(take: Taker, delivered: str, expected: bool) -> None:
    assert take("training_compliance", {"Required": delivered}).row["is_required"] is expected


@pytest.mark.parametrize("delivered", ["maybe", "2", "yess"])
def test_what_is_no_boolean__is_not_in_set(take: Taker, delivered: str) -> None:
    assert take("training_compliance", {"Required": delivered}).reasons == [("is_required", "not_in_set")]


@pytest.mark.parametrize(("extract", "label", "name"), CLOSED)
def test_value_outside_a_closed_set__rejects_the_row(take: Taker, extract: str, label: str, name: str) -> None:
    assert take(extract, {label: "Something New"}).reasons == [(name, "not_in_set")]


@pytest.mark.parametrize(("extract", "label", "name"), OPEN)
def test_value_outside_an_open_set__is_kept_and_reported_as_drift(
    take: Taker, extract: str, label: str, name: str
) -> None:
    taken = take(extract, {label: "Something New"}, {label: "Something New"})
    assert taken.row[name] == "Something New"
    assert [(f.n, f.severity) for f in taken.findings if f.check == "drift_value"] == [(2, "warning")]


@pytest.mark.parametrize(("extract", "column"), WITH_ALIASES, ids=lambda part: getattr(part, "name", part))
@pytest.mark.parametrize("spell", [str, str.upper])
def test_value_alias__stands_for_its_value(
    take: Taker, extract: str, column: Column, spell: Callable[[str], str]
) -> None:
    taken = take(extract, *({column.label: spell(alias)} for alias in column.value_aliases), sound=0)
    delivered = {row["_row_number"]: row for row in taken.rows}.values()  # a respondent has a row a question
    assert [row[column.name] for row in delivered] == list(column.value_aliases.values())
    assert not taken.found("drift_value")


@pytest.mark.parametrize(
    ("extract", "changes", "name"),
    [
        ("hr_absence", {"Absence Start Date": "2025-03-10", "Absence End Date": "2025-03-09"}, "absence_end_date"),
        ("rd_study_team", {"Start Date": "2025-03-10", "End Date": "2025-03-09"}, "end_date"),
        ("bench_sickness", {"FTE_DAYS_LOST": "7"}, "sickness_rate"),
    ],
)
def test_row_that_contradicts_itself__is_inconsistent(
    take: Taker, extract: str, changes: dict[str, str], name: str
) -> None:
    assert take(extract, changes).reasons == [(name, "inconsistent")]


@pytest.mark.parametrize("end", ["2025-03-10", "", "4712-12-31"])
def test_spell__may_be_open_or_end_on_the_day_it_starts(take: Taker, end: str) -> None:
    taken = take("hr_absence", {"Absence Start Date": "2025-03-10", "Absence End Date": end})
    assert taken.delivery.rows_rejected == 0


# --- what betrays a person -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [NI_NUMBER, NI_NUMBER.replace(" ", ""), NI_NUMBER.lower(), EMAIL, f"ask {EMAIL} or {NI_NUMBER}"]
)
def test_person_in_another_column__is_dropped_and_reported(take: Taker, value: str) -> None:
    taken = take("hr_assignments", {"Organisation": value, "Cost Centre": value})
    assert (taken.row["team"], taken.row["cost_centre"]) == (None, None)
    assert taken.found("value_dropped", "team") == taken.found("value_dropped", "cost_centre") == 1
    assert {f.reason for f in taken.findings if f.check == "value_dropped"} == {"forbidden_value"}
    assert value not in repr(taken)


@pytest.mark.parametrize("value", [NI_NUMBER, EMAIL])
def test_person_in_a_required_column__is_a_forbidden_value(take: Taker, value: str) -> None:
    taken = take("training_compliance", {"Competence Name": value})
    assert taken.reasons == [("competence_name", "forbidden_value")]
    assert value not in repr(taken)


@pytest.mark.parametrize("value", [NI_NUMBER, EMAIL])
def test_person_in_an_answer__is_dropped_and_reported(take: Taker, value: str) -> None:
    taken = take("survey_nss", {"q2a": value})
    assert taken.delivery.rows_rejected == 0
    assert {row["question_no"]: row["response_code"] for row in taken.rows[:3]}["q2a"] is None
    assert taken.found("value_dropped", "q2a") == 1
    assert value not in repr(taken)


def test_huge_answer__is_out_of_range(take: Taker) -> None:
    assert take("survey_nss", {"q2a": "1" * 10_001}).reasons == [("q2a", "out_of_range")]


def test_person_in_a_column_of_numbers_or_dates__is_not_kept_either(take: Taker) -> None:
    taken = take("hr_assignments", {"FTE": EMAIL}, {"Latest Start Date": NI_NUMBER}, sound=60)
    assert taken.reasons == [("fte", "bad_type"), ("latest_start_date", "bad_date")]
    assert EMAIL not in repr(taken)
    assert NI_NUMBER not in repr(taken)


def test_email__is_kept_for_the_vault_in_its_own_column_only(take: Taker) -> None:
    taken = take("hr_assignments", {"Work Email": EMAIL})
    assert taken.identities[0]["work_email"] == EMAIL
    assert EMAIL not in repr(taken.rows)


def test_answers__are_cleaned_as_values_are(take: Taker) -> None:
    taken = take("survey_nss", {"q2a": " 4.0 ", "q2b": "N/A", "q12a": "*"})
    assert {row["question_no"]: row["response_code"] for row in taken.rows[:3]} == {
        "q12a": "*",
        "q2a": "4",
        "q2b": None,
    }


def test_cells_outside_the_contract__never_reach_a_row(take: Taker) -> None:
    table = [[*row, "shoe size" if i == 0 else "4711"] for i, row in enumerate(cells("hr_assignments"))]
    assert "4711" not in repr(take.content("hr_assignments", as_csv(table)))
