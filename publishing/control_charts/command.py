"""`rcw spc`: the warehouse's control charts for a CSV of series that an analyst has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from publishing.control_charts.charts import POINT_COLUMNS, SERIES_COLUMNS, Profile, draw
from publishing.control_charts.series_file import read_series
from publishing.files import csv_cell
from publishing.sql import literal


@dataclass(frozen=True)
class Charted:
    """What came of a file: how many series by limits status, the files written, and what a reader should know."""

    by_status: dict[str, int]
    files: tuple[Path, ...]
    notices: tuple[str, ...]


def chart_file(series: Path, profile: Profile, out: Path, screens_outliers: bool | None = None) -> Charted:
    """Chart every series of a file and write `points.csv` and `series.csv` into `out`.

    Raises:
        PublishingError: the file cannot be charted; nothing is written then.
    """
    if screens_outliers is not None:
        profile = replace(profile, screens_outliers=screens_outliers)
    with duckdb.connect(":memory:") as connection:
        notices = read_series(connection, series)
        draw(connection, "series", profile)
        out.mkdir(parents=True, exist_ok=True)
        files = (
            _write(connection, "spc_point", POINT_COLUMNS, "series_id, date", out / "points.csv"),
            _write(connection, "spc_series", SERIES_COLUMNS, "series_id", out / "series.csv"),
        )
        statuses = connection.execute(
            "select limits_status, count(*) from spc_series group by limits_status order by limits_status"
        ).fetchall()
    return Charted(dict(statuses), files, tuple(notices))


def _write(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], order: str, file: Path) -> Path:
    """One CSV, put in place whole."""
    cells = ", ".join(f"{csv_cell(name)} as {name}" if name == "series_id" else name for name in columns)
    part = file.with_name(file.name + ".part")
    connection.execute(
        f"copy (select {cells} from {table} order by {order}) to {literal(part.as_posix())} (format csv, header true)"
    )
    part.replace(file)
    return file
