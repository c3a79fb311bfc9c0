"""A small dbt manifest and warehouse, made by hand, for the tests of publishing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from publishing.catalogue import read_catalogue
from publishing.identity import ReleaseInputs
from publishing.policy import load_policy
from publishing.release import Release, publish
from publishing.suppress import published_sql


def column(data_type: str, role: str | None, **disclosure: Any) -> dict[str, Any]:
    meta: dict[str, Any] = {"role": role} if role else {}
    if disclosure:
        meta["disclosure"] = disclosure
    return {"data_type": data_type, "description": "What it says, 'quoted'", "config": {"meta": meta}}


def model(name: str, columns: dict[str, Any], key: list[str], **meta: Any) -> dict[str, Any]:
    """A published model. Where nothing is said of its sums, its figures stand alone."""
    rules = {column: about["config"]["meta"].get("disclosure") for column, about in columns.items()}
    alone = [column for column, rule in rules.items() if rule and not rule.get("computed_from")]
    meta = {"adds_up": {"alone": alone}, **meta}
    return {
        "name": name,
        "alias": name,
        "schema": "marts",
        "description": "Grain: a group and month.\n\nIt's a mart.",
        "resource_type": "model",
        "columns": columns,
        "config": {"meta": {"published": True, "subject": "workforce", "key": key, **meta}},
    }


WORKFORCE = model(
    "mart_workforce_month",
    {
        "group_name": column("varchar", "label"),
        "group_code": column("varchar", "key"),
        "reporting_month": column("date", "key"),
        "headcount": column("bigint", "measure", people=["headcount"]),
        "fte": column("double", "measure", people=["headcount"]),
        "leavers": column("bigint", "measure", people=["headcount", "leavers"]),
        "leaver_rate": column(
            "double", "measure", people=["headcount", "leavers"], computed_from=["leavers", "headcount"]
        ),
        "leaver_rate_rank": column("integer", "measure", computed_from=["leaver_rate"]),
        "fte_days_lost": column(
            "double",
            "measure",
            people=["headcount", "sickness_headcount"],
            complement={"of": "headcount", "part": "sickness_headcount"},
        ),
        "funded_fte": column("double", "measure"),
        "sickness_headcount": column("bigint", "support"),
    },
    ["reporting_month", "group_code"],
)
SURVEY = model(
    "mart_survey_score",
    {
        "group_code": column("varchar", "key"),
        "n": column("bigint", "measure", people=["n"]),
        "mean": column("double", "measure", people=["n"]),
        "sd": column("double", "measure", people=["n"]),
    },
    ["group_code"],
    subject="survey",
    hidden_when="sd = 0 and mean in (0, 10)",
)
DIMENSION = model(
    "dim_profession",
    {"profession_code": column("varchar", "key"), "profession_name": column("varchar", "label")},
    ["profession_code"],
    subject="dimension",
)


def manifest(*models: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": {f"model.rcw.{node['name']}": node for node in models}}


def create_mart(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """The model's table with its declared types; values that a row does not give are NULL."""
    connection.execute(f"create schema if not exists {node['schema']}")
    typed = ", ".join(f'"{name}" {about["data_type"]}' for name, about in node["columns"].items())
    connection.execute(f"create or replace table {node['schema']}.{node['name']} ({typed})")
    for row in rows:
        values = [row.get(name) for name in node["columns"]]
        connection.execute(
            f"insert into {node['schema']}.{node['name']} values ({', '.join('?' * len(values))})", values
        )


def published_rows(node: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as published under the policy of the repository."""
    with duckdb.connect() as connection:
        create_mart(connection, node, rows)
        (table,) = read_catalogue(manifest(node))
        result = connection.execute(published_sql(table, load_policy({})))
        names = [about[0] for about in result.description or []]
        return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def workforce_row(group: str = "nursing", month: str = "2026-03-01", **measures: Any) -> dict[str, Any]:
    """A large group in which nothing is small, changed as told."""
    large: dict[str, Any] = {
        "headcount": 100,
        "fte": 90.5,
        "leavers": 20,
        "leaver_rate": 20.0,
        "leaver_rate_rank": 1,
        "fte_days_lost": 50.25,
        "funded_fte": 95.0,
        "sickness_headcount": 30,
    }
    return {"group_code": group, "group_name": group.title(), "reporting_month": month, **large, **measures}


def release_inputs(**changes: Any) -> ReleaseInputs:
    given: dict[str, Any] = {
        "deliveries": [
            {"extract": "hr_assignments", "reporting_month": "2026-03-01", "sha256": "aa"},
            {"extract": "hr_absence", "reporting_month": "2026-03-01", "sha256": "bb"},
        ],
        "code_version": "0.1.0",
        "code_fingerprint": "f" * 64,
        "contract_versions": {"hr_assignments": 1, "hr_absence": 1},
        "settings": {"trust_code": "RVN"},
        "key_fingerprint": "k" * 16,
        "newest_month": "2026-03",
        "policy": load_policy({}),
    }
    return ReleaseInputs(**(given | changes))


def write_manifest(folder: Path, *models: dict[str, Any]) -> Path:
    import json

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "manifest.json"
    file.write_text(json.dumps(manifest(*models)), encoding="utf-8")
    return file


def write_warehouse(folder: Path) -> Path:
    """A warehouse with three marts: small and large groups, an unanimous survey group, awkward texts."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        groups = [
            workforce_row(f"group_{number:03d}", f"2026-{month:02d}-01", headcount=number % 40, leavers=number % 11)
            for month in (1, 2, 3)
            for number in reversed(range(60))
        ]
        create_mart(connection, WORKFORCE, groups)
        create_mart(connection, SURVEY, [{"group_code": "trust", "n": 200, "mean": 6.25, "sd": 1.5}])
        names = ["Nursing", "=1+1", "+44 1", "-5", "@cmd", "\tx", 'He said "no", twice', "Ärzte", "", None]
        create_mart(
            connection,
            DIMENSION,
            [{"profession_code": f"p{place}", "profession_name": name} for place, name in enumerate(names)],
        )
    return file


def published(folder: Path, inputs: ReleaseInputs | None = None, evidence: Path | None = None) -> Release:
    """Publish the warehouse of a folder, made there if there is none."""
    warehouse = folder / "warehouse.duckdb"
    if not warehouse.exists():
        write_warehouse(folder)
    return publish(
        warehouse,
        write_manifest(folder, WORKFORCE, SURVEY, DIMENSION),
        folder / "published",
        inputs or release_inputs(),
        evidence,
    )


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}
