"""Who may read the vault and what else is about single people: their owner alone. Wider rights are taken back and told."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ingestion.errors import RcwError
from ingestion.settings import Settings

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private(settings: Settings) -> list[str]:
    """Take from others every right on the vault, and on folders in which people are pseudonymous.

    Returns:
        What was put right, for people to read; empty where nothing had to be.

    Raises:
        RcwError: something can be read by others, and this user may not change that.
    """
    if os.name != "posix":
        return []
    opened = [path for path in _private(settings) if stat.S_IMODE(path.lstat().st_mode) & _OTHERS]
    for path in opened:
        try:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)
        except PermissionError:
            raise RcwError(
                f"{path} can be read by others, and this user may not change that. Let its owner run: chmod go= '{path}'"
            ) from None
    if not opened:
        return []
    shown = ", ".join(path.relative_to(settings.home).as_posix() for path in opened[:3])
    more = f" and {len(opened) - 3} more" if len(opened) > 3 else ""
    return [
        f"{shown}{more} in {settings.home} could be read by others; that was put right. Find out who opened them, and who has read "
        "them since."
    ]


def _private(settings: Settings) -> Iterator[Path]:
    """The vault with all that is in it; of the rest the folder, which nobody else can then enter."""
    if settings.vault_folder.exists():
        yield settings.vault_folder
        for folder, folders, files in os.walk(settings.vault_folder):
            yield from (Path(folder, name) for name in (*folders, *files) if not Path(folder, name).is_symlink())
    for path in (settings.raw_folder, settings.warehouse_file.parent, settings.home / "dbt", settings.home / "dagster"):
        if path.is_dir() and not path.is_symlink():
            yield path
    if settings.ledger_file.exists():
        yield settings.ledger_file
