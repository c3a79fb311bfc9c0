"""`rcw alerts`: what would be sent and where to, a test of every way, or sending what is due now."""

from __future__ import annotations

from rich.console import Console

from ingestion.errors import RcwError
from ingestion.settings import load_settings
from orchestration.alerts.channels import Channel, channels
from orchestration.alerts.message import Alert, alert
from orchestration.alerts.send import Sent, deliver, due, send_alerts
from orchestration.alerts.standing import landing_problems, standing_alerts
from orchestration.answers import DONE, REFUSED, as_json_text

out = Console(highlight=False, soft_wrap=True)


def alerts_command(*, test: bool, dry_run: bool, as_json: bool) -> int:
    """0: sent, or nothing to send; 1: a way did not work."""
    settings = load_settings()
    ways = channels(settings)
    if not ways and not dry_run:
        raise RcwError(
            "No way to send an alert is configured. Set RCW_ALERT_EMAIL_TO and RCW_ALERT_SMTP_HOST, RCW_ALERT_WEBHOOK_URL or "
            "RCW_ALERT_COMMAND; docs/settings.md says how."
        )
    if test:
        trial = alert(settings, "test", "a test", ["This is a test of the alerts. Nothing has happened."])
        return _would(ways, [trial], as_json) if dry_run else _say(deliver(settings, [trial]), as_json)
    found = standing_alerts(settings, problems=landing_problems(settings))
    if dry_run:
        return _would(ways, due(settings, found), as_json)
    return _say(send_alerts(settings, found), as_json)


def _would(ways: list[Channel], found: list[Alert], as_json: bool) -> int:
    if as_json:
        document = {
            "channels": [{"channel": way.name, "to": way.where} for way in ways],
            "alerts": [{"kind": one.kind, "title": one.title, "text": one.text} for one in found],
        }
        out.print_json(as_json_text(document))
        return DONE
    for way in ways:
        out.print(f"By {way.name} to {way.where}", markup=False)
    if not ways:
        out.print("By no way: none is configured.")
    for one in found:
        out.print(f"\n[{one.kind}] {one.title}\n{one.text}", markup=False)
    if not found:
        out.print("Nothing would be sent: nothing is wrong, or it has been told already.")
    return DONE


def _say(sent: list[Sent], as_json: bool) -> int:
    if as_json:
        out.print_json(as_json_text([one.__dict__ for one in sent]))
    else:
        for one in sent:
            out.print(
                f"{one.kind} by {one.channel}: {'sent' if one.is_sent else f'not sent, {one.reason}'}", markup=False
            )
        if not sent:
            out.print("Nothing to send: nothing is wrong, or it has been told already.")
    return DONE if all(one.is_sent for one in sent) else REFUSED
