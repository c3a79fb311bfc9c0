"""The releases that stand in the published folder, and what each was made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publishing.datapackage import read_datapackage
from publishing.pointer import RELEASES, current_release


@dataclass(frozen=True)
class ReleaseSummary:
    """One release. `made_from` holds its inputs as recorded; empty, with `is_readable` false, for a damaged one."""

    id: str
    folder: Path
    is_current: bool
    is_readable: bool
    newest_month: str | None = None
    code_version: str | None = None
    deliveries: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    made_from: dict[str, Any] = field(default_factory=dict)


def _summary(folder: Path, is_current: bool) -> ReleaseSummary:
    document = read_datapackage(folder)
    if document is None or not isinstance(document.get("x-release"), dict):
        return ReleaseSummary(folder.name, folder, is_current, is_readable=False)
    made_from: dict[str, Any] = document["x-release"]
    resources = [entry for entry in document.get("resources", []) if isinstance(entry, dict)]
    return ReleaseSummary(
        id=folder.name,
        folder=folder,
        is_current=is_current,
        is_readable=True,
        newest_month=made_from.get("newest_month"),
        code_version=made_from.get("code_version"),
        deliveries=len(made_from.get("deliveries", [])),
        rows={entry["x-table"]: entry.get("rows", 0) for entry in resources if "x-table" in entry},
        bytes=sum(int(entry.get("bytes", 0)) for entry in resources),
        made_from=made_from,
    )


def list_releases(published: Path) -> list[ReleaseSummary]:
    """Releases by id, so the newest month comes last; empty before the first."""
    releases = published / RELEASES
    if not releases.is_dir():
        return []
    current = current_release(published)
    folders = [folder for folder in releases.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    return [_summary(folder, folder.name == current) for folder in sorted(folders)]
