"""In what order the test files begin: first those that stand on something costly, so that no process ends with one of them alone.

A file's tests stay together and in their order. What a test finds never depends on it: each file runs alone too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

FEW = 10


def costly_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests, file by file.

    First the files that are the first to need what several files share, then those that make something for themselves, then
    those that find the shared things made. The others fill the rest of the time: those of few tests, which are often long ones,
    and last the many that are short.
    """
    listed = list(items)
    counts, made = Counter(item.path for item in listed), {item.path: set[tuple[str, str]]() for item in listed}
    for item in listed:
        made[item.path] |= set(_made_for_many(item))
    known: set[str] = set()
    places: dict[Path, tuple[int, int]] = {}
    for path, found in made.items():
        shared = {name for name, scope in found if scope == "session"}
        if shared - known:
            place = 0
        elif any(scope == "module" for _, scope in found):
            place = 1
        else:
            place = 2 if shared else 3
        places[path] = (place, 0) if place < 3 or counts[path] < FEW else (4, -counts[path])
        known |= shared
    return sorted(listed, key=lambda item: places[item.path])


def _made_for_many(item: pytest.Item) -> Iterable[tuple[str, str]]:
    """(name, scope) of the fixtures of the tests' own that more than one test stands on."""
    information = getattr(item, "_fixtureinfo", None)  # of pytest's own; without it the files keep their order
    for name, definitions in (information.name2fixturedefs if information else {}).items():
        if definitions[-1].baseid.startswith("tests") and definitions[-1].scope in ("module", "session"):
            yield name, definitions[-1].scope
