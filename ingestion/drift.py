"""Drift: what a file holds that its contract does not know, and the edit of the contract that would make it known.

A column that is new, one that no longer comes, one that was perhaps renamed, and new values of an open set. Each is said once, for
the first delivery that brings it; what every delivery holds stands in its findings. Questions of surveys have a module of their own
(`question_drift`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.contract import Column, Contract, contracts
from ingestion.contract_edits import renamed, suggested_alias, suggested_column, suggested_values
from ingestion.delivery import Delivery
from ingestion.new_values import new_values, told
from ingestion.places import place
from ingestion.settings import Settings

NEW_COLUMN, ABSENT_COLUMN, NEW_VALUE = "drift_column", "column_absent", "drift_value"


@dataclass(frozen=True)
class Drift:
    """One thing that the contract does not know. `files` bear it (their places in landing); `edit` holds lines for the contract's YAML."""

    extract: str
    files: tuple[str, ...]
    what: str
    edit: str

    def sentence(self) -> str:
        more = f" (and {len(self.files) - 1} more)" if len(self.files) > 1 else ""
        return f"{self.files[0]}{more}: {self.what}"


def drift_of(
    settings: Settings,
    deliveries: Mapping[str, Delivery],
    findings: Iterable[tuple[Any, ...]],
    loaded: Sequence[Delivery],
) -> list[Drift]:
    """What the deliveries `loaded` brought that none before them of their extract did.

    Args:
        findings: rows of the ledger (delivery id, check, column, reason, n, severity).
    """
    known: dict[tuple[str, str, str], list[Delivery]] = defaultdict(list)
    for delivery_id, check, column, *_ in findings:
        if delivery_id in deliveries and check in (NEW_COLUMN, ABSENT_COLUMN, NEW_VALUE):
            known[deliveries[delivery_id].key.extract, check, column].append(deliveries[delivery_id])
    with_rows, ids = [d for d in deliveries.values() if d.is_accepted], {d.delivery_id for d in loaded}
    first_arrival = min((d.arrival for d in loaded), default=0)
    found: list[Drift] = []
    former_names = _former_names(known, ids)
    for (extract, check, name), bearers in sorted(known.items()):
        contract, was = contracts()[extract], [d for d in bearers if d.arrival < first_arrival]
        now = sorted((d for d in bearers if d.delivery_id in ids), key=lambda d: (d.key.reporting_month, d.version))
        if not now:
            continue
        files = tuple(place(settings, delivery) for delivery in now)
        if check == NEW_VALUE:
            found += _new_values(settings, contract, name, now, was)
        elif check == NEW_COLUMN and not was:
            found.append(_new_column(contract, name, files, former_names.get((extract, name))))
        elif check == ABSENT_COLUMN and _stopped_coming(now, bearers, with_rows):
            if contract.column(name) in [column for (of, _), column in former_names.items() if of == extract]:
                continue  # said with its new name
            label = contract.column(name).label
            what = f"the column {label} no longer comes; ask whether it was dropped on purpose"
            found.append(Drift(extract, files, what, ""))
    return found


def _stopped_coming(now: Sequence[Delivery], without: Sequence[Delivery], all_of_them: Sequence[Delivery]) -> bool:
    """Whether the column still came in the delivery before one of those of now that lack it."""
    for delivery in now:
        earlier = [d for d in all_of_them if _source(d) == _source(delivery) and d.arrival < delivery.arrival]
        if earlier and max(earlier, key=lambda d: d.arrival) not in without:
            return True
    return False


def _source(delivery: Delivery) -> tuple[str, str]:
    return delivery.key.trust_code, delivery.key.extract


def _former_names(
    known: Mapping[tuple[str, str, str], Sequence[Delivery]], ids: Collection[str]
) -> dict[tuple[str, str], Column]:
    """(extract, unknown header) -> the column that was perhaps renamed so, since it is absent from the same file."""
    found: dict[tuple[str, str], Column] = {}
    for (extract, check, header), bearers in sorted(known.items()):
        now = [delivery for delivery in bearers if delivery.delivery_id in ids]
        if check != NEW_COLUMN or not now:
            continue
        contract, first = contracts()[extract], min(now, key=lambda d: (d.key.reporting_month, d.version))
        absent = [
            contract.column(name)
            for (of, what, name), lacking in known.items()
            if of == extract and what == ABSENT_COLUMN and first in lacking
        ]
        found |= {(extract, header): column for header, column in renamed(contract, absent, [header]).items()}
    return found


def _new_column(contract: Contract, header: str, files: tuple[str, ...], former: Column | None) -> Drift:
    if former:
        what = f"the column {header} is unknown, so it was not loaded; perhaps {former.label} was renamed"
        return Drift(contract.extract, files, what, suggested_alias(former, header))
    if contract.family and (question := contract.family.nearly_matches(header)):
        what = f"the column {header} is no question as this extract names them, so it was not loaded; perhaps {question} was meant"
        return Drift(contract.extract, files, f"{what}: name it so in the file", "")
    what = f"the column {header} is unknown and holds data; it was not loaded"
    return Drift(contract.extract, files, what, suggested_column(header))


def _new_values(
    settings: Settings, contract: Contract, name: str, now: Sequence[Delivery], was: Sequence[Delivery]
) -> Iterable[Drift]:
    column = contract.column(name)
    if new := new_values(settings, column, now, was):
        files = tuple(dict.fromkeys(one.file for one in new))
        what = f"{column.label} holds values that are not known yet, which count as unmapped: {told(new)}"
        yield Drift(contract.extract, files, what, suggested_values(column, {one.value: one.text for one in new}))
