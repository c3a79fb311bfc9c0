"""What there is to tell of a home as it stands: the ledger, the gate and the calendar say it, whoever ran the load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime

from ingestion.errors import RcwError
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.places import place, shelf
from ingestion.settings import Settings
from orchestration.alerts.message import Alert, alert
from orchestration.lateness import late_deliveries

_MONTHS_SHOWN = 3


def standing_alerts(settings: Settings, refused_since: str | None = None, problems: Sequence[str] = ()) -> list[Alert]:
    """Alerts on a closed gate, on what was not taken, and on what is late.

    Args:
        refused_since: refused deliveries that arrived at or after this time (UTC, ISO 8601); None: those that still leave
            their month without a delivery.
        problems: files of landing that could not be taken at all.
    """
    if not settings.ledger_file.exists():
        return []
    ledger = Ledger(settings)
    try:
        found = [
            _gate(settings, ledger),
            _rejected(settings, ledger, refused_since, problems),
            _late(settings, ledger, datetime.now(UTC).date()),
        ]
    finally:
        ledger.close()
    return [one for one in found if one]


def landing_problems(settings: Settings) -> list[str]:
    """What lies in landing and cannot be taken."""
    try:
        return [f"{problem.where} {problem.message}" for problem in look(settings).problems]
    except RcwError as error:
        return [str(error)]


def alerts_of_load(settings: Settings, started: str, problems: Sequence[str], fault: str | None) -> list[Alert]:
    """What a load has to tell.

    Args:
        started: when it began (UTC, ISO 8601).
        problems: files that it could not take.
        fault: why it did not go through. A closed gate is told as such and not as a fault.
    """
    found = standing_alerts(settings, started, problems)
    if fault and not any(one.kind == "gate" for one in found):
        found.insert(0, alert(settings, "failure", "a load failed", fault.splitlines()))
    return found


def _gate(settings: Settings, ledger: Ledger) -> Alert | None:
    gate = ledger.get_state("gate") or {}
    if not gate.get("is_closed"):
        return None
    lines = [*str(gate["message"]).splitlines(), f"Evidence: {gate['page']}"]
    return alert(settings, "gate", "the gate is closed, nothing was published", lines)


def _rejected(settings: Settings, ledger: Ledger, since: str | None, problems: Sequence[str]) -> Alert | None:
    current = ledger.current()
    refused = [
        d
        for d in ledger.deliveries().values()
        if not d.is_accepted and (d.arrived_at >= since if since else d.slot not in current)
    ]
    lines = [f"{place(settings, d)} was refused: {d.refusal}" for d in refused]
    lines += [
        f"{shelf(settings, slot)} {slot.reporting_month:%Y-%m}: {files} bear the same version and differ, so neither is taken"
        for slot, files in ledger.conflicts().items()
    ]
    lines += problems
    if not lines:
        return None
    return alert(
        settings, "rejected", f"{len(lines)} {'file was' if len(lines) == 1 else 'files were'} not taken", lines
    )


def _late(settings: Settings, ledger: Ledger, today: date) -> Alert | None:
    months: dict[date, list[str]] = defaultdict(list)
    for one in late_deliveries(ledger, today):
        months[one.reporting_month].append(one.extract)
    if not months:
        return None
    newest = sorted(months, reverse=True)
    lines = [f"{month:%Y-%m}: {', '.join(sorted(set(months[month])))}" for month in newest[:_MONTHS_SHOWN]]
    if len(newest) > _MONTHS_SHOWN:
        lines.append(f"and {len(newest) - _MONTHS_SHOWN} months before, back to {newest[-1]:%Y-%m}")
    return alert(settings, "late", f"{sum(map(len, months.values()))} deliveries are late", lines)
