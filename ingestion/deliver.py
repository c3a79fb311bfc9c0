"""One file from landing to raw storage: read, cast, split into accepted and rejected, pseudonymised, put in place whole.

What belongs here: the order of the steps for one delivery. How a file is read stands in `table`, how a row is judged in `judge`, what is
found beside the rows in `findings`, what is written of them in `stored_rows`, where things lie in `raw_store`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingestion.cast import DateChoice, choose_date_formats
from ingestion.contract import Column, Contract, contracts
from ingestion.delivery import NO_MONTH, Delivery
from ingestion.errors import DeliveryRefused
from ingestion.findings import findings_of
from ingestion.judge import judge, stage
from ingestion.landing import LandingFile
from ingestion.ledger import FORGOTTEN
from ingestion.pseudonymise import VAULT_KINDS
from ingestion.raw_store import QUARANTINE, ROWS, DeliveryKey, put_file, put_folder, raw_folder, vault_file
from ingestion.settings import Settings
from ingestion.stored_rows import add_pseudonyms, write_identities, write_quarantine, write_rows
from ingestion.suppressed import leave_out
from ingestion.table import DeliveredTable, Finding, read_table


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


def _take(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    file: LandingFile,
    key: DeliveryKey,
    work: Path,
) -> Outcome:
    table, columns, formats = read_file(db, contract, file)
    findings = [*table.findings, *findings_of(db, contract, columns, table, formats)]
    rejected = _rejected(db)
    accepted = table.rows_delivered - rejected
    counts = (table.rows_delivered, accepted, rejected)
    add_pseudonyms(db, contract, columns, key.trust_code)
    write_quarantine(db, contract, work / QUARANTINE, file, key)
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
    write_rows(db, contract, columns, table, work / "made" / ROWS, key)
    identities = work / "identities.parquet"
    if VAULT_KINDS.intersection(column.pii for column in columns):
        write_identities(db, columns, identities, key)
    if forgotten := leave_out(db, settings, contract, work / "made", identities):
        findings.append(Finding(FORGOTTEN, forgotten, "info"))
        counts = (table.rows_delivered - forgotten, accepted - forgotten, rejected)
    if identities.exists():
        put_file(identities, vault_file(settings, key))
    put_folder(work / "made", raw_folder(settings, key))
    effect = _effect_month(db, contract, file.reporting_month)
    delivery = Delivery(key, file.name, file.version, contract.version, True, None, *counts, effect_month=effect)
    return Outcome(delivery, findings)


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
    stage(db, contract, columns, table)
    formats = choose_date_formats(db, contract, {column.name for column in columns})
    judge(db, contract, columns, table, formats)
    return table, columns, formats


def _main_reasons(findings: list[Finding]) -> str:
    reasons = sorted((f for f in findings if f.check == "rejected_rows"), key=lambda f: -f.n)[:3]
    return ", ".join(f"{f.n} {f.reason}" + (f" in {f.column}" if f.column else "") for f in reasons)


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


def _rejected(db: duckdb.DuckDBPyConnection) -> int:
    row = db.execute("select count(*) from judged where len(problems) > 0").fetchone()
    return int(row[0]) if row else 0
