"""The value lists that the synthetic trust draws from, read from the CSV files beside this one."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_NAMES = _FOLDER.parent / "names"


@cache
def value_list(name: str) -> tuple[dict[str, str], ...]:
    """Rows of `values/<name>.csv`."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def names(kind: str) -> tuple[str, ...]:
    """Names of `names/<kind>.txt`, the commonest first."""
    return tuple((_NAMES / f"{kind}.txt").read_text(encoding="utf-8").split("\n")[:-1])
