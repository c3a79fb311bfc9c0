"""What the linter knows of dbt's own cross-database macros. Read by sqlfluff only."""

from __future__ import annotations


def date_trunc(part: str, expression: str) -> str:
    return f"date_trunc('{part}', {expression})"


def last_day(expression: str, part: str) -> str:
    return f"last_day({expression}, '{part}')"


def type_string() -> str:
    return "varchar"


def type_float() -> str:
    return "double"


def type_int() -> str:
    return "integer"
