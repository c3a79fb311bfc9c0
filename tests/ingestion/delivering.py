"""Making one file of an extract and taking it: what every test of the reading rules does.

A file consists of sound rows, some of them changed. Cells are named by the label of their column, findings and raw values
by its canonical name.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from pydantic import SecretStr

from ingestion.contract import Column, Contract, contracts
from ingestion.deliver import take_file
from ingestion.delivery import Delivery
from ingestion.landing import LandingFile
from ingestion.raw_store import QUARANTINE, ROWS, raw_folder, vault_file
from ingestion.settings import Settings
from ingestion.table import Finding

KEY = b"a key for tests only, 32 bytes.."
MONTH = date(2025, 3, 1)
MONTH_END = date(2025, 3, 31)
QUESTIONS = ("q2a", "q2b", "q12a")

_BY_TYPE = {
    "text": "Some text",
    "code": "0AB",
    "integer": "3",
    "decimal": "1",
    "date": "2025-03-15",
    "month": "2025-03",
    "boolean": "Yes",
}
_BY_NAME = {
    "date_of_birth": "1980-06-30",
    "work_email": "",
    "email": "",
    "orcid": "",
    "orcids": "",
    "occupation_code": "N6A",
    "survey_year": "2024",
    "quarter": "Q4",
    "occupational_group": "08",
    "fte_days_available": "100",
    "iras_number": "123456",
    "nct_number": "NCT01234567",
    "isrctn_number": "ISRCTN54540667",
    "org_code": "R",
    "period": "2024/25 Q4",
    "plan_year": "2024/25",
}


def _sound_value(column: Column, row: int) -> str:
    if column.name == "title":
        return f"Title {row}"
    if column.name in _BY_NAME:
        return _BY_NAME[column.name]
    if column.type == "category":
        return (*column.values, *column.known_values)[0]
    return str(20_400_000 + row) if column.type == "identifier" else _BY_TYPE[column.type]


def sound_row(extract: str, row: int = 0) -> dict[str, str]:
    """A row that every rule accepts, by label. Rows of different numbers have different keys."""
    contract = contracts()[extract]
    found = {column.label: _sound_value(column, row) for column in contract.columns}
    key = [contract.column(name) for name in contract.key]
    if not any(column.type == "identifier" for column in key):
        found[[column for column in key if column.type != "category"][-1].label] += f"{row:04}"
    return found | (dict.fromkeys(contract.family.example_headers, "1") if contract.family else {})


def cells(extract: str, changes: Sequence[Mapping[str, str]] = (), sound: int = 40) -> list[list[str]]:
    """Header and rows: the changed rows first, then `sound` ones. A label that the contract lacks makes a column."""
    rows = [sound_row(extract, i) | dict(changed) for i, changed in enumerate(changes)]
    rows += [sound_row(extract, i) for i in range(len(changes), len(changes) + sound)]
    labels = list(dict.fromkeys([*sound_row(extract), *(label for row in rows for label in row)]))
    return [labels, *([row.get(label, "") for label in labels] for row in rows)]


def as_csv(table: Sequence[Sequence[str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(table)
    return text.getvalue()


def as_workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def settings_for(home: Path, **changes: Any) -> Settings:
    given = {
        "home": home,
        "trust_code": "RVN",
        "pseudonym_key": SecretStr(KEY.decode()),
        "memory_limit": "1GB",
        **changes,
    }
    return Settings(**given, _env_file=None)


@dataclass(frozen=True)
class Taken:
    """What became of a file."""

    delivery: Delivery
    findings: list[Finding]
    rows: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    identities: list[dict[str, Any]]

    @property
    def row(self) -> dict[str, Any]:
        return self.rows[0]

    @property
    def reasons(self) -> list[tuple[str | None, str]]:
        """(column, reason code) of every problem, in order of line."""
        return [(problem["column_name"], problem["reason_code"]) for problem in self.quarantine]

    @property
    def refusal(self) -> str:
        assert self.delivery.refusal is not None, "the delivery was accepted"
        return self.delivery.refusal

    def found(self, check: str, column: str | None = None) -> int:
        """How often a check found something (in a column); 0 where it found nothing."""
        return sum(f.n for f in self.findings if f.check == check and column in (None, f.column))


@dataclass(frozen=True)
class Taker:
    """Takes files into one home with one workbench, as a load does."""

    settings: Settings
    workbench: duckdb.DuckDBPyConnection

    def content(self, extract: str, content: bytes | str, name: str = "file_2025-03.csv") -> Taken:
        """Take a file of these bytes (text as UTF-8)."""
        data = content.encode() if isinstance(content, str) else content
        path = self.settings.landing_folder / extract / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        file = LandingFile(self.settings.trust_code, extract, MONTH, 1, path)
        self.workbench.execute("set variable month_end = ?::date", [MONTH_END])
        outcome = take_file(self.workbench, self.settings, file, hashlib.sha256(data).hexdigest())
        delivery = outcome.delivery
        assert delivery.rows_delivered == delivery.rows_accepted + delivery.rows_rejected
        folder = raw_folder(self.settings, delivery.key)
        taken = Taken(
            delivery,
            outcome.findings,
            _parquet(folder / ROWS) if delivery.is_accepted else [],
            _parquet(folder / QUARANTINE, "_row_number, problem_number"),
            _parquet(vault_file(self.settings, delivery.key)) if delivery.is_accepted else [],
        )
        if delivery.is_accepted:
            assert len({row["_row_number"] for row in taken.rows}) == delivery.rows_accepted
            assert len({row["_row_number"] for row in taken.quarantine}) == delivery.rows_rejected
        return taken

    def __call__(self, extract: str, *changes: Mapping[str, str], sound: int = 40, delimiter: str = ",") -> Taken:
        """Take a file of the changed rows and then `sound` ones."""
        return self.content(extract, as_csv(cells(extract, changes, sound), delimiter))


def _parquet(file: Path, order: str = "_row_number") -> list[dict[str, Any]]:
    if not file.exists():
        return []
    result = duckdb.execute(
        f"select * from read_parquet(?, hive_partitioning = false) order by {order}", [file.as_posix()]
    )
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def table_without(extract: str, *labels: str) -> list[list[str]]:
    """Header and sound rows without some columns."""
    table = cells(extract)
    kept = [i for i, label in enumerate(table[0]) if label not in labels]
    return [[row[i] for i in kept] for row in table]


def renamed(extract: str, names: Mapping[str, str]) -> list[list[str]]:
    """Header and sound rows, some headers renamed."""
    header, *rows = cells(extract)
    return [[names.get(label, label) for label in header], *rows]


def contract_with(extract: str, column: str, **changes: Any) -> Contract:
    """A contract of which one column is changed, for rules that no contract of today uses."""
    contract = contracts()[extract]
    columns = tuple(c.model_copy(update=changes) if c.name == column else c for c in contract.columns)
    return contract.model_copy(update={"columns": columns})
