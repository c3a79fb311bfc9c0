"""Awards, outputs and networks of the marts, and T4 and T5 by awards, against a second calculation from the landing files."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from synthetic import awards as synthetic_awards
from synthetic import outputs as synthetic_outputs
from synthetic.trust import write_trust
from tests.oracle.awards import Trust, awards_outputs, funded, is_missing, networks
from tests.oracle.awards_month import awards_outputs_month
from tests.oracle.loading import linked_in, load, mart

EXTRACTS = ("hr_assignments", "rd_awards", "rd_outputs", "rd_project_sites", "rd_study_team")
TABLES = ("mart_awards_outputs", "mart_awards_outputs_month", "mart_networks", "fct_staff_month")


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight months over the turn of a financial year of a busy little trust, with late, missing and untidy files."""
    everything, some = tmp_path_factory.mktemp("everything"), tmp_path_factory.mktemp("landing")
    with pytest.MonkeyPatch.context() as busy:
        busy.setattr(synthetic_awards, "_APPLICATIONS", 0.02)
        busy.setattr(synthetic_outputs, "_PAPERS_OF_STUDY", 0.5)
        write_trust(everything, staff=160, months=8, first_month="2024-10", seed=8)
    for extract in EXTRACTS:
        shutil.copytree(everything / extract, some / extract)
    for missing in ("rd_awards_2024-10", "rd_awards_2025-03", "rd_outputs_2024-11", "rd_outputs_2025-05"):
        (some / missing[:-8] / f"{missing}.csv").unlink()
    for file in (some / "rd_awards").glob("*.csv"):
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        rows.loc[rows.index % 7 == 3, "Decision Date"] = ""
        rows.loc[rows.index % 11 == 5, "End Date"] = ""
        rows.loc[rows.index % 13 == 6, "WTE Percent"] = ""
        rows.to_csv(file, index=False)
    return some


@pytest.fixture(scope="module")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    load(landing, folder, *TABLES)
    return folder


@pytest.fixture(scope="module")
def trust(landing: Path, home: Path) -> Trust:
    return Trust(landing, lambda month: linked_in(home, month))


def assert_equal(row: dict[str, object], expected: dict[str, object], where: str) -> None:
    for name, value in expected.items():
        if value is None:
            assert is_missing(row[name]), f"{where} {name}"
        else:
            assert row[name] == pytest.approx(value, rel=1e-9, abs=1e-9), f"{where} {name}"


def test_awards_outputs_mart__equals_a_calculation_from_the_files(trust: Trust, home: Path) -> None:
    found = {
        (row["group_type"], row["group_code"], row["financial_year"]): row for row in mart(home, "mart_awards_outputs")
    }
    expected = awards_outputs(trust)
    assert found.keys() == expected.keys()
    reached = set()
    for key, measures in expected.items():
        assert_equal(found[key], measures, str(key))
        reached |= {(key[0], name) for name, value in measures.items() if value}
    whole = {name for kind, name in reached if kind == "trust"}
    assert whole == set(next(iter(expected.values())))
    assert {"applications", "awarded", "outputs", "first_author_outputs"} <= {
        n for kind, n in reached if kind == "profession"
    }


@pytest.mark.slow
def test_awards_outputs_of_each_month__equal_a_calculation_from_the_files(trust: Trust, home: Path) -> None:
    rows = mart(home, "mart_awards_outputs_month")
    found = {(row["group_type"], row["group_code"], pd.Timestamp(row["reporting_month"]).date()): row for row in rows}
    expected = awards_outputs_month(trust)
    reached = set()
    for key, measures in expected.items():
        assert_equal(found[key], measures, str(key))
        reached |= {(key[0], name) for name, value in measures.items() if value}
    names = {"applications_12m", "awarded_12m", "success_rate_12m", "running_fellowships", "outputs_12m"}
    assert {("trust", name) for name in names} <= reached
    assert {("profession", "applications_12m"), ("directorate", "outputs_12m")} <= reached


def test_networks_mart__equals_a_calculation_from_the_files(trust: Trust, home: Path) -> None:
    keys = ("network_type", "unit_code", "other_code", "financial_year")
    found = {tuple(row[name] for name in keys): row for row in mart(home, "mart_networks")}
    expected = networks(trust)
    assert found.keys() == expected.keys()
    reached = set()
    for key, measures in expected.items():
        assert_equal(found[key], measures, str(key))
        reached |= {(key[0], name) for name, value in measures.items() if value}
    assert {
        ("directorate", "joint_studies"),
        ("directorate", "joint_outputs"),
        ("directorate", "people_in_common"),
    } <= reached
    assert {("profession", "joint_studies"), ("profession", "joint_outputs"), ("partner", "joint_outputs")} <= reached


def test_running_awards__make_t4_t5_and_research_fte(trust: Trust, home: Path) -> None:
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.sql(
            "select reporting_month, count(*) filter (has_running_award) as t4_headcount, count(*) filter (is_t5) as t5_headcount, "
            "sum(research_fte) as research_fte, count(has_running_award) as known "
            "from core.fct_staff_month where is_substantive group by reporting_month order by reporting_month"
        ).df()
    assert len(rows) == len(trust.months)
    for month, row in zip(trust.months, rows.to_dict("records"), strict=True):
        expected = funded(trust, month)
        if expected["research_fte"] is None:
            assert row["known"] == 0
            assert is_missing(row["research_fte"])
        else:
            assert_equal({str(name): value for name, value in row.items()}, expected, str(month))
    assert rows["research_fte"].max() > 0
