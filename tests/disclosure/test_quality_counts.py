"""Counts of R&D people in the table of data quality: a hidden one does not follow from the other counts, nor from link rates."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.disclosure.trusts import Row, protected
from tests.test_publishing_metadata import described_models

(NODE,) = (deepcopy(model) for model in described_models() if model["name"] == "mart_data_quality")
# What the rows of files repeat has tests of its own.
del NODE["config"]["meta"]["adds_up"]["repeats"]
#: Linked, in review, outside, by profession.
PEOPLE = {"nursing": (60, 20, 9), "medical": (40, 3, 12), "pharmacy": (30, 12, 0), "psychology": (25, 15, 30)}


def _rows(people: dict[str, tuple[int, int, int]]) -> list[Row]:
    whole = tuple(sum(counts) for counts in zip(*people.values(), strict=True))
    rows: list[Row] = []
    for profession, (linked, review, outside) in {**people, "all": whole}.items():
        counts = {
            "researchers_linked": linked,
            "researchers_review": review,
            "researchers_outside": outside,
            "link_rate": 100 * linked // (linked + review),
        }
        for check, n in counts.items():
            counted = {"people": linked + review, "people_counted": linked if check == "link_rate" else n}
            rows.append(
                {
                    "trust_code": "T", "extract": "rd_study_team", "reporting_month": "2025-01-01", "delivery_id": "d",
                    "file_name": "f.csv", "contract_version": 1, "status": "current", "rows_delivered": 300,
                    "rows_accepted": 300, "rows_rejected": 0, "check_name": check, "column_name": "profession_code",
                    "reason_code": profession, "n": n, "severity": "info", "data_quality_sk": f"{check}{profession}",
                    **counted,
                }
            )  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def shown() -> dict[tuple[str, str], Any]:
    """What is shown of each check and profession; None where it is hidden."""
    rows = protected([NODE], {"mart_data_quality": _rows(PEOPLE)})["mart_data_quality"]
    assert all((row["n"] is None) is row["n_is_suppressed"] for row in rows)
    return {(row["check_name"], row["reason_code"]): row["n"] for row in rows}


def test_planted_small_count__is_hidden_and_no_difference_gives_it_back(shown: dict[tuple[str, str], Any]) -> None:
    assert shown["researchers_review", "medical"] is None
    for check in ("researchers_linked", "researchers_review", "researchers_outside"):
        hidden = [profession for profession in (*PEOPLE, "all") if shown[check, profession] is None]
        assert len(hidden) != 1, check


def test_link_rate__is_hidden_wherever_it_would_give_a_hidden_count_back(shown: dict[tuple[str, str], Any]) -> None:
    """Linked people and their share give those in review; review and share give the linked."""
    for profession in (*PEOPLE, "all"):
        parts = [shown[check, profession] for check in ("researchers_linked", "researchers_review")]
        if None in parts:
            assert shown["link_rate", profession] is None, profession
    assert any(shown["link_rate", profession] is not None for profession in (*PEOPLE, "all"))
