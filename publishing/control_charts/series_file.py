"""A CSV of series as an analyst has it: read, checked as a whole, and refused with the lines that are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from publishing.errors import PublishingError
from publishing.sql import identifier, literal

REQUIRED = ("series_id", "date", "value")
OPTIONAL = ("improvement_direction", "target", "rebase", "fix_after_n_points")
DIRECTIONS = ("increase", "decrease", "neutral")
SHORTEST_BASELINE = 12
_TRUE, _FALSE = ("true", "1", "yes", "y"), ("false", "0", "no", "n", "")
_SHOWN = 5

_NUMBER = "try_cast(replace({column}, ',', '') as double)"
_MISSING = "('', 'na', 'n/a', 'null', '-')"


def read_series(connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    """Read a file into the temporary table `series` (`charts.INPUT_COLUMNS`).

    Returns:
        Notices for the reader, such as a rebase that was moved to the next point with a value.

    Raises:
        PublishingError: the file cannot be read, lacks a column, or holds something that cannot be charted.
    """
    _read_lines(connection, file)
    faults = list(_faults(connection))
    if faults:
        raise PublishingError(
            "the series cannot be charted", file.name, "correct the file and run the command again", faults
        )
    connection.execute(f"""
        create or replace temp table series as
        with typed as (
            select line, series_id, date, value, lower(coalesce(rebase, '')) in {_TRUE} as is_marked,
                coalesce(nullif(max(lower(improvement_direction)) over by_series, ''), 'neutral') as improvement_direction,
                last_value(target ignore nulls) over by_series as target,
                max(fix_after_n_points) over by_series as fix_after_n_points
            from checked
            window by_series as (
                partition by series_id order by date rows between unbounded preceding and unbounded following
            )
        ),
        moved as (
            select *, count(case when is_marked then 1 end) over earlier as marks, count(value) over earlier as values_so_far
            from typed
            window earlier as (partition by series_id order by date rows between unbounded preceding and current row)
        )
        select series_id, date, value, improvement_direction, target, fix_after_n_points,
            value is not null and marks > coalesce(max(case when value is not null then marks end) over before, 0)
                as is_rebase
        from moved
        window before as (partition by series_id order by date rows between unbounded preceding and 1 preceding)
    """)
    return [
        f"{series}: {date:%Y-%m-%d} starts a new segment but has no value; the next point with a value starts it."
        for series, date in connection.execute(
            f"select series_id, date from checked where value is null and lower(coalesce(rebase, '')) in {_TRUE}"
            " order by series_id, date"
        ).fetchall()
    ]


def _read_lines(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    try:
        connection.execute(
            "create or replace temp table lines as select row_number() over () + 1 as line, * from "
            f"read_csv({literal(file.as_posix())}, header = true, all_varchar = true)"
        )
    except duckdb.Error as error:
        # The message of the engine quotes lines of the file; its kind does not.
        kind = type(error).__name__
        raise PublishingError(
            "the series cannot be read", file.name, "save it as CSV (UTF-8, comma) with one header line", [kind]
        ) from None
    headers = [str(row[0]) for row in connection.execute("describe lines").fetchall()[1:]]
    found = {re.sub(r"\W+", "_", header.strip().lower()): identifier(header) for header in headers}
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise PublishingError(
            "the series cannot be charted",
            file.name,
            f"give it the columns {', '.join(REQUIRED)} (and, where wanted, {', '.join(OPTIONAL)})",
            [f"there is no column {name}" for name in missing],
        )
    texts = ", ".join(
        f"{f'trim({found[name]})' if name in found else 'cast(null as varchar)'} as {name}"
        for name in (*REQUIRED, *OPTIONAL)
    )
    connection.execute(f"""
        create or replace temp table checked as
        with texts as (select line, {texts} from lines),
        dated as (
            select *,
                coalesce(try_cast(case when length(date) = 7 then date || '-01' else date end as date),
                    cast(try_strptime(date, ['%d/%m/%Y', '%d-%m-%Y', '%Y-%m-%d %H:%M:%S']) as date)) as day,
                lower(coalesce(value, '')) in {_MISSING} as is_blank,
                {_NUMBER.format(column="value")} as number,
                lower(coalesce(target, '')) in {_MISSING} as has_no_target,
                {_NUMBER.format(column="target")} as target_number,
                try_cast(fix_after_n_points as double) as fix_number
            from texts
        )
        select line, series_id, date as date_text, day as date, value as value_text, rebase, improvement_direction,
            is_blank, case when not is_blank then number end as value, has_no_target,
            case when not has_no_target then target_number end as target,
            fix_after_n_points as fix_text, cast(fix_number as integer) as fix_after_n_points, fix_number
        from dated
    """)


def _faults(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if connection.execute("select count(*) from checked").fetchall() == [(0,)]:
        yield "there are no rows under the header"
    conditions = {
        "series_id is empty": "coalesce(series_id, '') = ''",
        "date is none that can be read; expected 2025-04-01, 2025-04 or 01/04/2025": "date is null",
        "value is no number": "not is_blank and (value is null or not isfinite(value))",
        "target is no number": "not has_no_target and (target is null or not isfinite(target))",
        f"improvement_direction is none of {', '.join(DIRECTIONS)}": (
            f"coalesce(improvement_direction, '') <> '' and lower(improvement_direction) not in {DIRECTIONS}"
        ),
        "rebase is neither true nor false": f"lower(coalesce(rebase, '')) not in {_TRUE + _FALSE}",
        f"fix_after_n_points is no whole number of at least {SHORTEST_BASELINE}": (
            f"coalesce(fix_text, '') <> '' and (fix_number is null or fix_number <> floor(fix_number) or fix_number < {SHORTEST_BASELINE})"
        ),
    }
    for fault, condition in conditions.items():
        lines = [
            row[0] for row in connection.execute(f"select line from checked where {condition} order by line").fetchall()
        ]
        if lines:
            yield f"{fault}: {_lines(lines)}"
    repeated = connection.execute(
        "select list(line order by line) from checked where series_id is not null and date is not null "
        "group by series_id, date having count(*) > 1 order by min(line)"
    ).fetchall()
    if repeated:
        yield f"the same date twice in one series: {_lines([line for row in repeated for line in row[0]])}"
    for column in ("nullif(lower(improvement_direction), '')", "fix_after_n_points"):
        several = connection.execute(
            f"select min(line) from checked group by series_id having count(distinct {column}) > 1 order by 1"
        ).fetchall()
        if several:
            name = next(name for name in OPTIONAL if name in column)
            yield f"{name} differs within a series; the series begins in {_lines([row[0] for row in several])}"


def _lines(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:_SHOWN]))
    return f"line{'s' if len(lines) > 1 else ''} {shown}{f' and {len(lines) - _SHOWN} more' if len(lines) > _SHOWN else ''}"
