"""The ways an alert can go: e-mail, a Teams or Slack webhook, a command. Each tries again where the fault may pass by itself.

A fault is named by its kind alone: its own text could repeat an address with a token in it.
"""

from __future__ import annotations

import json
import os
import shlex
import smtplib
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from ingestion.settings import Settings
from orchestration.alerts.message import Alert

ATTEMPTS = 3
_PAUSES = (1.0, 3.0)  # seconds before the second and the third attempt
_PASSES_LATER = 75  # exit code of a command that asks to be run again (EX_TEMPFAIL)
_SECRETS = ("RCW_PSEUDONYM_KEY", "RCW_NEW_PSEUDONYM_KEY", "RCW_ALERT_SMTP_PASSWORD", "RCW_ALERT_WEBHOOK_URL")


class NotSent(Exception):
    """An alert could not be sent this way. `is_transient`: it may work a little later."""

    def __init__(self, reason: str, is_transient: bool) -> None:
        super().__init__(reason)
        self.is_transient = is_transient


@dataclass(frozen=True)
class Channel:
    """One configured way. `where` may be shown: secrets are masked."""

    name: str
    where: str
    send_once: Callable[[Alert], None]

    def send(self, alert: Alert) -> None:
        """Send, trying again after a fault that may pass.

        Raises:
            NotSent: no attempt worked.
        """
        for attempt in range(ATTEMPTS):
            try:
                self.send_once(alert)
                return
            except NotSent as fault:
                if not fault.is_transient or attempt == ATTEMPTS - 1:
                    raise
            time.sleep(_PAUSES[attempt])


def channels(settings: Settings) -> list[Channel]:
    """The ways that the settings name."""
    found = []
    if settings.alert_email_to and settings.alert_smtp_host:
        where = f"{settings.alert_email_to} by {settings.alert_smtp_host}:{settings.alert_smtp_port}"
        found.append(Channel("e-mail", where, lambda alert: _send_email(settings, alert)))
    if settings.alert_webhook_url:
        found.append(Channel("webhook", masked_url(settings), lambda alert: _post(settings, alert)))
    if settings.alert_command:
        found.append(Channel("command", shlex.split(settings.alert_command)[0], lambda alert: _run(settings, alert)))
    return found


def masked_url(settings: Settings) -> str:
    """The host of the webhook. Its path is the secret."""
    assert settings.alert_webhook_url is not None
    address = urlsplit(settings.alert_webhook_url.get_secret_value())
    return f"{address.scheme}://{address.hostname}/***"


# --- e-mail ------------------------------------------------------------------------------------------------------------------


def _send_email(settings: Settings, alert: Alert) -> None:
    message = EmailMessage()
    message["Subject"] = alert.title
    message["From"] = settings.alert_email_from or settings.alert_email_to.split(",")[0].strip()
    message["To"] = settings.alert_email_to
    message.set_content(alert.text)
    timeout, host, port = settings.alert_timeout_seconds, settings.alert_smtp_host, settings.alert_smtp_port
    try:
        if settings.alert_smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=timeout)
        with server:
            if settings.alert_smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.alert_smtp_user and settings.alert_smtp_password:
                server.login(settings.alert_smtp_user, settings.alert_smtp_password.get_secret_value())
            server.send_message(message)
    except smtplib.SMTPResponseException as fault:
        is_transient = 400 <= fault.smtp_code < 500
        raise NotSent(f"the mail server answered {fault.smtp_code}", is_transient) from None
    except smtplib.SMTPServerDisconnected:
        raise NotSent("the mail server closed the connection", True) from None
    except smtplib.SMTPException as fault:
        raise NotSent(f"the mail server refused it ({type(fault).__name__})", False) from None
    except ssl.SSLError:
        raise NotSent("the mail server's certificate or encryption is not accepted", False) from None
    except OSError as fault:
        raise NotSent(f"the mail server cannot be reached ({type(fault).__name__})", True) from None


# --- webhook -----------------------------------------------------------------------------------------------------------------


def _body(settings: Settings, alert: Alert) -> dict[str, Any]:
    assert settings.alert_webhook_url is not None
    host = urlsplit(settings.alert_webhook_url.get_secret_value()).hostname or ""
    form = settings.alert_webhook_form
    if form == "slack" or (form == "auto" and host.endswith("slack.com")):
        text = f"*{alert.title}*\n{alert.text}"
        return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    blocks = [
        {"type": "TextBlock", "text": alert.title, "weight": "Bolder", "wrap": True},
        *({"type": "TextBlock", "text": line, "wrap": True} for line in alert.text.splitlines()),
    ]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": blocks}
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def _post(settings: Settings, alert: Alert) -> None:
    assert settings.alert_webhook_url is not None
    request = urllib.request.Request(
        settings.alert_webhook_url.get_secret_value(),
        data=json.dumps(_body(settings, alert)).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=settings.alert_timeout_seconds):
            pass
    except urllib.error.HTTPError as fault:
        raise NotSent(f"the webhook answered {fault.code}", fault.code == 429 or fault.code >= 500) from None
    except urllib.error.URLError as fault:
        is_certificate = isinstance(fault.reason, ssl.SSLError)
        reason = "its certificate is not accepted" if is_certificate else "it cannot be reached"
        raise NotSent(f"the webhook failed: {reason}", not is_certificate) from None
    except OSError as fault:
        raise NotSent(f"the webhook failed ({type(fault).__name__})", True) from None


# --- command -----------------------------------------------------------------------------------------------------------------


def _run(settings: Settings, alert: Alert) -> None:
    """The command gets the alert as JSON on its standard input, and none of the secrets of the environment."""
    document = {"kind": alert.kind, "title": alert.title, "text": alert.text, "trust_code": settings.trust_code}
    try:
        run = subprocess.run(
            shlex.split(settings.alert_command),
            input=json.dumps(document).encode(),
            timeout=settings.alert_timeout_seconds,
            env={name: value for name, value in os.environ.items() if name not in _SECRETS},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotSent(f"the command took more than {settings.alert_timeout_seconds:g} s", False) from None
    except OSError as fault:
        raise NotSent(f"the command cannot be run ({type(fault).__name__})", False) from None
    if run.returncode:
        raise NotSent(f"the command ended with {run.returncode}", run.returncode == _PASSES_LATER)
