"""How a long step says how far it is. The command line listens; a run in the background says nothing here."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

Say = Callable[[str, str, int, int], None]


def _nothing(stage: str, item: str, done: int, of: int) -> None:
    return None


@dataclass(frozen=True)
class Progress:
    """`say(stage, item, done, of)`; `of` is 0 where it is not known."""

    say: Say = _nothing

    @staticmethod
    def current() -> Progress:
        return _listener.get()

    def listen(self) -> None:
        _listener.set(self)


silent = Progress()
_listener: ContextVar[Progress] = ContextVar("progress", default=silent)
