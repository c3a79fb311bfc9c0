"""The contracts and what follows from them cannot part: generated files, dbt sources, staging models, the synthetic writer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from ingestion.contract import CONTRACTS_FOLDER, Contract, ReasonCode, contracts
from ingestion.control_tables import CONTROL_TABLES
from ingestion.generate import EXTRACT_PAGES, REPOSITORY, SOURCES_FILE, generated_files
from synthetic.files import headers

STAGING = REPOSITORY / "dbt_project" / "models" / "staging"


@pytest.mark.parametrize("file", generated_files(), ids=lambda file: file.name)
def test_generated_file__is_that_of_the_repository(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == generated_files()[file], "run `python -m ingestion.generate`"


def test_extract_pages__are_those_of_the_contracts_and_no_other() -> None:
    assert {file.stem for file in EXTRACT_PAGES.glob("*.md")} == set(contracts())


def dbt_tables() -> dict[str, dict[str, str]]:
    [source] = yaml.safe_load(SOURCES_FILE.read_text(encoding="utf-8"))["sources"]
    return {table["name"]: {c["name"]: c["data_type"] for c in table["columns"]} for table in source["tables"]}


def test_dbt_source__has_the_tables_of_contracts_and_ledger_and_no_other() -> None:
    assert set(dbt_tables()) == set(contracts()) | set(CONTROL_TABLES)


@pytest.mark.parametrize("extract", contracts())
def test_dbt_source__has_the_raw_columns_of_the_contract(extract: str) -> None:
    assert dbt_tables()[extract] == {name: kind.lower() for name, kind, _ in contracts()[extract].raw_columns}


@pytest.mark.parametrize("extract", contracts())
def test_source_table__is_read_by_one_staging_model(extract: str) -> None:
    pattern = re.compile(rf"""source\(\s*["']raw["']\s*,\s*["']{extract}["']\s*\)""")
    readers = [model.stem for model in STAGING.rglob("*.sql") if pattern.search(model.read_text(encoding="utf-8"))]
    assert len(readers) == 1, f"{extract} is read by {readers or 'no staging model'}"


@pytest.mark.parametrize("extract", contracts())
def test_synthetic_writer__writes_the_labels_of_the_contract(extract: str) -> None:
    assert headers(contracts()[extract]) == [column.label for column in contracts()[extract].columns]


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts())
def test_headers__name_one_column_each(contract: Contract) -> None:
    found: dict[str, str] = {}
    for column in contract.columns:
        for header in column.headers:
            assert found.setdefault(header, column.name) == column.name, f"{header} names two columns"
    assert not [header for header in found if contract.forbids(header)]


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts())
def test_key__is_of_columns_that_must_hold_a_value(contract: Contract) -> None:
    assert contract.key
    assert all(contract.column(name).required == "value" for name in contract.key)


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts())
def test_contract__describes_itself_and_every_column(contract: Contract) -> None:
    assert contract.title
    assert contract.description
    assert contract.version >= 1
    assert all(column.description for column in contract.columns)


@pytest.mark.parametrize("contract", contracts().values(), ids=contracts())
def test_raw_columns__hold_no_personal_column(contract: Contract) -> None:
    stored = {name for name, _, _ in contract.raw_columns}
    assert not stored & {column.name for column in contract.columns if column.pii}


def test_reason_codes__are_the_closed_list_of_the_design() -> None:
    assert set(get_args(ReasonCode)) == {
        "missing_required",
        "bad_type",
        "bad_date",
        "bad_row_shape",
        "out_of_range",
        "not_in_set",
        "duplicate_key",
        "unknown_reference",
        "inconsistent",
        "forbidden_value",
    }


def broken(**changes: Any) -> Contract:
    document = yaml.safe_load((CONTRACTS_FOLDER / "rd_recruitment.yml").read_text(encoding="utf-8"))
    return Contract.model_validate(document | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": ["project"]}, "unknown columns"),
        ({"effect_date": "month"}, "unknown columns"),
        ({"kind": "weekly"}, "snapshot"),
        ({"colour": "blue"}, "Extra inputs"),
        (
            {
                "columns": [{"label": "A", "name": "a", "description": "x", "type": "text", "values": ["b"]}],
                "key": ["a"],
            },
            "category",
        ),
        (
            {
                "columns": [{"label": label, "name": "a", "description": "x", "type": "text"} for label in "AB"],
                "key": ["a"],
            },
            "twice",
        ),
    ],
)
def test_broken_contract__is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        broken(**changes)
