"""What is stored of a delivery's rows: the accepted ones without names, the problems of the others masked, identities for the vault."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.cast import answer_sql
from ingestion.contract import Column, Contract
from ingestion.judge import looks_like_leaver_sql
from ingestion.landing import LandingFile
from ingestion.pseudonymise import pseudonym_columns, pseudonym_joins, vault_columns
from ingestion.raw_store import DeliveryKey
from ingestion.raw_views import quote
from ingestion.table import DeliveredTable

_PARQUET = "(format parquet, compression zstd)"
_MASK = "regexp_replace(regexp_replace(left({text}, 40), '[0-9]', '9', 'g'), '[^0-9 /:.,|_-]', 'x', 'g')"


def add_pseudonyms(db: duckdb.DuckDBPyConnection, contract: Contract, columns: list[Column], trust_code: str) -> None:
    """Table `known`: `judged` with a pseudonym in place of each identifier of a person."""
    listed = "".join(f", {sql} as {name}" for name, sql in pseudonym_columns(contract, columns).items())
    joins = " ".join(pseudonym_joins(columns))
    db.execute("set variable trust_code = ?", [trust_code])
    db.execute(f"create or replace temp table known as select judged.*{listed} from judged {joins}")


def write_quarantine(
    db: duckdb.DuckDBPyConnection, contract: Contract, out: Path, file: LandingFile, key: DeliveryKey
) -> None:
    """One row a problem: where it is, what is wrong, and the value masked. The first problem of a row is the one counted."""
    present = {
        row[0].removeprefix("c_") for row in db.execute("describe cleaned").fetchall() if row[0].startswith("c_")
    }
    personal = {c.name for c in contract.columns if c.pii}
    whens = " ".join(
        f"when p.column = '{name}' then "
        + (f"case when c_{name} is not null then 'xxx' end" if name in personal else _MASK.format(text=f"c_{name}"))
        for name in sorted(present)
    )
    labels = " ".join(f"when p.column = {quote(c.name)} then {quote(c.label)}" for c in contract.columns)
    db.execute("set variable file_name = ?", [file.name])
    db.execute(
        f"copy (select {quote(key.delivery_id)} as _delivery_id, getvariable('file_name') as file_name, _row_number, "
        f"i as problem_number, p.column as column_name, case {labels} else p.column end as column_label, p.reason as reason_code, "
        f"case {whens} end as masked_value, {looks_like_leaver_sql(contract, present)} as looks_like_leaver "
        "from (select *, unnest(problems) as p, generate_subscripts(problems, 1) as i "
        f"from judged where len(problems) > 0) order by _row_number, i) to {quote(out.as_posix())} {_PARQUET}"
    )


def write_rows(
    db: duckdb.DuckDBPyConnection,
    contract: Contract,
    columns: list[Column],
    table: DeliveredTable,
    out: Path,
    key: DeliveryKey,
) -> None:
    """The accepted rows, typed and pseudonymous, in the columns of the contract; partition columns are in the path."""
    present = {c.name for c in columns}
    made = pseudonym_columns(contract, columns)
    listed = [f"{quote(key.delivery_id)} as _delivery_id", "_row_number"]
    family = contract.family
    for name, sql_type, _ in contract.raw_columns[4:]:
        if family and name in (family.name_column, family.value_column):
            continue
        if name in made:
            listed.append(name)
        elif name in present:
            listed.append(f"cast(v_{name} as {sql_type}) as {name}")
        else:
            listed.append(f"cast(null as {sql_type}) as {name}")
    source = "known where len(problems) = 0"
    order = "_row_number"
    if family:
        pairs = [
            f"{{'q': {quote(code)}, 'a': {answer_sql(contract, i)}}}" for i, code in enumerate(table.family_headers)
        ]
        source = f"(select *, unnest([{', '.join(pairs)}]) as pair from known where len(problems) = 0)"
        listed += [f"pair.q as {family.name_column}", f"pair.a as {family.value_column}"]
        order = "_row_number, pair.q"
    db.execute(
        f"copy (select {', '.join(listed)} from {source} order by {order}) to {quote(out.as_posix())} {_PARQUET}"
    )


def write_identities(db: duckdb.DuckDBPyConnection, columns: list[Column], out: Path, key: DeliveryKey) -> None:
    listed = ", ".join(vault_columns(columns))
    order = "_row_number, author_position" if any(c.pii == "author_list" for c in columns) else "_row_number"
    db.execute(
        f"copy (select {quote(key.trust_code)} as trust_code, _row_number, {listed} from known where len(problems) = 0 "
        f"order by {order}) to {quote(out.as_posix())} {_PARQUET}"
    )
    out.chmod(0o600)
