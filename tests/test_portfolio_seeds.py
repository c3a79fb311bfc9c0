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


#: Status labels of CPMS and their groups, as NIHR's Sponsor Engagement code has them.
CPMS = {
    "in_setup": [
        "Pre-Setup",
        "In Setup",
        "In Setup, Pending NHS Permission",
        "In Setup, NHS Permission Received",
        "In Setup, Pending Approval",
        "In Setup, Approval Received",
    ],
    "open": ["Open to Recruitment", "Open, With Recruitment"],
    "suspended": ["Suspended (from Open to Recruitment)", "Suspended (from Open, With Recruitment)", "Suspended"],
    "closed_follow_up": ["Closed to Recruitment, In Follow Up"],
    "closed": [
        "Closed to Recruitment",
        "Closed to Recruitment, Follow Up Complete",
        "Closed to Recruitment, No Follow Up",
    ],
    "withdrawn": ["Withdrawn During Setup", "Withdrawn in Pre-Setup"],
}


def test_cpms_statuses__have_the_groups_of_nihr() -> None:
    with (SEEDS / "map_study_status_group.csv").open(encoding="utf-8", newline="") as file:
        groups = {row["study_status"]: row["status_group"] for row in csv.DictReader(file)}
    expected = {label: group for group, labels in CPMS.items() for label in labels}
    assert len(expected) == 17
    assert {label: groups.get(label) for label in expected} == expected
