"""The workforce mart against a second calculation from the landing files, on a synthetic trust with holes in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import load, mart
from tests.oracle.workforce import KEY, MEASURES, expected_workforce

EXTRACTS = ("hr_assignments", "hr_absence", "hr_establishment")


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen months of a small trust; one month lacks its absences, one near the start its assignments, three their establishment."""
    everything, some = tmp_path_factory.mktemp("everything"), tmp_path_factory.mktemp("landing")
    write_trust(everything, staff=250, months=16, first_month="2024-04", seed=11)
    for extract in EXTRACTS:
        shutil.copytree(everything / extract, some / extract)
    (some / "hr_absence" / "hr_absence_2024-09.csv").unlink()
    (some / "hr_assignments" / "hr_assignments_2024-05.csv").unlink()
    for month in ("2024-04", "2024-06", "2024-11"):
        (some / "hr_establishment" / f"hr_establishment_{month}.csv").unlink()
    return some


@pytest.fixture(scope="module")
def both(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    home = tmp_path_factory.mktemp("home")
    load(landing, home, "mart_workforce_month")
    found = pd.DataFrame(mart(home, "mart_workforce_month"))
    found["reporting_month"] = pd.to_datetime(found["reporting_month"]).dt.date
    expected = expected_workforce(landing, "RVN")
    return expected.merge(found, on=KEY, how="outer", suffixes=("_expected", ""), indicator="side")


def test_mart_workforce_month__has_the_rows_of_each_groups_span(both: pd.DataFrame) -> None:
    assert both.loc[both["side"] != "both", [*KEY, "side"]].to_dict("records") == []
    assert not both.duplicated(KEY).any()


@pytest.mark.parametrize("measure", MEASURES)
def test_mart_workforce_month__agrees_with_the_landing_files(both: pd.DataFrame, measure: str) -> None:
    found, expected = pd.to_numeric(both[measure]), pd.to_numeric(both[f"{measure}_expected"])
    differs = ~((found.isna() & expected.isna()) | ((found - expected).abs() < 1e-6))
    assert both.loc[differs, [*KEY, measure, f"{measure}_expected"]].head().to_dict("records") == []
    assert expected.notna().any(), "the files do not reach this measure"


def test_mart_workforce_month__is_null_where_a_month_was_not_delivered(both: pd.DataFrame) -> None:
    trust = both[both["group_type"] == "trust"].copy()
    trust.index = trust["reporting_month"].astype(str)
    assert "2024-05-01" not in trust.index
    assert pd.isna(trust.loc["2024-06-01", "leavers"])
    assert pd.isna(trust.loc["2024-09-01", "sickness_rate"])
    assert trust.loc["2024-09-01", "fte_days_available"] > 0
    assert pd.isna(trust.loc["2025-04-01", "turnover_rate_12m"])
    assert trust.loc["2025-04-01", "stability_index_12m"] > 0
    assert trust.loc["2025-07-01", "turnover_rate_12m"] > 0
