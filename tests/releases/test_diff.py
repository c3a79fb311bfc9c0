"""What changed between two releases, and the deliveries, code and settings that caused it."""

from __future__ import annotations

import copy
import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing.comparison.causes import changed_deliveries, changed_inputs
from publishing.comparison.releases import compare_releases
from publishing.comparison.tables import TableChange
from publishing.release import publish
from tests.publishing_support import (
    DIMENSION,
    SURVEY,
    WORKFORCE,
    column,
    create_mart,
    release_inputs,
    workforce_row,
    write_manifest,
)
from tests.releases.conftest import MONTH, TwoReleases, answer

pytestmark = pytest.mark.slow  # needs a loaded home of its own; with the others `make test` would pass its time


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_diff__after_a_corrected_file_names_that_delivery_and_nothing_else(two: TwoReleases) -> None:
    found: Any = answer(two.rcw, "diff", two.first, two.second)
    [delivery] = found["deliveries"]
    assert (delivery["change"], delivery["extract"], delivery["month"]) == ("replaced", "hr_absence", MONTH)
    assert delivery["before"]["file_name"] == f"hr_absence_{MONTH}.csv"
    assert delivery["after"]["file_name"] == two.corrected.name
    assert found["inputs"] == []
    follows = {(cause["extract"], cause["month"]) for table in found["tables"] for cause in table["follows_from"]}
    assert follows == {("hr_absence", MONTH)}
    assert {table["kind"] for table in found["tables"]} == {"changed"}


def test_diff__lists_exactly_the_cells_that_readers_see_changed(two: TwoReleases) -> None:
    found: Any = answer(two.rcw, "diff", "previous", "current", "--limit", "100000")
    changed = {table["table"]: table for table in found["tables"]}
    for old in sorted(two.kept.glob("*.csv")):
        before, after = _rows(old), _rows(two.folder(two.second) / old.name)
        if before == after:
            assert old.stem not in changed
            continue
        table = changed[old.stem]
        if table["rows_added"] or table["rows_removed"]:
            continue  # rows do not stand side by side; the mart about deliveries is such a one
        differing = {
            (number, name)
            for number, (was, becomes) in enumerate(zip(before, after, strict=True))
            for name in was
            if was[name] != becomes[name] and not name.endswith("is_suppressed")
        }
        assert table["rows_changed"] == len({number for number, _ in differing})
        assert table["cells_changed"] == len(differing) == len(table["cells"])
        assert table["cells_by_column"].keys() == {name for _, name in differing}
    trust = [cell for cell in changed["mart_workforce_month"]["cells"] if cell["key"]["group_type"] == "trust"]
    assert {(cell["column"], cell["key"]["reporting_month"]) for cell in trust} >= {("fte_days_lost", f"{MONTH}-01")}


def test_diff__for_people_says_the_same_in_words(two: TwoReleases) -> None:
    text = two.rcw("diff", "previous", "current").stdout
    assert f"replaced  hr_absence {MONTH}: hr_absence_{MONTH}.csv" in text
    assert "Code, contracts, settings, key: the same" in text
    assert "mart_workforce_month: 0 rows added, 0 removed" in text
    assert two.rcw("diff", "current", "current").stdout.endswith("They are the same.\n")


def test_diff__of_a_release_without_files_says_how_to_get_them(two: TwoReleases, tmp_path: Path) -> None:
    rcw = two.rcw.copy(tmp_path / "home")
    (rcw.home / "published" / "releases" / two.first).rename(tmp_path / "away")
    found = rcw("diff", two.first, "current")
    assert (found.returncode, f"rcw rebuild {two.first}" in found.stderr) == (2, True)


# --- small releases made for the purpose -------------------------------------------------------------------------------------


def _publish(folder: Path, *marts: tuple[dict[str, Any], list[dict[str, Any]]]) -> Path:
    """A release of these models with these rows."""
    folder.mkdir()
    warehouse = folder / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        for node, rows in marts:
            create_mart(connection, node, rows)
    manifest = write_manifest(folder, *(node for node, _ in marts))
    return publish(warehouse, manifest, folder / "published", release_inputs(deliveries=[])).folder


def _changes(folder: Path, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> TableChange:
    old, new = (_publish(folder / name, (WORKFORCE, rows)) for name, rows in (("before", before), ("after", after)))
    [change] = compare_releases(old, new, 50).tables
    return change


def test_cells__tell_values_and_hidden_and_missing_figures_apart(tmp_path: Path) -> None:
    before = [workforce_row(fte=90.5, leavers=20, funded_fte=95.0)]
    after = [workforce_row(fte=91.5, leavers=3, leaver_rate=3.0, funded_fte=None)]
    change = _changes(tmp_path, before, after)
    cells = {cell.column: (cell.before, cell.after, cell.was_hidden, cell.is_hidden) for cell in change.cells}
    assert cells == {
        "fte": ("90.5", "91.5", False, False),
        "leavers": ("20", None, False, True),
        "leaver_rate": ("20.0", None, False, True),
        "leaver_rate_rank": ("1", None, False, True),
        "funded_fte": ("95.0", None, False, False),
    }
    assert (change.rows_changed, change.cells_changed) == (1, 5)


def test_rows__that_come_and_go_are_listed_by_key(tmp_path: Path) -> None:
    before = [workforce_row("nursing"), workforce_row("medical")]
    after = [workforce_row("nursing"), workforce_row("pharmacy"), workforce_row("psychology")]
    change = _changes(tmp_path, before, after)
    assert [key["group_code"] for key in change.added] == ["pharmacy", "psychology"]
    assert change.removed == [{"reporting_month": "2026-03-01", "group_code": "medical"}]
    assert (change.rows_added, change.rows_removed, change.rows_changed) == (2, 1, 0)


def test_limit__shortens_lists_and_no_count(tmp_path: Path) -> None:
    before = [workforce_row(f"g{number}") for number in range(9)]
    after = [workforce_row(f"g{number}", fte=1.0) for number in range(9)]
    folders = [_publish(tmp_path / name, (WORKFORCE, rows)) for name, rows in (("a", before), ("b", after))]
    [change] = compare_releases(*folders, 2).tables
    assert (change.cells_changed, change.cells_by_column, len(change.cells)) == (9, {"fte": 9}, 2)


def test_tables_columns_and_keys__that_change_are_said(tmp_path: Path) -> None:
    wider = copy.deepcopy(WORKFORCE)
    del wider["columns"]["funded_fte"]
    wider["columns"]["mean_age"] = column("double", "measure")
    wider["columns"]["leaver_rate_rank"]["data_type"] = "bigint"
    by_name = copy.deepcopy(DIMENSION)
    by_name["config"]["meta"]["key"] = ["profession_name"]
    for name, role in (("profession_name", "key"), ("profession_code", "label")):
        by_name["columns"][name]["config"]["meta"]["role"] = role
    professions = [{"profession_code": "n", "profession_name": "Nursing"}]
    scores = [{"group_code": "trust", "n": 200, "mean": 6.25, "sd": 1.5}]
    old = _publish(tmp_path / "a", (WORKFORCE, [workforce_row()]), (DIMENSION, professions))
    new = _publish(tmp_path / "b", (wider, [workforce_row()]), (by_name, professions), (SURVEY, scores))
    found = {change.table: change for change in compare_releases(old, new, 5).tables}
    assert found["mart_survey_score"].kind == "added"
    assert found["dim_profession"].is_key_changed
    workforce = found["mart_workforce_month"]
    assert (workforce.columns_added, workforce.columns_removed) == (["mean_age"], ["funded_fte"])
    assert workforce.columns_retyped == ["leaver_rate_rank"]
    assert workforce.cells_changed == 0
    gone = {change.table: change.kind for change in compare_releases(new, old, 5).tables}
    assert gone["mart_survey_score"] == "removed"


# --- what releases were made from --------------------------------------------------------------------------------------------


def _delivery(name: str, status: str = "current", month: str = "2026-03", **others: Any) -> dict[str, Any]:
    place = {"trust_code": "RVN", "extract": "hr_absence", "reporting_month": f"{month}-01"}
    return {**place, "delivery_id": name, "file_name": f"{name}.csv", "status": status, **others}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], [_delivery("a")], [("added", None, "a")]),
        ([_delivery("a")], [_delivery("a", "replaced"), _delivery("b")], [("replaced", "a", "b")]),
        ([_delivery("a")], [_delivery("a", "withdrawn")], [("withdrawn", "a", None)]),
        (
            [_delivery("a", "replaced"), _delivery("b")],
            [_delivery("a"), _delivery("b", "withdrawn")],
            [("withdrawn", "b", "a")],
        ),
        ([_delivery("a")], [], [("removed", "a", None)]),
        ([_delivery("a")], [_delivery("a"), _delivery("x", "rejected")], [("refused", None, "x")]),
        ([_delivery("a")], [_delivery("a"), _delivery("x", "replaced")], [("unused", None, "x")]),
        ([_delivery("a"), _delivery("x", "rejected")], [_delivery("a")], [("unknown", "x", None)]),
        ([_delivery("a")], [_delivery("a", version=2)], [("restated", "a", "a")]),
        ([_delivery("a")], [_delivery("a")], []),
    ],
)
def test_deliveries__are_told_by_what_became_of_them(
    before: list[dict[str, Any]], after: list[dict[str, Any]], said: list[tuple[Any, ...]]
) -> None:
    found = changed_deliveries({"deliveries": before}, {"deliveries": after})
    names = [
        (one.change, one.before and one.before["delivery_id"], one.after and one.after["delivery_id"]) for one in found
    ]
    assert names == said


def test_inputs__that_differ_are_named_one_by_one() -> None:
    before = {"deliveries": [1], "code_version": "1", "settings": {"waivers": [], "trust_code": "RVN"}}
    after = {"deliveries": [2], "code_version": "1", "settings": {"waivers": ["x"], "trust_code": "RVN"}}
    [change] = changed_inputs(before, after)
    assert (change.name, change.before, change.after) == ("settings.waivers", [], ["x"])
