"""The figures of one period as cells: one for each true quantity, in however many tables it stands.

A quantity is a measure and, in surveys, an item; a cell is the quantity of one group. A cell is hidden in every table as
soon as one table hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from publishing.column_types import is_integer
from publishing.disclosure.structure import Structure, hierarchies
from publishing.published_table import PublishedTable, flag
from publishing.suppress import HIDE, NOTHING, SHOW

if TYPE_CHECKING:
    import numpy as np


class Quantity(NamedTuple):
    measure: str
    item: tuple[str, ...] = ()


class Group(NamedTuple):
    trust: str
    kind: str
    code: str


class Cell(NamedTuple):
    quantity: Quantity
    group: Group


@dataclass
class Period:
    """Cells of one period. Lists have one entry a cell.

    Attributes:
        members: by trust and quantity, the cell of each group, as (kind, code); `groups`: all groups. Both in the order of the cells.
        value: true figure; 0 where it was not collected.
        hidden: whether it is hidden; grows while protection is sought.
        primary: whether it is hidden for its own small number.
        counts: whether it counts whole things.
        threshold: counts from 1 to this are small.
        whole_of: the count that the cell must not nearly fill, where its complement is protected.
        places: (table, measure whose flag it sets, cell of each row; -1 where the row has none).
        sized: cell of the people of the cell's group.
        earlier: cells as an earlier release has them, which nothing can hide any more (`beside`); `base`: their quantities
            -> the quantities of this release; `unchanged`: (cell, the same in an earlier release) of equal value.
        same: measures that are in every group as an earlier release has them, by the name that its cells bear.
        known: cells that readers know from earlier releases: hiding them would protect nothing, so they are shown.
    """

    name: tuple[str, ...]
    index: dict[Cell, int] = field(default_factory=dict)
    members: dict[tuple[str, Quantity], dict[tuple[str, str], int]] = field(default_factory=dict)
    groups: dict[Group, None] = field(default_factory=dict)
    value: list[float] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    primary: list[bool] = field(default_factory=list)
    counts: list[bool] = field(default_factory=list)
    threshold: list[int] = field(default_factory=list)
    whole_of: dict[int, int] = field(default_factory=dict)
    sized: dict[int, int] = field(default_factory=dict)
    places: list[tuple[str, str, list[int]]] = field(default_factory=list)
    earlier: set[int] = field(default_factory=set)
    base: dict[Quantity, Quantity] = field(default_factory=dict)
    unchanged: list[tuple[int, int]] = field(default_factory=list)
    same: dict[str, set[str]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)

    @property
    def settled(self) -> set[str]:
        """Measures that look as in an earlier release, whatever is decided, since that has the same figures of them."""
        return set().union(*self.same.values())

    def add(self, cell: Cell, value: float, hidden: bool, counts: bool, threshold: int) -> int:
        place = self.index.setdefault(cell, len(self.value))
        if place == len(self.value):
            quantity, group = cell
            self.members.setdefault((group.trust, quantity), {})[group.kind, group.code] = place
            self.groups[group] = None
            self.value.append(value)
            self.hidden.append(hidden)
            self.primary.append(hidden)
            self.counts.append(counts)
            self.threshold.append(threshold)
        elif hidden:
            self.hidden[place] = self.primary[place] = True
        return place

    def can_hide(self, place: int) -> bool:
        """Whether a cell is shown and can be hidden at all."""
        return not (self.hidden[place] or place in self.earlier or place in self.known)

    def hide(self, place: int) -> bool:
        """Hide a cell; whether it was shown before and can be hidden at all."""
        changed = self.can_hide(place)
        self.hidden[place] |= changed
        return changed

    def show(self, place: int) -> None:
        """Show a cell that readers know, in every table and however small its group; `suppress` hides what is small itself."""
        self.hidden[place] = False
        self.known.add(place)

    def of(self, trust: str, measure: str) -> Mapping[tuple[str, str], int]:
        """The cells of a measure, of surveys those that are the same for all items, by (kind, code) of the group."""
        return self.members.get((trust, Quantity(measure)), {})

    def trusts_of(self, measure: str) -> list[str]:
        """The trusts that have such cells."""
        return [trust for trust, quantity in self.members if quantity == Quantity(measure)]


def _texts(values: np.ndarray) -> list[str]:
    return [str(value) for value in values]


def _numbers(values: np.ndarray) -> tuple[list[float], list[bool]]:
    """Figures and which of them are there; a masked array has holes."""
    import numpy as np

    there = ~np.ma.getmaskarray(values)
    numbers = np.asarray(np.ma.getdata(values), dtype=float)
    there &= ~np.isnan(numbers)
    return np.where(there, numbers, 0.0).tolist(), there.tolist()


def _flags(values: np.ndarray) -> list[bool]:
    import numpy as np

    flags: list[bool] = np.ma.filled(values, False).astype(bool).tolist()
    return flags


def add_rows(
    period: Period,
    table: PublishedTable,
    structure: Structure,
    rows: Mapping[str, np.ndarray],
    thresholds: Mapping[str, int],
) -> None:
    """Add the rows that a table has of the period, with true figures and primary flags, in the order of its key."""
    if structure.hierarchy is None:
        return
    about = hierarchies()[structure.hierarchy]
    by_name = {column.name: column for column in table.columns}
    trusts = _texts(rows["trust_code"])
    groups = [
        Group(trust, about.whole if code == about.whole_code else kind, code)
        for trust, kind, code in zip(trusts, *(_texts(rows[name]) for name in structure.groups), strict=True)
    ]
    texts = {name: _texts(rows[name]) for name in structure.item}
    items = list(zip(*texts.values(), strict=True)) if texts else [()] * len(groups)
    placed: dict[str, list[int]] = {}
    for measure in (*structure.counted, *structure.wholes):
        flagged = structure.shown_by.get(measure, measure)
        rules = by_name[flagged].disclosure
        kind = rules.kind if rules else "staff"
        counts = is_integer(by_name[measure].type)
        numbers, there = _numbers(rows[measure])
        flags = _flags(rows[flag(flagged)]) if flag(flagged) in rows else [False] * len(numbers)
        if measure in structure.once:
            of = structure.once[measure]
            own = list(zip(*(texts[name] for name in of), strict=True)) if of else [()] * len(groups)
        else:
            own = items
        named = structure.wholes.get(measure, measure)
        places = []
        for row, value in enumerate(numbers):
            if not there[row]:
                places.append(-1)
                continue
            group = groups[row] if measure == named else Group(trusts[row], about.whole, trusts[row])
            cell = Cell(Quantity(named, own[row]), group)
            places.append(period.add(cell, value, flags[row], counts, thresholds[kind]))
        period.places.append((table.name, flagged, places))
        placed[measure] = places
        if rules and rules.complement and rules.complement.part == measure and rules.complement.of in placed:
            for part, whole in zip(places, placed[rules.complement.of], strict=True):
                if part >= 0 <= whole:
                    period.whole_of[part] = whole
    if structure.size in placed:
        for places in placed.values():
            for place, size in zip(places, placed[structure.size], strict=True):
                if place >= 0 <= size:
                    period.sized.setdefault(place, size)


def decisions_by_place(period: Period, tables: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """What is hidden, and what is shown since readers know it, by table and measure, in the order of the rows.

    A measure that stands for several figures of its row is hidden with any of them, and shown where all of them are known.
    """
    found: dict[str, dict[str, list[set[int]]]] = {table: {} for table in tables}
    for table, measure, places in period.places:
        before = found[table].setdefault(measure, [set() for _ in places])
        for of_row, place in zip(before, places, strict=True):
            if place >= 0:
                of_row.add(place)

    def decision(of_row: set[int]) -> str:
        if any(period.hidden[place] for place in of_row):
            return HIDE
        return SHOW if of_row and of_row <= period.known else NOTHING

    return {
        table: {measure: [decision(of_row) for of_row in rows] for measure, rows in measures.items()}
        for table, measures in found.items()
    }
