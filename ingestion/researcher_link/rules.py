"""The rules of linking as data: the CSV files in `rules/`, and the seeds of the warehouse that say what a role or post is.

Rows whose `valid_to` has passed are history and are not read; the files decide, never the clock: a row without an end is in
force.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import duckdb

from ingestion.identifiers import orcid_sql

RULES_FOLDER = Path(__file__).parent / "rules"
_SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
#: table -> (seed, columns to slug, other columns)
_SEED_TABLES = {
    "role_code": ("portfolio/map_study_role.csv", {"role_slug": "role_name"}, "role_code"),
    "profession_of_role": ("workforce/map_job_role_profession.csv", {"job_role": "job_role"}, "profession_code"),
    "profession_of_group": (
        "workforce/map_staff_group_profession.csv",
        {"staff_group": "staff_group"},
        "profession_code",
    ),
}
_COURSES = "training/map_course_gcp.csv"


def _rows(name: str) -> list[dict[str, str]]:
    with (RULES_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["valid_to"]]


@cache
def thresholds() -> dict[str, float]:
    """Thresholds and priors by name; units stand in the file."""
    return {row["name"]: float(row["value"]) for row in _rows("threshold")}


def load_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `channel`, `nickname`, `role_profession`, those of the seeds, two macros and the variables."""
    connection.execute(
        "create or replace temp macro slug(label) as trim(regexp_replace(lower(label), '[^a-z0-9]+', '_', 'g'), '_')"
    )
    connection.execute(f"create or replace temp macro valid_orcid(written) as {orcid_sql('written')}")
    for name, value in thresholds().items():
        connection.execute(f"set variable {name} = ?", [value])
    connection.execute("set variable titles = ?", [[row["word"] for row in _rows("title")]])
    connection.execute("set variable shared_mail_domains = ?", [[row["domain"] for row in _rows("shared_mail_domain")]])
    for table, columns in {
        "channel": "comparison, level, cast(probability as double) as probability, "
        "cast(ways as double) as ways, cast(ways_a_letter as double) as ways_a_letter",
        "nickname": "name, familiar_form",
        "role_profession": "role_code, profession_code, cast(bits as double) as bits",
    }.items():
        _read(connection, table, columns, RULES_FOLDER / f"{table}.csv")
    for table, (seed, slugged, column) in _SEED_TABLES.items():
        made = ", ".join(f"slug({label}) as {name}" for name, label in slugged.items())
        _read(connection, table, f"{made}, min({column}) as {column}", _SEEDS / seed, grouped=True)
    course = "course_pattern, cast(rule_order as integer) as rule_order, cast(is_gcp as boolean) as is_gcp"
    _read(connection, "gcp_course", course, _SEEDS / _COURSES)


def _read(connection: duckdb.DuckDBPyConnection, table: str, columns: str, file: Path, grouped: bool = False) -> None:
    connection.execute(
        f"create or replace temp table {table} as select {columns} from read_csv(?, all_varchar = true) "
        f"where valid_to is null {'group by 1' if grouped else ''}",
        [file.as_posix()],
    )
