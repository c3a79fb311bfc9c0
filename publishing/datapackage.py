"""`datapackage.json`: what a release holds and what it was made from, in the Frictionless form.

Small pure functions over files already written. The product's own entries begin with `x-`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from publishing.column_law import meaning
from publishing.column_types import frictionless_type
from publishing.database_file import DATABASE_FILE
from publishing.identity import ReleaseInputs, release_id
from publishing.policy import RoundTo
from publishing.published_table import ROW_FLAG, PublishedColumn, PublishedTable
from publishing.relations import Relation, relations

MANIFEST_FILE = "datapackage.json"
PROVISIONAL_MONTHS = 2
_CSV_DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}
_MEDIATYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "duckdb": "application/vnd.duckdb",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
}


def sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def provisional_months(newest: str) -> list[str]:
    """The newest reporting months, oldest first: later deliveries may still change them."""
    year, month = (int(part) for part in newest.split("-"))
    numbers = [year * 12 + month - 1 - back for back in reversed(range(PROVISIONAL_MONTHS))]
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def _field(column: PublishedColumn, table: PublishedTable) -> dict[str, Any]:
    says = meaning(column)
    field: dict[str, Any] = {
        "name": column.name,
        "type": frictionless_type(column.type),
        "title": says.label,
        "description": column.description,
        "x-sql-type": column.type,
        "x-role": "flag" if column.name.endswith(ROW_FLAG) and column not in table.published else column.role,
    }
    if says.unit:
        field["x-unit"] = says.unit
    if says.number_format:
        field["x-number-format"] = says.number_format
    if says.numerator and says.denominator:
        field |= {"x-numerator": says.numerator, "x-denominator": says.denominator, "x-per": says.per}
    if column.type == "TIMESTAMP":
        field["format"] = "%Y-%m-%d %H:%M:%S"
    if column.type == "BOOLEAN":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.role == "key":
        field["constraints"] = {"required": True}
    return field


def _file_entry(file: Path, description: str) -> dict[str, Any]:
    kind = file.suffix.lstrip(".")
    return {
        "name": file.name.lower(),
        "path": file.name,
        "description": description,
        "format": kind,
        "mediatype": _MEDIATYPES.get(kind, "application/octet-stream"),
        "bytes": file.stat().st_size,
        "hash": f"sha256:{sha256_of(file)}",
    }


def _foreign_keys(table: PublishedTable, related: Sequence[Relation], kind: str) -> list[dict[str, Any]]:
    return [
        {
            "fields": list(relation.columns),
            "reference": {"resource": f"{relation.dimension}.{kind}", "fields": list(relation.to_columns)},
            "x-cardinality": relation.cardinality,
        }
        for relation in related
        if relation.table == table.name
    ]


def _schema(table: PublishedTable, related: Sequence[Relation], kind: str) -> dict[str, Any]:
    return {
        "fields": [_field(column, table) for column in table.released],
        "primaryKey": list(table.key),
        "foreignKeys": _foreign_keys(table, related, kind),
        "missingValues": [""],
    }


def _table_entries(folder: Path, table: PublishedTable, rows: int, related: Sequence[Relation]) -> list[dict[str, Any]]:
    shared = {
        "x-table": table.name,
        "x-subject": table.subject,
        "x-extracts": list(table.extracts),
        **({"x-date-table": table.key[0]} if table.is_date_table else {}),
    }
    csv = _file_entry(folder / f"{table.name}.csv", table.description)
    csv |= {"encoding": "utf-8", "x-byte-order-mark": True, "dialect": _CSV_DIALECT, "rows": rows}
    # A Parquet file types itself. The Frictionless library reads it by way of pandas, where a whole number next to a NULL is
    # none any more; as a file it checks the bytes alone, and so the rows have a name of our own.
    parquet = _file_entry(folder / f"{table.name}.parquet", table.description) | {"type": "file", "x-rows": rows}
    return [entry | {"schema": _schema(table, related, entry["format"])} | shared for entry in (csv, parquet)]


def rows_of(entry: Mapping[str, Any]) -> int:
    """Rows that the manifest gives for a file of one table."""
    return int(entry.get("rows", entry.get("x-rows", 0)))


def _caveats(inputs: ReleaseInputs) -> list[str]:
    staff, survey = inputs.policy.staff.hidden_up_to, inputs.policy.survey.hidden_up_to
    months = " and ".join(provisional_months(inputs.newest_month))
    return [
        f"Provisional: {months}. Later deliveries may change these months.",
        f"Hidden (NULL, the measure's own flag true): measures about 1-{staff} staff or 1-{survey} survey respondents.",
        "NULL with the flag false: not collected, or not defined for the row.",
        "Further figures are hidden in the same way, so that none that is hidden can be worked out from those shown.",
        *_rounding_caveats(inputs.policy.rounding),
        "In the CSV files a text that begins like a formula bears a leading apostrophe.",
    ]


def _rounding_caveats(rounding: RoundTo | None) -> list[str]:
    if rounding is None:
        return []
    base = rounding.base
    return [
        f"Rounded: counts of people and of what they do, FTE, days and hours are multiples of {base}, each rounded by itself, so parts "
        "need not add up to their total. Rates are computed from the rounded figures; of small groups they are rough.",
        f"A 0 may stand for up to {base // 2} of something, a mean of n answers is exact to {base} / 2n of a point. Quartiles of scores "
        "are not shown. Figures of studies, of money and of targets are not rounded.",
    ]


def datapackage(
    folder: Path,
    tables: Sequence[PublishedTable],
    rows: Mapping[str, int],
    inputs: ReleaseInputs,
    other: Mapping[Path, str],
) -> dict[str, Any]:
    """The manifest of the files in `folder`.

    Args:
        rows: rows written by table.
        other: further files of the release, such as the evidence page, each with what it is.
    """
    identity = release_id(inputs)
    related = relations(tables)
    resources = [entry for table in tables for entry in _table_entries(folder, table, rows[table.name], related)]
    database = _file_entry(folder / DATABASE_FILE, "Every table of the release, with comments, in one DuckDB file")
    resources.append({**database, "x-tables": {table.name: rows[table.name] for table in tables}})
    resources += [_file_entry(file, about) for file, about in other.items()]
    return {
        "profile": "data-package",
        "name": "research-culture-warehouse",
        "id": identity,
        "title": f"Research culture warehouse, release {identity}",
        "version": inputs.code_version,
        "x-release": {
            "id": identity,
            **inputs.document(),
            "provisional_months": provisional_months(inputs.newest_month),
            "caveats": _caveats(inputs),
        },
        "resources": resources,
    }


def write_datapackage(folder: Path, document: Mapping[str, Any]) -> Path:
    file = folder / MANIFEST_FILE
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


#: What stands in `x-release` beside the inputs.
_BESIDE_INPUTS = ("id", "provisional_months", "caveats")


def recorded_inputs(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a release's manifest says that it was made from, in the form of `ReleaseInputs.document`."""
    recorded = document.get("x-release") or {}
    return {name: value for name, value in recorded.items() if name not in _BESIDE_INPUTS}


def read_datapackage(folder: Path) -> dict[str, Any] | None:
    """The manifest of a release folder, or None where there is none that can be read."""
    try:
        document = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None
