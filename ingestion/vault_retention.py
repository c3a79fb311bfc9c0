"""How long the vault keeps names: a number of months, counted back from the newest month of staff, not from today.

So the files decide and not the clock. What was purged is remembered, since a later, longer retention cannot bring it back.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ingestion.delivery import THE_BEGINNING
from ingestion.ledger import Ledger
from ingestion.raw_store import identity_files
from ingestion.settings import Settings
from ingestion.vault_audit import note_use

EVERYTHING = "all"


def _mark(settings: Settings) -> Path:
    return settings.vault_folder / "purged_before"


def purged_before(settings: Settings) -> str:
    """The first month (YYYY-MM-DD) of which names were not purged, or `all`."""
    file = _mark(settings)
    return file.read_text(encoding="ascii").strip() if file.exists() else EVERYTHING


def names_from(settings: Settings) -> date:
    """The first month whose names were not purged."""
    gone = purged_before(settings)
    return THE_BEGINNING if gone == EVERYTHING else date.fromisoformat(gone)


def _months_before(month: date, n: int) -> date:
    number = month.year * 12 + month.month - 1 - n
    return date(number // 12, number % 12 + 1, 1)


def identities_from(settings: Settings, ledger: Ledger) -> str:
    """The first month whose names linking may use, or `all`. It follows from the setting, the files and earlier purges."""
    gone = purged_before(settings)
    months = [slot.reporting_month for slot in ledger.current() if slot.extract == "hr_assignments"]
    if settings.vault_retention_months is None or not months:
        return gone
    first = _months_before(max(months), settings.vault_retention_months - 1).isoformat()
    return first if gone == EVERYTHING else max(first, gone)


def purge_identities(settings: Settings, ledger: Ledger) -> int:
    """Delete the vault's files of months before those kept; how many went."""
    first = identities_from(settings, ledger)
    if first == EVERYTHING:
        return 0
    if first != purged_before(settings):  # said first: a kill in between leaves files that the next load deletes
        _mark(settings).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _mark(settings).with_suffix(".draft")
        draft.write_text(first + "\n", encoding="ascii")
        draft.replace(_mark(settings))
    old = [file for file in identity_files(settings) if _month_of(file) < first]
    for file in old:
        file.unlink()
    if old:
        note_use(settings, "rcw load", f"retention: identities of months before {first[:7]} deleted (files)", len(old))
    return len(old)


def _month_of(file: Path) -> str:
    return next(part.partition("=")[2] for part in file.parts if part.startswith("reporting_month="))
