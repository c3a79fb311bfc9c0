"""Nothing of an exact count stands behind a rounded release: it is the same for all trusts whose counts round alike."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import duckdb
import numpy as np
import pytest

from publishing.catalogue import read_catalogue
from publishing.column_law import meaning
from publishing.published_table import PublishedTable, Rounding
from publishing.rounding import rounded_sql
from publishing.sql import identifier
from tests.publishing_support import column, manifest, model
from tests.test_publishing_metadata import described_models

BASE = 5
TABLES = [
    table
    for table in read_catalogue({"nodes": {model["name"]: model for model in described_models()}})
    if not table.is_derived and table.suppressible
]
#: Key column that tells the rows of a test apart, where it is not the last one.
APART = {"mart_board_report": "half_year", "mart_barriers_motivators": "item_code"}
#: Labels on which rules of rounding turn.
WORDS = {
    "section": ["income", "workforce", "activity"],
    "unit": ["GBP", "percent", "per 100 FTE", "people"],
    "status": ["current", "replaced", "rejected", "withdrawn"],
    "check_name": ["researchers_linked", "researchers_review", "link_rate", "rejected_rows"],
}
Row = dict[str, Any]


def _nearest(count: int) -> int:
    """The nearest multiple of the base, half a base upwards."""
    return (2 * count + BASE) // (2 * BASE) * BASE


def _write(connection: duckdb.DuckDBPyConnection, table: PublishedTable, rows: list[Row]) -> None:
    names = [column.name for column in table.released]
    listed = ", ".join(f"{identifier(c.name)} {c.type}" for c in table.released)
    connection.execute(f"create table shown ({listed})")
    marks = ", ".join("?" * len(names))
    connection.executemany(f"insert into shown values ({marks})", [[row.get(name) for name in names] for row in rows])


def rounded(table: PublishedTable, rows: list[Row]) -> list[Row]:
    """Rows of a protected table as a rounded release has them."""
    with duckdb.connect() as connection:
        _write(connection, table, rows)
        result = connection.execute(rounded_sql(table, "shown", BASE))
        names = [about[0] for about in result.description or []]
        return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def _label(name: str, kind: str, number: int, chance: np.random.Generator) -> Any:
    if kind == "DATE":
        return date(2025, 1, 1) + timedelta(days=number)
    return str(chance.choice(WORDS.get(name, ["a", "b"]))) if kind == "VARCHAR" else int(chance.integers(0, 2))


def _rows(table: PublishedTable, chance: np.random.Generator) -> list[Row]:
    """Rows of random figures, some hidden and some not collected."""
    apart = APART.get(table.name, table.key[-1])
    rows = []
    for number in range(80):
        row: Row = {}
        for about in table.published:
            if about.role != "measure":
                row[about.name] = _label(about.name, about.type, number, chance)
                continue
            row[about.name] = None if chance.random() < 0.1 else int(chance.integers(0, 60))
            if about.disclosure:
                row[f"{about.name}_is_suppressed"] = row[about.name] is None and bool(chance.random() < 0.5)
        if not isinstance(row[apart], date):
            row[apart] = number if isinstance(row[apart], int) else f"{number:02d}"
        rows.append(row)
    return rows


def _is_counted(table: PublishedTable, rows: list[Row], rule: Rounding | None) -> list[bool]:
    """Of which rows the figure is rounded to the base."""
    if rule is None or rule.to_base is None:
        return [False] * len(rows)
    apart = identifier(APART.get(table.name, table.key[-1]))
    with duckdb.connect() as connection:
        _write(connection, table, rows)
        found = dict(connection.execute(f"select cast({apart} as varchar), {rule.to_base} from shown").fetchall())
    return [found[str(row[APART.get(table.name, table.key[-1])])] for row in rows]


def _is_computed(rule: Rounding | None, row: Row) -> bool:
    """Whether the figure of the row follows from others; ranks, of which no rule is needed, do."""
    if rule is None or rule.hidden:
        return True
    if rule.equals and "check_name" in rule.equals:
        return bool(row["check_name"] == "link_rate")
    if rule.equals and rule.equals.startswith("case when numerator is null then value"):
        return row["numerator"] is not None
    return rule.equals is not None


def _others_that_round_alike(table: PublishedTable, rows: list[Row], chance: np.random.Generator) -> list[Row]:
    """The same rows with other counts that round to the same, and anything at all in place of what is computed from counts."""
    others = [dict(row) for row in rows]
    for about in table.published:
        if about.role != "measure":
            continue
        rule = meaning(about).rounded
        for row, is_counted in zip(others, _is_counted(table, rows, rule), strict=True):
            value = row[about.name]
            if value is None:
                continue
            if is_counted:
                row[about.name] = int(chance.integers(max(_nearest(value) - 2, 0), _nearest(value) + 3))
            elif _is_computed(rule, row):
                row[about.name] = int(chance.integers(0, 60))
    return others


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_two_trusts_whose_counts_round_alike__have_one_rounded_release(table: PublishedTable) -> None:
    """So no count, no rate times its denominator and no table derived from these tells more of a count than its multiple of 5.

    Means and shares whose number of respondents alone is published are looked at below.
    """
    averages = {c.name for c in table.published if (rule := meaning(c).rounded) and (rule.over or rule.to)}
    chance = np.random.default_rng(42)

    def compared(rows: list[Row]) -> list[Row]:
        return [{name: value for name, value in row.items() if name not in averages} for row in rounded(table, rows)]

    for _ in range(3):
        rows = _rows(table, chance)
        others = _others_that_round_alike(table, rows, chance)
        assert rows != others
        assert compared(rows) == compared(others)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rounding_again__changes_nothing(table: PublishedTable) -> None:
    once = rounded(table, _rows(table, np.random.default_rng(7)))
    for before, after in zip(once, rounded(table, once), strict=True):
        for name, value in before.items():
            assert after[name] == (pytest.approx(value, rel=1e-6, abs=1e-6) if isinstance(value, float) else value)


@pytest.mark.parametrize("step", [Fraction(5, 2), Fraction(1), Fraction(5, 6), Fraction(1, 13)])
@pytest.mark.parametrize("n", [10, 12, 13, 27, 104])
def test_mean__could_be_one_of_any_number_of_respondents_that_rounds_alike(n: int, step: Fraction) -> None:
    """`step` is the distance of two answers: 2.5 for a question from 0 to 10, less where a score is a mean of questions."""
    measures = {
        "n": column("bigint", "measure", people=["n"]),
        "mean": column("double", "measure", people=["n"], computed_from=["n"]),
    }
    (table,) = read_catalogue(manifest(model("mart", {"code": column("varchar", "key"), **measures}, ["code"])))
    totals = range(0, int(10 * n / step), 7)
    rows: list[Row] = [{"code": f"{t:06d}", "n": n, "mean": float(t * step / n)} for t in totals]
    near = _nearest(n)
    for row in rounded(table, [row | {"n_is_suppressed": False, "mean_is_suppressed": False} for row in rows]):
        told, off = Fraction(row["mean"]), Fraction(BASE, 2 * near)
        for other in range(near - 2, near + 3):
            nearest_possible = round(told * other / step) * step / other
            assert abs(nearest_possible - told) <= off + Fraction(1, 10**8)


def test_figures_about_people_that_stay_exact__are_few_and_no_counts_of_people() -> None:
    exact = {c.name for table in TABLES for c in table.suppressible if (rule := meaning(c).rounded) and rule.exact}
    assert exact == {"award_value", "unit_degree"}
