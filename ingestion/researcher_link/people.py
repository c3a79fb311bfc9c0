"""Who is to be linked with whom: staff and R&D people, gathered from the vault's files and the raw rows beside them.

Which columns are whose follows from the kinds of personal data in the contracts, so an extract that is added later is
found without a change here. What is no personal data (roles, posts, teams, dates) is not kept twice: it is read from raw
storage, by the pseudonyms that both hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import Contract, Pii, contracts
from ingestion.pseudonymise import listed_names_sql

#: What is read of a post. Of R&D people role, profession, team, start_date and end_date are, where a contract has them.
_STAFF_HINTS = ("staff_group", "job_role", "team", "directorate", "latest_start_date")


@dataclass(frozen=True)
class Delivered:
    """The current deliveries of one extract: the vault's files and those of raw storage."""

    contract: Contract
    vault: Sequence[Path]
    raw: Sequence[Path]


def holds_staff(contract: Contract) -> bool:
    """Whether an extract says what members of staff are called."""
    return {"staff_number", "surname"} <= _kinds(contract)


def holds_researchers(contract: Contract) -> bool:
    """Whether an extract names R&D people."""
    return bool({"researcher", "author_list", "investigator", "researcher_list"} & _kinds(contract))


def shows_research(contract: Contract) -> bool:
    """Whether an extract lists staff because they take part in research, so that its numbers are evidence where names are not enough."""
    return contract.extract == "training_research"


def extracts_of_evidence() -> list[Contract]:
    """Extracts that name nobody and still speak for or against a candidate."""
    return [contract for contract in contracts().values() if shows_research(contract)]


def extracts_of_people() -> list[Contract]:
    return [contract for contract in contracts().values() if holds_staff(contract) or holds_researchers(contract)]


def _kinds(contract: Contract) -> set[Pii]:
    return {column.pii for column in contract.columns if column.pii}


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


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The empty tables with which linking begins.

    Tables:
        staff_delivered: what members of staff are called, every value ever delivered.
        staff_post: their posts, with the days from which and up to which HR has them.
        staff_trained: members of staff and the research courses that they have completed.
        staff_month: the months of which HR says who is in post.
        researcher_delivered: what R&D people are called; `staff_key` follows from an employee number.
        researcher_role: what they do and when, as far as R&D says.
    """
    for table, columns in _TABLES.items():
        connection.execute(f"create or replace temp table {table} ({columns})")


def gather(connection: duckdb.DuckDBPyConnection, delivered: Iterable[Delivered]) -> None:
    """Make the tables and fill them from files.

    Raises:
        duckdb.Error: a file is unreadable.
    """
    make_tables(connection)
    for extract in delivered:
        if extract.raw and shows_research(extract.contract):
            _view(connection, "raw_rows", extract.raw, True)
            connection.execute(
                "insert into staff_trained select distinct cast(trust_code as varchar), staff_key, course from raw_rows where staff_key is not null"
            )
        if extract.vault and holds_staff(extract.contract):
            _add_staff(connection, extract)
        if extract.vault and holds_researchers(extract.contract):
            _add_researchers(connection, extract)


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], partitioned: bool) -> set[str]:
    """A view over Parquet files of one extract, whatever columns the older ones had. Returns the columns."""
    source = connection.read_parquet(
        [file.as_posix() for file in files], union_by_name=True, hive_partitioning=partitioned
    )
    connection.execute(f"drop view if exists {name}")
    source.create_view(name)
    return set(source.columns)


def _pick(held: set[str], name: str | None, sql_type: str = "varchar") -> str:
    return f"cast({name if name in held else 'null'} as {sql_type})"


def _column(contract: Contract, kind: Pii) -> str | None:
    return next((column.name for column in contract.columns if column.pii == kind), None)


def _add_staff(connection: duckdb.DuckDBPyConnection, extract: Delivered) -> None:
    contract = extract.contract
    held = _view(connection, "vault_rows", extract.vault, False)
    kinds: tuple[Pii, ...] = ("surname", "forename", "email")
    names = ", ".join(_pick(held, _column(contract, kind)) for kind in kinds)
    connection.execute(
        f"insert into staff_delivered select distinct trust_code, staff_key, {names} from vault_rows where staff_key is not null"
    )
    if extract.raw:
        held = _view(connection, "raw_rows", extract.raw, True)
        if len(extract.vault) < len(extract.raw):  # names were purged: numbers and decisions still say who is staff
            connection.execute(
                "insert into staff_delivered select distinct cast(trust_code as varchar), staff_key, null, null, null from raw_rows "
                "where staff_key is not null and (cast(trust_code as varchar), staff_key) not in "
                "(select (trust_code, staff_key) from staff_delivered)"
            )
        group, role, team, directorate, start = (
            _pick(held, name, "date" if name.endswith("date") else "varchar") for name in _STAFF_HINTS
        )
        connection.execute(
            "insert into staff_month select distinct cast(trust_code as varchar), cast(reporting_month as date) from raw_rows"
        )
        # Whoever stands in the newest snapshot has not left.
        connection.execute(
            f"insert into staff_post with monthly as (select cast(trust_code as varchar) as trust_code, staff_key, {group} as staff_group, "
            f"{role} as job_role, {team} as team, {directorate} as directorate, "
            f"least(coalesce({start}, cast(reporting_month as date)), cast(reporting_month as date)) as first_day, "
            "cast(reporting_month as date) as month, "
            "max(cast(reporting_month as date)) over (partition by trust_code) as newest from raw_rows where staff_key is not null) "
            "select trust_code, staff_key, staff_group, job_role, team, directorate, min(first_day), "
            "case when max(month) = any_value(newest) then date '9999-01-01' else last_day(max(month)) end "
            "from monthly group by all"
        )


def _add_researchers(connection: duckdb.DuckDBPyConnection, extract: Delivered) -> None:
    contract, kinds = extract.contract, _kinds(extract.contract)
    held = _view(connection, "vault_rows", extract.vault, False)
    raw = _view(connection, "raw_rows", extract.raw, True) if extract.raw else set()
    insert = f"insert into researcher_delivered select distinct trust_code, {{key}}, '{contract.extract}', {{rest}} from {{source}} where {{key}} is not null"
    if kinds & {"researcher", "author_list"}:  # the vault names these alike in every extract
        values = ", ".join(_pick(held, name) for name in ("person", _column(contract, "email"), "orcid", "staff_key"))
        connection.execute(insert.format(key="researcher_key", rest=values, source="vault_rows"))
        if len(extract.vault) < len(extract.raw) and {"researcher_key", "staff_key"} <= raw:
            source = "(select cast(trust_code as varchar) as trust_code, researcher_key, staff_key from raw_rows)"
            rest = "null, null, null, staff_key"
            connection.execute(
                insert.format(key="researcher_key", rest=rest, source=source) + " and staff_key is not null"
            )
        _add_roles(connection, contract, raw, "researcher_key", _pick(raw, "role"))
    if "investigator" in kinds:
        name = _pick(held, _column(contract, "investigator"))
        key = "principal_investigator_key"
        connection.execute(insert.format(key=key, rest=f"{name}, null, null, null", source="vault_rows"))
        _add_roles(connection, contract, raw, key, "'PI'")
    lists = _column(contract, "researcher_list")
    if lists and {lists, "researcher_keys"} <= held:  # files read before lists had keys hold none
        listed = f"(select trust_code, unnest(researcher_keys) as k, unnest({listed_names_sql(lists)}) as name from vault_rows)"
        connection.execute(insert.format(key="k", rest="name, null, null, null", source=listed))


def _add_roles(connection: duckdb.DuckDBPyConnection, contract: Contract, raw: set[str], key: str, role: str) -> None:
    if key not in raw:
        return
    profession, team = (_pick(raw, name) for name in ("profession", "team"))
    start, end = (_pick(raw, name, "date") for name in ("start_date", "end_date"))
    connection.execute(
        f"insert into researcher_role select cast(trust_code as varchar), {key}, '{contract.extract}', {role}, {profession}, {team}, "
        f"min({start}), max(case when {start} is not null then coalesce({end}, last_day(cast(reporting_month as date))) end) "
        f"from raw_rows where {key} is not null group by all"
    )
