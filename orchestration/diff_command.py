"""`rcw diff A B`: what changed between two releases, and what caused it, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingestion.errors import RcwError
from ingestion.settings import load_settings
from orchestration.answers import DONE, as_json_text
from orchestration.loading import out
from orchestration.release_commands import find_release
from publishing.comparison.causes import DeliveryChange, InputChange
from publishing.comparison.releases import Comparison, compare_releases
from publishing.comparison.tables import CellChange, TableChange

_LONGEST_VALUE = 120


def diff_command(before: str, after: str, limit: int, *, as_json: bool) -> int:
    """Compare two releases by what readers saw."""
    settings = load_settings()
    folders = [_folder(*find_release(settings, name)) for name in (before, after)]
    found = compare_releases(folders[0], folders[1], limit)
    if as_json:
        out.print_json(as_json_text(_document(found)))
        return DONE
    for line in _lines(found, limit):
        out.print(line, markup=False)
    return DONE


def _folder(release: str, folder: Path) -> Path:
    if not folder.is_dir():
        raise RcwError(f"The files of release {release} are gone. Make them again with rcw rebuild {release}.")
    return folder


def _document(found: Comparison) -> dict[str, Any]:
    return {
        "before": found.before,
        "after": found.after,
        "deliveries": [asdict(change) | {"changes_figures": change.changes_figures} for change in found.deliveries],
        "inputs": [asdict(change) for change in found.inputs],
        "tables": [
            asdict(table) | {"follows_from": [_delivery(change) for change in found.causes[table.table]]}
            for table in found.tables
        ],
    }


def _delivery(change: DeliveryChange) -> dict[str, Any]:
    return {"trust_code": change.trust_code, "extract": change.extract, "month": change.month, "change": change.change}


def _lines(found: Comparison, limit: int) -> Iterator[str]:
    yield f"From release {found.before} to {found.after}"
    if found.is_empty:
        yield "They are the same."
        return
    yield "Deliveries:" if found.deliveries else "Deliveries: the same"
    yield from (f"  {_delivery_line(change)}" for change in found.deliveries)
    yield "Code, contracts, settings, key:" if found.inputs else "Code, contracts, settings, key: the same"
    yield from (f"  {_input_line(change)}" for change in found.inputs)
    yield "Tables:" if found.tables else "Tables: the same, row by row"
    for table in found.tables:
        yield f"  {_table_line(table)}"
        follows = sorted({f"{cause.extract} {cause.month}" for cause in found.causes[table.table]})
        if follows:
            yield f"    from {', '.join(follows[:10])}{' and others' if len(follows) > 10 else ''}"
        yield from (f"    + {_key(key)}" for key in table.added)
        yield from (f"    - {_key(key)}" for key in table.removed)
        yield from (f"    {_cell_line(cell)}" for cell in table.cells)
        if max(table.rows_added, table.rows_removed, table.cells_changed) > limit:
            yield f"    (at most {limit} of each are listed; --limit shows more)"


def _delivery_line(change: DeliveryChange) -> str:
    names = [
        f"{delivery['file_name']} ({delivery['delivery_id']})" if delivery else None
        for delivery in (change.before, change.after)
    ]
    files = " -> ".join(dict.fromkeys(name for name in names if name))
    return f"{change.change:9} {change.extract} {change.month}: {files}"


def _input_line(change: InputChange) -> str:
    return f"{change.name}: {_shortened(change.before)} -> {_shortened(change.after)}"


def _shortened(value: object) -> str:
    text = "none" if value in (None, "", []) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def _table_line(table: TableChange) -> str:
    if table.kind == "added":
        return f"{table.table}: new, {table.rows_after:,} rows"
    if table.kind == "removed":
        return f"{table.table}: no longer published, {table.rows_before:,} rows"
    parts = [
        f"{word} {', '.join(columns)}"
        for word, columns in (
            ("new columns", table.columns_added),
            ("without columns", table.columns_removed),
            ("other type of", table.columns_retyped),
        )
        if columns
    ]
    if table.is_key_changed:
        return (
            f"{table.table}: {'; '.join([*parts, f'another key, {table.rows_before:,} -> {table.rows_after:,} rows'])}"
        )
    by_column = ", ".join(f"{column} {count:,}" for column, count in table.cells_by_column.items())
    parts.append(f"{table.rows_added:,} rows added, {table.rows_removed:,} removed, {table.rows_changed:,} changed")
    cells = f" ({table.cells_changed:,} cells: {by_column})" if table.cells_changed else ""
    return f"{table.table}: {'; '.join(parts)}{cells}"


def _key(key: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in key.items())


def _cell_line(cell: CellChange) -> str:
    before, after = _shown(cell.before, cell.was_hidden), _shown(cell.after, cell.is_hidden)
    return f"{_key(cell.key)}  {cell.column}: {before} -> {after}"


def _shown(value: str | None, is_hidden: bool) -> str:
    return "hidden" if is_hidden else "NULL" if value is None else _shortened(value)
