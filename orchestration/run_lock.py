"""One load at a time: the lock that a writer of a home holds from its first write to its last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ingestion.errors import RcwError
from ingestion.rewriting import finish_rewriting
from ingestion.settings import Settings


@contextmanager
def run_lock(settings: Settings) -> Iterator[None]:
    """Hold the lock, and first finish what a killed command has decided to rewrite. Within one process it may be taken again; the operating system frees it if the process dies.

    Raises:
        RcwError: another load is running, or the home cannot be written.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(settings.home / "rcw.lock", timeout=0, is_singleton=True)
        with lock:
            finish_rewriting(settings)
            yield
    except Timeout:
        raise RcwError(
            f"Another load is running in {settings.home}, so nothing was done. Wait until it ends and run the command again."
        ) from None
    except PermissionError as error:
        raise RcwError(
            f"{settings.home} cannot be written: no permission for {error.filename}. Allow this user to write there, or set "
            "RCW_HOME to a folder that can be written."
        ) from None
