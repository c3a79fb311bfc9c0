"""Which extracts are overdue. It depends on the clock, so it is shown and told, and enters no release."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from ingestion.contract import contracts
from ingestion.ledger import Ledger
from orchestration.working_days import newest_due_month


@dataclass(frozen=True, order=True)
class Late:
    """An extract that comes every month, and whose month has not come (or only as files that were not taken)."""

    reporting_month: date
    trust_code: str
    extract: str


def late_deliveries(ledger: Ledger, today: date) -> list[Late]:
    """Months without a current delivery, from the first that a trust ever delivered of an extract to the newest that is due."""
    months: dict[tuple[str, str], set[date]] = defaultdict(set)
    for slot in ledger.current():
        if contracts()[slot.extract].expected_every_month:
            months[slot.trust_code, slot.extract].add(slot.reporting_month)
    found = []
    for (trust_code, extract), current in months.items():
        month = min(current)
        while month <= newest_due_month(today):
            if month not in current:
                found.append(Late(month, trust_code, extract))
            month = (month + timedelta(days=32)).replace(day=1)
    return sorted(found)
