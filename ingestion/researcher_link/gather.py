"""What the files say of staff and R&D people, and of that what was known by a month.

Names come from the vault. What is no personal data (roles, posts, teams, dates) is not kept twice: it is read from raw
storage, by the pseudonyms that both hold. Each row remembers in which month it was delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from ingestion.contract import Contract, Pii
from ingestion.delivery import THE_BEGINNING
from ingestion.pseudonymise import listed_names_sql
from ingestion.researcher_link.people import Delivered, holds_researchers, holds_staff, kinds_of, shows_research

#: What is read of a post. Of R&D people role, profession, team, start_date and end_date are, where a contract has them.
_STAFF_HINTS = ("staff_group", "job_role", "team", "directorate", "latest_start_date")

_TABLES = {
    "staff_delivered": "trust_code varchar, staff_key varchar, surname varchar, forename varchar, work_email varchar",
    "staff_post": "trust_code varchar, staff_key varchar, staff_group varchar, job_role varchar, team varchar, directorate varchar, "
    "first_day date, last_day date",
    "staff_trained": "trust_code varchar, staff_key varchar, course varchar",
    "staff_month": "trust_code varchar, month date",
    "researcher_delivered": "trust_code varchar, researcher_key varchar, extract varchar, name varchar, email varchar, orcid varchar, "
    "staff_key varchar",
    "researcher_role": "trust_code varchar, researcher_key varchar, extract varchar, role varchar, profession varchar, team varchar, "
    "first_day date, last_day date",
}
#: How a table follows from the rows delivered up to a month, where it is not each different one of them.
_KNOWN = {
    # Whoever stands in the newest snapshot has not left.
    "staff_post": """
        select trust_code, staff_key, staff_group, job_role, team, directorate, min(first_day),
            case when max(delivered_in) = any_value(newest.month) then date '9999-01-01' else last_day(max(delivered_in)) end
        from {delivered}
        inner join (select trust_code, max(delivered_in) as month from {delivered} group by all) as newest using (trust_code)
        group by all""",
    "researcher_role": """
        select trust_code, researcher_key, extract, role, profession, team, min(first_day), max(last_day)
        from {delivered} group by all""",
}


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The empty tables with which linking begins.

    Tables:
        staff_delivered: what members of staff are called, every value delivered so far.
        staff_post: their posts, with the days from which and up to which HR has them.
        staff_trained: members of staff and the research courses that they have completed.
        staff_month: the months of which HR says who is in post.
        researcher_delivered: what R&D people are called; `staff_key` follows from an employee number.
        researcher_role: what they do and when, as far as R&D says.
    """
    for table, columns in _TABLES.items():
        connection.execute(f"create or replace temp table {table} ({columns})")


def gather(connection: duckdb.DuckDBPyConnection, delivered: Iterable[Delivered]) -> list[date]:
    """Read the files. Returns the months in which anything was delivered, sorted; `know` then makes the tables of one.

    Raises:
        duckdb.Error: a file is unreadable.
    """
    for table, columns in _TABLES.items():
        connection.execute(f"create or replace temp table all_{table} ({columns}, delivered_in date)")
    for extract in delivered:
        if extract.raw and shows_research(extract.contract):
            _view(connection, "raw_rows", extract.raw)
            _insert(connection, "staff_trained", "trust_code, staff_key, course", "raw_rows", "staff_key is not null")
        if extract.vault and holds_staff(extract.contract):
            _add_staff(connection, extract)
        if extract.vault and holds_researchers(extract.contract):
            _add_researchers(connection, extract)
    months = " union ".join(f"select delivered_in from all_{table}" for table in _TABLES)
    return [month for (month,) in connection.execute(f"select * from ({months}) order by 1").fetchall()]


def gather_all(connection: duckdb.DuckDBPyConnection, delivered: Iterable[Delivered]) -> None:
    """Read the files and make the tables of all that they say."""
    know(connection, max(gather(connection, delivered), default=THE_BEGINNING))


def know(connection: duckdb.DuckDBPyConnection, month: date) -> None:
    """Make the tables of what had been delivered by a month, including it."""
    make_tables(connection)
    for table in _TABLES:
        delivered = f"(select * from all_{table} where delivered_in <= $month)"
        known = _KNOWN.get(table, "select distinct * exclude (delivered_in) from {delivered}")
        connection.execute(f"insert into {table} {known.format(delivered=delivered)}", {"month": month})


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path]) -> set[str]:
    """A view over Parquet files of one extract, whatever columns the older ones had. Returns the columns."""
    source = connection.read_parquet([file.as_posix() for file in files], union_by_name=True, hive_partitioning=True)
    held = set(source.columns)
    source.project(
        "* replace (cast(trust_code as varchar) as trust_code), cast(reporting_month as date) as delivered_in"
    ).create_view(name, replace=True)
    return held


def _insert(connection: duckdb.DuckDBPyConnection, table: str, values: str, source: str, where: str) -> None:
    """Each different row with the first month that delivered it."""
    connection.execute(
        f"insert into all_{table} select {values}, min(delivered_in) from {source} where {where} group by all"
    )


def _pick(held: set[str], name: str | None, sql_type: str = "varchar") -> str:
    return f"cast({name if name in held else 'null'} as {sql_type})"


def _column(contract: Contract, kind: Pii) -> str | None:
    return next((column.name for column in contract.columns if column.pii == kind), None)


def _add_staff(connection: duckdb.DuckDBPyConnection, extract: Delivered) -> None:
    held = _view(connection, "vault_rows", extract.vault)
    kinds: tuple[Pii, ...] = ("surname", "forename", "email")
    names = ", ".join(_pick(held, _column(extract.contract, kind)) for kind in kinds)
    _insert(connection, "staff_delivered", f"trust_code, staff_key, {names}", "vault_rows", "staff_key is not null")
    if not extract.raw:
        return
    held = _view(connection, "raw_rows", extract.raw)
    if len(extract.vault) < len(extract.raw):  # names were purged: numbers and decisions still say who is staff
        unnamed = "staff_key is not null and (trust_code, staff_key) not in (select (trust_code, staff_key) from all_staff_delivered)"
        _insert(connection, "staff_delivered", "trust_code, staff_key, null, null, null", "raw_rows", unnamed)
    *post, start = (_pick(held, name, "date" if name.endswith("date") else "varchar") for name in _STAFF_HINTS)
    connection.execute(
        "insert into all_staff_month select distinct trust_code, delivered_in, delivered_in from raw_rows"
    )
    connection.execute(
        f"insert into all_staff_post select trust_code, staff_key, {', '.join(post)}, "
        f"min(least(coalesce({start}, delivered_in), delivered_in)), null, delivered_in "
        "from raw_rows where staff_key is not null group by all"
    )


def _add_researchers(connection: duckdb.DuckDBPyConnection, extract: Delivered) -> None:
    contract, kinds = extract.contract, kinds_of(extract.contract)
    held = _view(connection, "vault_rows", extract.vault)
    raw = _view(connection, "raw_rows", extract.raw) if extract.raw else set()

    def insert(key: str, rest: str, source: str = "vault_rows", where: str = "true") -> None:
        values = f"trust_code, {key}, '{contract.extract}', {rest}"
        _insert(connection, "researcher_delivered", values, source, f"{key} is not null and {where}")

    if kinds & {"researcher", "author_list"}:  # the vault names these alike in every extract
        insert(
            "researcher_key",
            ", ".join(_pick(held, name) for name in ("person", _column(contract, "email"), "orcid", "staff_key")),
        )
        if len(extract.vault) < len(extract.raw) and {"researcher_key", "staff_key"} <= raw:
            insert("researcher_key", "null, null, null, staff_key", "raw_rows", "staff_key is not null")
        _add_roles(connection, contract, raw, "researcher_key", _pick(raw, "role"))
    if "investigator" in kinds:
        name = _pick(held, _column(contract, "investigator"))
        insert("principal_investigator_key", f"{name}, null, null, null")
        _add_roles(connection, contract, raw, "principal_investigator_key", "'PI'")
    lists = _column(contract, "researcher_list")
    if lists and {lists, "researcher_keys"} <= held:  # files read before lists had keys hold none
        listed = (
            f"(select trust_code, delivered_in, unnest(researcher_keys) as k, unnest({listed_names_sql(lists)}) as name "
            "from vault_rows)"
        )
        insert("k", "name, null, null, null", listed)


def _add_roles(connection: duckdb.DuckDBPyConnection, contract: Contract, raw: set[str], key: str, role: str) -> None:
    if key not in raw:
        return
    profession, team = (_pick(raw, name) for name in ("profession", "team"))
    start, end = (_pick(raw, name, "date") for name in ("start_date", "end_date"))
    connection.execute(
        f"insert into all_researcher_role select trust_code, {key}, '{contract.extract}', {role}, {profession}, {team}, "
        f"min({start}), max(case when {start} is not null then coalesce({end}, last_day(delivered_in)) end), delivered_in "
        f"from raw_rows where {key} is not null group by all"
    )
