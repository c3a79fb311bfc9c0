"""The survey seeds against the reference tables of questions and scores, which lie outside the repository."""

from __future__ import annotations

import csv
import math
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "dbt_project" / "seeds" / "survey"
REFERENCE = Path(os.environ.get("RCW_SHARED_DATA", ROOT.parent / "shared" / "data")) / "survey"

needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data are not beside the clone")


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def concept_by_question() -> dict[tuple[int, str], str]:
    found = {}
    for row in rows(SEEDS / "map_question_concept.csv"):
        for year in range(int(row["valid_from"][:4]), int(row["valid_to"][:4] or 2025) + 1):
            assert (year, row["question_no"]) not in found, f"{year} {row['question_no']} stands for two concepts"
            found[year, row["question_no"]] = row["concept_code"]
    return found


def questions_of(cell: str) -> list[str]:
    run = re.fullmatch(r"(q\d+)([a-z])-q\d+([a-z])", cell)
    if not run:
        return [cell] if cell else []
    return [f"{run[1]}{chr(letter)}" for letter in range(ord(run[2]), ord(run[3]) + 1)]


@needs_reference
def test_questions__follow_the_crosswalk_of_2021_to_2025() -> None:
    concepts = concept_by_question()
    for row in rows(REFERENCE / "nss_question_crosswalk_2021_2025.csv"):
        by_year = {year: questions_of(row[f"q{year}"]) for year in range(2021, 2026)}
        for place in range(max(len(questions) for questions in by_year.values())):
            named = {concepts[year, questions[place]] for year, questions in by_year.items() if questions}
            assert len(named) == 1, f"{row['concept']}: {named}"
            if max(len(questions) for questions in by_year.values()) == 1:
                assert named == {row["concept"]}


@needs_reference
def test_scores__follow_the_scoring_table() -> None:
    concepts = concept_by_question()
    seeded: dict[str, set[tuple[str, str]]] = {}
    for row in rows(SEEDS / "map_score_concept.csv"):
        seeded.setdefault(row["score_code"], set()).add((row["concept_code"], row["item_role"]))
    rules = {row["score_code"]: row for row in rows(SEEDS / "list_survey_score.csv")}
    for row in rows(REFERENCE / "nss_scoring_table.csv"):
        items = [(item.removesuffix("(filter)"), item.endswith("(filter)")) for item in row["items_2025"].split("|")]
        expected = {(concepts[2025, number], "filter" if is_filter else "item") for number, is_filter in items}
        assert seeded.pop(row["score_id"]) == expected
        rule, count = rules[row["score_id"]], sum(not is_filter for _, is_filter in items)
        assert rule["parent_score_code"] == row["parent_id"]
        default = count if count <= 3 else math.ceil(count * 7 / 10)
        assert int(rule["min_answered"]) == int(row["min_answered"] or default)
        assert int(rule["part_count"]) == count
    assert not seeded


def test_scores__of_two_sub_scores_both_are_needed_of_three_or_four_one_may_be_missing() -> None:
    rules = rows(SEEDS / "list_survey_score.csv")
    for rule in rules:
        parts = [part for part in rules if part["parent_score_code"] == rule["score_code"]]
        if parts:
            assert int(rule["min_subscores"]) == (2 if len(parts) == 2 else len(parts) - 1)
