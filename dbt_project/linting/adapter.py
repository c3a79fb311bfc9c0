"""What the linter knows of dbt's `adapter`: a dispatched macro stands for something that parses. Read by sqlfluff only."""

from __future__ import annotations

from collections.abc import Callable


def _series(name: str) -> Callable[..., str]:
    return lambda first, last: f"select cast(null as date) as {name}"


def _list_parts(relation: str, columns: list[str], *rest: str) -> str:
    return f"select {', '.join(columns)}, '' as part, 1 as part_position from {relation}"


_QUERIES: dict[str, Callable[..., str]] = {
    "month_series": _series("month"),
    "day_series": _series("day"),
    "list_parts": _list_parts,
}


def dispatch(macro: str, package: str) -> Callable[..., str]:
    """A call of a function of that name; a query where the macro stands for one."""
    return _QUERIES.get(macro, lambda *arguments: f"{macro}({', '.join(map(str, arguments))})")
