"""What BI tools rely on in a release: a manifest that validates, keys and relations that hold, files that old clients read."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from publishing.datapackage import read_datapackage
from tests.homes import Rcw

frictionless = pytest.importorskip("frictionless")


@pytest.fixture(scope="module")
def manifest(winter: Rcw) -> dict[str, Any]:
    document = read_datapackage(winter.release())
    assert document
    return document


@pytest.fixture(scope="module")
def release(winter: Rcw) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(winter.release() / "research_culture.duckdb"), read_only=True) as connection:
        yield connection


def _tables(manifest: dict[str, Any], kind: str = "csv") -> dict[str, dict[str, Any]]:
    return {
        entry["x-table"]: entry for entry in manifest["resources"] if "x-table" in entry and entry["format"] == kind
    }


def _foreign_keys(manifest: dict[str, Any]) -> list[tuple[str, list[str], str, list[str], str]]:
    return [
        (
            table,
            key["fields"],
            key["reference"]["resource"].split(".")[0],
            key["reference"]["fields"],
            key["x-cardinality"],
        )
        for table, entry in _tables(manifest).items()
        for key in entry["schema"]["foreignKeys"]
    ]


def _count(release: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = release.execute(sql).fetchone()
    assert row
    return int(row[0])


def _not_referred(release: duckdb.DuckDBPyConnection, table: str, columns: list[str], to: str, names: list[str]) -> int:
    """Rows whose foreign key stands nowhere in the dimension; a NULL refers to nothing."""
    known = " and ".join(f"fact.{column} is not null" for column in columns)
    equal = " and ".join(f"fact.{column} = dimension.{name}" for column, name in zip(columns, names, strict=True))
    return _count(
        release,
        f"select count(*) from {table} as fact where {known} and not exists (from {to} as dimension where {equal})",
    )


def test_relations__are_many_and_every_mart_has_one(manifest: dict[str, Any]) -> None:
    referring = {table for table, *_ in _foreign_keys(manifest)}
    assert {table for table in _tables(manifest) if table.startswith("mart_")} <= referring
    assert ("mart_workforce_month", ["group_sk"], "dim_group", ["group_sk"], "many-to-one") in _foreign_keys(manifest)


def test_foreign_keys__exist_in_their_dimension(manifest: dict[str, Any], release: duckdb.DuckDBPyConnection) -> None:
    faults = []
    for table, columns, dimension, names, _ in _foreign_keys(manifest):
        if lost := _not_referred(release, table, columns, dimension, names):
            faults.append(f"{lost} rows of {table}: {columns} not in {dimension}")
    assert not faults, "\n".join(faults)


def test_what_foreign_keys_refer_to__tells_rows_apart(
    manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    for _, _, dimension, names, _ in _foreign_keys(manifest):
        key = ", ".join(names)
        assert _count(release, f"select count(*) - count(distinct ({key})) from {dimension}") == 0, (dimension, key)
        assert (
            _count(release, f"select count(*) from {dimension} where ({' or '.join(f'{n} is null' for n in names)})")
            == 0
        )


def test_cardinality__is_as_listed(manifest: dict[str, Any], release: duckdb.DuckDBPyConnection) -> None:
    for table, columns, dimension, _, cardinality in _foreign_keys(manifest):
        repeated = _count(release, f"select count(*) - count(distinct ({', '.join(columns)})) from {table}")
        assert cardinality in ("many-to-one", "one-to-one")
        assert not (cardinality == "one-to-one" and repeated), (table, dimension)


def test_group_of_a_mart__bears_the_code_that_its_key_stands_for(
    manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    """The one column and the three columns must not part."""
    marts = [
        table for table, columns, to, *_ in _foreign_keys(manifest) if to == "dim_group" and columns == ["group_sk"]
    ]
    assert len(marts) >= 7
    for mart in marts:
        sql = f"select count(*) from {mart} as m inner join dim_group as g using (group_sk) where (m.trust_code, m.group_type, m.group_code) is distinct from (g.trust_code, g.group_type, g.group_code)"
        assert _count(release, sql) == 0, mart


def test_date_table__has_every_day_of_whole_financial_years(
    manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    (name,) = [table for table, entry in _tables(manifest).items() if "x-date-table" in entry]
    column = _tables(manifest)[name]["x-date-table"]
    row = release.execute(
        f"select count(*), count(distinct {column}), date_diff('day', min({column}), max({column})) + 1,"
        f" strftime(min({column}), '%m-%d'), strftime(max({column}), '%m-%d') from {name}"
    ).fetchone()
    assert row
    rows, days, span, first, last = row
    assert rows == days == span
    assert (first, last) == ("04-01", "03-31")


def test_datapackage__validates_with_frictionless_with_all_its_data(winter: Rcw) -> None:
    """Descriptor, bytes and hashes; of the CSV files every cell's type, missing values, primary and foreign keys."""
    report = frictionless.validate(str(winter.release() / "datapackage.json"))
    faults = [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors[:3]]
    assert report.valid, "\n".join([*(error.message for error in report.errors), *faults])
    tables = [task for task in report.tasks if task.type == "table"]
    assert len(tables) == sum(1 for task in report.tasks if task.name.endswith(".csv"))


def test_frictionless__finds_a_key_that_is_in_no_dimension(winter: Rcw, tmp_path: Path) -> None:
    """The check before would be worth nothing if the library passed over foreign keys."""
    for name in ("dim_group.csv", "dim_profession.csv", "dim_trust.csv"):
        shutil.copy(winter.release() / name, tmp_path / name)
    document = json.loads((winter.release() / "datapackage.json").read_text(encoding="utf-8"))
    document["resources"] = [entry for entry in document["resources"] if (tmp_path / entry["path"]).exists()]
    for entry in document["resources"]:
        del entry["bytes"], entry["hash"], entry["rows"]
    groups = tmp_path / "dim_group.csv"
    groups.write_text(groups.read_text(encoding="utf-8").replace(",nursing,", ",knitting,"), encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(document), encoding="utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert {error.type for task in report.tasks for error in task.errors} == {"foreign-key"}


def test_parquet_files__hold_what_their_schema_says(winter: Rcw, manifest: dict[str, Any]) -> None:
    """Read by another library than the one that wrote them, and typed by the same schema as the CSV files."""
    pyarrow = pytest.importorskip("pyarrow.parquet")
    csvs = _tables(manifest)
    for table, entry in _tables(manifest, "parquet").items():
        assert entry["schema"]["fields"] == csvs[table]["schema"]["fields"]
        rows = pyarrow.read_table(winter.release() / entry["path"])
        descriptor = {key: value for key, value in entry["schema"].items() if key != "foreignKeys"}
        resource = frictionless.Resource(
            rows.to_pylist() or [rows.schema.names], schema=frictionless.Schema.from_descriptor(descriptor)
        )
        report = resource.validate()
        assert report.valid, (table, [error.message for error in report.tasks[0].errors[:3]])
        assert rows.num_rows == entry["x-rows"]
        about = json.loads(rows.schema.metadata[b"columns"])
        assert {name: says["label"] for name, says in about.items()} == {
            f["name"]: f["title"] for f in entry["schema"]["fields"]
        }


def test_every_column__has_a_label_and_a_description_in_manifest_and_database(
    manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    comments = {
        (table, column): comment
        for table, column, comment in release.execute(
            "select table_name, column_name, comment from duckdb_columns()"
        ).fetchall()
    }
    for table, entry in _tables(manifest).items():
        for field in entry["schema"]["fields"]:
            assert field["title"]
            assert comments[table, field["name"]] == f"{field['title']}: {field['description']}"


def test_figures__have_a_unit_and_a_number_format(manifest: dict[str, Any]) -> None:
    without = [
        f"{table}.{field['name']}"
        for table, entry in _tables(manifest).items()
        for field in entry["schema"]["fields"]
        if field["x-role"] == "measure" and field["type"] in ("integer", "number") and "x-unit" not in field
    ]
    assert not without


def test_rates__are_what_their_numerator_and_denominator_give(
    manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    checked = 0
    for table, entry in _tables(manifest).items():
        for field in (f for f in entry["schema"]["fields"] if "x-numerator" in f):
            name, computed = (
                field["name"],
                f"{field['x-per']} * ({field['x-numerator']}) / nullif({field['x-denominator']}, 0)",
            )
            assert _count(release, f"select count(*) from {table} where abs({name} - ({computed})) > 1e-6") == 0, (
                table,
                name,
            )
            checked += _count(
                release, f"select count(*) from {table} where {name} is not null and {computed} is not null"
            )
    assert checked > 900  # of a trust of 150 staff most rates are hidden


def test_months__are_first_days_and_per_cent_are_shares_of_a_hundred(
    manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    for table, entry in _tables(manifest).items():
        for field in entry["schema"]["fields"]:
            name = field["name"]
            if field.get("x-unit") == "month" and field["type"] == "date":
                assert _count(release, f"select count(*) from {table} where day({name}) <> 1") == 0, (table, name)
            if name.endswith("_pct") or (field.get("x-unit") == "per cent" and name.endswith("_share")):
                assert _count(release, f"select count(*) from {table} where {name} not between 0 and 100") == 0, (
                    table,
                    name,
                )


def test_csv_files__open_in_excel_as_they_are(winter: Rcw, manifest: dict[str, Any]) -> None:
    """A byte order mark so that UTF-8 is seen, ISO dates, and no cell that a spreadsheet would run."""
    for table, entry in _tables(manifest).items():
        file = winter.release() / entry["path"]
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        assert entry["x-byte-order-mark"] is True
        assert entry["encoding"] == "utf-8"
        dates = [field["name"] for field in entry["schema"]["fields"] if field["type"] == "date"]
        texts = [field["name"] for field in entry["schema"]["fields"] if field["type"] == "string"]
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                assert all(len(row[name]) in (0, 10) and row[name][4:5] in ("", "-") for name in dates), (table, row)
                assert not [name for name in texts if row[name][:1] in "=+-@\t\r" and row[name][:1]], (table, row)


_MONTH, _GROUP = "reporting_month", "group_sk"
#: Of each wide table the marts whose rows it shows: what tells their rows apart there, in the wide table and in the mart.
WIDE: dict[str, dict[str, dict[str, str]]] = {
    "wide_workforce_research": {
        mart: {_GROUP: _GROUP, _MONTH: _MONTH}
        for mart in (
            "mart_workforce_month",
            "mart_research_capacity_month",
            "mart_job_plan_appraisal_month",
            "mart_training_month",
            "mart_awards_outputs_month",
        )
    },
    "wide_survey": {
        "mart_survey_score": {_GROUP: _GROUP, "instrument": "instrument", "wave": "wave", "item_code": "score_code"},
        "mart_rcc_domain": {_GROUP: _GROUP, "item_kind": "level", "wave": "wave", "item_code": "item_code"},
        "mart_barriers_motivators": {_GROUP: _GROUP, "item_kind": "block", "wave": "wave", "item_code": "item_code"},
    },
    "wide_portfolio": {"mart_portfolio_study_month": {"study_sk": "study_sk", _MONTH: _MONTH}},
    "wide_scorecard": {
        mart: {_GROUP: _GROUP, "indicator_code": "indicator_code", _MONTH: _MONTH}
        for mart in ("mart_scorecard_month", "mart_spc_point")
    },
}


def _names(manifest: dict[str, Any], table: str) -> list[str]:
    return [field["name"] for field in _tables(manifest)[table]["schema"]["fields"]]


def _beside(wide: str, mart: str) -> str:
    on = " and ".join(f"wide.{here} = mart.{there}" for here, there in WIDE[wide][mart].items())
    return f"from {mart} as mart inner join {wide} as wide on {on}"


def test_every_subject__has_a_wide_table(manifest: dict[str, Any]) -> None:
    tables = _tables(manifest)
    assert {name for name in tables if name.startswith("wide_")} == WIDE.keys()
    held = {tables[mart]["x-subject"] for marts in WIDE.values() for mart in marts}
    assert {"workforce", "research", "training", "survey", "portfolio", "scorecard"} <= held


@pytest.mark.parametrize("wide", WIDE)
def test_wide_table__has_every_figure_of_its_marts_and_hides_what_they_hide(
    wide: str, manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    """Each row of a mart stands in it once, with every measure and every flag that the mart has, equal to the mart's."""
    measures = {
        mart: [f["name"] for f in _tables(manifest)[mart]["schema"]["fields"] if f["x-role"] == "measure"]
        for mart in WIDE[wide]
    }
    for mart in WIDE[wide]:
        lost = set(measures[mart]) - set(_names(manifest, wide))
        assert not lost, f"{wide} lacks {sorted(lost)} of {mart}"
        names = sorted((set(_names(manifest, mart)) & set(_names(manifest, wide))) - {"is_suppressed"})
        flags = [name for name in _names(manifest, mart) if name.endswith("_is_suppressed")]
        assert set(flags) <= set(names)
        differs = " or ".join(f"wide.{name} is distinct from mart.{name}" for name in names)
        assert _count(release, f"select count(*) {_beside(wide, mart)} where {differs}") == 0, mart
        assert _count(release, f"select count(*) {_beside(wide, mart)}") == _tables(manifest)[mart]["rows"] > 0, mart


@pytest.mark.parametrize("wide", WIDE)
def test_wide_table__has_no_rows_but_those_of_its_marts_and_no_figure_under_a_flag(
    wide: str, manifest: dict[str, Any], release: duckdb.DuckDBPyConnection
) -> None:
    rows = _tables(manifest)[wide]["rows"]
    of_marts = [_tables(manifest)[mart]["rows"] for mart in WIDE[wide]]
    assert rows == (sum(of_marts) if wide == "wide_survey" else max(of_marts))
    flags = [name for name in _names(manifest, wide) if name.endswith("_is_suppressed")]
    for flag in flags:
        measure = flag.removesuffix("_is_suppressed")
        assert _count(release, f"select count(*) from {wide} where {flag} and {measure} is not null") == 0, measure
        assert _count(release, f"select count(*) from {wide} where {flag} is null") == 0, flag
    if flags:
        assert _count(release, f"select count(*) from {wide} where is_suppressed") > 0


def test_groups__are_joined_by_one_column_wherever_a_mart_has_them(manifest: dict[str, Any]) -> None:
    by_group = {
        table
        for table in _tables(manifest)
        if not table.startswith("dim_") and {"trust_code", "group_type", "group_code"} <= set(_names(manifest, table))
    }
    joined = {table for table, columns, to, *_ in _foreign_keys(manifest) if to == "dim_group" and columns == [_GROUP]}
    assert {"mart_scorecard_month", "mart_spc_point"} <= by_group == joined
