"""The page of rules names places and tests that exist, and at least one of each for every rule."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.conftest import ROOT
from tests.model_yaml import documents

PAGE = ROOT / "docs" / "rules.md"


def rules() -> list[tuple[str, list[str], list[str]]]:
    """(rule, places, names of tests) of every row of the page's tables."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] != "rule":
            found.append((cells[0], re.findall(r"\]\(([^)]+)\)", cells[1]), re.findall(r"`(\w+)`", cells[2])))
    return found


@cache
def known_tests() -> set[str]:
    """Names of all pytest functions, dbt unit tests and dbt tests of one file."""
    pytests = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    unit_tests = {test["name"] for document in documents().values() for test in document.get("unit_tests", [])}
    return pytests | unit_tests | {file.stem for file in (ROOT / "dbt_project" / "tests").glob("*.sql")}


def test_page__holds_rules_of_every_subject() -> None:
    assert len(rules()) > 90


@pytest.mark.parametrize(("rule", "places", "tests"), rules(), ids=[rule for rule, _, _ in rules()])
def test_rule__is_in_a_file_and_held_by_a_test_that_exist(rule: str, places: list[str], tests: list[str]) -> None:
    assert places
    assert all((PAGE.parent / place).is_file() for place in places)
    assert tests
    assert set(tests) <= known_tests(), sorted(set(tests) - known_tests())
