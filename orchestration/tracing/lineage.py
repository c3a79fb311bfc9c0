"""Which columns of which tables a figure is computed from, as the SQL of the models says it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlglot import exp
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

_DIALECT = "duckdb"


@dataclass(frozen=True, order=True)
class Relation:
    """A table or view of the warehouse, such as core.fct_staff_month or raw.hr_absence."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class _Reads:
    """What one model reads: for each of its columns, and for its rows to be there at all."""

    columns: Mapping[str, set[tuple[Relation, str]]]
    counted: Mapping[str, set[Relation]]  # relations whose rows a column counts, as `count(*)`
    rows: set[Relation]


class Lineage:
    """The models of the dbt project as one graph of columns.

    Args:
        target: dbt's target folder, with its manifest and the compiled SQL.
        schema: types by schema, table and column of the warehouse.
    """

    def __init__(self, target: Path, schema: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        self.manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        self._compiled = target / "compiled"
        self._schema: dict[str, object] = {"warehouse": schema}
        self._reads: dict[Relation, _Reads | None] = {}

    @cached_property
    def models(self) -> dict[Relation, Mapping[str, Any]]:
        nodes = self.manifest["nodes"].values()
        return {Relation(n["schema"], n["alias"]): n for n in nodes if n["resource_type"] == "model"}

    def behind(self, relation: Relation, columns: Iterable[str]) -> set[Relation]:
        """Every relation that the columns are computed from, and that decides which rows there are; `relation` included."""
        seen: set[tuple[Relation, str | None]] = set()
        waiting: list[tuple[Relation, str | None]] = [(relation, None), *((relation, column) for column in columns)]
        while waiting:
            step = waiting.pop()
            if step in seen:
                continue
            seen.add(step)
            waiting += self._before(*step)
        return {one for one, _ in seen}

    def _before(self, relation: Relation, column: str | None) -> list[tuple[Relation, str | None]]:
        reads = self._of(relation)
        if reads is None:
            return []
        if column is None:
            return [(one, None) for one in reads.rows]
        found: list[tuple[Relation, str | None]] = list(reads.columns.get(column, ()))
        rows = {one for one, _ in found} | reads.counted.get(column, set())
        return found + [(one, None) for one in rows]

    def _of(self, relation: Relation) -> _Reads | None:
        if relation not in self._reads:
            node = self.models.get(relation)
            self._reads[relation] = self._read(node) if node else None
        return self._reads[relation]

    def _read(self, node: Mapping[str, Any]) -> _Reads:
        file = self._compiled / node["package_name"] / node["original_file_path"]
        tree = qualify(
            exp.maybe_parse(file.read_text(encoding="utf-8"), dialect=_DIALECT),
            dialect=_DIALECT,
            schema=self._schema,
            validate_qualify_columns=False,
            identify=False,
        )
        scope = build_scope(tree)
        assert scope is not None, f"{node['name']} is no select"
        columns, counted = {}, {}
        scopes = {id(one.expression): one for one in scope.traverse()}
        found = lineage(None, tree, self._schema, dialect=_DIALECT, scope=scope, trim_selects=False)
        for name, start in found.items():
            steps = list(start.walk())
            columns[name] = {read for step in steps if (read := _read_column(step))}
            counting = [scopes[id(step.source)] for step in steps if _counts_rows(step) and id(step.source) in scopes]
            counted[name] = {relation for one in counting for relation in _required_relations(one)}
        return _Reads(columns, counted, _required_relations(scope))


def _read_column(step: Node) -> tuple[Relation, str] | None:
    table = step.expression
    if isinstance(table, exp.Table):
        return Relation(table.db, table.name), step.name.split(".")[-1]
    return None


def _counts_rows(step: Node) -> bool:
    return any(isinstance(count.this, exp.Star) for count in step.expression.find_all(exp.Count))


def _required_relations(scope: Scope) -> set[Relation]:
    """The relations without whose rows there is no row of the result: `from` and inner joins, through CTEs."""
    if scope.set_operation_scopes:
        return {relation for part in scope.set_operation_scopes for relation in _required_relations(part)}
    named = [part.this.alias_or_name for part in (scope.expression.args.get("from_"),) if part]
    named += [join.this.alias_or_name for join in scope.expression.args.get("joins") or () if not join.side]
    found: set[Relation] = set()
    for source in (scope.sources.get(name) for name in named):
        if isinstance(source, exp.Table):
            found.add(Relation(source.db, source.name))
        elif isinstance(source, Scope):
            found |= _required_relations(source)
    return found
