"""A load that is watched: it leaves a log, and people are told when it needs them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ingestion.errors import RcwError
from ingestion.settings import Settings
from orchestration.code_identity import VERSION, code_fingerprint
from orchestration.faults import in_words, texts_of
from orchestration.load_log import LoadLog, load_log
from orchestration.run_lock import AnotherLoad


@dataclass
class Watch:
    """What a load says of itself while it runs. `fault`: why it did not go through; `problems`: files it could not take."""

    settings: Settings
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    problems: list[str] = field(default_factory=list)
    fault: str | None = None
    outcome: str = "failed"
    _open: ExitStack = field(default_factory=ExitStack)

    def begin(self, load_id: str | None = None, **values: object) -> LoadLog:
        """Open the log, once it is clear that the load may write at all."""
        log = self._open.enter_context(load_log(self.settings, load_id))
        log.write("load_started", version=VERSION, code=code_fingerprint(), home=str(self.settings.home), **values)
        return log


@contextmanager
def watched(settings: Settings) -> Iterator[Watch]:
    """Watch what the block does. A second load that was turned away, or one that a person stopped, needs nobody."""
    watch, began = Watch(settings), time.monotonic()
    try:
        yield watch
    except (AnotherLoad, KeyboardInterrupt):
        watch.outcome = "stopped"
        raise
    except Exception as error:
        known = isinstance(error, RcwError)
        unforeseen = f"an unexpected {type(error).__name__} stopped it"
        watch.fault = str(error) if known else in_words(settings, texts_of(error)) or unforeseen
        raise
    finally:
        LoadLog.current().write(
            "load_ended", outcome=watch.outcome, fault=watch.fault, seconds=round(time.monotonic() - began, 1)
        )
        if watch.outcome != "stopped":
            tell(watch)
        watch._open.close()


def tell(watch: Watch) -> None:
    """Send the alerts of a load; where none is configured nothing is imported for it."""
    settings = watch.settings
    if not (settings.alert_email_to or settings.alert_webhook_url or settings.alert_command):
        return
    from orchestration.alerts.send import send_alerts
    from orchestration.alerts.standing import alerts_of_load

    try:
        sent = send_alerts(settings, alerts_of_load(settings, watch.started, watch.problems, watch.fault))
    except (RcwError, OSError) as error:  # a ledger that cannot be read, say: the load itself has said so
        print(f"No alert could be put together ({type(error).__name__}).", file=sys.stderr)
        return
    for one in sent:
        LoadLog.current().write("alert", kind=one.kind, channel=one.channel, is_sent=one.is_sent, reason=one.reason)
        if not one.is_sent:
            print(f"The alert by {one.channel} was not sent: {one.reason}. The load is not affected.", file=sys.stderr)
