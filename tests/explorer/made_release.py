"""A release folder made by hand with the tables that the explorer reads, described by the project's own YAML."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from publishing.catalogue import read_catalogue
from publishing.database_file import DATABASE_FILE
from publishing.datapackage import datapackage, write_datapackage
from publishing.published_table import PublishedTable
from tests.publishing_support import release_inputs
from tests.test_publishing_metadata import described_models

MONTHS = [date(2024 + (3 + i) // 12, (3 + i) % 12 + 1, 1) for i in range(20)]
SUPPRESSED_MONTH = MONTHS[5]
GROUPS = [("trust", "RVN", "Avon Trust"), ("profession", "nursing", "Nursing"), ("directorate", "wards", "Wards")]
INDICATORS = [
    ("R1", "Engaged with research", "increase", "percent", 1, "mart_workforce_month"),
    ("W1", "Turnover, 12 months", "decrease", "percent", 1, "mart_workforce_month"),
]

Rows = list[dict[str, Any]]


def _scores() -> tuple[Rows, Rows]:
    scores, points = [], []
    for code, *_ in INDICATORS:
        for group_type, group_code, group_name in GROUPS:
            key = {"trust_code": "RVN", "indicator_code": code, "group_type": group_type, "group_code": group_code}
            for place, month in enumerate(MONTHS):
                hidden = group_type == "profession" and month == SUPPRESSED_MONTH
                value = None if hidden else 20.0 + place % 3
                row = key | {"reporting_month": month, "group_name": group_name, "value": value, "target": 25.0}
                row |= {"value_is_suppressed": hidden, "is_suppressed": hidden, "is_provisional": place >= 18}
                flags = {"numerator_is_suppressed": hidden, "denominator_is_suppressed": False}
                scores.append(row | flags | {"numerator": None if hidden else 200.0, "denominator": 1000.0})
                limits = {
                    "mean": 21.0,
                    "lpl": 17.0,
                    "upl": 25.0,
                    "lpl_display": 17.0,
                    "upl_display": 25.0,
                    "segment": 0,
                }
                signal = {"point_type": "common_cause", "special_cause_type": "Common Cause", "limits_status": "ok"}
                points.append(row | limits | signal | {"profile": "plot_the_dots"})
    return scores, points


def _rows() -> dict[str, Rows]:
    scores, points = _scores()
    calendar: Rows = []
    quality: Rows = []
    for place, month in enumerate(MONTHS):
        delivery = {"trust_code": "RVN", "extract": "hr_assignments", "reporting_month": month}
        is_there = month != MONTHS[3]
        about = {"delivery_id": f"d{place}", "file_name": f"hr_assignments_{month:%Y-%m}.csv"} if is_there else {}
        state = "current" if is_there else "missing"
        calendar.append(delivery | about | {"is_expected": True, "state": state, "replaced_count": 0, "version": 1})
        if is_there:
            checks = [("rejected_rows", "warning", 2, "bad_date"), ("link_rate", "info", 91, "nursing")]
            quality += [
                delivery | about
                | {"data_quality_sk": f"q{place}-{check}", "check_name": check, "severity": severity, "n": n, "reason_code": reason}
                | {"rows_delivered": 100, "rows_accepted": 98, "rows_rejected": 2, "status": "current", "n_is_suppressed": False}
                | {f"rows_{count}_is_suppressed": False for count in ("delivered", "accepted", "rejected")}
                for check, severity, n, reason in checks
            ]  # fmt: skip
    catalogue = [
        {"indicator_code": code, "indicator_name": name, "direction": direction, "unit": unit, "decimals": decimals}
        | {
            "source_mart": mart,
            "definition": f"What {name} counts",
            "numerator": "People counted",
            "denominator": "People",
        }
        | {"owner": "R&D lead", "source_policy": "From HR extracts", "sort_order": place, "domain": "research"}
        for place, (code, name, direction, unit, decimals, mart) in enumerate(INDICATORS)
    ]
    workforce = [
        {"trust_code": "RVN", "group_type": kind, "group_code": code, "group_name": name, "reporting_month": month}
        | {"headcount": None if kind == "directorate" else 1200, "headcount_is_suppressed": kind == "directorate"}
        | {"is_suppressed": kind == "directorate", "group_sk": f"{kind}-{code}"}
        for kind, code, name in GROUPS
        for month in MONTHS
    ]
    return {
        "dim_indicator": catalogue,
        "mart_scorecard_month": scores,
        "mart_spc_point": points,
        "mart_load_calendar": calendar,
        "mart_data_quality": quality,
        "mart_workforce_month": workforce,
    }


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, table: PublishedTable, rows: Rows) -> int:
    typed = ", ".join(f'"{column.name}" {column.type}' for column in table.released)
    connection.execute(f"create table {table.name} ({typed})")
    names = [column.name for column in table.released]
    marks = ", ".join("?" * len(names))
    connection.executemany(
        f"insert into {table.name} values ({marks})", [[row.get(name) for name in names] for row in rows]
    )
    key = ", ".join(table.key)
    for kind in ("parquet", "csv"):
        file = (folder / f"{table.name}.{kind}").as_posix()
        connection.execute(f"copy (select * from {table.name} order by {key}) to '{file}' (format {kind})")
    return len(rows)


def make_release(folder: Path) -> Path:
    """The release in `folder`; an indicator for the trust, a profession and a directorate over twenty months."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = _rows()
    nodes = {model["name"]: model for model in described_models() if model["name"] in wanted}
    tables = [
        # its extracts follow from dbt's manifest, which the YAML alone is not
        PublishedTable(**{**vars(table), "extracts": ("hr_assignments",)})
        for table in read_catalogue({"nodes": nodes})
    ]
    with duckdb.connect() as connection:
        counts = {table.name: _write(connection, folder, table, wanted[table.name]) for table in tables}
    duckdb.connect(str(folder / DATABASE_FILE)).close()
    write_datapackage(folder, datapackage(folder, tables, counts, release_inputs(), {}))
    return folder
