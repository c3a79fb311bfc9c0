"""The `raw` schema over deliveries that were stored under several versions of a contract."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.contract import contracts
from ingestion.raw_views import raw_view_sql

CONTRACT = contracts()["rd_recruitment"]


def stored(connection: duckdb.DuckDBPyConnection, folder: Path, month: str, columns: dict[str, str]) -> Path:
    """A file as raw storage holds it: the partition columns in its path, the others within."""
    place = folder / "trust_code=RVN" / f"reporting_month={month}-01"
    place.mkdir(parents=True)
    file = place / "rows.parquet"
    inside = {name: sql for name, sql in columns.items() if name not in ("trust_code", "reporting_month")}
    values = ", ".join(f"cast({sql} as {type_of(name)}) as {name}" for name, sql in inside.items())
    connection.execute(f"copy (select {values}) to '{file.as_posix()}' (format parquet)")
    return file


def type_of(name: str) -> str:
    return next((sql_type for column, sql_type, _ in CONTRACT.raw_columns if column == name), "varchar")


def test_months_under_another_version__stand_beside_those_under_the_present_one(tmp_path: Path) -> None:
    columns = {name: "null" for name, _, _ in CONTRACT.raw_columns}
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        now = stored(connection, tmp_path, "2025-02", columns | {"project_id": "'1'", "recruited": "3"})
        before = {name: sql for name, sql in columns.items() if name != "recruited"}
        then = stored(connection, tmp_path, "2025-01", before | {"project_id": "'1'", "former_column": "'x'"})
        connection.execute(raw_view_sql(CONTRACT, [now], [[then]]))
        rows = connection.execute(
            "select reporting_month, project_id, recruited from raw.rd_recruitment order by reporting_month"
        ).fetchall()
        assert [(month.month, *rest) for month, *rest in rows] == [(1, "1", None), (2, "1", 3)]
        described = connection.execute("describe raw.rd_recruitment").fetchall()
    assert [(name, sql_type) for name, sql_type, *_ in described] == [
        (name, sql_type.upper()) for name, sql_type, _ in CONTRACT.raw_columns
    ]
