"""Loading a landing folder into a home of its own, for tests that hold the marts against an independent calculation.

Needs a home per test module: dbt keeps its paths in the process's environment, the warehouse in the home.
"""

from __future__ import annotations

import hashlib
import hmac
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from pydantic import SecretStr

from ingestion.settings import Settings
from orchestration import dbt_home, warehouse
from orchestration.session import LoadSession
from synthetic.truth import Truth

#: All ways in which a link is found.
METHODS = ("decision", "employee_number", "email", "orcid", "name")

_KEY = "a key for tests only, 32 bytes"


@dataclass(frozen=True)
class LoadedTrust:
    """Files of fifteen months with holes, the home they were loaded into, and what was planted."""

    landing: Path
    home: Path
    truth: Truth


def load(landing: Path, home: Path, *tables: str, with_tests: bool = True) -> dict[str, str]:
    """Land, prepare and build everything pending.

    `tables`: those that a test looks at; they alone are built, with all that leads to them and the dbt tests of these. All, if
    none is named.

    Returns:
        What became of each node of dbt, by its name.

    Raises:
        AssertionError: a delivery was refused, or a model or a test of the build failed.
    """
    settings = Settings(
        home=home,
        landing=landing,
        trust_code="RVN",
        pseudonym_key=SecretStr(_KEY),
        _env_file=None,
    )
    session = LoadSession(settings)
    try:
        landed = session.land()
        assert not landed.refused, [outcome.findings for outcome in landed.refused]
        plan = session.prepare()
        built = warehouse.build(
            settings,
            plan,
            plan.from_month,
            with_tests=with_tests,
            manifest=_project(tables).deepcopy(),  # a build writes into it
        )
        broken = [node for node in built.nodes if node.status not in {"success", "pass", "warn"}]
        assert not broken, [(node.name, node.message) for node in broken]
        warehouse.finish(session.ledger)
        return {node.name: node.status for node in built.nodes}
    finally:
        session.close()


@cache
def _project(tables: tuple[str, ...] = ()) -> Any:
    """dbt's reading of the project, or of the part of it that makes some tables; it is the same for every home."""
    if tables:
        return _leading_to(tables, _project().deepcopy())
    with tempfile.TemporaryDirectory() as home:
        return dbt_home.parse(Settings(home=Path(home), _env_file=None))


def _leading_to(tables: tuple[str, ...], manifest: Any) -> Any:
    """The manifest without the models that none of the tables comes from, and without tests that read one of these."""
    others = ("test", "operation")
    wanted, found = set(), [node_id for node_id, node in manifest.nodes.items() if node.name in tables]
    assert len(found) == len(tables), f"the project has only {found} of {tables}"
    while found:
        node_id = found.pop()
        if node_id in manifest.nodes and node_id not in wanted:
            wanted.add(node_id)
            found += manifest.nodes[node_id].depends_on_nodes
    manifest.nodes = {
        node_id: node
        for node_id, node in manifest.nodes.items()
        if node_id in wanted
        or (node.resource_type in others and wanted.issuperset(set(node.depends_on_nodes) & manifest.nodes.keys()))
    }
    manifest.exposures, manifest.unit_tests = {}, {}
    return manifest


def pseudonym_of(text: str) -> str:
    """The pseudonym, under this module's key, of an employee number or of `name|` and a plain name."""
    return hmac.new(_KEY.encode(), f"RVN|{text}".encode(), hashlib.sha256).digest()[:16].hex()


def linked_in(home: Path, month: date, methods: Sequence[str] = METHODS) -> dict[str, str]:
    """Staff keys of the R&D people that were linked in a month by one of the methods, by researcher key."""
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select researcher_key, staff_key from raw.researcher_link where staff_key is not null "
            "and valid_from <= $month and coalesce(valid_to, $month) >= $month and list_contains($methods, link_method)",
            {"month": month, "methods": list(methods)},
        )
        return dict(rows.fetchall())


def mart(home: Path, name: str) -> list[dict[str, object]]:
    """All rows of a mart, before disclosure control."""
    return _rows(home, f"marts.{name}")


def core(home: Path, name: str) -> list[dict[str, object]]:
    """All rows of a core table."""
    return _rows(home, f"core.{name}")


def _rows(home: Path, table: str) -> list[dict[str, object]]:
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.sql(f"select * from {table}").df().astype(object).to_dict("records")
