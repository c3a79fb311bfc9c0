"""What Dagster sees: assets from contract to release, one job, when it starts, and that a range of months is not cut short."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from ingestion.contract import contracts
from ingestion.settings import Settings

KEY = "a key for tests that is long enough"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that the settings point to while the definitions are imported and asked."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "landing").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RCW_HOME", str(folder))
        patch.setenv("RCW_PSEUDONYM_KEY", KEY)
        yield folder


@pytest.fixture(scope="module")
def definitions(home: Path) -> dg.Definitions:
    from orchestration.definitions import defs

    return defs


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> Any:
    return definitions.resolve_asset_graph()


def test_every_contract__has_a_raw_asset_by_month_with_checks(graph: Any) -> None:
    for extract in contracts():
        node = graph.get(dg.AssetKey(["raw", extract]))
        assert isinstance(node.partitions_def, dg.MonthlyPartitionsDefinition)
        assert {key.name for key in node.check_keys} == {"deliveries_accepted", "deliveries_as_a_whole"}


def test_lineage__runs_from_raw_to_mart_to_gate_to_release(graph: Any) -> None:
    def upstream(key: dg.AssetKey) -> set[dg.AssetKey]:
        found: set[dg.AssetKey] = set()
        waiting = [key]
        while waiting:
            for parent in graph.get(waiting.pop()).parent_keys - found:
                found.add(parent)
                waiting.append(parent)
        return found

    above = upstream(dg.AssetKey(["release", "published"]))
    assert dg.AssetKey(["release", "quality_gate"]) in above
    assert dg.AssetKey(["marts", "mart_workforce_month"]) in above
    assert {dg.AssetKey(["raw", extract]) for extract in contracts()} <= above
    assert dg.AssetKey(["raw", "hr_assignments"]) in upstream(dg.AssetKey(["marts", "mart_workforce_month"]))


def test_every_mart__has_the_gates_check(graph: Any) -> None:
    marts = [key for key in graph.get_all_asset_keys() if key.path[0] == "marts"]
    assert len(marts) >= 7
    for key in marts:
        assert "fit_to_publish" in {check.name for check in graph.get(key).check_keys}


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2026, 11, 9), 6),
        (date(2026, 11, 8), None),  # a Sunday
        (date(2026, 1, 9), 6),  # New Year's Day does not count
        (date(2026, 1, 1), None),
    ],
)
def test_working_day_of_month__skips_weekends_and_bank_holidays(home: Path, day: date, number: int | None) -> None:
    from orchestration.working_days import working_day_of_month

    assert working_day_of_month(day) == number


def test_schedule__asks_for_the_month_before_on_the_sixth_working_day_only(definitions: dg.Definitions) -> None:
    from orchestration.schedules import sixth_working_day

    def tick(day: int) -> Any:
        context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 11, day, 6, tzinfo=LONDON))
        return sixth_working_day(context)

    assert tick(9).partition_key == "2026-10-01"
    assert isinstance(tick(10), dg.SkipReason)


def test_sensor__starts_a_month_once_for_its_files_and_leaves_those_still_being_written(
    definitions: dg.Definitions, home: Path
) -> None:
    from orchestration.sensors import landing_sensor

    def tick() -> list[Any]:
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance=instance, repository_def=definitions.get_repository_def())
            data = landing_sensor.evaluate_tick(context)
            return list(data.run_requests or [])

    folder = home / "landing" / "rd_recruitment"
    folder.mkdir(exist_ok=True)
    file = folder / "recruitment_2025-04.csv"
    file.write_text("Project ID,Recruitment Month,Recruited\n1,2025-04,3\n", encoding="utf-8")
    assert tick() == [], "a file younger than a minute is left alone"
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 120))
    first, again = tick(), tick()
    assert [request.partition_key for request in first] == ["2025-04-01"]
    assert [request.run_key for request in first] == [request.run_key for request in again]
    shutil.rmtree(folder)


def test_a_range_of_months__is_landed_whole_by_one_run(definitions: dg.Definitions, home: Path) -> None:
    folder = home / "landing" / "rd_recruitment"
    folder.mkdir(exist_ok=True)
    for month in ("2025-04", "2025-05", "2025-06"):
        text = f"Project ID,Recruitment Month,Recruited\n1,{month},3\n"
        (folder / f"recruitment_{month}.csv").write_text(text, encoding="utf-8")
    recruitment = dg.AssetKey(["raw", "rd_recruitment"])
    landing = next(a for a in definitions.assets or [] if recruitment in getattr(a, "keys", ()))
    assert isinstance(landing, dg.AssetsDefinition)
    result = dg.materialize(
        [landing],
        selection=[recruitment],
        resources=definitions.resources,
        tags={
            "dagster/asset_partition_range_start": "2025-04-01",
            "dagster/asset_partition_range_end": "2025-06-01",
        },
    )
    assert result.success
    materialized = result.asset_materializations_for_node(landing.node_def.name)
    assert {event.asset_key for event in materialized} == {recruitment}
    metadata = materialized[0].metadata
    assert metadata["deliveries"].value == 3
    shutil.rmtree(folder)


def test_a_run_that_ends_without_a_release__is_a_fault(
    definitions: dg.Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster leaves out what follows a table of which it is told nothing, and calls that a success."""
    from orchestration.run import run_monthly_load

    def ended(**_: Any) -> SimpleNamespace:
        event = SimpleNamespace(event_type_value="STEP_SUCCESS", asset_key=None, is_step_failure=False)
        return SimpleNamespace(success=True, run_id="1", all_events=[event])

    job = SimpleNamespace(execute_in_process=ended)
    monkeypatch.setattr("orchestration.definitions.defs", SimpleNamespace(resolve_job_def=lambda name: job))
    settings = Settings(home=tmp_path, pseudonym_key=KEY, _env_file=None)  # type: ignore[arg-type]
    outcome = run_monthly_load(settings, date(2025, 3, 1), date(2025, 3, 1))
    assert (outcome.is_success, outcome.is_fault) == (False, True)
    assert "without a release" in outcome.message
