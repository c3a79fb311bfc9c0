"""Dagster's SQLite event log with its connections kept open.

Dagster's own opens a connection, and with it an engine, for every event. A monthly load writes some 700 events, so that
alone cost more than the work it recorded. `dagster.yaml` in the home names this class.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

_BUSY_SECONDS = 60


class KeptOpenSqliteEventLogStorage(SqliteEventLogStorage):
    """One engine a shard. In WAL mode `synchronous = normal` survives a killed process; only a power cut can cost the last events."""

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> KeptOpenSqliteEventLogStorage:
        return cls(inst_data=inst_data, **config_value)

    @property
    def _engines(self) -> dict[str, Engine]:
        found: dict[str, Engine] = self.__dict__.setdefault("_kept_engines", {})
        return found

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
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

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("pragma synchronous = normal")
