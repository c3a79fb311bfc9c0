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


def of(instrument: str, name: str) -> list[dict[str, str]]:
    """Rows of a survey seed about one instrument."""
    return [row for row in rows(SEEDS / f"{name}.csv") if row["instrument"] == instrument]


def concept_by_question(instrument: str = "NSS") -> dict[tuple[int, str], str]:
    found: dict[tuple[int, str], str] = {}
    for row in of(instrument, "map_question_concept"):
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
    for row in of("NSS", "map_score_concept"):
        seeded.setdefault(row["score_code"], set()).add((row["concept_code"], row["item_role"]))
    rules = {row["score_code"]: row for row in of("NSS", "list_survey_score")}
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
    rules = of("NSS", "list_survey_score")
    for rule in rules:
        parts = [part for part in rules if part["parent_score_code"] == rule["score_code"]]
        if parts:
            assert int(rule["min_subscores"]) == (2 if len(parts) == 2 else len(parts) - 1)


def test_question_numbers__collide_between_years() -> None:
    concepts = concept_by_question()
    for number, by_year in {
        "q23a": {2022: "advocacy_care_priority", 2023: "appraisal_had"},
        "q24a": {2022: "leave_think", 2023: "dev_challenging"},
        "q21a": {2021: "advocacy_care_priority", 2022: "appraisal_had"},
        "q22a": {2021: "leave_think", 2022: "dev_challenging"},
        "q31a": {2022: "caring_children", 2023: "ltc"},
    }.items():
        for year, concept in by_year.items():
            assert concepts[year, number] == concept, (year, number)


def test_occupation_codes__were_renumbered_in_2023() -> None:
    professions = {
        (row["valid_from"][:4], row["occupational_group_code"]): row["profession_code"]
        for row in of("NSS", "map_occupation_profession")
    }
    names = {
        (row["valid_from"][:4], row["occupational_group_code"]): row["occupational_group_name"]
        for row in of("NSS", "map_occupation_profession")
    }
    assert (professions["2021", "12"], professions["2023", "12"]) == ("medical", "clinical_support")
    assert (professions["2021", "32"], professions["2023", "32"]) == ("clinical_support", "nursing")
    assert (names["2021", "25"], names["2023", "27"]) == ("Mental health nursing", "Mental health nursing")
    assert {row["valid_to"][:4] for row in of("NSS", "map_occupation_profession")} == {"2022", ""}


@pytest.mark.parametrize(
    ("scale", "code", "reason"),
    [
        ("any", "99", "refused"),
        ("agree_pos_na", "9", "not_applicable"),
        ("agree_pos_dk", "9", "dont_know"),
        ("yes_good", "9", "dont_know"),
        ("appraisal_had", "3", "dont_know"),
        ("reported", "4", "dont_know"),
        ("reported", "9", "not_applicable"),
        ("rating_10", "unsure", "unsure"),
    ],
)
def test_answers_without_a_value__bear_their_reason(scale: str, code: str, reason: str) -> None:
    (row,) = [
        row
        for row in rows(SEEDS / "map_response_value.csv")
        if (row["scale_code"], row["response_code"]) == (scale, code)
    ]
    assert (row["value"], row["missing_reason"]) == ("", reason)


def test_every_scale_of_a_question__has_values() -> None:
    scales = {row["scale_code"] for row in rows(SEEDS / "map_response_value.csv")}
    used = {row["scale_code"] for row in rows(SEEDS / "map_question_concept.csv")}
    assert used - {"nominal"} <= scales


def test_pulse_questions__are_the_engagement_items_of_the_staff_survey() -> None:
    staff, pulse = concept_by_question(), concept_by_question("NQPS")
    assert len({number for _, number in pulse}) == 9
    assert all(staff[2025, number] == concept for (_, number), concept in pulse.items())
    items = {(row["score_code"], row["concept_code"]) for row in of("NSS", "map_score_concept")}
    assert {(row["score_code"], row["concept_code"]) for row in of("NQPS", "map_score_concept")} == {
        item for item in items if item[0] in {"E_1", "E_2", "E_3"}
    }


def test_rcc_items__are_18_of_the_organisation_19_barriers_and_18_motivators_with_labels() -> None:
    blocks = [row["question_no"].split("_")[0] for row in of("RCC", "map_question_concept")]
    assert {block: blocks.count(block) for block in set(blocks)} == {"org": 18, "barrier": 19, "motivator": 18}
    assert all(len(row["concept_name"].split()) <= 5 for row in of("RCC", "map_question_concept")), "labels, no wording"


def test_professions_of_seeds__are_professions() -> None:
    known = {row["profession_code"] for row in rows(SEEDS.parent / "workforce" / "list_profession.csv")}
    for name in ("map_rcc_profession", "map_occupation_profession"):
        assert {row["profession_code"] for row in rows(SEEDS / f"{name}.csv")} <= known


def test_every_row_of_a_seed__says_where_it_comes_from_and_how_sure_it_is() -> None:
    for file in SEEDS.glob("*.csv"):
        for row in rows(file):
            assert row["source"], file.name
            assert row["status"] in {"confirmed", "secondary", "inferred", "local assumption"}, file.name


def test_questions_of_grounds__are_in_no_score() -> None:
    """Its seven codes of 2022 became ten others in 2025, so that no score may rest on them."""
    scored = {row["concept_code"] for row in of("NSS", "map_score_concept")}
    concepts = concept_by_question()
    assert {concepts.get((year, "q16c"), "") for year in range(2021, 2026)}.isdisjoint(scored)
    assert concepts[2025, "q16a"] in scored
