"""What an alert says. Its lines come from messages that hold no values; they are masked once more all the same."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ingestion.settings import Settings
from ingestion.without_people import without_people

Kind = Literal["failure", "gate", "rejected", "late", "test"]
KINDS: tuple[Kind, ...] = ("failure", "gate", "rejected", "late")
_MOST_LINES, _LONGEST_LINE = 30, 600


@dataclass(frozen=True)
class Alert:
    """One message to people. `key` tells two alerts of a kind apart; the same again is not sent again soon."""

    kind: Kind
    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        shown = [without_people(line)[:_LONGEST_LINE] for line in self.lines[:_MOST_LINES]]
        if len(self.lines) > _MOST_LINES:
            shown.append(f"... and {len(self.lines) - _MOST_LINES} more; rcw status lists them all.")
        return "\n".join(shown)


def alert(settings: Settings, kind: Kind, what: str, lines: Iterable[str]) -> Alert:
    """An alert with where it comes from: trust, machine and home."""
    title = without_people(f"Research culture warehouse {settings.trust_code}: {what}")
    where = f"Home {settings.home} on {socket.gethostname()}. More: rcw status"
    return Alert(kind, title, (*lines, where))
