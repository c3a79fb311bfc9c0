"""What a release leaves behind outside `published/`: all that is needed to rebuild it once its files are gone, and the hashes
that tell whether the rebuilt one is the same. One private file a release; it names deliveries, never people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from publishing.datapackage import MANIFEST_FILE, read_datapackage, recorded_inputs, rows_of, sha256_of
from publishing.pointer import write_atomically


@dataclass(frozen=True)
class ReleaseRecord:
    """A release that was published.

    Attributes:
        inputs: what its id follows from (`ReleaseInputs.document`).
        findings: what was found in its deliveries, in the columns of the control table `delivery_finding`.
        delivered: rows of each delivery by its id: delivered, accepted, rejected.
        files: SHA-256 by file name, the manifest included.
        rows: rows by table.
        commit: commit of the code, where it was made in a clone; a hint, since the clone may have been changed.
        published_at: when it last became current, UTC; never before the one that was current before, though the clock go back. What
            follows from the clock stands here and never in a release.
    """

    id: str
    inputs: Mapping[str, Any]
    findings: Sequence[Sequence[Any]]
    files: Mapping[str, str]
    rows: Mapping[str, int] = field(default_factory=dict)
    delivered: Mapping[str, Sequence[int]] = field(default_factory=dict)
    commit: str | None = None
    published_at: str = ""

    @property
    def deliveries(self) -> list[dict[str, Any]]:
        return list(self.inputs["deliveries"])


def _file(records: Path, release: str) -> Path:
    return records / f"{release}.json"


def hashes_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a release, by name."""
    return {file.name: sha256_of(file) for file in sorted(folder.iterdir())}


def keep_record(
    records: Path,
    folder: Path,
    findings: Sequence[Sequence[Any]],
    delivered: Mapping[str, Sequence[int]],
    commit: str | None,
) -> None:
    """Record the release in `folder` as becoming current now. The hashes are those of its manifest, and the manifest's own."""
    document = read_datapackage(folder) or {}
    entries = document.get("resources", [])
    files = {str(entry["path"]): str(entry["hash"]).removeprefix("sha256:") for entry in entries}
    record = ReleaseRecord(
        id=folder.name,
        inputs=recorded_inputs(document),
        findings=[list(finding) for finding in findings],
        files=dict(sorted({**files, MANIFEST_FILE: sha256_of(folder / MANIFEST_FILE)}.items())),
        rows={entry["x-table"]: rows_of(entry) for entry in entries if "x-table" in entry},
        delivered=dict(sorted(delivered.items())),
        commit=commit,
        published_at=_now_or_later(records),
    )
    records.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(_file(records, record.id), json.dumps(asdict(record), separators=(",", ":")) + "\n", 0o600)


def _now_or_later(records: Path) -> str:
    """The time, or where the clock has gone back a moment after the newest record: what was current last is told by these times."""
    now, known = datetime.now(UTC), read_records(records)
    newest = max((record.published_at for record in known.values()), default="")
    later = datetime.fromisoformat(newest) + timedelta(microseconds=1) if newest else now
    return max(now, later).isoformat()


def read_record(records: Path, release: str) -> ReleaseRecord | None:
    """The record of a release; None where there is none that can be read."""
    try:
        return ReleaseRecord(**json.loads(_file(records, release).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def read_records(records: Path) -> dict[str, ReleaseRecord]:
    """Every record by release id, in the order in which they last became current."""
    found = [record for file in sorted(records.glob("*.json")) if (record := read_record(records, file.stem))]
    return {record.id: record for record in sorted(found, key=lambda record: (record.published_at, record.id))}
