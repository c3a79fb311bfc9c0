"""One load at a time: the lock that a writer of a home holds from its first write to its last."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ingestion.errors import RcwError
from ingestion.rewriting import finish_rewriting
from ingestion.settings import Settings
from ingestion.vault_rights import keep_private


class AnotherLoad(RcwError):
    """Somebody else holds the lock; nothing is wrong."""


@contextmanager
def run_lock(settings: Settings) -> Iterator[None]:
    """Hold the lock; first finish what a killed command has decided to rewrite, and take back rights that others have.

    Within one process it may be taken again; the operating system frees it if the process dies.

    Raises:
        AnotherLoad: another load is running.
        RcwError: the home cannot be written.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(settings.home / "rcw.lock", timeout=0, is_singleton=True)
        with lock:
            finish_rewriting(settings)
            for notice in keep_private(settings):
                print(notice, file=sys.stderr)
            yield
    except Timeout:
        raise AnotherLoad(
            f"Another load is running in {settings.home}, so nothing was done. Wait until it ends and run the command again."
        ) from None
    except PermissionError as error:
        raise RcwError(
            f"{settings.home} cannot be written: no permission for {error.filename}. Allow this user to write there, or set "
            "RCW_HOME to a folder that can be written."
        ) from None
