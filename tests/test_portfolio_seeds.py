"""The seeds of statuses and roles: labels are compared without case and punctuation, so no two may then disagree."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds" / "portfolio"


@pytest.mark.parametrize(
    ("seed", "label", "code"),
    [("map_study_status_group", "study_status", "status_group"), ("map_study_role", "role_name", "role_code")],
)
def test_label__means_one_thing_however_it_is_written(seed: str, label: str, code: str) -> None:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    meanings: dict[str, set[str]] = {}
    for row in rows:
        meanings.setdefault("_".join(re.findall("[a-z0-9]+", row[label].lower())), set()).add(row[code])
    assert {slug: codes for slug, codes in meanings.items() if len(codes) > 1 or not slug} == {}
    assert all(row["source"] and row["status"] for row in rows)
