"""One release as the explorer reads it: its manifest and its Parquet files, read only. Knows nothing of Streamlit.

The engine is told to open nothing outside the release's folder, and to fetch nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from publishing.datapackage import read_datapackage
from publishing.errors import PublishingError
from publishing.published_table import ROW_FLAG, flag
from publishing.sql import identifier, literal

Row = dict[str, Any]
SUPPRESSED, ABSENT = "suppressed", "–"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Table:
    """A table of the release, as its manifest describes it."""

    name: str
    description: str
    subject: str
    key: tuple[str, ...]
    fields: Mapping[str, Mapping[str, Any]]
    extracts: tuple[str, ...]

    @property
    def grain(self) -> str:
        """The first sentence of the description."""
        return " ".join(self.description.split("\n\n")[0].split()).removeprefix("*Grain*: ")

    @property
    def shown(self) -> list[str]:
        """Columns for people: without surrogate keys and flags, which stand in the cells as words."""
        return [name for name, about in self.fields.items() if about["x-role"] != "flag" and not name.endswith("_sk")]

    def title(self, column: str) -> str:
        return str(self.fields[column].get("title") or column)


@dataclass(frozen=True)
class Released:
    """A release folder.

    Attributes:
        document: its datapackage.json.
    """

    folder: Path
    document: Mapping[str, Any]

    @cached_property
    def tables(self) -> dict[str, Table]:
        return {
            entry["x-table"]: Table(
                entry["x-table"],
                str(entry["description"]),
                str(entry.get("x-subject", "")),
                tuple(entry["schema"]["primaryKey"]),
                {field["name"]: field for field in entry["schema"]["fields"]},
                tuple(entry.get("x-extracts", ())),
            )
            for entry in self.document["resources"]
            if entry.get("format") == "parquet" and "x-table" in entry
        }

    @property
    def id(self) -> str:
        return str(self.document["x-release"]["id"])

    @property
    def provisional(self) -> list[str]:
        """The months that later deliveries may still change, as YYYY-MM."""
        return list(self.document["x-release"]["provisional_months"])

    @property
    def caveats(self) -> list[str]:
        return list(self.document["x-release"]["caveats"])

    def has(self, *names: str) -> bool:
        return self.tables.keys() >= set(names)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Rows of a query over the release's tables, each under its name."""
        import duckdb

        with duckdb.connect(
            ":memory:", config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
        ) as connection:
            connection.execute(f"set allowed_directories = [{literal(self.folder.as_posix())}]")
            connection.execute("set enable_external_access = false")
            for name in self.tables:
                if re.search(rf"\b{name}\b", sql):
                    file = literal((self.folder / f"{name}.parquet").as_posix())
                    connection.execute(f"create view {identifier(name)} as select * from read_parquet({file})")
            result = connection.execute(sql, list(values))
            names = [about[0] for about in result.description or []]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def open_release(folder: Path) -> Released:
    """The release in a folder.

    Raises:
        PublishingError: the folder holds no release that can be read.
    """
    document = read_datapackage(folder)
    if document is None or "x-release" not in document:
        raise PublishingError(
            "there is no release to explore", folder.name, "name a release that `rcw releases` lists, or publish one"
        )
    return Released(folder.resolve(), document)


def form(value: Any, about: Mapping[str, Any]) -> str:
    """A value as written for people, in the number format of its column."""
    number_format = str(about.get("x-number-format", ""))
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        decimals = len(number_format.partition(".")[2])
        return f"{value:,.{decimals}f}" if number_format.startswith("#") or decimals else f"{value:g}"
    return f"{value:%Y-%m}" if number_format == "yyyy-mm" else str(value)


def cell(row: Row, column: str, table: Table) -> str:
    """A cell for people: "suppressed" where the figure is hidden, a dash where there is none."""
    if row.get(flag(column)):
        return SUPPRESSED
    return form(row.get(column), table.fields[column])


def as_csv(rows: Sequence[Row]) -> bytes:
    """Rows as a CSV that Excel opens: byte order mark, ISO dates, no text that it would run as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
        writer.writerows([_csv_cell(value) for value in row.values()] for row in rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def suppressed_note(rows: Sequence[Row]) -> str:
    """What stands in place of figures, where any do."""
    hidden = sum(1 for row in rows if row.get(ROW_FLAG))
    if not hidden:
        return ""
    return f"{hidden} of {len(rows)} rows hold a figure that is suppressed because few people stand behind it."
