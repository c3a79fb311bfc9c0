"""Border 1: a healthy delivery passes, and each check is proved by its own fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from expectations import validation
from expectations.frame import Frame, load
from expectations.from_contract import contract_checks, raw_key, raw_names, shared_checks
from expectations.gate import CheckResult, DeliveryBatch, check_delivery
from expectations.judging import judge
from expectations.raw_border import delivery_frame
from expectations.suite import CommonSuite, common_suite, raw_suite
from ingestion.contract import Contract, contracts

SAMPLES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "expectations_samples.yml").read_text(encoding="utf-8")
)
ROWS = 600
MONTH = date(2025, 3, 1)


def rows_sql(extract: str, rows: int = ROWS, fault: Mapping[str, object] | None = None) -> str:
    columns = {"_delivery_id": "'d1'", "_row_number": "i + 2"} | SAMPLES[extract]["healthy"]
    healthy = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    spoilt = ", ".join(f"{sql} as {name}" for name, sql in (fault or {}).items())
    replaced = f" replace ({spoilt})" if spoilt else ""
    return f"(select * exclude (i){replaced} from (select i, {healthy} from range({rows}) as t(i)))"


def write_delivery(
    folder: Path, extract: str, rows: int = ROWS, fault: Mapping[str, object] | None = None
) -> DeliveryBatch:
    file = folder / f"{extract}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy {rows_sql(extract, rows, fault)} to '{file.as_posix()}'")
        stored = connection.execute(f"select count(distinct _row_number) from '{file.as_posix()}'").fetchone()
    assert stored is not None
    accepted = int(stored[0])
    return DeliveryBatch(extract, "RVN", MONTH, "d1", f"{extract}.csv", file, accepted, accepted, accepted, 0)


def failures(results: list[CheckResult]) -> set[str]:
    return {result.name for result in results if not result.success}


def contract_faults(contract: Contract) -> Iterator[tuple[str, dict[str, object]]]:
    """For each check that follows from the contract, a column spoilt in the way that it must catch."""

    def in_one_row(name: str, value: object) -> dict[str, object]:
        return {name: f"case when i = 7 then {value} else {name} end"}

    yield "key_is_unique", {name: f"any_value({name}) over ()" for name in raw_key(contract)}
    required = [name for column in contract.columns if column.required == "value" for name in raw_names(column)]
    yield "required_values_are_present", in_one_row(required[-1], "null")
    for column in contract.columns:
        if column.values:
            yield f"{column.name}_is_in_set", in_one_row(column.name, "'Elsewhere'")
        if column.known_values:
            yield f"{column.name}_is_known", {column.name: "'Elsewhere'"}
        if column.minimum is not None:
            yield "numbers_are_in_bounds", in_one_row(column.name, column.minimum - 1)
    for fault in SAMPLES[contract.extract].get("rules", {}).values():
        yield "row_rules_hold", fault


def all_faults() -> list[Any]:
    return [
        pytest.param(extract, name, fault, id=f"{extract}-{name}-{'-'.join(fault)}")
        for extract, contract in contracts().items()
        for name, fault in [*contract_faults(contract), *SAMPLES[extract]["faults"].items()]
    ]


@pytest.mark.parametrize("extract", contracts())
def test_samples__have_the_columns_of_the_contract(extract: str) -> None:
    stored = {name for name, _, _ in contracts()[extract].raw_columns} - {"trust_code", "reporting_month"}
    assert set(SAMPLES[extract]["healthy"]) | {"_delivery_id", "_row_number"} == stored


@pytest.mark.parametrize("extract", contracts())
def test_every_check__has_a_fault_that_proves_it(extract: str) -> None:
    checks = {check.name for check in [*contract_checks(contracts()[extract]), *raw_suite(extract).checks]}
    proved = {param.values[1] for param in all_faults() if param.values[0] == extract}
    assert checks == proved


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts())
def test_shared_checks__ask_the_same_of_each_column(contract: Contract) -> None:
    asked = {shared.name: shared.offences for shared in shared_checks(contract)}
    required = {name for column in contract.columns if column.required == "value" for name in raw_names(column)}
    limited = {column.name for column in contract.columns if not (column.minimum is None and column.maximum is None)}
    assert set(asked["required_values_are_present"]) == required
    assert set(asked.get("numbers_are_in_bounds", ())) == limited
    assert set(asked.get("row_rules_hold", ())) == set(SAMPLES[contract.extract].get("rules", ()))


@pytest.mark.parametrize("extract", contracts())
@pytest.mark.parametrize("rows", [ROWS, 10, 1])
def test_healthy_delivery__passes_every_check_at_any_size(tmp_path: Path, extract: str, rows: int) -> None:
    results = check_delivery(write_delivery(tmp_path, extract, rows))
    tiny = {"several_organisations", "several_questions"} if rows < ROWS else set()
    assert failures(results) <= tiny, [result for result in results if not result.success]
    assert len({result.id for result in results}) == len(results)


@pytest.mark.parametrize(("extract", "name", "fault"), all_faults())
def test_fault__is_caught_by_its_check_and_can_be_seen(extract: str, name: str, fault: dict[str, object]) -> None:
    frame = delivery_frame(contracts()[extract], MONTH, rows_sql(extract, fault=fault))
    checks = [check for check in frame.checks if check.name == name]
    with duckdb.connect() as connection:
        (found,) = judge(connection, replace(frame, checks=checks))
        assert not found.success
        assert not found.observed.startswith("the ")
        assert connection.execute(found.how_to_see).fetchall()


def test_failed_check__says_which_table_which_rows_and_what_it_means(tmp_path: Path) -> None:
    fault = {"fte": "case when i in (3, 40) then 9 else fte end"}
    results = {
        result.name: result for result in check_delivery(write_delivery(tmp_path, "hr_assignments", fault=fault))
    }
    found = results["numbers_are_in_bounds"]
    assert found.id == "raw.hr_assignments.RVN.2025-03.numbers_are_in_bounds"
    assert (found.table, found.rows, found.unexpected_count) == ("raw.hr_assignments", ROWS, 2)
    assert found.example_rows == (5, 42)
    assert found.is_blocking_failure
    assert found.meaning


@pytest.mark.parametrize(
    ("extract", "changes", "expected"),
    [
        ("hr_assignments", {"rows_delivered": 650}, {"every_row_is_accounted_for"}),
        ("hr_assignments", {"rows_delivered": 601, "rows_accepted": 601}, {"stored_rows_are_those_accepted"}),
        ("hr_assignments", {"rows_delivered": 630, "rows_rejected": 30}, {"few_rows_are_rejected"}),
        ("hr_assignments", {"previous_rows": 500}, set()),
        ("hr_assignments", {"previous_rows": 800}, {"volume_is_close_to_last_month"}),
        (
            "hr_assignments",
            {"previous_rows": 1300},
            {"volume_is_close_to_last_month", "volume_is_comparable_with_last_month"},
        ),
        (
            "rd_recruitment",
            {"previous_rows": 250},
            {"volume_is_close_to_last_month", "volume_is_comparable_with_last_month"},
        ),
        ("hr_assignments", {"previous_rows": 99}, set()),
        ("hr_assignments", {"previous_rows": None}, set()),
        ("hr_absence", {"previous_rows": 250}, {"events_are_comparable_with_last_month"}),
        ("hr_absence", {"previous_rows": 400}, set()),
        ("survey_nss", {"previous_rows": 1300}, {"volume_is_close_to_last_month"}),
    ],
)
def test_counts_of_a_delivery__are_held_against_last_month(
    tmp_path: Path, extract: str, changes: dict[str, Any], expected: set[str]
) -> None:
    batch = replace(write_delivery(tmp_path, extract), **changes)
    assert failures(check_delivery(batch)) == expected


def test_counts_of_a_delivery__each_check_is_proved_above() -> None:
    suite: CommonSuite = common_suite()
    assert {check.name for check in suite.checks} == {
        "every_row_is_accounted_for",
        "stored_rows_are_those_accepted",
        "few_rows_are_rejected",
        "volume_is_comparable_with_last_month",
        "volume_is_close_to_last_month",
        "events_are_comparable_with_last_month",
    }


def test_volume_halved__blocks_only_extracts_expected_every_month(tmp_path: Path) -> None:
    batch = replace(write_delivery(tmp_path, "hr_assignments"), previous_rows=5000)
    blocking = {result.name for result in check_delivery(batch) if result.is_blocking_failure}
    assert blocking == {"volume_is_comparable_with_last_month"}


def test_results__hold_no_value_from_the_data(tmp_path: Path) -> None:
    canary = "CANARY-4711"
    fault = dict.fromkeys(("staff_key", "assignment_key", "assignment_status", "staff_group"), f"'{canary}'")
    results = check_delivery(write_delivery(tmp_path, "hr_assignments", fault=fault))
    assert {"key_is_unique", "assignment_status_is_in_set", "staff_group_is_known"} <= failures(results)
    assert canary not in repr(results)


def test_parquet_without_a_column__fails_every_check_of_its_rows_in_words(tmp_path: Path) -> None:
    batch = write_delivery(tmp_path, "rd_recruitment")
    batch.rows.unlink()
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 1 as _row_number) to '{batch.rows.as_posix()}'")
    results = check_delivery(batch)
    assert {result.observed for result in results if result.name == "key_is_unique"} == {
        "the table could not be read (BinderException)"
    }
    assert any(result.is_blocking_failure for result in results)


def test_empty_delivery_of_events__passes(tmp_path: Path) -> None:
    assert not failures(check_delivery(write_delivery(tmp_path, "hr_leavers", rows=0)))


def test_paths__are_shown_from_the_home_folder(tmp_path: Path) -> None:
    results = check_delivery(replace(write_delivery(tmp_path, "hr_leavers"), home=tmp_path))
    assert str(tmp_path) not in repr(results)


def test_long_table__is_sampled_by_key_so_that_repeated_keys_stay_together() -> None:
    checks = [check for check in contract_checks(contracts()["rd_recruitment"]) if check.name == "key_is_unique"]
    relation = "(select 'p' || (i // 2) as project_id, date '2025-03-01' as recruitment_month from range(1000) as t(i))"
    with duckdb.connect() as connection:
        loaded = load(connection, Frame(relation, checks, {}, ("project_id", "recruitment_month")), maximum_rows=100)
    assert loaded.one_in == 10
    assert 0 < len(loaded.rows) < 300
    found = validation.validate(loaded, checks)["key_is_unique"]
    assert found.unexpected_count == len(loaded.rows)
    assert "sample of one key in 10" in found.observed


def test_great_expectations__is_imported_only_where_it_runs_and_calls_nobody(tmp_path: Path) -> None:
    import subprocess
    import sys

    batch = write_delivery(tmp_path, "hr_leavers")
    script = f"""
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("the gate reached for the network")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
import expectations, expectations.gate, expectations.evidence
assert "great_expectations" not in sys.modules
from datetime import date
from pathlib import Path
from expectations.gate import DeliveryBatch, check_delivery
batch = DeliveryBatch("hr_leavers", "RVN", date(2025, 3, 1), "d", "f", Path({str(batch.rows)!r}), None, 600, 600, 0)
assert all(result.success for result in check_delivery(batch))
assert "great_expectations" in sys.modules
"""
    repository = Path(__file__).parent.parent
    ran = subprocess.run([sys.executable, "-c", script], cwd=repository, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Calculating Metrics" not in ran.stderr + ran.stdout
