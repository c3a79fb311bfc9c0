"""Each fault spoils what it says, on request only, and is written into the planted truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import contracts
from synthetic import Truth, write_trust
from synthetic.faults import FAULTS

OUTCOMES = {
    "read",
    "more",
    "fewer",
    "reported",
    "value",
    "delivery",
    "row:not_in_set",
    "row:missing_required",
    "row:bad_type",
    "row:bad_date",
    "row:out_of_range",
    "row:inconsistent",
    "row:duplicate_key",
    "row:bad_row_shape",
}


#: The months of the staff survey, the pulse survey and the research culture survey; each fault is tried in the first it can spoil.
MONTHS = ("2025-03", "2025-07", "2025-10")
EXTRACTS_OF_ONE_MONTH = {"survey_nqps": "2025-07", "bench_pulse": "2025-07", "survey_rcc": "2025-10"}


def months_for(name: str) -> list[str]:
    """The months in which a file comes that the fault can spoil, if it holds what the fault needs."""
    usable = [
        extract for extract, contract in contracts().items() if contract.has_header and FAULTS[name].applies(contract)
    ]
    return sorted({EXTRACTS_OF_ONE_MONTH.get(extract, MONTHS[0]) for extract in usable})


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    return {month: files_of(tmp_path_factory.mktemp("clean"), month, {})[0] for month in MONTHS}


def files_of(landing: Path, month: str, faults: dict[str, float]) -> tuple[dict[str, bytes], Truth]:
    truth = write_trust(landing, staff=60, months=1, first_month=month, seed=2, faults=faults)
    return {file.parent.name: file.read_bytes() for file in sorted(landing.rglob(f"*_{month}.*"))}, truth


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault__changes_the_files_that_the_truth_names_and_no_other(
    name: str, clean: dict[str, dict[str, bytes]], tmp_path: Path
) -> None:
    for month in months_for(name):
        files, truth = files_of(tmp_path / month, month, {name: 1.0})
        if spoilt := {str(fault["extract"]) for fault in truth.faults}:
            break
    assert spoilt
    assert {extract for extract, data in files.items() if data != clean[month][extract]} == spoilt


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault__names_its_evidence_and_a_known_outcome(name: str) -> None:
    fault = FAULTS[name]
    assert "(" in fault.evidence, "a fault names where it was seen"
    assert fault.outcome in OUTCOMES


def test_rate__is_the_share_of_rows(tmp_path: Path) -> None:
    truth = write_trust(tmp_path, staff=400, months=1, seed=2, faults={"duplicate_rows": 0.02})
    rows = {fault["extract"]: fault["rows"] for fault in truth.faults}
    assert 0.012 < rows["training_compliance"] / truth.rows["training_compliance"]["2024-04"] < 0.028


def test_rate__must_be_a_share(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        write_trust(tmp_path, staff=50, months=1, faults={"bom": 3})
