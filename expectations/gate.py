"""The gate: all results of a load together, and whether anything may be published.

`check_delivery`, `check_marts` and `dbt_test_results` make the results; this module only decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from expectations.dbt_tests import dbt_test_results
from expectations.mart_border import check_marts
from expectations.raw_border import DeliveryBatch, check_delivery
from expectations.result import CheckResult

__all__ = [
    "CheckResult",
    "DeliveryBatch",
    "DeliveryLine",
    "GateReport",
    "check_delivery",
    "check_marts",
    "dbt_test_results",
]


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery of the load, for the evidence page; a refused one too."""

    trust_code: str
    extract: str
    reporting_month: date
    delivery_id: str
    file_name: str
    status: str
    rows_delivered: int
    rows_accepted: int
    rows_rejected: int


@dataclass(frozen=True)
class GateReport:
    """What the gate found in one load.

    A blocking failure closes it unless its id is waived (`RCW_GATE_WAIVERS`). Waivers name one check of one month, and
    are recorded with the results, so a release shows what it was let through with.
    """

    load_id: str
    results: tuple[CheckResult, ...]
    deliveries: tuple[DeliveryLine, ...] = ()
    waivers: frozenset[str] = frozenset()

    @property
    def blocking_failures(self) -> list[CheckResult]:
        """Those that close the gate."""
        return [result for result in self.results if result.is_blocking_failure and result.id not in self.waivers]

    @property
    def waived_failures(self) -> list[CheckResult]:
        return [result for result in self.results if result.is_blocking_failure and result.id in self.waivers]

    @property
    def warnings(self) -> list[CheckResult]:
        return [result for result in self.results if not result.success and result.severity == "warning"]

    @property
    def unused_waivers(self) -> list[str]:
        """Waivers that let nothing through in this load: out of date, or misspelt."""
        return sorted(self.waivers - {result.id for result in self.waived_failures})

    @property
    def is_closed(self) -> bool:
        return bool(self.blocking_failures)

    def message(self) -> str:
        """What a person must know of a closed gate: which check, which table, how many rows, and how to see them."""
        if not self.is_closed:
            return f"The gate is open: {len(self.results)} checks, {len(self.warnings)} warnings."
        closed_by = self.blocking_failures
        failures = "1 blocking failure" if len(closed_by) == 1 else f"{len(closed_by)} blocking failures"
        lines = [f"The gate is closed: {failures}. Nothing is published; the former release stays."]
        for result in closed_by:
            lines += [f"- {result.table}, {result.name}: {result.observed}", f"  {result.meaning}"]
            if result.example_rows:
                lines.append(f"  First lines of the file: {', '.join(map(str, result.example_rows))}")
            lines += [f"  To see: {result.how_to_see}", f"  To let it through: RCW_GATE_WAIVERS={result.id}"]
        return "\n".join(lines)

    def as_metadata(self) -> Mapping[str, Any]:
        """Plain values for JSON."""
        return {
            "load_id": self.load_id,
            "is_closed": self.is_closed,
            "checks": len(self.results),
            "blocking_failures": [result.as_metadata() for result in self.blocking_failures],
            "waived_failures": [result.as_metadata() for result in self.waived_failures],
            "warnings": [result.as_metadata() for result in self.warnings],
            "unused_waivers": self.unused_waivers,
        }
