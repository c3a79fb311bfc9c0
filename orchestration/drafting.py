"""The next release, written in a thread while the marts are judged: ready for what is decided to be hidden, and before the gate has opened.

Nobody sees a draft. It becomes the release once the gate is open, and else it is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publishing.release import Draft

#: Waits until it is decided what the release hides.
Decide = Callable[[], None]
#: Writes a draft; calls what it is given when it can do nothing more without that.
Write = Callable[[Decide], "Draft"]


class Drafter:
    """Writes one draft a load."""

    def __init__(self) -> None:
        self._under_way: Future[Draft] | None = None
        self._is_decided = Event()

    def start(self, decide: Decide, write: Write) -> None:
        """Begin to write."""
        if self._under_way is None:
            self._is_decided.clear()
            pool = ThreadPoolExecutor(1)
            self._under_way = pool.submit(copy_context().run, self._write, decide, write)
            pool.shutdown(wait=False)

    def _write(self, decide: Decide, write: Write) -> Draft:
        def until_decided() -> None:
            decide()
            self._is_decided.set()

        try:
            return write(until_decided)
        finally:
            self._is_decided.set()

    @property
    def is_under_way(self) -> bool:
        return self._under_way is not None

    def wait_until_decided(self) -> None:
        self._is_decided.wait()

    def finish(self) -> Draft:
        """The draft, once it is written. What went wrong is raised here."""
        assert self._under_way is not None, "begun by start"
        under_way, self._under_way = self._under_way, None
        return under_way.result()

    def close(self) -> None:
        """Throw away a draft that nobody asked for."""
        if self._under_way is not None:
            with suppress(Exception):  # nobody wants to know any more
                self.finish().discard()
