"""Loads without a command line, Dagster, tests or gate: landing, build and release in this process, so that many cost little.

What decides the bytes of a release is all there; the whole way is what `test_order_of_arrival.py` goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from orchestration import dbt_home, warehouse
from orchestration.plan import BuildPlan
from orchestration.session import LoadSession
from tests.homes import KEY


@dataclass(frozen=True)
class Home:
    """A home of its own; `options` are settings beside those that every test has."""

    path: Path
    key: str = KEY
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        given = {"home": self.path, "pseudonym_key": self.key, "memory_limit": "1GB", **self.options}
        return Settings(**given, _env_file=None)

    @property
    def landing(self) -> Path:
        return self.path / "landing"

    def load(self, months: set[date] | None = None) -> BuildPlan:
        """Take what is new (of some months), build what has changed and publish; the plan that the build followed."""
        session = LoadSession(self.settings)
        try:
            session.settle(session.look(), None, None)
            session.land(months=months)
            plan = session.plan()
            if plan.is_needed:
                dbt_home.ensure_manifest(session.settings)
                plan = session.prepare()
                result = warehouse.build(session.settings, session.plan(), plan.from_month, with_tests=False)
                assert not result.errors, result.errors
                warehouse.finish(session.ledger)
            if session.release_inputs() is not None:
                session.publish()
            return plan
        finally:
            session.close()

    def release(self) -> Path:
        return (self.path / "published" / "current").resolve()
