"""Months that were read under an older version of a contract, beside months under the present one: the same warehouse in any order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from ingestion import contract
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from ingestion.raw_views import create_control_tables, create_raw_views
from tests.ingestion.delivering import KEY, as_csv, cells, settings_for

EXTRACT = "rd_recruitment"
#: A column that version 2 brings, and one of which it changes the type and which version 3 no longer has.
SCREENED = {"label": "Screened", "name": "screened", "description": "People asked", "type": "text", "required": "no"}
VERSIONS: dict[int, list[dict[str, Any]]] = {
    1: [{**SCREENED, "label": "Source", "name": "source"}],
    2: [SCREENED, {**SCREENED, "label": "Source", "name": "source"}],
    3: [{**SCREENED, "type": "integer"}],
}
#: The month that is read under each version.
MONTHS = {1: "2025-01", 2: "2025-02", 3: "2025-03"}


@pytest.fixture
def under(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Put a version of the contract in force."""
    folder = shutil.copytree(contract.CONTRACTS_FOLDER, tmp_path / "contracts")
    document = yaml.safe_load((folder / f"{EXTRACT}.yml").read_text(encoding="utf-8"))
    monkeypatch.setattr(contract, "CONTRACTS_FOLDER", folder)

    def put_in_force(version: int) -> None:
        changed = document | {"version": version, "columns": [*document["columns"], *VERSIONS[version]]}
        (folder / f"{EXTRACT}.yml").write_text(yaml.safe_dump(changed), encoding="utf-8")
        contract.contracts.cache_clear()

    yield put_in_force
    contract.contracts.cache_clear()


def load(home: Path, month: str) -> None:
    """Take the file of a month, with all columns that any version knows."""
    folder = home / "landing" / EXTRACT
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"Screened": text, "Source": "EDGE", "Recruited": month[-1]} for text in ("12", "7", "about 20")]
    table = cells(EXTRACT, [row for row in rows if MONTHS[3] != month or row["Screened"].isdigit()], sound=0)
    (folder / f"recruits_{month}.csv").write_text(as_csv(table), encoding="utf-8", newline="")
    settings = settings_for(home)
    ledger = Ledger(settings)
    try:
        assert [outcome.delivery.refusal for outcome in land(settings, ledger, KEY, look(settings)).outcomes] == [None]
    finally:
        ledger.close()


def warehouse(home: Path) -> tuple[list[tuple[Any, ...]], dict[str, list[tuple[Any, ...]]], list[tuple[Any, ...]]]:
    """The raw rows as the present contract types them, the control tables, and the types."""
    ledger = Ledger(settings_for(home))
    try:
        files, control = ledger.raw_files(), ledger.control_rows()
    finally:
        ledger.close()
    with duckdb.connect() as connection:
        create_raw_views(connection, files)
        create_control_tables(connection, control)
        rows = connection.execute(f"select * from raw.{EXTRACT} order by reporting_month, _row_number").fetchall()
        types = connection.execute(f"select column_name, column_type from (describe raw.{EXTRACT})").fetchall()
        return rows, control, types


@pytest.mark.parametrize("now", VERSIONS)
def test_months_under_several_versions__give_one_warehouse_in_any_order(
    tmp_path: Path, under: Callable[[int], None], now: int
) -> None:
    found = []
    for order in permutations(VERSIONS):
        home = tmp_path / "".join(map(str, order))
        for version in order:
            under(version)
            load(home, MONTHS[version])
        under(now)
        found.append(warehouse(home))
    assert all(one == found[0] for one in found)
    rows, control, types = found[0]
    assert len(rows) == 3 + 3 + 2
    assert sorted(row[7] for row in control["delivery"]) == [1, 2, 3]
    assert types == [(name, sql_type) for name, sql_type, _ in contract.contracts()[EXTRACT].raw_columns]


def test_column_of_another_version__is_null_where_it_was_not_read_and_cast_where_it_was(
    tmp_path: Path, under: Callable[[int], None]
) -> None:
    for version, month in MONTHS.items():
        under(version)
        load(tmp_path / "home", month)
    rows, _, types = warehouse(tmp_path / "home")
    place = [name for name, _ in types].index("screened")
    assert dict(types)["screened"] == "BIGINT"
    assert "source" not in dict(types)
    by_month = {month: [row[place] for row in rows if f"{row[1]:%Y-%m}" == month] for month in MONTHS.values()}
    assert by_month == {"2025-01": [None] * 3, "2025-02": [12, 7, None], "2025-03": [12, 7]}
