"""A process that works beside the load: begun early, so that nobody waits for what it imports, and ended with the load.

It does one thing after the other. What it does stands in `landing`, `judging` and `building`; nothing here knows of them.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from ingestion.errors import RcwError
from orchestration.own_process import keep_pandas_out, settle

Answer = TypeVar("Answer")
_ENDED = 130  # a process that a person stopped

#: Where the process says how far it is, see `say`.
_notes: Connection[Any, Any] | None = None


class Beside:
    """The process, which starts when it is first asked for something.

    Args:
        gives_way: it leaves the machine to the others where they want it, since nobody waits for it yet.
        has_pandas: what it does wants pandas.
    """

    def __init__(self, *, gives_way: bool = False, has_pandas: bool = False) -> None:
        self._gives_way = gives_way
        self._has_pandas = has_pandas
        self._pool: ProcessPoolExecutor | None = None
        self._notes: Connection[Any, Any] | None = None
        self._pid: Future[int] | None = None
        self._last: Future[Any] | None = None

    @property
    def is_running(self) -> bool:
        return self._pool is not None

    def ask(self, function: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        """Have a function of a module called in the process."""
        if self._pool is None:
            context = get_context("spawn")
            self._notes, theirs = context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(1, context, _set_up, (theirs, self._gives_way, self._has_pandas))
            self._pid = self._pool.submit(os.getpid)
            theirs.close()
        asked = self._pool.submit(function, *arguments)
        self._last = asked
        return asked

    def ask_with_notes(self, function: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        """The same for a function that says how far it is; `listen` gets what it says."""
        return self.ask(_with_an_end, function, *arguments)

    def listen(self, asked: Future[Answer], on_note: Callable[..., None] | None) -> Answer:
        """Wait for a function that was asked with notes; `on_note` gets what it says, in a thread of its own."""
        listening = threading.Thread(target=_listen, args=(self._notes, on_note), daemon=True)
        listening.start()
        answer = asked.result()
        listening.join()
        return answer

    def close(self) -> None:
        """End the process, whatever it does: what it was asked for is no longer wanted.

        Idle, it ends by itself, for which nobody need wait; at work it is stopped. Who waits for it in another thread may close it too.
        """
        pool, self._pool = self._pool, None
        if pool is None:
            return
        last, pid = self._last, self._pid
        is_at_work = last is not None and not last.done()
        if is_at_work and pid is not None and pid.done() and not pid.exception():
            with suppress(OSError):
                os.kill(pid.result(), signal.SIGTERM)
        pool.shutdown(wait=is_at_work, cancel_futures=True)
        self._notes = self._pid = self._last = None


def say(*note: Any) -> None:
    """In the process: say how far it is."""
    if _notes is not None:
        _notes.send(note)


@contextmanager
def said_for_people(what: str) -> Iterator[None]:
    """What went wrong in a process as if it were said here, and a process that is no more in words; `what` it ran."""
    try:
        yield
    except RcwError as error:
        raise error from None
    except BrokenProcessPool:
        raise RcwError(
            f"The process that runs {what} ended before it was done (out of memory, most likely), so nothing was "
            "published. Free some memory and run the same command again."
        ) from None


def _listen(notes: Connection[Any, Any], on_note: Callable[..., None] | None) -> None:
    try:
        while (note := notes.recv()) is not None:
            if on_note:
                on_note(*note)
    except (EOFError, OSError):
        return  # the process is no more; whoever waits for its answer says so


def _with_an_end(function: Callable[..., Answer], *arguments: Any) -> Answer:
    try:
        return function(*arguments)
    finally:
        if _notes is not None:
            _notes.send(None)


def _set_up(notes: Connection[Any, Any], gives_way: bool, has_pandas: bool) -> None:
    global _notes
    _notes = notes
    settle()
    if not has_pandas:
        keep_pandas_out()
    atexit.register(os._exit, 0)  # its memory need not be taken apart
    if gives_way and hasattr(os, "nice"):  # not on Windows
        os.nice(10)
    signal.signal(signal.SIGINT, lambda *_: os._exit(_ENDED))
    threading.Thread(target=_end_with_the_load, daemon=True).start()


def _end_with_the_load() -> None:
    """A load that is killed outright cannot tell this process to stop."""
    load = parent_process()
    if load is not None:
        connection.wait([load.sentinel])
        os._exit(1)
