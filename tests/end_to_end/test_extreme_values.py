"""Rows that the reading rules accept may hold anything that a type allows: such a month is built and published as any other."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import Column, contracts
from ingestion.load import open_workbench
from publishing.verify import verify_release
from synthetic import write_trust
from tests.ingestion.delivering import KEY, Taker, as_csv, settings_for
from tests.releases.one_process import Home

pytestmark = pytest.mark.slow

DATES = ["0001-01-01", "1752-09-14", "1899-12-31", "1999-12-31", "2099-12-31", "2262-04-12", "5000-06-30", "9998-12-31"]
MONTHS = ["0001-01", "1900-02", "2100-01", "2262-05", "9998-12"]
NUMBERS = ["0", "1e-99", "0.0000001", "1e15", "123456789012345678.9", "99999999999999999999", "1e99", "-5", "-1e99"]
COUNTS = ["0", "-1", "2147483648", "99999999999", "8999999999999999", "-8999999999999999"]
TEXTS = [
    "x" * 9999, "'", "\\", "=1+1", "<b>&amp;", "|", "||", "NHS|", "|||a|", ";;;", ",", "a\nb", "%", "_", "{{ x }}", "${a}", "None", "/",
    "0000/01", "9999/00", "-1", "\N{GRINNING FACE}" * 50, "\N{ROMAN NUMERAL TWELVE}", "\ufdfa", "心", "שלום",
]  # fmt: skip
ANSWERS = ["", "0", "6", "99", "-1", "9999999", "x", "1.5"]


def _extremes(column: Column) -> list[str]:
    """Values of the column's type; those of a closed set or of somebody's identity stay as they are."""
    match column.type:
        case "date":
            return DATES
        case "month":
            return MONTHS
        case "integer" | "decimal":
            ends = [repr(end) for end in (column.minimum, column.maximum) if end is not None]
            return ends or (NUMBERS if column.type == "decimal" else COUNTS)
        case "boolean":
            return []
        case _:
            return [] if column.values or column.pii else TEXTS


def _with_extremes(file: Path, extract: str, chance: random.Random) -> list[list[str]]:
    """The table of a file, half of its rows with one extreme value."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines)
    known = {column.label: column for column in contracts()[extract].columns}
    extremes = [_extremes(known[label]) if label in known else ANSWERS for label in header]
    places = [place for place, values in enumerate(extremes) if values]
    for row in chance.sample(rows, (len(rows) + 1) // 2) if places else []:
        place = chance.choice(places)
        row[place] = chance.choice(extremes[place])
    return [header, *rows]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home, chance = Home(tmp_path_factory.mktemp("extreme") / "home"), random.Random(1)
    write_trust(home.landing, staff=60, months=2, first_month="2025-09", seed=1)
    take, changed = _taker(tmp_path_factory.mktemp("tried")), 0
    for extract, contract in sorted(contracts().items()):
        for file in sorted((home.landing / extract).glob("*.csv")) if contract.has_header else ():
            before, (header, *rows) = file.read_bytes(), _with_extremes(file, extract, chance)
            tried = take.content(extract, as_csv([header, *rows]), file.name)
            lines, line = set(), 2  # where each row begins, since a cell may hold a line break
            rejected = {problem["_row_number"] for problem in tried.quarantine}
            kept = []
            for row in rows:
                lines.add(line)
                kept += [row] if line not in rejected else []
                line += 1 + sum(cell.count("\n") for cell in row)
            assert rejected <= lines
            file.write_text(as_csv([header, *kept]), encoding="utf-8", newline="")
            changed += file.read_bytes() != before
    assert changed > 20
    home.load()
    return home.release()


def _taker(home: Path) -> Taker:
    settings = settings_for(home)
    settings.work_folder.mkdir(parents=True)
    return Taker(settings, open_workbench(settings, KEY))


def test_release__of_extreme_values_is_whole(release: Path) -> None:
    assert verify_release(release) == []
    assert {"report.html", "report.pdf", "poster.pdf"} <= {file.name for file in release.iterdir()}


def test_figures__are_numbers_whatever_was_delivered(release: Path) -> None:
    looked_at = 0
    for file in sorted(release.glob("*.parquet")):
        table = duckdb.read_parquet(file.as_posix())
        for name, kind in zip(table.columns, table.dtypes, strict=True):
            if str(kind) == "DOUBLE":
                looked_at += 1
                odd = table.filter(f'isinf("{name}") or isnan("{name}")').count("*").fetchone()
                assert odd == (0,), (file.name, name)
    assert looked_at > 100
