"""Who looked into the vault for what: a line each time, in the vault itself. No names stand in it."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime

from ingestion.settings import Settings


def note_use(settings: Settings, command: str, purpose: str) -> None:
    """Add a line to `vault/audit.log`: when (UTC), which account, which command, what for."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        account = "unknown"
    settings.vault_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = "\t".join((datetime.now(UTC).isoformat(timespec="seconds"), account, command, purpose))
    handle = os.open(settings.vault_folder / "audit.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as out:
        out.write(line + "\n")
