"""A delivery, and the place of its month that it may fill. What is stored of it stands in `ledger`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingestion.raw_store import DeliveryKey

THE_BEGINNING = date(1900, 1, 1)  # before every month
NO_MONTH = date(9999, 1, 1)  # effect of a delivery that touches no month's figures


@dataclass(frozen=True, order=True)
class Slot:
    """The place that one current delivery fills."""

    trust_code: str
    extract: str
    reporting_month: date

    def as_row(self) -> tuple[str, str, str]:
        return self.trust_code, self.extract, self.reporting_month.isoformat()


@dataclass(frozen=True)
class Delivery:
    """One entry of the ledger. `effect_month` is the earliest month whose figures the delivery can touch."""

    key: DeliveryKey
    file_name: str
    version: int
    contract_version: int
    is_accepted: bool
    refusal: str | None
    rows_delivered: int
    rows_accepted: int
    rows_rejected: int
    effect_month: date
    arrival: int = 0
    arrived_at: str = ""

    @property
    def delivery_id(self) -> str:
        return self.key.delivery_id

    @property
    def slot(self) -> Slot:
        return Slot(self.key.trust_code, self.key.extract, self.key.reporting_month)
