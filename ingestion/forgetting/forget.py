"""Taking people out of what is stored: counted first, then written anew beside the old files, then put in place together."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import contracts
from ingestion.ledger import Ledger, RowsLeftOut
from ingestion.raw_store import ROWS, identity_files
from ingestion.researcher_link.decisions import decisions_file
from ingestion.researcher_link.review import review_file
from ingestion.rewriting import Rewriting
from ingestion.settings import Settings
from ingestion.stored_keys import LeftOut, key_columns, write_without_people
from ingestion.suppressed import Suppressed, as_text, read_suppressed, suppressed_file

Progress = Callable[[str, int, int], None]


@dataclass
class Forgotten:
    """What went, or would go: counts only. `rows` and `mentions` by delivery as they stand in raw storage."""

    rows: dict[str, int] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)
    identities: int = 0  # rows of the vault
    files: int = 0

    @property
    def deliveries(self) -> int:
        return len(self.rows.keys() | self.mentions.keys())


def forgotten_file(settings: Settings) -> Path:
    """The record that people were forgotten: when, how many rows, and a hash of the pseudonym; nobody's identity."""
    return settings.vault_folder / "forgotten.csv"


def forget(
    settings: Settings,
    keys: Collection[Suppressed],
    *,
    dry_run: bool = False,
    on_progress: Progress = lambda what, done, total: None,
) -> Forgotten:
    """Take the bearers of the keys out of every stored delivery, and keep them out of all loads to come, or do nothing at all.

    Call it under the run lock. Where anything was changed, the warehouse goes and is built anew by the next load.
    """
    result = Forgotten()
    known, wanted = set(read_suppressed(settings)), set(keys)
    rewriting = None if dry_run else Rewriting(settings, "people were forgotten")
    try:
        with duckdb.connect(config=_limits(settings)) as connection:
            files = _stored_files(settings, connection)
            for n, file in enumerate(files):
                on_progress("looking through what is stored", n, len(files))
                _take_out(settings, connection, file, {one.key for one in wanted}, rewriting, result)
        if rewriting is None:
            return result
        lists = [file for file in (decisions_file(settings), review_file(settings)) if file.exists()]
        for file in lists:
            content = file.read_bytes()
            rest = _without_lines_of(content, {one.key for one in wanted})
            if rest != content:
                rewriting.write(file, rest)
        if not rewriting.moves and wanted <= known:
            rewriting.abandon()
            return result
        rewriting.write(suppressed_file(settings), as_text(known | wanted).encode())
        rewriting.write(forgotten_file(settings), _recorded(forgotten_file(settings), wanted, result))
    except BaseException:
        if rewriting:
            rewriting.abandon()
        raise
    rewriting.commit(_for_the_ledger(settings, result))
    return result


def _limits(settings: Settings) -> dict[str, Any]:
    """Of the database that reads names: what does not fit into memory lies in the vault, not where the command was given."""
    spill = settings.work_folder.as_posix()
    return {"threads": settings.threads, "memory_limit": settings.memory_limit, "temp_directory": spill}


def _stored_files(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[Path]:
    raw = sorted(settings.raw_folder.rglob(ROWS)) if settings.raw_folder.exists() else []
    return [file for file in (*raw, *identity_files(settings)) if key_columns(connection, file)]


def _take_out(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    keys: set[str],
    rewriting: Rewriting | None,
    result: Forgotten,
) -> None:
    is_raw = file.is_relative_to(settings.raw_folder)
    contract = contracts().get(
        file.relative_to(settings.raw_folder if is_raw else settings.vault_folder / "identities").parts[0]
    )
    to = rewriting.next_aside if rewriting else None
    left_out = write_without_people(connection, contract, file, keys, to)
    if not left_out:
        return
    if rewriting:
        rewriting.aside(file)
    result.files += 1
    if is_raw:
        _count(result, file.parent.name.removeprefix("delivery="), left_out)
    else:
        result.identities += left_out.rows + left_out.mentions


def _count(result: Forgotten, delivery_id: str, left_out: LeftOut) -> None:
    if left_out.rows:
        result.rows[delivery_id] = left_out.rows
    if left_out.mentions:
        result.mentions[delivery_id] = left_out.mentions


def _for_the_ledger(settings: Settings, result: Forgotten) -> list[RowsLeftOut]:
    """Rows forgotten so far of each delivery, those of earlier requests included."""
    ledger = Ledger(settings)
    try:
        before, known = ledger.forgotten_rows(), ledger.deliveries()
    finally:
        ledger.close()
    return [RowsLeftOut(d, before.get(d, 0) + n) for d, n in result.rows.items() if d in known]


def _without_lines_of(content: bytes, keys: Collection[str]) -> bytes:
    """A list of the vault without the lines that bear one of the keys; whatever saved it last."""
    text = content.decode("latin-1")
    if not any(key in text for key in keys):
        return content
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    kept = io.StringIO(newline="")
    csv.writer(kept, delimiter=delimiter, lineterminator="\r\n" if first.endswith("\r") else "\n").writerows(
        line for line in lines if not set(line) & set(keys)
    )
    return kept.getvalue().encode("latin-1")


def _recorded(file: Path, wanted: Collection[Suppressed], result: Forgotten) -> bytes:
    """The record with one line more for each person; the counts are those of the request."""
    former = file.read_bytes() if file.exists() else b"forgotten_at,subject,deliveries,rows,mentions,identities\n"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    counts = f"{result.deliveries},{sum(result.rows.values())},{sum(result.mentions.values())},{result.identities}"
    lines = [f"{now},{subject},{counts}\n" for subject in sorted({one.subject for one in wanted})]
    return former + "".join(lines).encode()
