"""Each fault spoils what it says, on request only, and is written into the planted truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic import write_trust
from synthetic.faults import FAULTS

OUTCOMES = {
    "read",
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


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("clean"), {})


def written(landing: Path, faults: dict[str, float]) -> dict[str, bytes]:
    write_trust(landing, staff=60, months=1, first_month="2025-03", seed=2, faults=faults)
    return {file.parent.name: file.read_bytes() for file in sorted(landing.rglob("*_2025-03.*"))}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault__changes_the_files_that_the_truth_names_and_no_other(
    name: str, clean: dict[str, bytes], tmp_path: Path
) -> None:
    truth = write_trust(tmp_path, staff=60, months=1, first_month="2025-03", seed=2, faults={name: 1.0})
    spoilt = {str(fault["extract"]) for fault in truth.faults}
    files = {file.parent.name: file.read_bytes() for file in sorted(tmp_path.rglob("*_2025-03.*"))}
    assert spoilt
    assert {extract for extract, data in files.items() if data != clean[extract]} == spoilt


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
