"""What people have decided about links: an append-only file in the vault, and what of it stands.

A line once written stays. A later decision about a person wins over an earlier one; what was decided by whom and when can
always be read again.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal

from ingestion.errors import RcwError
from ingestion.settings import Settings

Word = Literal["same", "different", "outside"]
WORDS: tuple[Word, ...] = ("same", "different", "outside")


@dataclass(frozen=True)
class Decision:
    """One line of the file. `decided_at` is UTC, ISO 8601; `staff_key` is empty for `outside`."""

    decided_at: str
    decided_by: str
    trust_code: str
    researcher_key: str
    decision: str
    staff_key: str
    reason: str


@dataclass(frozen=True, order=True)
class Standing:
    """What stands after all decisions: a person is `same` as a member of staff or `outside`, or `different` from one."""

    trust_code: str
    researcher_key: str
    decision: str
    staff_key: str | None


def decisions_file(settings: Settings) -> Path:
    return settings.vault_folder / "link_decisions.csv"


_HEADER = [field.name for field in fields(Decision)]


def read_decisions(file: Path) -> list[Decision]:
    """All decisions in the order in which they were made; none where there is no file.

    Raises:
        RcwError: the file is not as it was written.
    """
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = list(csv.reader(lines)) or [[]]
    for number, row in enumerate(rows, start=2):
        if header != _HEADER or len(row) != len(_HEADER) or row[_HEADER.index("decision")] not in WORDS:
            raise RcwError(
                f"Line {number} of {file} is not as rcw links --decide wrote it, so no link can be trusted. Put back a copy of "
                "the file; it is only ever appended to."
            )
    return [Decision(*row) for row in rows]


def append_decisions(file: Path, decisions: Sequence[Decision]) -> None:
    """Add lines at the end, on disk before it returns. The file is its owner's alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not file.exists()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        if is_new:
            writer.writerow(_HEADER)
        writer.writerows(astuple(decision) for decision in decisions)
        out.flush()
        os.fsync(out.fileno())


def standing(decisions: Iterable[Decision]) -> list[Standing]:
    """What stands, sorted. `same` takes back `different` of the pair; `different` takes back `same` of the pair."""
    settled: dict[tuple[str, str], tuple[str, str | None]] = {}
    apart: set[tuple[str, str, str]] = set()
    for one in decisions:
        person, pair = (one.trust_code, one.researcher_key), (one.trust_code, one.researcher_key, one.staff_key)
        if one.decision == "different":
            apart.add(pair)
            if settled.get(person) == ("same", one.staff_key):
                del settled[person]
        else:
            apart.discard(pair)
            settled[person] = (one.decision, one.staff_key or None)
    found = [Standing(*person, decision, staff) for person, (decision, staff) in settled.items()]
    found += [Standing(trust, researcher, "different", staff) for trust, researcher, staff in apart]
    return sorted(found, key=lambda one: (one.trust_code, one.researcher_key, one.decision, one.staff_key or ""))


def standing_in(settings: Settings) -> list[Standing]:
    return standing(read_decisions(decisions_file(settings)))


def fingerprint(decisions: Sequence[Standing]) -> str:
    """What a release records of the decisions it follows: 16 hex characters, `none` where there are none.

    It follows from what stands alone: who decided and when changes no figure.
    """
    if not decisions:
        return "none"
    lines = ("|".join((d.trust_code, d.researcher_key, d.decision, d.staff_key or "")) for d in decisions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
