"""The seeds are rules as data: each row has a source and a status, and each key one row."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

SEEDS = sorted((Path(__file__).parent.parent / "dbt_project" / "seeds").rglob("*.csv"))
WORKFORCE = [seed for seed in SEEDS if seed.parent.name == "workforce"]
STATUSES = {"confirmed", "secondary", "inferred", "local assumption"}


def rows(seed: Path) -> list[dict[str, str]]:
    with seed.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def column(name: str, of: str) -> set[str]:
    (seed,) = (seed for seed in WORKFORCE if seed.stem == of)
    return {row[name] for row in rows(seed)}


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.stem)
def test_seed__every_row_has_source_and_status(seed: Path) -> None:
    for row in rows(seed):
        assert row["source"], row
        assert row["status"] in STATUSES, row
        begins, ends = (row[name] and date.fromisoformat(row[name]) for name in ("valid_from", "valid_to"))
        assert not (begins and ends) or begins <= ends, row


@pytest.mark.parametrize("seed", WORKFORCE, ids=lambda seed: seed.stem)
def test_workforce_seed__each_key_has_one_row(seed: Path) -> None:
    found = rows(seed)
    key = next(iter(found[0]))
    assert [code for code, n in Counter(row[key] for row in found).items() if n > 1] == []


@pytest.mark.parametrize(
    ("name", "of", "known"),
    [
        ("profession_code", "map_job_role_profession", "list_profession"),
        ("profession_code", "map_staff_group_profession", "list_profession"),
        ("pay_band_code", "map_grade_pay_band", "list_pay_band"),
    ],
)
def test_workforce_seed__maps_lead_to_known_codes(name: str, of: str, known: str) -> None:
    assert column(name, of) <= column(name, known)


@pytest.mark.parametrize("seed", [s for s in WORKFORCE if s.stem.startswith("map_")], ids=lambda seed: seed.stem)
def test_workforce_seed__keys_that_are_matched_in_lower_case_are_in_lower_case(seed: Path) -> None:
    key = next(iter(rows(seed)[0]))
    if key != "assignment_status":  # a closed set, matched as it stands
        assert all(row[key] == row[key].lower() for row in rows(seed))
