"""What a reader knows of each figure of a period beside the sums: what it is nested in, made up of, or left out of by definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from publishing.disclosure.cells import Cell, Period, Quantity
from publishing.disclosure.structure import Structure, hierarchies

if TYPE_CHECKING:
    import numpy as np


class Shown(NamedTuple):
    """A shown count that bounds another one; `level`: kind of the group that loses a figure where it is hidden."""

    value: float
    cell: int
    level: str


@dataclass(frozen=True)
class Limits:
    """What a reader knows of the cells of a period beside the sums.

    Attributes:
        low, high: by cell, however much is hidden.
        parts, wholes: cell -> the shown counts nested in it, and those that it is nested in, that can still be hidden.
    """

    low: np.ndarray
    high: np.ndarray
    parts: Mapping[int, Sequence[Shown]]
    wholes: Mapping[int, Sequence[Shown]]


@dataclass(frozen=True)
class Ties:
    """What ties the cells of a period to one another beside the sums, whatever is hidden.

    Attributes:
        nested: (part, whole) of cells that the dictionary nests and whose figures agree.
        unions: the cell of each union, and those of the counts that make it up.
        zeros: cells of a count in groups that it leaves out: everybody knows that nobody is counted there.
        levels: by cell, the kind of the group that loses a figure where it is hidden.
    """

    nested: Sequence[tuple[int, int]]
    unions: Sequence[tuple[int, Sequence[int]]]
    zeros: Sequence[int]
    levels: Sequence[str]


def ties_of(period: Period, structures: Sequence[Structure]) -> Ties:
    """What ties the cells of a period, of which there are all."""
    left_out = list(_left_out(period, structures))
    levels = [key.group.kind for key in period.index]
    for cell, is_of_count, rest in left_out:
        # Where a count leaves its group out, what remains or its whole must be hidden with it.
        levels[cell] = levels[cell] if is_of_count else rest
    zeros = {cell for cell, is_of_count, _ in left_out if is_of_count and not period.value[cell]}
    return Ties(list(_nested(period, structures)), list(_unions(period, structures)), sorted(zeros), levels)


def limits_of(period: Period, ties: Ties) -> Limits:
    """What a reader knows of each cell beside the sums: no count is negative, a hidden count of a group that is shown is not
    0, a count is 0 in the group that it leaves out, a part is within its whole where that is shown, and whoever is in a union is
    in one of what makes it up.
    """
    import numpy as np

    parts: dict[int, list[Shown]] = {}
    wholes: dict[int, list[Shown]] = {}
    value, hidden, levels = period.value, period.hidden, ties.levels
    low, high = np.zeros(len(value)), np.full(len(value), np.inf)
    for cell, figure in enumerate(value):
        size = period.sized.get(cell, cell)
        if period.counts[cell] and (size == cell or not hidden[size]):
            low[cell] = min(1.0, figure)
    for part, whole in ties.nested:
        if period.can_hide(whole):
            wholes.setdefault(part, []).append(Shown(value[whole], whole, levels[whole]))
        elif not hidden[whole]:
            high[part] = min(high[part], value[whole])
        if period.can_hide(part):
            parts.setdefault(whole, []).append(Shown(value[part], part, levels[part]))
        elif not hidden[part]:
            low[whole] = max(low[whole], value[part])
    high[ties.zeros] = 0.0
    for union, made_of in ties.unions:
        for cell in made_of if not hidden[union] else ():
            others = [other for other in made_of if other != cell]
            rest = value[union] - sum(value[other] for other in others)
            if 0 < rest <= value[cell] and not any(hidden[other] for other in others):
                hideable = [other for other in (*others, union) if period.can_hide(other)]
                if hideable:
                    parts.setdefault(cell, []).append(Shown(rest, hideable[0], levels[hideable[0]]))
                else:
                    low[cell] = max(low[cell], rest)
    return Limits(low, high, parts, wholes)


def _nested(period: Period, structures: Iterable[Structure]) -> Iterator[tuple[int, int]]:
    """Cells of each part and of its whole in the same group, of which the part is no larger."""
    wholes: dict[str, set[str]] = {}
    for structure in structures:
        for part, whole in structure.within:
            # Of a measure that an equation ties to its whole, the block itself has the bound.
            if structure.equated.get(part) != whole:
                wholes.setdefault(part, set()).add(whole)
    for key, cell in period.index.items():
        measure, item = key.quantity
        release: tuple[str, ...] = ()
        if key.quantity in period.base:
            release, item = item[:1], item[1:]
        for name in sorted(wholes.get(measure, ())):
            # Of an earlier release the figure of that release, which is the present one where none has changed.
            of_release = () if release and name in period.same[release[0]] else release
            quantities = (Quantity(name, (*of_release, *item[:length])) for length in range(len(item), -1, -1))
            of = next((c for q in quantities if (c := period.index.get(Cell(q, key.group))) is not None), None)
            if of is not None and period.value[of] >= period.value[cell]:
                yield cell, of


def _left_out(period: Period, structures: Iterable[Structure]) -> Iterator[tuple[int, bool, str]]:
    """Of groups within one that a count leaves out, the cells of the count and of the measure that it is a count of: the cell,
    whether it is one of the count, and the kind of the group of which the count is the rest.
    """
    for structure in structures:
        for count, (measure, group) in structure.outside.items():
            about = hierarchies()[structure.hierarchy or ""]
            for key, cell in period.index.items():
                codes = key.group.code.split(about.separator)
                if key.quantity.measure in (count, measure) and group in codes:
                    kinds = zip(about.crossed.get(key.group.kind, ()), codes, strict=False)
                    rest = next((kind for kind, code in kinds if code != group), about.whole)
                    yield cell, key.quantity.measure == count, rest


def _unions(period: Period, structures: Iterable[Structure]) -> Iterator[tuple[int, list[int]]]:
    """Cells of each union and of the counts that make it up, group by group."""
    for structure in structures:
        for measure, parts in structure.unions.items():
            for key, whole in period.index.items():
                if key.quantity == Quantity(measure):
                    cells = [period.index.get(Cell(Quantity(part), key.group)) for part in parts]
                    if None not in cells:
                        yield whole, [cell for cell in cells if cell is not None]
