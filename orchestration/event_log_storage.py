"""Dagster's SQLite event log with its connections kept open, its schema looked at once, and batches of events in one transaction.

Dagster's own opens a connection, and with it an engine, for every event, and asks several times an event which tables and
columns there are. A monthly load writes some thousand events, so that cost more than the work it recorded. `dagster.yaml` in
the home names this class.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

_BUSY_SECONDS = 60


class KeptOpenSqliteEventLogStorage(SqliteEventLogStorage):
    """One engine a shard. In WAL mode `synchronous = normal` survives a killed process; only a power cut can cost the last events."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._engines: dict[str, Engine] = {}
        self._seen: set[str] = set()  # tables and columns; Dagster never takes one away
        self._held = threading.local()  # connections by shard, while a batch is written
        super().__init__(*args, **kwargs)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptOpenSqliteEventLogStorage:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if held := vars(self._held).get(shard):
            yield held
            return
        with self._db_lock, self._opened(shard) as connection:
            yield connection

    @contextmanager
    def _opened(self, shard: str) -> Iterator[Connection]:
        """A transaction of a shard; the lock is held."""
        if shard not in self._engines:
            engine = create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": _BUSY_SECONDS})
            event.listen(engine, "connect", _set_pragmas)
            self._engines[shard] = engine
        engine = self._engines[shard]
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.connect() as connection, connection.begin():
            yield connection

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Events of one run that are told together, such as all that it means to do: a transaction a shard."""
        run = events[0].run_id
        with self._db_lock, self._opened(run) as of_run, self._opened(INDEX_SHARD_NAME) as of_all:
            vars(self._held).update({run: of_run, INDEX_SHARD_NAME: of_all})
            try:
                super().store_event_batch(events)
            finally:
                vars(self._held).clear()

    def has_table(self, table_name: str) -> bool:
        look = super().has_table
        return self._is_there(table_name, lambda: look(table_name))

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        look = super()._has_asset_key_col_on_connection
        return self._is_there(f"asset_keys.{column_name}", lambda: look(conn, column_name))

    def _is_there(self, name: str, look: Callable[[], bool]) -> bool:
        if name not in self._seen and look():
            self._seen.add(name)
        return name in self._seen

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("pragma synchronous = normal")
