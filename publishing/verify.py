"""Checks a release folder against its own `datapackage.json`: every file, byte for byte, and every row count."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from publishing.datapackage import MANIFEST_FILE, read_datapackage, recorded_inputs, rows_of, sha256_of
from publishing.errors import PublishingError
from publishing.identity import ReleaseInputs, release_id
from publishing.sql import identifier, literal


def _identity_problems(folder: Path, document: Mapping[str, Any]) -> list[str]:
    recorded = document.get("x-release") or {}
    try:
        expected = release_id(ReleaseInputs.from_document(recorded_inputs(document)))
    except (KeyError, TypeError, AttributeError, PublishingError):
        return [f"{MANIFEST_FILE}: what the release was made from is incomplete"]
    found = [f"{MANIFEST_FILE}: its inputs give release {expected}, it says {recorded.get('id')}"]
    problems = [] if recorded.get("id") == expected else found
    name = folder.resolve().name
    if name not in (expected, f".incoming-{expected}"):
        problems.append(f"{MANIFEST_FILE}: its inputs give release {expected}, the folder is named {name}")
    return problems


def _file_problems(folder: Path, entry: Mapping[str, Any]) -> list[str]:
    name = str(entry.get("path"))
    if PurePosixPath(name).name != name or name in ("", ".", ".."):
        return [f"{MANIFEST_FILE}: {name!r} is no file of the folder"]
    file = folder / name
    if not file.is_file():
        return [f"{name}: missing"]
    size = file.stat().st_size
    if size != entry.get("bytes"):
        return [f"{name}: {size} bytes, {entry.get('bytes')} expected"]
    if f"sha256:{sha256_of(file)}" != entry.get("hash"):
        return [f"{name}: its content has changed (SHA-256 differs)"]
    return []


def _row_counts(file: Path, entry: Mapping[str, Any]) -> dict[str, int]:
    """Rows in a data file, by table. The CSV is read without the engine that wrote it."""
    if entry.get("format") == "csv":
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return {entry["x-table"]: sum(1 for _ in csv.reader(stream)) - 1}

    import duckdb

    def count(relation: str) -> int:
        row = connection.execute(f"select count(*) from {relation}").fetchone()
        return int(row[0]) if row else 0

    with duckdb.connect(":memory:") as connection:
        path = literal(file.as_posix())
        if "x-tables" not in entry:
            return {entry["x-table"]: count(f"read_parquet({path})")}
        connection.execute(f"attach {path} as release (read_only)")
        return {table: count(f"release.main.{identifier(table)}") for table in entry["x-tables"]}


def _row_problems(folder: Path, entry: Mapping[str, Any]) -> list[str]:
    import duckdb

    name = str(entry["path"])
    if "x-table" not in entry and "x-tables" not in entry:
        return []
    expected = entry.get("x-tables") or {entry.get("x-table"): rows_of(entry)}
    try:
        counts = _row_counts(folder / name, entry)
    except (duckdb.Error, csv.Error, OSError, ValueError, KeyError) as fault:
        return [f"{name}: cannot be read ({type(fault).__name__})"]
    return [f"{name}: {counts[t]} rows in {t}, {rows} expected" for t, rows in expected.items() if counts[t] != rows]


def verify_release(folder: Path, *, rows: bool = True) -> list[str]:
    """Problems of a release, one line each; none for a sound one.

    Args:
        folder: the release's folder.
        rows: also open the data files and count their rows.
    """
    document = read_datapackage(folder)
    if document is None:
        return [f"{MANIFEST_FILE}: missing or unreadable"]
    problems = _identity_problems(folder, document)
    entries = [entry for entry in document.get("resources", []) if isinstance(entry, dict)]
    if not entries:
        problems.append(f"{MANIFEST_FILE}: names no file")
    for entry in entries:
        found = _file_problems(folder, entry)
        problems += found or (_row_problems(folder, entry) if rows else [])
    known = {MANIFEST_FILE, *(str(entry.get("path")) for entry in entries)}
    problems += [f"{file.name}: not part of the release" for file in sorted(folder.iterdir()) if file.name not in known]
    return problems
