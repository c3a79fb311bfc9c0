"""Dagster's event log as the home keeps it: batches are told wholly or not at all, and are there for another reader."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from ingestion.settings import Settings
from orchestration.event_log_storage import KeptOpenSqliteEventLogStorage
from orchestration.instance import dagster_home


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name in ("DAGSTER_HOME", "DAGSTER_EVENT_BATCH_SIZE", "DO_NOT_TRACK"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    folder = dagster_home(Settings(home=tmp_path / "home", _env_file=None))
    with dg.DagsterInstance.from_config(str(folder)) as made:
        yield made


def _assets(n: int) -> list[dg.AssetsDefinition]:
    return [dg.asset(name=f"asset_{i}")(lambda: None) for i in range(n)]


def _kinds(file: Path) -> dict[str, int]:
    with sqlite3.connect(file) as connection:
        return dict(connection.execute("select dagster_event_type, count(*) from event_logs group by 1").fetchall())


def test_what_a_run_means_to_do__is_written_in_one_transaction_a_shard(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    store = KeptOpenSqliteEventLogStorage.store_event_batch
    monkeypatch.setattr(
        KeptOpenSqliteEventLogStorage,
        "store_event_batch",
        lambda self, events: (batches.append(len(events)), store(self, events))[1],
    )
    done = dg.materialize(_assets(4), instance=instance)
    assert done.success
    assert batches == [4]
    storage = instance.event_log_storage
    assert isinstance(storage, KeptOpenSqliteEventLogStorage)
    for shard in (done.run_id, "index"):
        kinds = _kinds(Path(storage.path_for_shard(shard)))
        assert (kinds["ASSET_MATERIALIZATION_PLANNED"], kinds["ASSET_MATERIALIZATION"]) == (4, 4)
    dagsters_own = SqliteEventLogStorage(str(Path(storage.path_for_shard("index")).parent))
    assert len(dagsters_own.all_asset_keys()) == 4
    dagsters_own.dispose()


def test_batch_that_fails__leaves_nothing_and_is_written_one_by_one(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = instance.event_log_storage
    store, calls = storage.store_event, iter(range(1000))

    def fail_once(event: object) -> None:
        if next(calls) == 2:
            raise sqlite3.OperationalError("disk I/O error")
        store(event)  # type: ignore[arg-type]

    monkeypatch.setattr(storage, "store_event", fail_once)
    done = dg.materialize(_assets(4), instance=instance)
    assert done.success
    kinds = _kinds(Path(storage.path_for_shard(done.run_id)))  # type: ignore[attr-defined]
    assert kinds["ASSET_MATERIALIZATION_PLANNED"] == 4
