"""A file whose staff numbers HR does not know closes the gate, and one that knows many strangers warns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import load

TABLES = ("fct_unknown_reference_month",)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    landing = tmp_path / "landing"
    write_trust(landing, staff=60, months=1, first_month="2025-01", seed=3)
    for other in landing.iterdir():
        if other.name not in ("hr_assignments", "hr_appraisals"):
            for file in other.glob("*"):
                file.unlink()
            other.rmdir()
    return landing


def _misspell(landing: Path, one_in: int) -> None:
    (file,) = (landing / "hr_appraisals").glob("*.csv")
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    rows.loc[rows.index % one_in == 0, "Employee Number"] = "9" + rows["Employee Number"].str[1:]
    rows.to_csv(file, index=False)


def test_file_of_strangers__fails_and_so_closes_the_gate(landing: Path, tmp_path: Path) -> None:
    _misspell(landing, 1)
    with pytest.raises(AssertionError, match="assert_people_of_every_extract_are_known"):
        load(landing, tmp_path / "home", *TABLES)


def test_file_with_some_strangers__passes_with_a_warning(landing: Path, tmp_path: Path) -> None:
    _misspell(landing, 3)
    found = load(landing, tmp_path / "home", *TABLES)
    assert found["assert_most_people_of_every_extract_are_known"] == "warn"
    assert found["assert_people_of_every_extract_are_known"] == "pass"
