"""The page of rules names only models, seeds, macros and tests that exist; each rule has a place and a test."""

from __future__ import annotations

import re

import pytest

from ingestion.contract import contracts
from tests.conftest import ROOT

PROJECT = ROOT / "dbt_project"
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split(" | ")]
    for line in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| rule |")
]


def names(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


@pytest.fixture(scope="module")
def places() -> set[str]:
    files = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("seeds/**/*.csv")]
    macros = re.findall(r"{%-? macro (\w+)\(", "".join(file.read_text() for file in PROJECT.glob("macros/*.sql")))
    return {file.stem for file in files} | set(macros) | set(contracts())


@pytest.fixture(scope="module")
def tests() -> set[str]:
    unit = "".join(file.read_text(encoding="utf-8") for file in PROJECT.glob("models/**/*.yml"))
    python = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    return set(re.findall(r"^  - name: (\w+)\n(?:    description: .*\n(?:      .*\n)*)?    model: ", unit, re.M)) | set(
        re.findall(r"^def (test_\w+)\(", python, re.M)
    )


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:60] for row in ROWS])
def test_rule__has_a_place_and_a_test_that_exist(row: list[str], places: set[str], tests: set[str]) -> None:
    _, written_in, held_by = row
    assert names(written_in)
    assert names(held_by)
    assert names(written_in) - places == set()
    assert names(held_by) - tests == set()
