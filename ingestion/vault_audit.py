"""Who looked into the vault for what: a line each time, in the vault itself. No names stand in it.

The file is only ever appended to. Tab-separated: when (UTC), account, command, purpose, rows.
"""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path

from ingestion.settings import Settings


def audit_file(settings: Settings) -> Path:
    return settings.vault_folder / "audit.log"


def note_use(settings: Settings, command: str, purpose: str, rows: int) -> None:
    """Add a line on a use of the vault.

    Args:
        rows: people or rows of identities that were read, written or removed.
    """
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        account = "unknown"
    settings.vault_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = "\t".join((datetime.now(UTC).isoformat(timespec="seconds"), account, command, purpose, str(rows)))
    handle = os.open(audit_file(settings), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as out:
        out.write(line + "\n")
