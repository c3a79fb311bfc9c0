"""Months loaded one after another, late or twice: one warehouse, history without seams, and months that keep their figures."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from synthetic.trust import write_trust
from tests.oracle.history import organisation_versions, staff_versions
from tests.oracle.loading import load

pytestmark = pytest.mark.slow  # five builds of fourteen months; with the others `make test` would pass its time

LATE = "hr_assignments_2024-09.csv"
CORRECTED = "hr_assignments_2024-12.csv"
NEWEST = "2025-05"
WITHOUT_MONTHS = ("survey_nss", "bench_sickness")

#: What is said of a month from the deliveries after it, by name.
MAY_CHANGE = r"_latest$|^is_provisional$"
#: What compares a month with those before it, and so changes when one of them comes late.
LOOKS_BACK = r"(joiners|leavers|turnover_rate|stability_index|months_since_first)\w*"

Warehouses = dict[str, Path]


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    """The warehouse after each step, and at once from the same deliveries.

    `first`: all but the newest month and one month's assignments; `newest`: the newest month too; `late`: the late file
    too; `steps`: a correction too; `once`: the deliveries of `steps` in one build.
    """
    everything, landing, home = (tmp_path_factory.mktemp(name) for name in ("everything", "landing", "home"))
    write_trust(everything, staff=80, months=14, first_month="2024-04", seed=7)
    for extract in WITHOUT_MONTHS:
        shutil.rmtree(everything / extract)
    for file in sorted(everything.rglob("*.csv")):
        if file.name != LATE and NEWEST not in file.name:
            _deliver(file, landing, everything)
    warehouse, kept = home / "warehouse" / "warehouse.duckdb", home / "kept"
    kept.mkdir()
    load(landing, home)
    shutil.copyfile(warehouse, kept / "first.duckdb")
    for file in sorted(everything.rglob(f"*{NEWEST}*.csv")):
        _deliver(file, landing, everything)
    load(landing, home)
    shutil.copyfile(warehouse, kept / "newest.duckdb")
    _deliver(everything / "hr_assignments" / LATE, landing, everything)
    load(landing, home)
    shutil.copyfile(warehouse, kept / "late.duckdb")
    lines = (everything / "hr_assignments" / CORRECTED).read_text(encoding="utf-8").splitlines(keepends=True)
    corrected = landing / "hr_assignments" / CORRECTED.replace(".csv", "_v2.csv")
    corrected.write_text("".join(lines[:1] + lines[6:]), encoding="utf-8")
    load(landing, home)
    warehouse.rename(kept / "steps.duckdb")
    load(landing, home, with_tests=False)  # the tests have judged the same rows in `steps`
    shutil.copyfile(warehouse, kept / "once.duckdb")
    return {file.stem: file for file in kept.glob("*.duckdb")}


def _deliver(file: Path, landing: Path, everything: Path) -> None:
    place = landing / file.relative_to(everything)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)


def differences(
    warehouses: Warehouses,
    one: str,
    other: str,
    where: str = "true",
    without: str = "^$",
    only: str = "",
) -> dict[str, tuple[int, int]]:
    """Tables of core and marts of which the two do not hold the same rows: how many each has alone.

    `where` restricts the rows of those that have its column `only`, and are not derived: a control chart judges a month by all
    that it shows. Columns matching `without` are not compared.
    """
    with duckdb.connect() as connection:
        for name in (one, other):
            connection.execute(f"attach '{warehouses[name]}' as {name} (read_only)")
        columns = connection.execute(
            "select schema_name || '.' || table_name, list(column_name) "
            "from duckdb_columns() inner join duckdb_tables() using (database_name, schema_name, table_name) "
            f"where database_name = '{one}' and schema_name in ('core', 'marts') group by 1 order by 1"
        ).fetchall()
        of_derived = f"select 'marts.' || view_name from duckdb_views() where database_name = '{one}' and schema_name = 'derivation'"
        derived = {table for (table,) in connection.execute(of_derived).fetchall()}
        assert {"marts.mart_spc_point", "marts.mart_scorecard_month"} <= derived
        found = {}
        for table, names in columns:
            if only and (only not in names or table in derived):
                continue
            compared = ", ".join(f'"{name}"' for name in names if not re.search(without, name))
            more, fewer = (
                connection.execute(
                    f"select count(*) from (select {compared} from {a}.{table} where {where} "
                    f"except all select {compared} from {b}.{table} where {where})"
                ).fetchone()[0]
                for a, b in ((one, other), (other, one))
            )
            if more or fewer:
                found[table] = (more, fewer)
        assert {"core.dim_staff", "core.fct_staff_month", "marts.mart_workforce_month"} <= {
            table for table, _ in columns
        }
        return found


def test_warehouse__is_the_same_whatever_the_order_of_the_loads(warehouses: Warehouses) -> None:
    assert differences(warehouses, "steps", "once") == {}


def test_month__keeps_its_figures_when_later_months_are_loaded(warehouses: Warehouses) -> None:
    where = f"reporting_month < date '{NEWEST}-01'"
    assert differences(warehouses, "first", "newest", where, MAY_CHANGE, "reporting_month") == {}


def test_month__keeps_its_figures_when_a_month_after_it_comes_late(warehouses: Warehouses) -> None:
    where = "reporting_month < date '2024-09-01'"
    assert differences(warehouses, "newest", "late", where, "^$", "reporting_month") == {}


def test_month__changes_only_where_it_looks_back_when_an_earlier_month_comes_late(warehouses: Warehouses) -> None:
    where = "reporting_month > date '2024-10-01'"  # October counts joiners and leavers from September
    assert differences(warehouses, "newest", "late", where, LOOKS_BACK, "reporting_month") == {}


@pytest.mark.parametrize("warehouse", ["newest", "late", "steps"])
def test_history__is_made_of_maximal_runs_of_equal_months(warehouses: Warehouses, warehouse: str) -> None:
    """Renames, moves, people who leave and return, and a month without a snapshot."""
    with duckdb.connect(str(warehouses[warehouse]), read_only=True) as connection:
        staff = connection.sql("select * from core.dim_staff").df()
        months = connection.sql("select * from core.fct_staff_month").df()
        units = connection.sql("select * from core.dim_organisation").df()
        assignments = connection.sql("select * from core.fct_assignment_month where is_in_post").df()
    assert staff_versions(months, list(staff.columns)) == set(
        staff.drop(columns=["staff_version_sk"]).map(str).itertuples(index=False, name=None)
    )
    assert organisation_versions(assignments) == {
        (row.unit_type, row.unit_code, row.parent_unit_code, row.unit_name, str(row.valid_from), str(row.valid_to))
        for row in units.itertuples()
        if row.unit_type != "trust"
    }
    assert staff["valid_to"].notna().any()
