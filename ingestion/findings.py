"""What is worth knowing of a delivery beside its rows: findings, each counted, none with a value of the file."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from ingestion.author_list import has_bad_orcid_sql, is_paired_sql
from ingestion.cast import DateChoice, answer_betrays_sql, implausible_date_sql, number_sql
from ingestion.contract import Column, Contract
from ingestion.judge import counts_people, typed_sql
from ingestion.pseudonymise import implausible_age_sql
from ingestion.raw_views import quote
from ingestion.table import DeliveredTable, Finding

#: How many lines of doubtful rows are kept to be named; of the others it is said how many they are.
LINES_NAMED = 5


def findings_of(
    db: duckdb.DuckDBPyConnection,
    contract: Contract,
    columns: list[Column],
    table: DeliveredTable,
    formats: dict[str, DateChoice],
) -> list[Finding]:
    """What is worth knowing of the delivery beside its rows, counted."""
    found = [
        Finding("rejected_rows", n, "warning", column, reason)
        for column, reason, n in db.execute(
            "select p.column, p.reason, count(*) from (select problems[1] as p from judged where len(problems) > 0) "
            "group by all order by all"
        ).fetchall()
    ]
    for name, choice in sorted(formats.items()):
        if choice.is_ambiguous:
            first = "month" if choice.is_month_first else "day"
            found.append(Finding(f"ambiguous_dates_read_{first}_first", 1, "warning", name))
    found += [Finding("ambiguous_commas", 1, "warning", c.name) for c in columns if table.has_ambiguous_commas(c)]
    counts: list[tuple[str, str, str | None, str, str]] = []  # check, column, reason, severity, condition
    for column in columns:
        name = column.name
        counts.append(("suppressed_value", name, None, "info", f"s_{name}"))
        if column.required != "value":
            counts.append(("value_dropped", name, "forbidden_value", "warning", f"f_{name}"))
        if column.drops_bad_values:
            counts.append(
                ("bad_identifier_dropped", name, None, "warning", f"c_{name} is not null and p_{name} is null")
            )
        if column.pii == "orcid_list":
            counts.append(("bad_identifier_dropped", name, None, "warning", has_bad_orcid_sql(f"v_{name}")))
            authors = next(f"v_{other.name}" for other in columns if other.pii == "author_list")
            counts.append(
                ("orcids_without_author", name, None, "warning", f"not {is_paired_sql(authors, f'v_{name}')}")
            )
        if column.width:
            short = f"regexp_matches(regexp_replace(c_{name}, '\\.0+$', ''), '^[0-9]{{1,{column.width - 1}}}$')"
            counts.append(("code_padded", name, None, "info", short))
        if column.known_values:
            known = ", ".join(quote(value) for value in column.known_values)
            counts.append(("drift_value", name, None, "warning", f"v_{name} is not null and v_{name} not in ({known})"))
        if column.type in ("date", "month") and column.pii is None:
            counts.append(("implausible_date", name, None, "warning", implausible_date_sql(f"v_{name}")))
        if column.pii == "birth_date":
            counts.append(("implausible_age", name, None, "warning", implausible_age_sql(f"v_{name}")))
    for i, code in enumerate(table.family_headers):
        counts.append(("value_dropped", code, "forbidden_value", "warning", answer_betrays_sql(i)))
    if counts:
        sums = ", ".join(f"count(*) filter ({condition})" for *_, condition in counts)
        row = db.execute(f"select {sums} from judged where not is_misshapen").fetchone() or ()
        for (check, name, reason, severity, _), n in zip(counts, row, strict=True):
            if n:
                found.append(Finding(check, n, severity, name, reason))
    found += _totals_that_disagree(db, columns, table)
    found += _short_numbers(db, columns)
    found += _doubtful_rows(db, contract, {column.name for column in columns})
    if counts_people(contract):
        lost = count(
            db,
            "select count(distinct v_employee_number) from judged where len(problems) > 0 and v_employee_number is not null "
            "and v_employee_number not in (select v_employee_number from judged where len(problems) = 0)",
        )
        if lost:
            found.append(Finding("person_without_row", lost, "warning", "employee_number"))
    return found


def _totals_that_disagree(
    db: duckdb.DuckDBPyConnection, columns: list[Column], table: DeliveredTable
) -> Iterable[Finding]:
    numeric = [c for c in columns if c.type in ("integer", "decimal")]
    for total in table.totals[-1:]:
        others = [total.get(c.name, "").replace(",", "").strip() for c in columns if c not in numeric]
        counts = {int(text) for text in others if text.isascii() and text.isdigit()}
        if counts and table.rows_delivered not in counts:
            yield Finding("total_count_disagrees", 1, "warning")
        for column in numeric:
            stated = number_sql(column, "stated", table.reads_decimal_commas(column))
            differs = f"abs({stated} - (select coalesce(sum(v_{column.name}), 0) from judged)) > 0.01"
            if count(
                db, f"select count(*) from (select trim(?) as stated) where {differs}", total.get(column.name, "")
            ):
                yield Finding("total_row_disagrees", 1, "warning", column.name)


def _doubtful_rows(db: duckdb.DuckDBPyConnection, contract: Contract, present: set[str]) -> Iterable[Finding]:
    """The accepted rows that the contract's warnings tell, with their first lines."""
    if warnings := [warning for warning in contract.row_warnings if warning.column in present]:
        told = ", ".join(f"coalesce({warning.where}, false) as w_{warning.name}" for warning in warnings)
        sums = ", ".join(
            f"count(*) filter (w_{warning.name}), min(_row_number, {LINES_NAMED}) filter (w_{warning.name})"
            for warning in warnings
        )
        row = (
            db.execute(
                f"select {sums} from (select _row_number, {told} from (select _row_number, {typed_sql(contract, present)}, "
                "getvariable('month_end') as month_end from judged where len(problems) = 0))"
            ).fetchone()
            or ()
        )
        for warning, n, lines in zip(warnings, row[::2], row[1::2], strict=True):
            if n:
                yield Finding(warning.name, n, "warning", warning.column, lines=tuple(lines))


def _short_numbers(db: duckdb.DuckDBPyConnection, columns: list[Column]) -> Iterable[Finding]:
    """Numbers of staff with fewer digits than the eight that ESR gives the others: their people pass for somebody else."""
    for column in columns:
        if column.pii == "staff_number":
            number = f"v_{column.name}"
            short, longest = db.execute(
                f"select count(distinct {number}) filter (length({number}) < 8), coalesce(max(length({number})), 0) "
                f"from judged where regexp_matches({number}, '^[0-9]+$')"
            ).fetchone() or (0, 0)
            if short and longest == 8:
                yield Finding("short_staff_number", short, "warning", column.name)


def count(db: duckdb.DuckDBPyConnection, sql: str, *values: str) -> int:
    row = db.execute(sql, values).fetchone()
    return int(row[0]) if row else 0
