"""The people who are to be forgotten: their pseudonyms, in the vault, so that no later load brings them back.

A pseudonym stands for nobody without the key. The list is what a load compares rows with; when and how people were
forgotten is the record beside it (`forget`).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Literal

import duckdb

from ingestion.contract import Contract
from ingestion.errors import RcwError
from ingestion.raw_store import ROWS
from ingestion.settings import Settings
from ingestion.stored_keys import write_without_people


@dataclass(frozen=True, order=True)
class Suppressed:
    """One pseudonym: of a member of staff, or of an R&D person as some file names them.

    `subject` holds together what is one person's: an opaque mark that stays when the key is replaced.
    """

    trust_code: str
    kind: Literal["staff", "researcher"]
    key: str
    subject: str = field(default="", compare=False)


_HEADER = [one.name for one in fields(Suppressed)]


def suppressed_file(settings: Settings) -> Path:
    return settings.vault_folder / "suppressed.csv"


def read_suppressed(settings: Settings) -> list[Suppressed]:
    """The list, sorted; empty where nobody was ever forgotten.

    Raises:
        RcwError: the file is not as it was written.
    """
    file = suppressed_file(settings)
    if not file.exists():
        return []
    header, *rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines())) or [[]]
    if header != _HEADER or any(len(row) != len(_HEADER) for row in rows):
        raise RcwError(
            f"{file} is not as rcw forget wrote it, so nothing was loaded: people who are to be forgotten could come back. Put back "
            "a copy of the file."
        )
    return sorted(
        Suppressed(trust, "staff" if kind == "staff" else "researcher", key, subject)
        for trust, kind, key, subject in rows
    )


def as_text(suppressed: Collection[Suppressed]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows(astuple(one) for one in sorted(suppressed))
    return text.getvalue()


def suppression_fingerprint(settings: Settings) -> str:
    """What a release records of the people left out of it: 16 hex characters, `none` where there are none."""
    suppressed = read_suppressed(settings)
    return hashlib.sha256(as_text(suppressed).encode()).hexdigest()[:16] if suppressed else "none"


def leave_out(
    connection: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, made: Path, identities: Path
) -> int:
    """Take the people of the list out of a delivery that is being made; how many of its rows went.

    Args:
        made: folder with the delivery's rows.
        identities: what the vault is to keep of it; need not exist.
    """
    keys = {one.key for one in read_suppressed(settings)}
    rows = 0
    for file in (made / ROWS, identities) if keys else ():
        if file.exists():
            rest = file.with_suffix(".rest")
            left_out = write_without_people(connection, contract, file, keys, rest)
            if left_out:
                rest.replace(file)
            if file.name == ROWS:
                rows = left_out.rows
    return rows
