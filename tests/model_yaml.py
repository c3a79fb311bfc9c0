"""The YAML beside the dbt models, read once in a process and by the fast reader where there is one: several test files ask for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.code_identity import DBT_PROJECT

MODELS = DBT_PROJECT / "models"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def documents() -> dict[Path, dict[str, Any]]:
    """What each file says, by its path below `models`. Read it only."""
    return {
        file.relative_to(MODELS): yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER) or {}
        for file in sorted(MODELS.rglob("*.yml"))
    }
