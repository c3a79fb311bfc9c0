"""Control charts of any relation of series: the profile chosen, the warehouse's own SQL run, its two tables left behind.

The rules are the dbt macro `xmr_steps`, which `mart_spc_point` uses too; none stands here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

_PROJECT = Path(__file__).parents[2] / "dbt_project"
RULES = _PROJECT / "macros" / "xmr.sql"
PROFILES = _PROJECT / "seeds" / "scorecard" / "list_spc_profile.csv"

#: What a relation of series holds: one row a series and date. `target` and `fix_after_n_points` may be NULL.
INPUT_COLUMNS = ("series_id", "date", "value", "is_rebase", "improvement_direction", "target", "fix_after_n_points")
POINT_COLUMNS = (
    "series_id", "date", "value", "rebase_group", "mean", "lpl", "upl", "special_cause_type", "point_type", "limits_status",
)  # fmt: skip
SERIES_COLUMNS = ("series_id", "variation_icon", "assurance_icon")
_RULES_MET = ("is_outside_limits", "is_in_trend", "is_in_two_of_three", "is_in_shift")


@dataclass(frozen=True)
class Profile:
    """A way of drawing charts, from the seed: `minimum_points` are points with a value in the newest segment."""

    name: str
    screens_outliers: bool
    improvement_wins: bool
    minimum_points: int
    shows_short_limits: bool


@cache
def profiles() -> dict[str, Profile]:
    """The profiles by name; the first is the default."""
    with PROFILES.open(encoding="utf-8", newline="") as file:
        return {
            row["profile"]: Profile(
                row["profile"],
                row["screens_outliers"] == "true",
                row["improvement_wins"] == "true",
                int(row["minimum_points"]),
                row["shows_short_limits"] == "true",
            )
            for row in csv.DictReader(file)
        }


def draw(connection: duckdb.DuckDBPyConnection, series: str, profile: Profile) -> None:
    """Compute the charts of all series of a relation.

    Makes the temporary tables `spc_point` (POINT_COLUMNS and more, one row a series and date) and `spc_series`
    (SERIES_COLUMNS, one row a series). Means and limits are in the unit of the values.

    Args:
        series: what stands after `from`: a relation with INPUT_COLUMNS.
    """
    from jinja2 import Environment, FileSystemLoader

    macros = (
        Environment(loader=FileSystemLoader(RULES.parent), autoescape=False).get_template(RULES.name).module
    )  # SQL, no HTML
    connection.execute(
        f"create or replace temp table spc_input as select {', '.join(INPUT_COLUMNS)},"
        " cast(null as varchar) as withheld, ? as screens_outliers, ? as improvement_wins,"
        f" cast(? as integer) as minimum_points, ? as shows_short_limits from {series}",
        [profile.screens_outliers, profile.improvement_wins, profile.minimum_points, profile.shows_short_limits],
    )
    connection.execute(
        f"create or replace temp table spc_point as with {macros.xmr_steps('spc_input')}"  # type: ignore[attr-defined]
        f" select {', '.join((*POINT_COLUMNS, *_RULES_MET, *SERIES_COLUMNS[1:]))} from charted order by series_id, date"
    )
    connection.execute(
        "create or replace temp table spc_series as select series_id, variation_icon, assurance_icon, limits_status from ("
        " select *, row_number() over (partition by series_id order by date desc) as from_last from spc_point"
        ") as counted where from_last = 1 order by series_id"
    )
