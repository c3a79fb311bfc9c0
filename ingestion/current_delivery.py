"""Which delivery of a month is current: the rules for versions, corrections, conflicts, withdrawals and files that have gone.

The highest version wins; two of one version that differ are a conflict and the month keeps what it had; a rejected or withdrawn
delivery gives way to the one before it; a file that has gone stays current until another arrives. Pure: `ledger` stores it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from ingestion.delivery import Delivery, Slot


@dataclass(frozen=True)
class Present:
    """A file that lies in landing."""

    slot: Slot
    version: int
    file_name: str
    delivery_id: str


@dataclass(frozen=True)
class Standing:
    """The current delivery of each month, and the names of the files between which a month cannot choose."""

    current: Mapping[Slot, str]
    conflicts: Mapping[Slot, str]


def settled(
    deliveries: Mapping[str, Delivery],
    present: Sequence[Present],
    withdrawn: Collection[str],
    was: Standing,
    seen: int,
    in_scope: Callable[[Slot], bool] = lambda slot: True,
) -> Standing:
    """The standing that follows from the files present.

    Args:
        deliveries: all of the ledger, by id.
        withdrawn: SHA-256 of files that were taken back.
        was: the standing before.
        seen: the newest arrival that was known then.
        in_scope: whether a month may be settled anew; conflicts of others stay as they are.
    """
    usable = {d for d, entry in deliveries.items() if entry.is_accepted and entry.key.sha256 not in withdrawn}
    by_slot: dict[Slot, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for file in present:
        if file.delivery_id in deliveries and deliveries[file.delivery_id].key.sha256 not in withdrawn:
            by_slot[file.slot][file.version][file.delivery_id] = file.file_name
    conflicts = {  # one whose files have all gone stays open until another file arrives
        slot: files
        for slot, files in was.conflicts.items()
        if not in_scope(slot) or (slot not in by_slot and slot not in was.current)
    }
    now: dict[Slot, str] = {}
    for slot in sorted({*was.current, *by_slot, *(entry.slot for entry in deliveries.values())}):
        files, kept = by_slot[slot], was.current.get(slot)
        is_disputed = slot in was.conflicts or any(len(candidates) > 1 for candidates in files.values())
        if kept not in usable:
            kept = None if kept is None and is_disputed else _newest(deliveries, usable, slot, before=kept)
        arrivals = [deliveries[d].arrival for candidates in files.values() for d in candidates if d in usable]
        lowest = 0
        if kept and slot not in was.conflicts and max(arrivals, default=0) <= seen:
            lowest = deliveries[kept].version  # files known before do not bring down a higher one that has gone
        chosen, conflict = _highest(files, usable, kept, lowest)
        if conflict:
            conflicts[slot] = conflict
        if chosen:
            now[slot] = chosen
    return Standing(now, conflicts)


def _highest(
    files: dict[int, dict[str, str]], usable: set[str], kept: str | None, lowest: int
) -> tuple[str | None, str | None]:
    """Of the files of a month by version, the delivery of the highest one that can be used, and the files in conflict.

    In a conflict, and where no file can be used, the month keeps what it had; a month that had nothing takes a lower version.
    """
    conflict = None
    for version in sorted((v for v in files if v >= lowest), reverse=True):
        candidates = files[version]
        if len(candidates) > 1:
            conflict = conflict or ", ".join(sorted(candidates.values()))
            if kept:
                break
        elif usable.issuperset(candidates):
            [chosen] = candidates
            return chosen, conflict
    return kept, conflict


def _newest(deliveries: Mapping[str, Delivery], usable: set[str], slot: Slot, before: str | None = None) -> str | None:
    """Of the usable deliveries of a slot the highest version, the last to arrive among equals; only those `before` another."""

    def place(entry: Delivery) -> tuple[int, int]:
        return entry.version, entry.arrival

    found = [d for d in deliveries.values() if d.slot == slot and d.delivery_id in usable]
    if before:
        found = [d for d in found if place(d) < place(deliveries[before])]
    return max(found, key=place).delivery_id if found else None
