"""The SQL that shows a person the rows behind a failed check. It is built from the suite alone, never from the data."""

from __future__ import annotations

from typing import Any

from expectations.frame import Frame
from expectations.suite import Check


def how_to_see(check: Check, frame: Frame) -> str:
    """One statement for DuckDB: the failing rows, or the aggregate that lies outside its bounds."""
    column = check.kwargs.get("column", "")
    columns = ", ".join(check.columns)
    source = frame.source(check.columns)
    if check.type in ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"):
        return f"select {columns}, count(*) as n from {source} group by {columns} having count(*) > 1"
    if check.type == "expect_column_mean_to_be_between":
        return f"select avg({column}) as mean, count({column}) as n from {source}"
    if check.type == "expect_column_unique_value_count_to_be_between":
        return f"select {column}, count(*) as n from {source} group by {column} order by n desc"
    return f"select * from {source} where {_failing(check)}"


def _failing(check: Check) -> str:
    kwargs = check.kwargs
    column = kwargs.get("column", "")
    first, second = kwargs.get("column_A", ""), kwargs.get("column_B", "")
    match check.type:
        case "expect_column_values_to_not_be_null":
            return f"{column} is null"
        case "expect_column_values_to_be_in_set":
            return f"{column} not in ({', '.join(_literal(value) for value in kwargs['value_set'])})"
        case "expect_column_values_to_match_regex":
            return f"not regexp_matches({column}, {_literal(kwargs['regex'])})"
        case "expect_column_pair_values_a_to_be_greater_than_b":
            return f"{first} {'<' if kwargs.get('or_equal') else '<='} {second}"
        case "expect_column_pair_values_to_be_equal":
            return f"{first} <> {second}"
        case _:
            return " or ".join(_outside(column, kwargs))


def _outside(column: str, kwargs: dict[str, Any]) -> list[str]:
    found = []
    if kwargs.get("min_value") is not None:
        found.append(f"{column} {'<=' if kwargs.get('strict_min') else '<'} {kwargs['min_value']}")
    if kwargs.get("max_value") is not None:
        found.append(f"{column} {'>=' if kwargs.get('strict_max') else '>'} {kwargs['max_value']}")
    return found


def _literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
