"""New values of an open set, as far as they may be told.

A column of a set can hold anything, even people (two headers exchanged), and nothing tells a name from a new category for sure. So a
value is told only where each of its words is one of the set's own: another spelling or order of what is known. Of any other the line is
said, and whoever has the file reads it there. Raw storage keeps values of open sets as delivered.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import Column
from ingestion.delivery import Delivery
from ingestion.places import place
from ingestion.raw_store import ROWS
from ingestion.settings import Settings

_SHOWN = 5


@dataclass(frozen=True, order=True)
class NewValue:
    """A value outside a column's set, and where it stands first. `text` is what it may be called."""

    value: str
    file: str
    line: int
    is_told: bool

    @property
    def text(self) -> str:
        return self.value if self.is_told else f"(line {self.line} of {self.file})"


def new_values(settings: Settings, column: Column, now: Sequence[Delivery], was: Sequence[Delivery]) -> list[NewValue]:
    """The values outside a column's set that the deliveries `now` hold and those of `was` did not, in order."""
    known = {value for delivery in was for value, _ in _unknown(settings, column, delivery)}
    words = _words(" ".join([*column.known_values, *column.value_aliases]))
    found: dict[str, NewValue] = {}
    for delivery in now:
        for value, line in _unknown(settings, column, delivery):
            if value not in known and value not in found:
                found[value] = NewValue(value, place(settings, delivery), line, _is_of(words, value))
    return sorted(found.values())


def told(new: Sequence[NewValue]) -> str:
    """The new values in words: those that may be told, and the lines of the others."""
    shown = [one.value for one in new if one.is_told]
    others = sorted((one.file, one.line) for one in new if not one.is_told)
    said = [", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")] if shown else []
    if others:
        first = others[0][0]
        lines = [str(line) for file, line in others if file == first]
        more = f" and {len(others) - len(lines[:_SHOWN])} more" if len(others) > len(lines[:_SHOWN]) else ""
        place = f"line{'s' if len(lines) > 1 else ''} {', '.join(lines[:_SHOWN])} of {first}{more}"
        said.append(
            f"{len(others)} that {'are' if len(others) > 1 else 'is'} not shown, for they may name people: see {place}"
        )
    return "; and ".join(said)


def _is_of(words: Collection[str], value: str) -> bool:
    """Whether a value is made of a set's own words, and of nothing else that could tell of a person."""
    return bool(_words(value)) and _words(value) <= set(words)


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"\w+", text.casefold())}


def _unknown(settings: Settings, column: Column, delivery: Delivery) -> list[tuple[str, int]]:
    """Values outside a column's set as stored, with the first line of each."""
    file: Path = settings.raw_folder / delivery.key.place / ROWS
    if not file.exists():
        return []
    rows = duckdb.execute(
        f"select {column.name}, min(_row_number) from read_parquet(?) where {column.name} is not null group by all order by all",
        [file.as_posix()],
    ).fetchall()
    return [(str(value), line) for value, line in rows if value not in column.known_values]
