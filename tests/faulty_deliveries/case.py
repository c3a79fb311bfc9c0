"""One faulty delivery: the file, and what must become of it by the reading rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.ingestion.delivering import as_csv, cells

ACCEPTED, REFUSED = True, False


@dataclass(frozen=True)
class Case:
    """A file of one extract and its fate.

    `rows` are delivered, accepted and rejected; `reasons` the (column, reason) of each rejected row's first problem, in order of
    line; `found` findings as check -> column; `says` texts that the report on the delivery must hold.
    """

    name: str
    extract: str
    content: bytes
    is_accepted: bool = ACCEPTED
    rows: tuple[int, int, int] = (40, 40, 0)
    reasons: tuple[tuple[str | None, str], ...] = ()
    found: Mapping[str, str | None] | None = None
    says: tuple[str, ...] = ()
    file_name: str = "{extract}_{month}.csv"


def text(table: Sequence[Sequence[str]], delimiter: str = ",", line_end: str = "\r\n") -> bytes:
    return as_csv(table, delimiter, line_end).encode()


def accepted(name: str, extract: str, content: bytes, **more: object) -> Case:
    """A file that is read in full, whatever is odd about it."""
    return Case(name, extract, content, **more)  # type: ignore[arg-type]


def refused(name: str, extract: str, content: bytes, *says: str, **more: object) -> Case:
    """A file that is rejected as a whole before its rows could be counted."""
    more = {"rows": (0, 0, 0), **more}
    return Case(name, extract, content, REFUSED, says=says, **more)  # type: ignore[arg-type]


def bad_row(name: str, extract: str, changed: Mapping[str, str], column: str, reason: str, *says: str) -> Case:
    """A file of 40 rows of which the first (line 2) is rejected for one column."""
    return Case(
        name, extract, text(cells(extract, [changed], 39)), rows=(40, 39, 1), reasons=((column, reason),),
        says=("line 2, ", reason, "expected", *says),
    )  # fmt: skip
