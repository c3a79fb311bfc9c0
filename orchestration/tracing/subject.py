"""The mart row that is traced, and what it is about: its months, and the people behind it as sets that stay in the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from ingestion.errors import RcwError
from ingestion.rules_file import read_rules
from publishing.published_table import PublishedColumn, PublishedTable, flag
from publishing.sql import identifier, literal

_FOLDER = Path(__file__).parent
_LISTED = 12  # values that a message names at most


class NoSuchRow(RcwError):
    """The key is in order, but no row of the mart bears it."""

    exit_code = 1


@cache
def ways() -> dict[str, Any]:
    """How keys lead to months, people and things; see the file."""
    document: dict[str, Any] = read_rules(_FOLDER / "ways.yml")
    return document


@cache
def sums() -> dict[str, dict[str, dict[str, str]]]:
    """mart -> measure -> table -> SQL of the figure over the traced rows."""
    document: dict[str, dict[str, dict[str, str]]] = read_rules(_FOLDER / "sums.yml")
    return document


@dataclass(frozen=True)
class Subject:
    """One row of a mart. `values` are those of the private warehouse; `hidden` are the measures that the release hides."""

    table: PublishedTable
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    hidden: frozenset[str]
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)  # key column of people -> columns that led to it

    @property
    def mart(self) -> str:
        return self.table.name


def parse_key(table: PublishedTable, parts: Sequence[str]) -> dict[str, str]:
    """`column=value` as typed.

    Raises:
        RcwError: a part is no such pair, or names no column of the mart's key.
    """
    given = {}
    for part in parts:
        column, sign, value = part.partition("=")
        if not sign:
            raise RcwError(f"{part!r} is no part of a key; expected COLUMN=VALUE, such as {table.key[-1]}=...")
        if column not in table.key:
            raise RcwError(f"{column!r} is not in the key of {table.name}; its key is {', '.join(table.key)}.")
        given[column] = value
    return given


def chosen_measures(table: PublishedTable, measure: str | None) -> list[PublishedColumn]:
    """The measure asked for and those that it is computed from, or all of the mart.

    Raises:
        RcwError: the mart has no such measure.
    """
    measures = {column.name: column for column in table.columns if column.role == "measure"}
    if measure is None:
        return list(measures.values())
    if measure not in measures:
        raise RcwError(f"{measure!r} is no measure of {table.name}; it has {', '.join(measures)}.")
    names, waiting = [], [measure]
    while waiting:
        name = waiting.pop(0)
        if name in measures and name not in names:
            names.append(name)
            disclosure = measures[name].disclosure
            waiting += disclosure.computed_from if disclosure else ()
    return [measures[name] for name in names]


def _condition(table: PublishedTable, given: Mapping[str, str]) -> tuple[str, list[str]]:
    types = {column.name: column.type for column in table.columns}
    texts = [
        f"{value}-01" if types[name] == "DATE" and re.fullmatch(r"\d{4}-\d{2}", value) else value
        for name, value in given.items()
    ]
    return " and ".join(f"cast({identifier(name)} as varchar) = ?" for name in given) or "true", texts


def find_row(
    connection: duckdb.DuckDBPyConnection,
    table: PublishedTable,
    given: Mapping[str, str],
    trust_code: str,
    release: Path | None,
) -> Subject:
    """The one row that bears the key; the trust may be left out where it is the home's.

    What readers see of it is asked of the release (its folder), since no rule but the release itself knows all that it hides.

    Raises:
        RcwError: no row does, or several do; the message says which values there are.
    """
    if "trust_code" in table.key and "trust_code" not in given:
        given = {"trust_code": trust_code, **given}
    condition, texts = _condition(table, given)
    relation = f"{identifier(table.schema)}.{identifier(table.name)}"
    found = connection.execute(f"select * from {relation} where {condition}", texts)
    columns, rows = [column[0] for column in found.description or ()], found.fetchmany(2)
    if not rows:
        raise NoSuchRow(_nearest(connection, table, relation, given))
    if len(rows) > 1:
        missing = [name for name in table.key if name not in given]
        several = _values(connection, relation, missing[0], condition, texts)
        raise RcwError(
            f"Several rows of {table.name} bear that key. Give also {', '.join(f'{name}=...' for name in missing)}; "
            f"{missing[0]} is one of {several}."
        )
    values = dict(zip(columns, rows[0], strict=True))
    hidden = _hidden(connection, table, condition, texts, release)
    return Subject(table, {name: values[name] for name in table.key}, values, hidden)


def _values(
    connection: duckdb.DuckDBPyConnection, relation: str, column: str, condition: str, texts: Sequence[str]
) -> str:
    rows = connection.execute(
        f"select distinct cast({identifier(column)} as varchar) from {relation} where {condition} order by 1 limit {_LISTED + 1}",
        list(texts),
    ).fetchall()
    listed = [str(value) for (value,) in rows[:_LISTED]]
    return ", ".join(listed) + (", ..." if len(rows) > _LISTED else "") if rows else "none at all"


def _nearest(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, relation: str, given: Mapping[str, str]
) -> str:
    """What to say of a key without a row: the first part for which there is none beside the parts before it."""
    before: dict[str, str] = {}
    for name in (name for name in table.key if name in given):
        condition, texts = _condition(table, {**before, name: given[name]})
        if not connection.execute(f"select 1 from {relation} where {condition} limit 1", texts).fetchone():
            values = _values(connection, relation, name, *_condition(table, before))
            beside = f" beside {' '.join(f'{k}={v}' for k, v in before.items())}" if before else ""
            return f"{table.name} has no row with {name}={given[name]}{beside}; {name} there is one of {values}."
        before[name] = given[name]
    return f"{table.name} has no such row."


def set_out(connection: duckdb.DuckDBPyConnection, subject: Subject, months_back: int) -> Subject:
    """Make the temporary tables that a trace narrows by: `traced_key`, `traced_month`, and one of each kind of people.

    Returns:
        The subject, with the kinds of people that its key leads to.
    """
    types = {column.name: column.type for column in subject.table.columns}
    listed = ", ".join(f"cast(? as {types[name]}) as {identifier(name)}" for name in subject.key)
    connection.execute(f"create or replace temp table traced_key as select {listed}", list(subject.key.values()))
    _set_out_months(connection, subject, months_back)
    people: dict[str, Sequence[str]] = {}
    for way in ways()["people"]:
        known = {*subject.key, *people}
        if known.issuperset(way["by"]):
            narrowed, _ = narrowing(connection, "core", way["table"], replace(subject, people=people))
            connection.execute(
                f"create or replace temp table traced_{way['to']} as select distinct trust_code, {way['to']} from core.{way['table']} as r "
                f"where {narrowed} and {way.get('where', 'true')} and {way['to']} is not null"
            )
            people[way["to"]] = way["by"]
    return replace(subject, people=people)


def _set_out_months(connection: duckdb.DuckDBPyConnection, subject: Subject, months_back: int) -> None:
    connection.execute("create or replace temp table traced_month as select reporting_month from core.dim_month")
    for way in ways()["months"]:
        if way["key"] in subject.key:
            columns = columns_of(connection, "core", way["table"])
            shared = [name for name in subject.key if name in columns and name in (way["key"], "trust_code")]
            same = " and ".join(f"m.{identifier(n)} = (select {identifier(n)} from traced_key)" for n in shared)
            connection.execute(
                f"delete from traced_month where reporting_month not in (select d.reporting_month from core.dim_month as d, "
                f"(select min({way['first']}) as f, max({way['last']}) as l from core.{way['table']} as m where {same}) as span "
                f"where d.reporting_month between span.f - to_months({int(months_back)}) and span.l)"
            )
            return


def columns_of(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> set[str]:
    rows = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'warehouse' and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    return {name for (name,) in rows}


def narrowing(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, subject: Subject, columns: set[str] | None = None
) -> tuple[str, bool]:
    """Condition on a relation, named `r`, that leaves the rows which the subject is about.

    Returns:
        (SQL, whether it is narrowed by more than trust and month)
    """
    columns = columns_of(connection, schema, table) if columns is None else columns
    known = ways()
    conditions, is_narrowed = [], False
    for name in subject.key:
        is_shared = name in columns and (schema == "core" or name in known["things"])
        if is_shared and name != "reporting_month":
            conditions.append(f"r.{identifier(name)} = (select {identifier(name)} from traced_key)")
            is_narrowed |= name != "trust_code"
    if schema == "core" and "reporting_month" in columns:
        extract = known["by_delivery"].get(table)
        months = "select reporting_month from traced_month"
        if extract:
            months = f"select delivery_month from traced_delivery where extract = {literal(extract)}"
        conditions.append(f"r.reporting_month in ({months})")
    for key, by in subject.people.items():
        instead = {name for name, other in known["instead_of"].items() if other == key} & subject.people.keys()
        is_in_key = columns.issuperset(by) and set(by) <= subject.key.keys()  # then the key itself says which rows
        if key in columns and not is_in_key and not instead & columns:
            conditions.append(f"(r.trust_code, r.{key}) in (select (trust_code, {key}) from traced_{key})")
            is_narrowed = True
    return " and ".join(conditions) or "true", is_narrowed


def _hidden(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, condition: str, texts: list[str], release: Path | None
) -> frozenset[str]:
    """The measures of the row that the release hides: none where there is no release, or it has no such row yet."""
    file = release / f"{table.name}.parquet" if release else None
    if file is None or not file.exists() or not table.flagged:
        return frozenset()
    listed = ", ".join(identifier(flag(name)) for name in table.flagged)
    shown = connection.execute(
        f"select {listed} from read_parquet({literal(str(file))}) where {condition}", texts
    ).fetchone()
    return frozenset(name for name, is_hidden in zip(table.flagged, shown or (), strict=False) if is_hidden)
