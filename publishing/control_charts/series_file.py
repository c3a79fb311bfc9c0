"""A CSV of series as an analyst has it: read, checked as a whole, and refused with the lines that are wrong."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from ingestion.errors import DeliveryRefused
from ingestion.text_file import DELIMITERS, Record, read_sheets
from publishing.errors import PublishingError
from publishing.sql import literal

REQUIRED = ("series_id", "date", "value")
OPTIONAL = ("improvement_direction", "target", "rebase", "fix_after_n_points")
DIRECTIONS = ("increase", "decrease", "neutral")
SHORTEST_BASELINE = 12
_TRUE, _FALSE = ("true", "1", "yes", "y"), ("false", "0", "no", "n", "")
_SHOWN = 5

_HEADER_WITHIN = 30  # lines that may stand above the header
_DATE_FORMATS = (
    "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b-%y", "%b-%Y", "%b %Y", "%B %Y",
    "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S",
)  # fmt: skip
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
        f"{series}: {date:%Y-%m-%d} starts a new segment but has no value; "
        + (f"{start:%Y-%m-%d}, the next point with a value, starts it." if start else "no point with a value follows.")
        for series, date, start in connection.execute(
            "select series_id, date, (select min(later.date) from checked as later"
            "   where later.series_id = asked.series_id and later.date > asked.date and later.value is not null)"
            f" from checked as asked where value is null and lower(coalesce(rebase, '')) in {_TRUE}"
            " order by series_id, date"
        ).fetchall()
    ]


def _records(file: Path) -> tuple[str, list[Record]]:
    """The delimiter and the records from the header on. Kind, encoding and quoting are told as those of any delivery.

    Raises:
        PublishingError: nothing in the file can be read, or no line names the needed columns.
    """
    try:
        sheets = read_sheets(file)
        for sheet in sheets:
            for delimiter in DELIMITERS:
                records = [record for record in sheet.records(delimiter) if any(cell.strip() for cell in record.cells)]
                for place, record in enumerate(records[:_HEADER_WITHIN]):
                    if set(REQUIRED) <= set(_names(record.cells)):
                        return delimiter, records[place:]
    except (DeliveryRefused, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PublishingError(
            "the series cannot be read", file.name, "save it as CSV or xlsx with one header line", [str(reason)]
        ) from None
    first = {
        name
        for sheet in sheets
        for d in DELIMITERS
        for record in [*sheet.records(d)][:1]
        for name in _names(record.cells)
    }
    raise PublishingError(
        "the series cannot be charted",
        file.name,
        f"give it the columns {', '.join(REQUIRED)} (and, where wanted, {', '.join(OPTIONAL)})",
        [f"there is no column {name}" for name in REQUIRED if name not in first] or ["no line names all its columns"],
    )


def _names(header: list[str]) -> list[str]:
    return [re.sub(r"\W+", "_", cell.strip().lower()) for cell in header]


def _read_lines(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """The needed columns as texts, checked for their shape, then as dates and numbers (`checked`)."""
    delimiter, (header, *rows) = _records(file)
    names, width = _names(header.cells), len(header.cells)
    twice = [name for name in (*REQUIRED, *OPTIONAL) if names.count(name) > 1]
    needed = 1 + max(names.index(name) for name in REQUIRED)
    odd = [
        row.line for row in rows if row.fault or len(row.cells) < needed or any(c.strip() for c in row.cells[width:])
    ]
    if twice or odd:
        details = [f"there are two columns {name}" for name in twice]
        details += [f"not as many fields as the header has: {_lines(odd)}"] if odd else []
        raise PublishingError(
            "the series cannot be charted", file.name, "correct the file and run the command again", details
        )
    places = [names.index(name) if name in names else None for name in (*REQUIRED, *OPTIONAL)]
    has_decimal_comma = delimiter == ";"  # the same program writes both
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts.csv"
        with texts.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, quoting=csv.QUOTE_ALL)
            writer.writerow(("line", *REQUIRED, *OPTIONAL))
            writer.writerows(
                (
                    row.line,
                    *("" if place is None else "".join(row.cells[place : place + 1]).strip() for place in places),
                )
                for row in rows
            )
        connection.execute(
            "create or replace temp table texts as select cast(line as bigint) as line, * exclude (line) from "
            f"read_csv({literal(texts.as_posix())}, header = true, all_varchar = true, delim = ',', quote = '\"', "
            "escape = '\"', max_line_size = 134217728)"
        )
    connection.execute(f"""
        create or replace temp table checked as
        with dated as (
            select *,
                case
                    when regexp_full_match(date, '[2-7][0-9]{{4}}') then date '1899-12-30' + cast(date as integer)  -- Excel
                    when length(date) = 7 and date[5] = '-' then try_cast(date || '-01' as date)
                    else coalesce(try_cast(date as date), cast(try_strptime(date, {list(_DATE_FORMATS)}) as date))
                end as day,
                lower(coalesce(value, '')) in {_MISSING} as is_blank,
                {_number("value", has_decimal_comma)} as number,
                lower(coalesce(target, '')) in {_MISSING} as has_no_target,
                {_number("target", has_decimal_comma)} as target_number,
                try_cast(fix_after_n_points as double) as fix_number
            from texts
        )
        select line, series_id, date as date_text, day as date, value as value_text, rebase, improvement_direction,
            is_blank, case when not is_blank then number end as value, has_no_target,
            case when not has_no_target then target_number end as target,
            fix_after_n_points as fix_text, try_cast(fix_number as integer) as fix_after_n_points, fix_number
        from dated
    """)


def _number(column: str, has_decimal_comma: bool) -> str:
    """SQL for a number as people write it: with thousands separated, a per cent sign after it."""
    plain = f"replace({column}, ',', '')"
    if has_decimal_comma:
        plain = (
            f"case when contains({column}, ',') then replace(replace({column}, '.', ''), ',', '.') else {column} end"
        )
    return f"try_cast(rtrim({plain}, ' %') as double)"


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
            f"coalesce(fix_text, '') <> '' and (fix_after_n_points is null or fix_number <> floor(fix_number) or fix_number < {SHORTEST_BASELINE})"
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
