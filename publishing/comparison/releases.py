"""Two releases side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.comparison.causes import DeliveryChange, InputChange, changed_deliveries, changed_inputs
from publishing.comparison.tables import TableChange, compare_table
from publishing.datapackage import MANIFEST_FILE, read_datapackage, recorded_inputs, rows_of
from publishing.errors import PublishingError


@dataclass(frozen=True)
class Comparison:
    """What differs from release `before` to release `after`."""

    before: str
    after: str
    deliveries: list[DeliveryChange]
    inputs: list[InputChange]
    tables: list[TableChange]
    causes: dict[str, list[DeliveryChange]]  # by table: the deliveries from which its changes can follow

    @property
    def is_empty(self) -> bool:
        return not (self.deliveries or self.inputs or self.tables)


def _manifest(folder: Path) -> dict[str, Any]:
    document = read_datapackage(folder)
    if document is None:
        raise PublishingError(
            f"{MANIFEST_FILE} of release {folder.name} cannot be read",
            folder.name,
            f"make the release again (rcw rebuild {folder.name})",
        )
    return document


def _tables(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["x-table"]: entry for entry in document["resources"] if entry.get("format") == "parquet"}


def _can_follow(entry: Mapping[str, Any], deliveries: list[DeliveryChange]) -> list[DeliveryChange]:
    """Of the deliveries that changed, those that the table is made from; all of them where it tells of deliveries."""
    effective = [delivery for delivery in deliveries if delivery.changes_figures]
    extracts = entry.get("x-extracts", [])
    return [delivery for delivery in effective if delivery.extract in extracts] or effective or deliveries


def compare_releases(before: Path, after: Path, limit: int) -> Comparison:
    """Compare two release folders.

    Args:
        limit: longest list of rows and of cells of a table; counts are of all.

    Raises:
        PublishingError: a manifest or a data file cannot be read.
    """
    import duckdb

    old, new = _manifest(before), _manifest(after)
    olds, news = _tables(old), _tables(new)
    deliveries = changed_deliveries(recorded_inputs(old), recorded_inputs(new))
    tables = [TableChange(name, "added", rows_after=rows_of(news[name])) for name in sorted(news.keys() - olds.keys())]
    tables += [TableChange(n, "removed", rows_before=rows_of(olds[n])) for n in sorted(olds.keys() - news.keys())]
    try:
        with duckdb.connect(":memory:") as connection:
            for name in sorted(olds.keys() & news.keys()):
                change = compare_table(connection, (before, olds[name]), (after, news[name]), limit)
                tables += [change] if change else []
    except duckdb.Error as fault:
        raise PublishingError(
            f"the releases cannot be compared: {str(fault).splitlines()[0]}",
            f"{before.name}, {after.name}",
            "check both with rcw verify",
        ) from None
    causes = {change.table: _can_follow(news.get(change.table, {}), deliveries) for change in tables}
    inputs = changed_inputs(recorded_inputs(old), recorded_inputs(new))
    return Comparison(before.name, after.name, deliveries, inputs, tables, causes)
