"""Border 1, raw in: each new delivery is judged as a whole before the warehouse reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from expectations.frame import Frame
from expectations.from_contract import contract_checks, derived_columns, raw_key
from expectations.judging import Judged, judge
from expectations.result import CheckResult
from expectations.suite import DeliveryCheck, common_suite, raw_suite
from ingestion.contract import Contract, contracts
from ingestion.raw_views import quote

#: Below this many rows last month, a change of volume says nothing.
COMPARABLE_ROWS = 100


@dataclass(frozen=True)
class DeliveryBatch:
    """A delivery as stored. `previous_rows` are the accepted rows of the newest earlier month's current delivery.

    `rows` is its Parquet file; where it lies under `home`, messages and queries name it from there.
    """

    extract: str
    trust_code: str
    reporting_month: date
    delivery_id: str
    file_name: str
    rows: Path
    previous_rows: int | None
    rows_delivered: int
    rows_accepted: int
    rows_rejected: int
    home: Path | None = None

    @property
    def shown_path(self) -> str:
        inside = self.home and self.rows.is_relative_to(self.home)
        return (self.rows.relative_to(self.home) if inside and self.home else self.rows).as_posix()


def check_delivery(batch: DeliveryBatch) -> list[CheckResult]:
    """Judge a delivery: its counts (`raw/_common.yml`), its contract, and its own suite (`raw/<extract>.yml`).

    Raises:
        KeyError: no contract bears the extract's name.
    """
    contract = contracts()[batch.extract]
    offline: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(":memory:", config=offline) as connection:
        judged = [*_judge_counts(connection, batch, contract), *_judge_rows(connection, batch, contract)]
    month = f"{batch.reporting_month:%Y-%m}"
    return [
        CheckResult(
            id=f"raw.{batch.extract}.{batch.trust_code}.{month}.{found.check.name}",
            border="raw",
            table=f"raw.{batch.extract}",
            month=batch.reporting_month,
            name=found.check.name,
            meaning=found.check.meaning,
            severity=found.check.severity,
            success=found.success,
            observed=found.observed,
            unexpected_count=found.unexpected_count,
            rows=found.rows,
            example_rows=found.example_rows,
            how_to_see=found.how_to_see,
        )
        for found in judged
    ]


def _judge_counts(connection: duckdb.DuckDBPyConnection, batch: DeliveryBatch, contract: Contract) -> Iterator[Judged]:
    suite = common_suite()
    checks = [check for check in suite.checks if _applies(check, contract)]
    # A family of columns is stored one row a question, all with the line of their respondent.
    counted = "count(distinct _row_number)" if contract.family else "count(*)"
    comparable = batch.previous_rows if (batch.previous_rows or 0) >= COMPARABLE_ROWS else None

    relation = (
        f"(select {batch.rows_delivered} as rows_delivered, {batch.rows_accepted} as rows_accepted, "
        f"{batch.rows_rejected} as rows_rejected, cast({comparable or 'null'} as bigint) as previous_rows, "
        f"(select {counted} from read_parquet({quote(str(batch.rows))})) as rows_stored) as delivery"
    )
    before = "none" if batch.previous_rows is None else f"{batch.previous_rows:,}"
    rows = (
        f"rows: {batch.rows_delivered:,} delivered, {batch.rows_accepted:,} accepted, {batch.rows_rejected:,} rejected; "
        f"{before} in the newest earlier month"
    )
    see = f"select {counted} as rows_stored from read_parquet({quote(batch.shown_path)})"
    for found in judge(connection, Frame(relation, checks, suite.derived)):
        observed = f"{found.observed} ({rows})"
        yield replace(found, observed=observed, rows=batch.rows_accepted, how_to_see=see)


def _applies(check: DeliveryCheck, contract: Contract) -> bool:
    expected = check.expected_every_month
    return contract.kind in check.kinds and expected in (None, contract.expected_every_month)


def _judge_rows(connection: duckdb.DuckDBPyConnection, batch: DeliveryBatch, contract: Contract) -> Iterator[Judged]:
    stored, shown = (f"read_parquet({quote(path)})" for path in (str(batch.rows), batch.shown_path))
    month = batch.reporting_month
    return judge(connection, delivery_frame(contract, month, stored), delivery_frame(contract, month, shown))


def delivery_frame(contract: Contract, month: date, relation: str) -> Frame:
    """The rows of a delivery with all that is asked of them; `relation` is what stands after `from`."""
    suite = raw_suite(contract.extract)
    checks = [*contract_checks(contract), *suite.checks]
    derived = derived_columns(contract) | _dated(suite.derived, month)
    sample_by = raw_key(contract)[: -1 if contract.family else None]
    return Frame(relation, checks, derived, sample_by, "_row_number")


def _dated(derived: Mapping[str, str], month: date) -> dict[str, str]:
    first = f"date '{month:%Y-%m-%d}'"
    return {name: sql.format(month_start=first, month_end=f"last_day({first})") for name, sql in derived.items()}
