"""What two releases were made from that is not the same: deliveries, code, contracts, settings, key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Delivery = Mapping[str, Any]
#: added, replaced, withdrawn, removed: another delivery of the month counts, or none. The others change no figure, only what
#: is said of deliveries: refused (rejected), unused (a higher version was there), unknown (in the first release only),
#: restated (the same file, under another name or read under another contract).
Change = Literal["added", "replaced", "withdrawn", "removed", "refused", "unused", "unknown", "restated"]
CHANGES_FIGURES: tuple[Change, ...] = ("added", "replaced", "withdrawn", "removed")


@dataclass(frozen=True)
class DeliveryChange:
    """One month of an extract, or one file of it. `before` and `after` are deliveries as the releases record them."""

    trust_code: str
    extract: str
    month: str
    change: Change
    before: Delivery | None
    after: Delivery | None

    @property
    def changes_figures(self) -> bool:
        return self.change in CHANGES_FIGURES


@dataclass(frozen=True)
class InputChange:
    """Something else that decides a release's content, such as `code_fingerprint` or `settings.waivers`."""

    name: str
    before: Any
    after: Any


def _by_slot(deliveries: Iterable[Delivery]) -> dict[tuple[str, str, str], dict[str, Delivery]]:
    found: dict[tuple[str, str, str], dict[str, Delivery]] = {}
    for delivery in deliveries:
        slot = (delivery["trust_code"], delivery["extract"], delivery["reporting_month"][:7])
        found.setdefault(slot, {})[delivery["delivery_id"]] = delivery
    return found


def _current(deliveries: Mapping[str, Delivery]) -> Delivery | None:
    return next((delivery for delivery in deliveries.values() if delivery["status"] == "current"), None)


def _what_happened(was: Delivery | None, now: Delivery | None, after: Mapping[str, Delivery]) -> Change:
    if was is None:
        return "added"
    if after.get(was["delivery_id"], {}).get("status") == "withdrawn":
        return "withdrawn"
    return "replaced" if now else "removed"


def _without_effect(was: Delivery | None, now: Delivery | None) -> Change | None:
    if was is None:
        return "refused" if now and now["status"] == "rejected" else "unused"
    if now is None:
        return "unknown"
    return "restated" if was != now else None


def changed_deliveries(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[DeliveryChange]:
    """How the deliveries of two releases differ, by trust, extract and month; those that change figures first."""
    old, new = _by_slot(before["deliveries"]), _by_slot(after["deliveries"])
    found: list[DeliveryChange] = []
    for slot in sorted(old.keys() | new.keys()):
        olds, news = old.get(slot, {}), new.get(slot, {})
        was, now = _current(olds), _current(news)
        told = set()
        if (was or {}).get("delivery_id") != (now or {}).get("delivery_id"):
            found.append(DeliveryChange(*slot, _what_happened(was, now, news), was, now))
            told = {delivery["delivery_id"] for delivery in (was, now) if delivery}
        for delivery_id in sorted((olds.keys() | news.keys()) - told):
            change = _without_effect(olds.get(delivery_id), news.get(delivery_id))
            if change:
                found.append(DeliveryChange(*slot, change, olds.get(delivery_id), news.get(delivery_id)))
    return sorted(found, key=lambda one: (not one.changes_figures, one.trust_code, one.extract, one.month))


def changed_inputs(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[InputChange]:
    """How everything but the deliveries differs, by name; nested names are joined by a point."""
    old, new = (dict(_flat({k: v for k, v in inputs.items() if k != "deliveries"})) for inputs in (before, after))
    return [
        InputChange(name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _flat(content: Mapping[str, Any], within: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value
