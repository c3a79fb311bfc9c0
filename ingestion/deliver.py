"""One file from landing to raw storage: read, cast, split into accepted and rejected, pseudonymised, put in place whole.

What belongs here: the order of the steps for one delivery. How a file is read stands in `table`, how a value is cast in
`cast`, where things lie in `raw_store`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from ingestion.author_list import has_bad_orcid_sql, is_paired_sql
from ingestion.cast import (
    DateChoice,
    betrays_person_sql,
    choose_date_formats,
    clean_text_sql,
    cleaned_columns_sql,
    holds_person_sql,
    number_sql,
    parsed_sql,
    reason_sql,
    value_sql,
)
from ingestion.contract import Column, Contract, contracts, reading_rules
from ingestion.delivery import NO_MONTH, Delivery
from ingestion.errors import DeliveryRefused
from ingestion.landing import LandingFile
from ingestion.ledger import FORGOTTEN
from ingestion.pseudonymise import VAULT_KINDS, implausible_age_sql, pseudonym_columns, pseudonym_joins, vault_columns
from ingestion.raw_store import QUARANTINE, ROWS, DeliveryKey, put_file, put_folder, raw_folder, vault_file
from ingestion.raw_views import quote
from ingestion.settings import Settings
from ingestion.suppressed import leave_out
from ingestion.table import DeliveredTable, Finding, read_table

_PARQUET = "(format parquet, compression zstd)"
_MASK = "regexp_replace(regexp_replace(left({text}, 40), '[0-9]', '9', 'g'), '[^0-9 /:.,|_-]', 'x', 'g')"


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    delivery: Delivery
    findings: list[Finding]


def take_file(connection: duckdb.DuckDBPyConnection, settings: Settings, file: LandingFile, sha256: str) -> Outcome:
    """Read one landing file into raw storage and, where it holds people, the vault.

    `connection` is an in-memory database with the key bound. Nothing is entered into the ledger here. A file that is
    refused as a whole gives an outcome with `refusal`; it never raises for bad content.
    """
    contract = contracts()[file.extract]
    key = DeliveryKey(file.trust_code, file.extract, file.reporting_month, sha256)
    work = settings.work_folder / key.delivery_id
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        return _take(connection, settings, contract, file, key, work)
    except DeliveryRefused as refusal:
        return _refused(contract, file, key, str(refusal), [Finding(refusal.check, 1, "error")])
    except duckdb.Error as error:  # the text of the error may hold a value of the file
        kind = type(error).__name__
        if isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            raise
        message = f"the file could not be read ({kind}); check it by eye, and save it again as CSV"
        return _refused(contract, file, key, message, [Finding("unreadable", 1, "error")])
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _refused(
    contract: Contract,
    file: LandingFile,
    key: DeliveryKey,
    message: str,
    findings: list[Finding],
    counts: tuple[int, int, int] = (0, 0, 0),
) -> Outcome:
    delivery = Delivery(
        key, file.name, file.version, contract.version, False, message, *counts, effect_month=file.reporting_month
    )
    return Outcome(delivery, findings)


def _take(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    file: LandingFile,
    key: DeliveryKey,
    work: Path,
) -> Outcome:
    table, columns, formats = read_file(db, contract, file)
    findings = [*table.findings, *_findings(db, contract, columns, table, formats)]
    rejected = _count(db, "select count(*) from judged where len(problems) > 0")
    accepted = table.rows_delivered - rejected
    counts = (table.rows_delivered, accepted, rejected)
    add_pseudonyms(db, contract, columns, key.trust_code)
    _write_quarantine(db, contract, work / QUARANTINE, file, key)
    limit = contract.max_rejected_pct
    if rejected > 1 and 100 * rejected > limit * table.rows_delivered:
        made = work / QUARANTINE
        place = raw_folder(settings, key)
        (work / "refused").mkdir()
        shutil.move(made, work / "refused" / QUARANTINE)
        put_folder(work / "refused", place)
        message = (
            f"{rejected} of {table.rows_delivered} rows were rejected, more than {limit:g} % ({_main_reasons(findings)}); "
            f"correct the file and deliver it again"
        )
        return _refused(
            contract,
            file,
            key,
            message,
            [*findings, Finding("too_many_rejected", rejected, "error")],
            (*counts[:1], 0, table.rows_delivered),
        )
    (work / "made").mkdir()
    shutil.move(work / QUARANTINE, work / "made" / QUARANTINE)
    _write_rows(db, contract, columns, table, work / "made" / ROWS, key)
    identities = work / "identities.parquet"
    if VAULT_KINDS.intersection(column.pii for column in columns):
        _write_identities(db, columns, identities, key)
    if forgotten := leave_out(db, settings, contract, work / "made", identities):
        findings.append(Finding(FORGOTTEN, forgotten, "info"))
        counts = (table.rows_delivered - forgotten, accepted - forgotten, rejected)
    if identities.exists():
        put_file(identities, vault_file(settings, key))
    put_folder(work / "made", raw_folder(settings, key))
    effect = _effect_month(db, contract, file.reporting_month)
    delivery = Delivery(key, file.name, file.version, contract.version, True, None, *counts, effect_month=effect)
    return Outcome(delivery, findings)


def read_file(
    db: duckdb.DuckDBPyConnection, contract: Contract, file: LandingFile
) -> tuple[DeliveredTable, list[Column], dict[str, DateChoice]]:
    """Read a landing file into table `judged`; nothing is stored.

    Returns:
        the delivered table, the contract's columns that it holds, and how dates were read.

    Raises:
        DeliveryRefused: the file cannot be read as this extract.
    """
    table = read_table(contract, file.path)
    if not table.rows_delivered:
        if contract.empty_means is None:
            raise DeliveryRefused("the file has a header but no rows; deliver the month's rows", "no_rows")
        if contract.kind != "events":  # a month without events is nothing to look at twice
            table.findings.append(Finding("taken_as_empty", 1, "warning"))
    columns = [column for column in contract.columns if column.name in table.columns]
    _stage(db, contract, columns, table)
    formats = choose_date_formats(db, contract, {column.name for column in columns})
    _judge(db, contract, columns, table, formats)
    return table, columns, formats


def _count(db: duckdb.DuckDBPyConnection, sql: str, *values: str) -> int:
    row = db.execute(sql, values).fetchone()
    return int(row[0]) if row else 0


def _stage(db: duckdb.DuckDBPyConnection, contract: Contract, columns: list[Column], table: DeliveredTable) -> None:
    """Table `cleaned`: a row a row delivered, with `c_x` and `s_x` of each column and the family's answers."""
    n = table.rows_delivered
    delivered: dict[str, np.ndarray] = {
        "_row_number": np.array(table.lines, dtype=np.int64),
        "is_misshapen": np.array(table.is_misshapen, dtype=bool),
    }
    for column in columns:
        delivered[f"d_{column.name}"] = _texts(table.columns[column.name], n)
    answers = {name: f"a_{i}" for i, name in enumerate(table.family_headers.values())}
    for name, alias in answers.items():
        delivered[alias] = _texts(table.columns[name], n)
    db.register("delivered", delivered)
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
    db.unregister("delivered")


def _texts(cells: list[str], n: int) -> np.ndarray:
    array = np.empty(n, dtype=object)
    array[:] = cells
    return array


def _judge(
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
    typed = ", ".join(
        f"v_{c.name} as {c.name}" if c.name in present else f"cast(null as {c.sql_type}) as {c.name}"
        for c in contract.columns
    )
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


def _findings(
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
            found.append(Finding("ambiguous_dates_read_day_first", 1, "warning", name))
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
        if column.pii == "birth_date":
            counts.append(("implausible_age", name, None, "warning", implausible_age_sql(f"v_{name}")))
    for i, code in enumerate(table.family_headers):
        counts.append(("value_dropped", code, "forbidden_value", "warning", _answer_betrays(i)))
    if counts:
        sums = ", ".join(f"count(*) filter ({condition})" for *_, condition in counts)
        row = db.execute(f"select {sums} from judged where not is_misshapen").fetchone() or ()
        for (check, name, reason, severity, _), n in zip(counts, row, strict=True):
            if n:
                found.append(Finding(check, n, severity, name, reason))
    found += _totals_that_disagree(db, columns, table)
    if _counts_people(contract):
        lost = _count(
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
            if _count(
                db, f"select count(*) from (select trim(?) as stated) where {differs}", total.get(column.name, "")
            ):
                yield Finding("total_row_disagrees", 1, "warning", column.name)


def _main_reasons(findings: list[Finding]) -> str:
    reasons = sorted((f for f in findings if f.check == "rejected_rows"), key=lambda f: -f.n)[:3]
    return ", ".join(f"{f.n} {f.reason}" + (f" in {f.column}" if f.column else "") for f in reasons)


def add_pseudonyms(db: duckdb.DuckDBPyConnection, contract: Contract, columns: list[Column], trust_code: str) -> None:
    """Table `known`: `judged` with a pseudonym in place of each identifier of a person."""
    listed = "".join(f", {sql} as {name}" for name, sql in pseudonym_columns(contract, columns).items())
    joins = " ".join(pseudonym_joins(columns))
    db.execute("set variable trust_code = ?", [trust_code])
    db.execute(f"create or replace temp table known as select judged.*{listed} from judged {joins}")


def _write_quarantine(
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
        f"case {whens} end as masked_value, {_looks_like_leaver(contract, present)} as looks_like_leaver "
        "from (select *, unnest(problems) as p, generate_subscripts(problems, 1) as i "
        f"from judged where len(problems) > 0) order by _row_number, i) to {quote(out.as_posix())} {_PARQUET}"
    )


def _counts_people(contract: Contract) -> bool:
    """Whether a person without a row in the file will look like a leaver."""
    return contract.kind == "snapshot" and any(
        c.pii == "staff_number" and c.required == "value" for c in contract.columns
    )


def _looks_like_leaver(contract: Contract, present: set[str]) -> str:
    """Whether a problem is the first of a rejected row that is the first of a person who has no accepted one."""
    if not _counts_people(contract) or "employee_number" not in present:
        return "false"
    return (
        "(i = 1 and v_employee_number not in (select v_employee_number from judged where len(problems) = 0 and v_employee_number "
        "is not null) and _row_number = min(_row_number) over (partition by v_employee_number)) is true"
    )


def _write_rows(
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
        pairs = [f"{{'q': {quote(code)}, 'a': {_answer(contract, i)}}}" for i, code in enumerate(table.family_headers)]
        source = f"(select *, unnest([{', '.join(pairs)}]) as pair from known where len(problems) = 0)"
        listed += [f"pair.q as {family.name_column}", f"pair.a as {family.value_column}"]
        order = "_row_number, pair.q"
    db.execute(
        f"copy (select {', '.join(listed)} from {source} order by {order}) to {quote(out.as_posix())} {_PARQUET}"
    )


def _answer(contract: Contract, i: int) -> str:
    tokens = (*reading_rules().null_tokens, *contract.null_tokens)
    nulls = ", ".join(quote(token.upper()) for token in tokens)
    return f"case when upper(a_{i}) not in ({nulls}) and not {_answer_betrays(i)} then regexp_replace(a_{i}, '^([0-9]+)\\.0+$', '\\1') end"


def _answer_betrays(i: int) -> str:
    """Answers are codes of a character or two: only a long one is searched for a person."""
    return f"(length(a_{i}) > 5 and {holds_person_sql(f'a_{i}')})"


def _write_identities(db: duckdb.DuckDBPyConnection, columns: list[Column], out: Path, key: DeliveryKey) -> None:
    listed = ", ".join(vault_columns(columns))
    order = "_row_number, author_position" if any(c.pii == "author_list" for c in columns) else "_row_number"
    db.execute(
        f"copy (select {quote(key.trust_code)} as trust_code, _row_number, {listed} from known where len(problems) = 0 "
        f"order by {order}) to {quote(out.as_posix())} {_PARQUET}"
    )
    out.chmod(0o600)


def _effect_month(db: duckdb.DuckDBPyConnection, contract: Contract, reporting_month: date) -> date:
    """The earliest month whose figures the delivery can touch: its own, that of its earliest event, or none."""
    if not contract.recomputes_months:
        return NO_MONTH
    if contract.effect_date is None:
        return reporting_month
    row = db.execute(
        f"select min(date_trunc('month', v_{contract.effect_date}))::date from judged where len(problems) = 0"
    ).fetchone()
    return min(row[0], reporting_month) if row and row[0] else reporting_month
