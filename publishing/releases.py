"""The releases that were published: those whose files stand, those that only left their record, and what each was made from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publishing.datapackage import read_datapackage, rows_of
from publishing.pointer import RELEASES, current_release
from publishing.record import ReleaseRecord, read_records
from publishing.release import take_away


@dataclass(frozen=True)
class ReleaseSummary:
    """One release. `made_from` holds its inputs as recorded; empty, with `is_readable` false, for a damaged one."""

    id: str
    folder: Path
    is_current: bool
    is_readable: bool
    has_files: bool = True
    first_month: str | None = None
    newest_month: str | None = None
    code_version: str | None = None
    code_fingerprint: str | None = None
    deliveries: int = 0
    published_at: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    made_from: dict[str, Any] = field(default_factory=dict)


def _summary(folder: Path, is_current: bool, record: ReleaseRecord | None) -> ReleaseSummary:
    document = read_datapackage(folder) if folder.is_dir() else None
    made_from: dict[str, Any] = dict(record.inputs) if record else {}
    if document and isinstance(document.get("x-release"), dict):
        made_from = document["x-release"]
    elif folder.is_dir() or not made_from:
        return ReleaseSummary(folder.name, folder, is_current, is_readable=False, has_files=folder.is_dir())
    deliveries = [entry for entry in made_from.get("deliveries", []) if isinstance(entry, dict)]
    months = [str(entry["reporting_month"])[:7] for entry in deliveries if entry.get("status") == "current"]
    resources = [entry for entry in (document or {}).get("resources", []) if isinstance(entry, dict)]
    rows = {entry["x-table"]: rows_of(entry) for entry in resources if "x-table" in entry}
    return ReleaseSummary(
        id=folder.name,
        folder=folder,
        is_current=is_current,
        is_readable=True,
        has_files=document is not None,
        first_month=min(months, default=None),
        newest_month=made_from.get("newest_month"),
        code_version=made_from.get("code_version"),
        code_fingerprint=made_from.get("code_fingerprint"),
        deliveries=len(deliveries),
        published_at=record.published_at if record else None,
        rows=rows or dict(record.rows if record else {}),
        bytes=sum(int(entry.get("bytes", 0)) for entry in resources),
        made_from=made_from,
    )


def list_releases(published: Path, records: Path | None = None) -> list[ReleaseSummary]:
    """Releases by id, so the newest month comes last; empty before the first."""
    shelf, known = published / RELEASES, read_records(records) if records else {}
    standing = {folder.name for folder in shelf.glob("*") if folder.is_dir() and not folder.name.startswith(".")}
    current = current_release(published)
    return [_summary(shelf / name, name == current, known.get(name)) for name in sorted(standing | known.keys())]


def named_release(published: Path, records: Path, name: str) -> str | None:
    """Id of the release that a person names: its id, `current`, or `previous` (the one that was current before)."""
    current = current_release(published)
    if name == "current":
        return current
    known = read_records(records)
    if name == "previous":
        return next((release for release in reversed(known) if release != current), None)
    if name in known:
        return name
    standing = [folder.name for folder in (published / RELEASES).glob("*") if not folder.name.startswith(".")]
    return name if name in standing else None


def releases_by_delivery(records: Path) -> dict[str, list[str]]:
    """The releases whose figures a delivery went into, by delivery id; releases in the order of their ids."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in sorted(read_records(records).values(), key=lambda record: record.id):
        for delivery in record.deliveries:
            if delivery["status"] == "current":
                found[delivery["delivery_id"]].append(record.id)
    return dict(found)


def remove_older(published: Path, records: Path, kept: int | None) -> list[str]:
    """Remove the files of all but the `kept` releases that were current last (None: keep all).

    The current release and all records stay; so do the files of a release without a record, which nothing could rebuild.

    Returns:
        The releases whose files were removed.
    """
    if kept is None:
        return []
    current = current_release(published)
    standing = [name for name in read_records(records) if (published / RELEASES / name).is_dir()]
    older = [name for name in standing if name != current][: max(len(standing) - kept, 0)]
    for name in older:
        take_away(published / RELEASES / name)
    return older
