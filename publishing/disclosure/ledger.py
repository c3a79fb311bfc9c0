"""What each release showed and hid of every period: the memory of disclosure control, beside the decisions it follows from.

A release names for each period the decisions that it was made with; the figures stand once under the name of the decisions,
however many releases share them. Private, as the warehouse is: it holds hidden figures too, since whether a figure that was
hidden has changed can be told in no other way.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publishing.errors import PublishingError
from publishing.pointer import write_atomically

if TYPE_CHECKING:
    from publishing.disclosure.cells import Cell, Group, Period

#: Names of the columns of a period, then its value: ("people", "reporting_month", "2025-03-01").
PeriodName = tuple[str, ...]
_RELEASES = "releases"
_FIGURES = ".figures.json.gz"


@dataclass(frozen=True)
class Figure:
    """A figure as a release has it: its true value, and whether the release hides it."""

    value: float
    is_hidden: bool


Figures = Mapping["Cell", Figure]


def emptied_or_filled(was: Mapping[Cell, float], now: Mapping[Cell, float]) -> set[Group]:
    """Groups without anybody in one of two releases only: a 0 of nobody is no figure of people, and tells nothing of theirs."""

    def filled(figures: Mapping[Cell, float]) -> set[Group]:
        return {cell.group for cell, value in figures.items() if value}

    return filled(was) ^ filled(now)


def figures_of(period: Period) -> dict[Cell, Figure]:
    """What a release shows and hides of a period that is decided."""
    return {
        cell: Figure(period.value[place], period.hidden[place])
        for cell, place in period.index.items()
        if place not in period.earlier
    }


def keep_figures(folder: Path, key: str, figures: Figures) -> None:
    """Keep the figures of a period under the name of the decisions about it."""
    listed = [
        [cell.quantity.measure, cell.quantity.item, cell.group, figure.value, figure.is_hidden]
        for cell, figure in figures.items()
    ]
    text = json.dumps(listed, separators=(",", ":"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(folder / f"{key}{_FIGURES}", gzip.compress(text.encode(), 3, mtime=0), 0o600)


def has_figures(folder: Path, key: str) -> bool:
    return (folder / f"{key}{_FIGURES}").is_file()


def read_figures(folder: Path, key: str) -> dict[Cell, Figure] | None:
    """The figures kept under a name; None where they are gone."""
    from publishing.disclosure.cells import Cell, Group, Quantity

    try:
        listed = json.loads(gzip.decompress((folder / f"{key}{_FIGURES}").read_bytes()))
    except (OSError, ValueError, EOFError):
        return None
    return {
        Cell(Quantity(measure, tuple(item)), Group(*group)): Figure(value, is_hidden)
        for measure, item, group, value, is_hidden in listed
    }


def keep_release(folder: Path, release: str, keys: Mapping[PeriodName, str]) -> None:
    """Keep which decisions a release was made with."""
    text = json.dumps([[*name, key] for name, key in sorted(keys.items())], separators=(",", ":"))
    (folder / _RELEASES).mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(folder / _RELEASES / f"{release}.json", text + "\n", 0o600)


def read_release_keys(folder: Path, release: str) -> dict[PeriodName, str] | None:
    """The name of the decisions of each period of a release; None where nothing was kept of it."""
    try:
        listed = json.loads((folder / _RELEASES / f"{release}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {tuple(name): key for *name, key in listed}


def not_yet_published(folder: Path, keys: Mapping[PeriodName, str]) -> frozenset[PeriodName]:
    """Those of the periods whose decisions no release was made with."""
    releases = sorted(file.stem for file in (folder / _RELEASES).glob("*.json"))
    published = {key for release in releases for key in (read_release_keys(folder, release) or {}).values()}
    return frozenset(name for name, key in keys.items() if key not in published)


def no_longer_known(folder: Path, releases: Iterable[str]) -> list[str]:
    """Those of the releases of which the ledger does not say any more what they showed."""

    def is_known(release: str) -> bool:
        keys = read_release_keys(folder, release)
        return keys is not None and all(has_figures(folder, key) for key in keys.values())

    return [release for release in releases if not is_known(release)]


def copy_memory(folder: Path, releases: Iterable[str], to: Path) -> None:
    """What the ledger knows of these releases alone, in a folder of its own: what they showed, and no decision."""
    for release in releases:
        keys = read_release_keys(folder, release) or {}
        keep_release(to, release, keys)
        for key in set(keys.values()):
            shutil.copyfile(folder / f"{key}{_FIGURES}", to / f"{key}{_FIGURES}")


class Earlier:
    """Releases that were published before, which readers may have beside the one that is made.

    Raises:
        PublishingError: nothing was kept of one of them, so nobody can say what it showed.
    """

    def __init__(self, folder: Path | None, releases: tuple[str, ...]) -> None:
        self.folder = folder or Path()
        found = {release: read_release_keys(folder, release) if folder else None for release in releases}
        if missing := [release for release, keys in found.items() if keys is None]:
            raise PublishingError(
                "what earlier releases showed is not known any more, so nothing can be protected beside them",
                "disclosure ledger",
                "put back a copy of the folder `disclosure` of the home, or unset RCW_PUBLISH_BESIDE_EARLIER",
                missing,
            )
        self.periods = [keys for keys in found.values() if keys]

    def keys(self, name: PeriodName, own: str) -> list[str]:
        """Names of other decisions about a period than `own`, the earliest release first."""
        return [key for key in dict.fromkeys(keys.get(name, own) for keys in self.periods) if key != own]

    def figures(self, key: str) -> dict[Cell, Figure]:
        """What a release showed of a period.

        Raises:
            PublishingError: it is gone.
        """
        found = read_figures(self.folder, key)
        if found is None:
            raise PublishingError(
                "what an earlier release showed of a period is not known any more",
                "disclosure ledger",
                "put back a copy of the folder `disclosure` of the home, or unset RCW_PUBLISH_BESIDE_EARLIER",
                [key],
            )
        return found


def earlier_releases(folder: Path | None, releases: Iterable[str]) -> Earlier | None:
    """The releases that one is made beside, or None where it is made by itself.

    Raises:
        PublishingError: nothing was kept of one of them.
    """
    found = tuple(releases)
    return Earlier(folder, found) if found else None
