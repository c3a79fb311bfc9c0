"""What the linter knows of dbt's `adapter`: a dispatched macro stands for something that parses. Read by sqlfluff only."""

from __future__ import annotations

from collections.abc import Callable

_QUERIES = {
    "month_series": "select cast(null as date) as month",
    "day_series": "select cast(null as date) as day",
}


def dispatch(macro: str, package: str) -> Callable[..., str]:
    """A call of a function of that name; a query where the macro stands for one."""
    return lambda *arguments: _QUERIES.get(macro) or f"{macro}({', '.join(map(str, arguments))})"
