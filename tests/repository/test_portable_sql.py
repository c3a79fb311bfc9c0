"""SQL that runs on DuckDB and on Spark alike: models, and macros that are not dispatched, hold nothing of one engine alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from tests.conftest import ROOT
from tests.homes import EmptyWarehouse

PROJECT = ROOT / "dbt_project"
#: Engine-specific SQL; it belongs into a dispatched macro of dbt_project/macros.
NOT_PORTABLE = {
    "qualify": r"\bqualify\b",
    "exclude": r"\bexclude\s*\(",
    "pivot": r"\b(un)?pivot\b",
    "asof join": r"\basof\b",
    "strftime": r"\bstrftime\b",
    "integer division //": r"//",
    "quantile_cont": r"\bquantile_cont\b",
    "unnest": r"\bunnest\b",
    ":: cast": r"::",
    "group by all": r"\b(group|order)\s+by\s+all\b",
    "distinct on": r"\bdistinct\s+on\b",
    "varchar without a length": r"\bvarchar\b(?!\s*\()",
}
#: Functions that both engines have under one name, with the same arguments and the same result, NULL included.
#: regexp_extract needs its group, which the engines default differently, and regexp_replace a pattern that can match once
#: (DuckDB replaces the first match, Spark all).
SHARED_FUNCTIONS = frozenset(
    [
        "abs",
        "avg",
        "bool_or",
        "cast",
        "coalesce",
        "count",
        "dense_rank",
        "exp",
        "extract",
        "floor",
        "greatest",
        "lag",
        "lead",
        "least",
        "length",
        "lower",
        "lpad",
        "max",
        "md5",
        "min",
        "nullif",
        "rank",
        "regexp_extract",
        "regexp_replace",
        "replace",
        "round",
        "row_number",
        "sign",
        "split_part",
        "sqrt",
        "substr",
        "sum",
        "trim",
        "try_cast",
        "upper",
    ]
)
_WORDS_BEFORE_A_BRACKET = frozenset(
    [
        "and",
        "as",
        "decimal",
        "exists",
        "from",
        "in",
        "join",
        "not",
        "on",
        "or",
        "over",
        "then",
        "using",
        "values",
        "when",
        "where",
    ]
)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def _sql(text: str) -> str:
    """Text without Jinja, comments and literals, in lower case."""
    return re.sub(r"--[^\n]*|'[^'\n]*'", "", _JINJA.sub(" x ", text)).lower()


def _portable_parts() -> Iterator[tuple[str, str]]:
    """(name, SQL) of each model and singular test, and of each macro whose name no engine's begins."""
    for file in sorted([*(PROJECT / "models").rglob("*.sql"), *(PROJECT / "tests").rglob("*.sql")]):
        yield str(file.relative_to(PROJECT)), file.read_text(encoding="utf-8")
    for file in sorted((PROJECT / "macros").rglob("*.sql")):
        for name, body in re.findall(
            r"\{%-? macro (\w+)\(.*?%\}(.*?)\{%-? endmacro", file.read_text(encoding="utf-8"), re.DOTALL
        ):
            if not name.startswith(("default__", "duckdb__", "spark__")):
                yield f"macros/{file.name}: {name}", body


@pytest.mark.parametrize(("name", "text"), [pytest.param(*part, id=part[0]) for part in _portable_parts()])
def test_sql__holds_nothing_of_one_engine_alone(name: str, text: str) -> None:
    code = _sql(text)
    faults = [fault for fault, found in NOT_PORTABLE.items() if re.search(found, code)]
    called = set(re.findall(r"\b([a-z_][a-z0-9_]*)\s*\(", code)) - {"x"} - _WORDS_BEFORE_A_BRACKET
    assert not faults, f"{name}: {', '.join(faults)}"
    assert called <= SHARED_FUNCTIONS, (
        f"{name} calls {', '.join(sorted(called - SHARED_FUNCTIONS))}: dispatch it in macros"
    )


def test_dispatched_macros__have_a_version_for_spark() -> None:
    names = {
        name
        for file in (PROJECT / "macros").rglob("*.sql")
        for name in re.findall(r"macro (\w+)\(", file.read_text(encoding="utf-8"))
    }
    dispatched = {name.removeprefix("default__") for name in names if name.startswith("default__")}
    assert dispatched
    assert {f"spark__{name}" for name in dispatched} <= names


def _compiled(warehouse: EmptyWarehouse) -> Iterator[Path]:
    folder = warehouse.file.parent / "target" / "compiled" / "research_culture" / "models"
    return (file for file in sorted(folder.rglob("*.sql")) if file.is_file() and ".yml" not in file.as_posix())


def _lateral_aliases(query: exp.Expr, schema: dict[str, object]) -> list[str]:
    """Columns of a select list that no table of the FROM has, so that only an alias beside them can be meant."""
    whole = qualify(
        query, schema=schema, dialect="duckdb", expand_alias_refs=False, validate_qualify_columns=False, identify=False
    )
    return [
        column.name
        for select in whole.find_all(exp.Select)
        for projection in select.expressions
        for column in projection.find_all(exp.Column)
        if not column.table and column.parent_select is select
    ]


def test_lateral_alias__is_found() -> None:
    query = sqlglot.parse_one("with t as (select 1 as a) select a + 1 as b, b * 2 as c from t", read="duckdb")
    assert _lateral_aliases(query, {}) == ["b"]


def test_compiled_models__are_spark_sql_without_lateral_aliases(empty_warehouse: EmptyWarehouse) -> None:
    schema: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    with duckdb.connect(str(empty_warehouse.file), read_only=True) as connection:
        for catalog, owner, table, column, kind in connection.execute(
            "select table_catalog, table_schema, table_name, column_name, data_type from information_schema.columns"
        ).fetchall():
            schema.setdefault(catalog, {}).setdefault(owner, {}).setdefault(table, {})[column] = kind
    files = list(_compiled(empty_warehouse))
    assert len(files) > 100
    for file in files:
        query = sqlglot.parse_one(file.read_text(encoding="utf-8"), read="duckdb")
        assert sqlglot.parse_one(query.sql(dialect="spark"), read="spark")
        assert not _lateral_aliases(query, dict(schema)), file.name
