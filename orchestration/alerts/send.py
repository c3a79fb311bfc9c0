"""Sending: in a thread of its own that nobody waits for longer than a little, and the same thing not over and over."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingestion.settings import Settings
from orchestration.alerts.channels import NotSent, channels
from orchestration.alerts.message import Alert

#: What still stands unchanged is told again after this time. A failure is told each time.
REPEATED_AFTER = timedelta(days=7)
_WAIT = 3.0  # times the setting's timeout, for all attempts of all ways together


@dataclass(frozen=True)
class Sent:
    """What became of an alert on one way. `reason` says why not."""

    kind: str
    channel: str
    is_sent: bool
    reason: str = ""


def _memory(settings: Settings) -> Path:
    return settings.home / "alerts_sent.json"


def _digest(alert: Alert) -> str:
    return hashlib.sha256("\n".join((alert.title, *alert.lines)).encode()).hexdigest()[:16]


def _remembered(settings: Settings) -> dict[str, list[str]]:
    try:
        found = json.loads(_memory(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def due(settings: Settings, alerts: Iterable[Alert]) -> list[Alert]:
    """Alerts of the kinds that the settings ask for, without those told lately in the same words."""
    told, now = _remembered(settings), datetime.now(UTC)
    wanted = {kind.strip() for kind in settings.alert_on.split(",")}
    found = []
    for alert in alerts:
        digest, at = told.get(alert.kind, ["", ""])[:2]
        is_new = digest != _digest(alert) or now - datetime.fromisoformat(at) >= REPEATED_AFTER
        if alert.kind in wanted and (alert.kind == "failure" or is_new):
            found.append(alert)
    return found


def send_alerts(settings: Settings, alerts: Iterable[Alert]) -> list[Sent]:
    """Send what is due by every way that is configured. It never raises, and never waits longer than a few timeouts."""
    ways, wanted = channels(settings), due(settings, alerts)
    return deliver(settings, wanted) if ways and wanted else []


def deliver(settings: Settings, alerts: list[Alert]) -> list[Sent]:
    """Send alerts whether or not they are due."""
    results: list[Sent] = []

    def work() -> None:
        for alert in alerts:
            for channel in channels(settings):
                try:
                    channel.send(alert)
                    results.append(Sent(alert.kind, channel.name, True))
                except NotSent as fault:
                    results.append(Sent(alert.kind, channel.name, False, str(fault)))
                except Exception as fault:  # an alert must not fail a load
                    results.append(Sent(alert.kind, channel.name, False, type(fault).__name__))

    thread = threading.Thread(target=work, name="alerts", daemon=True)
    thread.start()
    thread.join(_WAIT * settings.alert_timeout_seconds)
    done = list(results)
    told = {(one.kind, one.channel) for one in done}
    done += [
        Sent(alert.kind, channel.name, False, "it took too long and was left")
        for alert in alerts
        for channel in channels(settings)
        if (alert.kind, channel.name) not in told
    ]
    _remember(settings, [alert for alert in alerts if any(one.is_sent and one.kind == alert.kind for one in done)])
    return done


def _remember(settings: Settings, alerts: list[Alert]) -> None:
    told = _remembered(settings) | {
        alert.kind: [_digest(alert), datetime.now(UTC).isoformat(timespec="seconds")]
        for alert in alerts
        if alert.kind != "test"
    }
    try:
        draft = _memory(settings).with_suffix(".draft")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(_memory(settings))
    except OSError:
        return  # told again, then
