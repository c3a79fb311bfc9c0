"""What a build has to do: which months changed since the warehouse was last whole.

The ledger keeps two marks. `built` says what the warehouse was made from when it was last complete; `building` says of a build that
was under way since which month, by source, and which sources it took for unchanged. A build that was killed leaves `building`
behind, and the next one starts no later and leaves out no more than it did, so what is half-written is written again, also where
the delivery that it was written from has gone meanwhile.

Not every table goes back as far as the others: a course completed in a former month changes that month's training, not its survey.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ingestion.contract import contracts
from ingestion.delivery import NO_MONTH, THE_BEGINNING, Delivery
from ingestion.ledger import Ledger
from ingestion.researcher_link.decisions import fingerprint, standing_in
from ingestion.researcher_link.people import extracts_of_evidence, extracts_of_people
from ingestion.settings import Settings
from ingestion.suppressed import suppression_fingerprint
from ingestion.vault_retention import identities_from
from orchestration.code_identity import code_fingerprint

NOTHING = NO_MONTH  # no month has changed; tables that are built whole still follow the ledger


@dataclass(frozen=True)
class BuildPlan:
    """What the next build does.

    Attributes:
        from_month: first month to recompute.
        links_from: first month whose links of R&D people may have changed.
        is_full: build everything anew (first build, or the code has changed).
        since: by source of dbt's, the first month of which it may say something else than before. Of others this is `from_month`.
        unchanged: sources that say what they said before, of every month and of none.
    """

    from_month: date
    links_from: date
    is_full: bool
    is_needed: bool
    since: Mapping[str, date] = field(default_factory=dict)
    unchanged: frozenset[str] = frozenset()

    def concerns(self, sources: Iterable[str]) -> bool:
        """Whether what follows from these sources may be another than before."""
        return not self.unchanged.issuperset(sources)

    def first_month_of(self, sources: Iterable[str]) -> date:
        """The first month to recompute of a table that follows from these sources."""
        return min((self.since.get(source, self.from_month) for source in sources), default=NOTHING)

    def with_changed(self, source: str, month: date) -> BuildPlan:
        """The same where a source has also changed from a month on."""
        since = dict(self.since) | {source: min(month, self.first_month_of([source]))}
        return replace(self, from_month=min(month, self.from_month), since=since)

    def as_mark(self) -> dict[str, Any]:
        """The mark `building` of the ledger while this is done."""
        since = {source: month.isoformat() for source, month in self.since.items()}
        return {"since": since, "unchanged": sorted(self.unchanged)}


FULL_BUILD = BuildPlan(THE_BEGINNING, THE_BEGINNING, is_full=True, is_needed=True)
#: Tables of the `raw` schema that say of a month which deliveries it is computed from.
_OF_DELIVERIES = ("delivery", "extract_contract")
#: The table of the `raw` schema with the links of R&D people.
LINKS = "researcher_link"
#: Marks of what bears on the links of every month.
_OF_ALL_LINKS = ("link_decisions", "forgotten", "identities_from")


def marks(ledger: Ledger) -> dict[str, Any]:
    """What the warehouse would be made from now, in a form that can be stored and compared."""
    return {
        "code": code_fingerprint(),
        "deliveries": {"|".join(slot.as_row()): delivery_id for slot, delivery_id in ledger.current().items()},
        "control": [list(map(str, row)) for row in ledger.control_rows()["delivery"]],
        "conflicts": ["|".join(slot.as_row()) for slot in ledger.conflicts()],
        "link_decisions": fingerprint(standing_in(ledger.settings)),
        "forgotten": suppression_fingerprint(ledger.settings),
        "identities_from": identities_from(ledger.settings, ledger),
    }


def plan_build(settings: Settings, ledger: Ledger) -> BuildPlan:
    """Compare the ledger with what the warehouse was last made from."""
    built, building, now = ledger.get_state("built"), ledger.get_state("building"), marks(ledger)
    if not built or built["code"] != now["code"] or not settings.warehouse_file.exists():
        return FULL_BUILD
    deliveries = ledger.deliveries()
    touched = {
        delivery_id
        for slot in built["deliveries"].keys() | now["deliveries"].keys()
        for delivery_id in (built["deliveries"].get(slot), now["deliveries"].get(slot))
        if delivery_id and built["deliveries"].get(slot) != now["deliveries"].get(slot)
    }
    since = _since([deliveries[d] for d in touched])
    unchanged = frozenset(contracts()) - {deliveries[d].key.extract for d in touched}
    of_people = {contract.extract for contract in (*extracts_of_people(), *extracts_of_evidence())}
    linked = [deliveries[d].key.reporting_month for d in touched if deliveries[d].key.extract in of_people]
    if building:
        left = {source: date.fromisoformat(month) for source, month in building["since"].items()}
        since = {source: min(month, left.get(source, NOTHING)) for source, month in since.items()}
        unchanged &= set(building["unchanged"])
    if building or any(built[mark] != now[mark] for mark in _OF_ALL_LINKS):
        linked.append(THE_BEGINNING)
    return BuildPlan(
        min(since.values()),
        min(linked, default=NOTHING),
        is_full=False,
        is_needed=bool(building) or built != now,
        since=since,
        unchanged=unchanged,
    )


def _since(changed: Iterable[Delivery]) -> dict[str, date]:
    """By source of dbt's, the first month of which it says something else where some deliveries have come or gone."""
    since = dict.fromkeys((*contracts(), *_OF_DELIVERIES, LINKS), NOTHING)
    for delivery in changed:
        month, extract = delivery.key.reporting_month, delivery.key.extract
        since[extract] = min(since[extract], delivery.effect_month)
        if delivery.effect_month != NO_MONTH:
            since |= {source: min(since[source], month) for source in _OF_DELIVERIES}
    return since
