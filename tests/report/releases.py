"""A small release made by hand: every published table as its YAML declares it, with the rows that a test gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from publishing.identity import ReleaseInputs
from publishing.sql import identifier, literal
from tests.model_yaml import documents
from tests.publishing_support import release_inputs

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
TRUST, MONTH = "RVN", date(2026, 3, 1)
BEFORE = date(2025, 3, 1)
INPUTS: ReleaseInputs = release_inputs(settings={"trust_code": TRUST, "report": True})
HOSTILE = "<script>alert('directorate')</script>"
#: A figure that stands under a flag. It must be found nowhere.
HIDDEN = 987_654
PROFESSIONS = (
    ("medical", "Medical and dental"),
    ("nursing", "Nursing"),
    ("psychology", "Psychology and psychological therapies"),
)


@cache
def declared() -> dict[str, dict[str, str]]:
    """Columns with their types of every published table, flags of measures included."""
    tables: dict[str, dict[str, str]] = {}
    for document in documents().values():
        for model in document.get("models", []):
            if (model.get("config") or {}).get("meta", {}).get("published") is True:
                columns = {}
                for column in model["columns"]:
                    role = ((column.get("config") or {}).get("meta") or {}).get("role")
                    if role in ("key", "label", "measure", "flag"):
                        columns[column["name"]] = column["data_type"]
                    if role == "measure":
                        columns.setdefault(f"{column['name']}_is_suppressed", "boolean")
                tables[model["name"]] = columns
    return tables


def write_release(folder: Path, rows: Rows) -> Path:
    """The Parquet files of a release that holds `rows` and is empty otherwise.

    Raises:
        KeyError: a row names a column that its table does not have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for table, columns in declared().items():
            typed = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
            connection.execute(f"create table {identifier(table)} ({typed})")
            for row in rows.get(table, ()):
                unknown = set(row) - set(columns)
                if unknown:
                    raise KeyError(f"{table} has no {sorted(unknown)}")
                given = {name: False for name in columns if name.endswith("_is_suppressed")} | dict(row)
                names = ", ".join(identifier(name) for name in given)
                marks = ", ".join("?" * len(given))
                connection.execute(f"insert into {identifier(table)} ({names}) values ({marks})", list(given.values()))
            connection.execute(f"copy {identifier(table)} to {literal((folder / f'{table}.parquet').as_posix())}")
    return folder


def group(group_type: str, code: str, name: str, month: date = MONTH, **measures: Any) -> dict[str, Any]:
    key = {"trust_code": TRUST, "group_type": group_type, "group_code": code, "group_name": name}
    return {**key, "reporting_month": month, **measures}


def tiers(headcount: int, active: int | None, **more: Any) -> dict[str, Any]:
    rate = None if active is None else 100 * active / headcount
    return {"headcount": headcount, "research_active_headcount": active, "research_active_rate": rate, **more}


def small_release() -> dict[str, list[dict[str, Any]]]:
    """Two months of one trust: shown, suppressed and missing figures side by side; a directorate with a hostile name."""
    capacity = [
        group("trust", TRUST, "THE TRUST", **tiers(1234, 200, t1_rate=40.25, pi_headcount=20, non_medical_pi_pct=45.0)),
        group("trust", TRUST, "THE TRUST", BEFORE, **tiers(1200, 180)),
        group("profession", "medical", "Medical and dental", **tiers(100, 60, t1_rate=61.44, t4_rate=0.0)),
        group("profession", "nursing", "Nursing", **tiers(900, 100, t4_rate=HIDDEN, t4_rate_is_suppressed=True)),
        group("profession", "psychology", PROFESSIONS[2][1], **tiers(234, 40, t4_rate=None)),
        group("directorate", "script", HOSTILE, **tiers(1234, 200)),
    ]
    return {
        "dim_trust": [{"trust_code": TRUST, "trust_name": "AVON AND WILTSHIRE NHS TRUST"}],
        "dim_month": [{"reporting_month": BEFORE}, {"reporting_month": MONTH}],
        "dim_profession": [
            {"profession_code": code, "profession_name": name, "sort_order": place}
            for place, (code, name) in enumerate(PROFESSIONS)
        ],
        "mart_research_capacity_month": capacity,
        "mart_workforce_month": [
            group("trust", TRUST, "THE TRUST", headcount=1234, fte=1100.5, sickness_rate=4.567),
            group("directorate", "script", HOSTILE, headcount=1234, fte=1100.5),
        ],
        "mart_load_calendar": [
            {"trust_code": TRUST, "extract": "hr_assignments", "reporting_month": MONTH, "is_expected": True, "state": "current"},
            {"trust_code": TRUST, "extract": "hr_absence", "reporting_month": MONTH, "is_expected": True, "state": "missing"},
        ],
        "mart_portfolio_study_month": [
            {
                "trust_code": TRUST, "project_id": "1", "reporting_month": MONTH, "short_title": HOSTILE, "status_group": "open",
                "is_open_in_month": True, "target": 40, "recruited_to_date": 10, "rtt": -0.5, "on_track": False,
                "recruited_in_month": 3,
            }
        ],
    }  # fmt: skip
