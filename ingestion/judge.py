"""Which rows of a delivery are accepted, and what is wrong with the others: the tables `cleaned` and `judged` of the workbench.

What belongs here: rows and their problems. How one value is cast stands in `cast`; what is stored of the rows in `stored_rows`.
"""

from __future__ import annotations

import duckdb

from ingestion.cast import (
    DateChoice,
    betrays_person_sql,
    clean_text_sql,
    cleaned_columns_sql,
    parsed_sql,
    reason_sql,
    value_sql,
)
from ingestion.contract import Column, Contract, reading_rules
from ingestion.raw_views import quote
from ingestion.table import DeliveredTable
from ingestion.text_columns import put_rows


def stage(db: duckdb.DuckDBPyConnection, contract: Contract, columns: list[Column], table: DeliveredTable) -> None:
    """Table `cleaned`: a row a row delivered, with `c_x` and `s_x` of each column and the family's answers."""
    answers = {name: f"a_{i}" for i, name in enumerate(table.family_headers.values())}
    texts = {f"d_{column.name}": table.columns[column.name] for column in columns}
    texts |= {alias: table.columns[name] for name, alias in answers.items()}
    typed = "".join(f", {name} varchar" for name in texts)
    db.execute(f"create or replace temp table delivered (_row_number bigint, is_misshapen boolean{typed})")
    rows = {"_row_number": list(map(str, table.lines)), "is_misshapen": list(map(str, table.is_misshapen))}
    put_rows(db, "delivered", rows | texts)
    clean = ", ".join(
        ["_row_number", "is_misshapen"]
        + [f"{clean_text_sql(f'd_{c.name}', table.is_plain(c.name))} as t_{c.name}" for c in columns]
        + [f"{clean_text_sql(alias, table.is_plain(name))} as {alias}" for name, alias in answers.items()]
    )
    parts = ", ".join([*(cleaned_columns_sql(contract, c.name) for c in columns), *answers.values()])
    db.execute(
        f"create or replace temp table cleaned as select _row_number, is_misshapen{', ' if parts else ''}{parts} "
        f"from (select {clean} from delivered)"
    )
    db.execute("drop table delivered")


def judge(
    db: duckdb.DuckDBPyConnection,
    contract: Contract,
    columns: list[Column],
    table: DeliveredTable,
    formats: dict[str, DateChoice],
) -> None:
    """Table `judged`: values `v_x` and `problems`, a list of (column, reason); empty for an accepted row."""
    parsed = ", ".join(
        f"{parsed_sql(c, table.reads_decimal_commas(c), formats.get(c.name))} as p_{c.name}, {betrays_person_sql(c)} as f_{c.name}"
        for c in columns
    )
    values = ", ".join(f"{value_sql(c)} as v_{c.name}, {reason_sql(c)} as r_{c.name}" for c in columns)
    present = {c.name for c in columns}
    rules = [rule for rule in contract.row_rules if rule.column in present]
    typed = typed_sql(contract, present)
    broken = "".join(
        f", (select coalesce({rule.violated}, false) from (select {typed})) as rule_{rule.name}" for rule in rules
    )
    found = [
        f"case when r_{c.name} is not null then {{'column': '{c.name}', 'reason': r_{c.name}}} end" for c in columns
    ]
    found += [
        f"case when length(a_{i}) > {reading_rules().max_value_characters} then {{'column': '{code}', 'reason': 'out_of_range'}} end"
        for i, code in enumerate(table.family_headers)
    ]
    found += [f"case when rule_{r.name} then {{'column': '{r.column}', 'reason': '{r.reason}'}} end" for r in rules]
    problems = (
        "case when is_misshapen then [{'column': cast(null as varchar), 'reason': 'bad_row_shape'}] "
        f"else list_filter([{', '.join(found)}], lambda p: p is not null) end"
    )
    db.execute(
        f"create or replace temp table examined as select *, {problems} as problems from "
        f"(select *{broken} from (select *, {values} from (select *, {parsed} from cleaned)))"
    )
    key = [f"v_{name}" for name in contract.key if name in present]
    key += [f"c_{name}" for name in contract.key if name in present and contract.column(name).pii in ("researcher",)]
    duplicate = "[{'column': " + quote(contract.key[0]) + ", 'reason': 'duplicate_key'}]"
    db.execute(
        "create or replace temp table judged as select * exclude (problems, place), "
        f"case when len(problems) = 0 and place > 1 then {duplicate} else problems end as problems from ("
        f"select *, row_number() over (partition by len(problems) = 0, {', '.join(key)} order by _row_number) as place from examined)"
    )


def typed_sql(contract: Contract, present: set[str]) -> str:
    """The contract's columns under their canonical names, as its rules see them; NULL where the file does not hold one."""
    return ", ".join(
        f"v_{c.name} as {c.name}" if c.name in present else f"cast(null as {c.sql_type}) as {c.name}"
        for c in contract.columns
    )


def counts_people(contract: Contract) -> bool:
    """Whether a person without a row in the file will look like a leaver."""
    return contract.kind == "snapshot" and any(
        c.pii == "staff_number" and c.required == "value" for c in contract.columns
    )


def looks_like_leaver_sql(contract: Contract, present: set[str]) -> str:
    """Whether a problem is the first of a rejected row that is the first of a person who has no accepted one."""
    if not counts_people(contract) or "employee_number" not in present:
        return "false"
    return (
        "(i = 1 and v_employee_number not in (select v_employee_number from judged where len(problems) = 0 and v_employee_number "
        "is not null) and _row_number = min(_row_number) over (partition by v_employee_number)) is true"
    )
