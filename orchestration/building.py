"""A process in which dbt builds everything, beside the load: it is imported and the project read while files are landed.

The warehouse is open in one process at a time: here while dbt runs, in the load before and after. A further month needs no dbt
and no process of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingestion.settings import Settings
from orchestration import dbt_home, warehouse
from orchestration.beside import Beside, said_for_people, say
from orchestration.build_result import BuildResult, OnNode
from orchestration.plan import BuildPlan


class Builder:
    """Builds the warehouse, once a load."""

    def __init__(self) -> None:
        self._beside = Beside()

    def begin(self, settings: Settings) -> None:
        """Start the process, which reads the dbt project, where everything has to be built. Call it once the manifest of this code is there."""
        if not self._beside.is_running:
            self._beside.ask(_read_project, settings)  # a project that cannot be read is said by the build

    def build(self, settings: Settings, plan: BuildPlan, judged_from: date, on_node: OnNode | None) -> BuildResult:
        """As `warehouse.build`."""
        if not plan.is_full:
            self.close()
            return warehouse.build(settings, plan, judged_from, on_node)
        try:
            with said_for_people("dbt"):
                asked = self._beside.ask_with_notes(_build, settings, plan, judged_from)
                return self._beside.listen(asked, on_node)
        finally:
            self.close()  # its memory is wanted by what follows

    def close(self) -> None:
        self._beside.close()


_project: Any = None  # in the process: the manifest, once it has been read


def _read_project(settings: Settings) -> None:
    global _project
    _project = dbt_home.parse(settings)


def _build(settings: Settings, plan: BuildPlan, judged_from: date) -> BuildResult:
    if _project is None:
        _read_project(settings)
    return warehouse.build(settings, plan, judged_from, say, manifest=_project)
