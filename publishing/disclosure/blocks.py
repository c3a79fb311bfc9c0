"""The sums that tie the cells of a period, in blocks that no equation links.

A block is what a reader who adds and subtracts knows of one quantity: equations E x = 0 over its cells, and the bounds of
each cell. A declared sum that leaves a remainder has the remainder as a variable of its own that is nowhere published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publishing.disclosure.cells import Period, Quantity
from publishing.disclosure.limits import Limits, Shown
from publishing.disclosure.structure import Hierarchy, Structure, hierarchies

if TYPE_CHECKING:
    import numpy as np
    from scipy import sparse

#: Sums of figures with decimals hold to this share of the whole.
_ROUNDING = 1e-9
#: Largest figure with decimals that a program sees.
_LARGE = 1e4
KindAndCode = tuple[str, str]


@dataclass
class Block:
    """Cells tied by equations.

    Attributes:
        cells: cell of the period for each variable; -1 for a remainder or a sum that is not published.
        equations: E of E x = 0, one row an equation, one column a variable.
        value, low, high: of each variable, and what a reader knows of it beside the equations, however much is hidden; money in a
            larger unit.
        level: kind of group of each variable, empty where it is not published.
        parts, wholes: of a variable, the shown counts nested in it and those that it is nested in, as far as they can still be
            hidden: it is at least the former and at most the latter.
        made_up: variables that are the sum of others of their group, and say nothing that these do not.
    """

    cells: np.ndarray
    equations: sparse.coo_array
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: list[str]
    hierarchy: Hierarchy
    parts: Mapping[int, Sequence[Shown]] = field(default_factory=dict)
    wholes: Mapping[int, Sequence[Shown]] = field(default_factory=dict)
    made_up: Set[int] = frozenset()


class Builder:
    """Collects the variables and equations of one block."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.column: dict[int, int] = {}
        self.cells: list[int] = []
        self.values: list[float] = []
        self.levels: list[str] = []
        self.rows: list[dict[int, float]] = []
        self.made_up: set[int] = set()

    def variable(self, cell: int, level: str) -> int:
        if cell not in self.column:
            self.column[cell] = self.latent(self.period.value[cell], cell, level)
        return self.column[cell]

    def latent(self, value: float, cell: int = -1, level: str = "") -> int:
        self.cells.append(cell)
        self.values.append(value)
        self.levels.append(level)
        return len(self.cells) - 1

    def equal(self, wholes: Iterable[int], parts: Iterable[int]) -> None:
        """Sum of `wholes` = sum of `parts`; a difference that the figures show becomes a remainder of at least 0."""
        terms: dict[int, float] = {}
        for variables, sign in ((wholes, 1.0), (parts, -1.0)):
            for variable in variables:
                terms[variable] = terms.get(variable, 0.0) + sign
        terms = {variable: factor for variable, factor in terms.items() if factor}
        rest = sum(factor * self.values[variable] for variable, factor in terms.items())
        size = sum(abs(self.values[variable]) for variable in terms)
        if abs(rest) > _ROUNDING * max(size, 1.0):
            terms[self.latent(abs(rest))] = -1.0 if rest > 0 else 1.0
        if len(terms) > 1:
            self.rows.append(terms)

    def at_most(self, parts: Iterable[int], whole: int) -> None:
        """Sum of `parts` <= `whole`, all of this block."""
        terms = {whole: 1.0, **dict.fromkeys(parts, -1.0)}
        rest = self.latent(sum(factor * self.values[variable] for variable, factor in terms.items()))
        self.rows.append({**terms, rest: -1.0})

    def add_groups(self, members: Mapping[KindAndCode, int], about: Hierarchy) -> None:
        """The sums of one quantity over its groups."""
        by_kind: dict[str, dict[str, int]] = {}
        for (kind, code), cell in members.items():
            by_kind.setdefault(kind, {})[code] = self.variable(cell, kind)
        of_whole = list(by_kind.get(about.whole, {}).values())
        kinds = [kind for kind in about.parts if kind in by_kind]
        if not of_whole and len(kinds) > 1:
            of_whole = [self.latent(sum(self.values[part] for part in by_kind[kinds[0]].values()))]
        for kind in kinds if of_whole else []:
            self.equal(of_whole, by_kind[kind].values())
        for crossed, of in about.crossed.items():
            for place, kind in enumerate(of if crossed in by_kind else ()):
                parts: dict[str, list[int]] = {}
                for code, variable in by_kind[crossed].items():
                    codes = code.split(about.separator)
                    if len(codes) == len(of):
                        parts.setdefault(codes[place], []).append(variable)
                for code, whole in by_kind.get(kind, {}).items():
                    self.equal([whole], parts.get(code, []))

    def add_same(self, members: Mapping[KindAndCode, int], pairs: Iterable[tuple[KindAndCode, KindAndCode]]) -> None:
        for one, other in pairs:
            if one in members and other in members:
                self.equal([self.variable(members[one], one[0])], [self.variable(members[other], other[0])])

    def block(self, limits: Limits, about: Hierarchy) -> Block:
        import numpy as np
        from scipy import sparse

        cells = np.array(self.cells, dtype=np.int64)
        value = np.array(self.values)
        row = [number for number, terms in enumerate(self.rows) for _ in terms]
        column = [variable for terms in self.rows for variable in terms]
        factor = [value for terms in self.rows for value in terms.values()]
        published = cells >= 0
        lows, highs = np.zeros(len(cells)), np.full(len(cells), np.inf)
        lows[published], highs[published] = limits.low[cells[published]], limits.high[cells[published]]
        # Sums of money are made small enough for the programs; people are counted as they are.
        is_count = all(self.period.counts[cell] for cell in cells[published].tolist())
        unit = 1.0 if is_count else max(1.0, float(np.abs(value).max(initial=0.0)) / _LARGE)
        value, lows, highs = value / unit, lows / unit, highs / unit

        def of_variables(of_cells: Mapping[int, Sequence[Shown]]) -> Mapping[int, Sequence[Shown]]:
            return {
                variable: [shown._replace(value=shown.value / unit) for shown in of_cells[cell]]
                for variable, cell in enumerate(self.cells)
                if cell in of_cells
            }

        return Block(
            cells=cells,
            equations=sparse.coo_array((factor, (row, column)), shape=(len(self.rows), len(cells))),
            value=value,
            low=np.minimum(lows, value),
            high=np.maximum(highs, value),
            level=self.levels,
            hierarchy=about,
            parts=of_variables(limits.parts),
            wholes=of_variables(limits.wholes),
            made_up=self.made_up,
        )


def _same_people(period: Period, trust: str, structures: Iterable[Structure]) -> list[tuple[KindAndCode, KindAndCode]]:
    """Groups of different kinds that are the same people, as far as their number and what is tied to it tell.

    Where that is hidden nobody sees it, and of a few people it is often chance: there the code must be one too.
    """
    found: dict[tuple[float | str, ...], list[KindAndCode]] = {}
    tied = [names for structure in structures for names in structure.together if structure.size in names]
    if not tied:
        return []
    of_each = [period.of(trust, name) for name in tied[0]]
    for group, place in of_each[0].items():
        if period.value[place] > 0 and all(group in cells for cells in of_each):
            alike: tuple[float | str, ...] = tuple(round(period.value[cells[group]], 6) for cells in of_each)
            alike += (group[1],) if period.hidden[place] else ()
            found.setdefault(alike, []).append(group)
    return [(alike[0], other) for alike in found.values() for other in alike[1:] if other[0] != alike[0][0]]


def _families(structures: Iterable[Structure]) -> dict[str, str]:
    """Measure -> the one whose block it shares, for measures that an equation links."""
    return {measure: of for structure in structures for measure, of in structure.equated.items()}


def _link(
    builder: Builder, members: Mapping[Quantity, Mapping[KindAndCode, int]], structures: Iterable[Structure]
) -> None:
    """Equations between the quantities of one block."""
    for structure in structures:
        for measure, (of, group) in structure.outside.items():
            one, other = members.get(Quantity(measure), {}), members.get(Quantity(of), {})
            about = hierarchies()[structure.hierarchy or ""]
            kinds = {kind for kinds in about.crossed.values() for kind in kinds if (kind, group) in other}
            for (kind, code), cell in one.items():
                if (kind, code) in other and (measure, of) in structure.within:
                    builder.at_most([builder.variable(cell, kind)], builder.variable(other[kind, code], kind))
                is_part = kind in about.crossed or kind in kinds
                if is_part and (kind, code) in other and group not in code.split(about.separator):
                    builder.equal(
                        [builder.variable(one[kind, code], kind)], [builder.variable(other[kind, code], kind)]
                    )


def _disjoint(
    period: Period, members: Mapping[Quantity, Mapping[KindAndCode, int]], structures: Iterable[Structure]
) -> Iterator[tuple[Quantity, list[tuple[KindAndCode, int, list[int]]], bool]]:
    """Each count within which others have nobody in common: the whole and the parts of each group, and whether all of its
    groups show that they make it up."""
    made_of = [pair for structure in structures for pair in structure.disjoint.items()]
    for quantity, wholes in members.items():
        for _, names in (pair for pair in made_of if pair[0] == quantity.measure):
            of_parts = [members.get(Quantity(name, quantity.item), {}) for name in names]
            found = [
                (group, whole, [parts[group] for parts in of_parts])
                for group, whole in wholes.items()
                if all(group in parts for parts in of_parts)
            ]
            value = period.value
            is_sum = all(value[whole] == sum(value[part] for part in parts) for _, whole, parts in found)
            yield quantity, found, is_sum and len(found) == len(wholes)


def _link_disjoint(builder: Builder, groups: Iterable[tuple[KindAndCode, int, list[int]]], is_sum: bool) -> None:
    """The parts are the whole, or no more than it where some group shows that others are in it too."""
    for (kind, _), whole, parts in groups:
        variables = [builder.variable(part, kind) for part in parts]
        of_whole = builder.variable(whole, kind)
        if is_sum:
            builder.equal([of_whole], variables)
            builder.made_up.add(of_whole)
        else:
            builder.at_most(variables, of_whole)


def _link_releases(builder: Builder, members: Mapping[Quantity, Mapping[KindAndCode, int]]) -> None:
    """A figure that has not changed is the same in two releases."""
    if not builder.period.unchanged:
        return
    of_block = {cell: kind for of_groups in members.values() for (kind, _), cell in of_groups.items()}
    for now, then in builder.period.unchanged:
        if now in of_block and then in of_block:
            builder.equal([builder.variable(now, of_block[now])], [builder.variable(then, of_block[then])])


def blocks_of(
    period: Period,
    structures: list[Structure],
    limits: Limits,
    wanted: Set[str] | None = None,
) -> list[Block]:
    """Blocks of the period, in a fixed order.

    Args:
        structures: of the tables that have rows in the period.
        limits: bounds of each cell.
        wanted: only blocks that these measures are in.
    """
    shared = _families(structures)
    linked: dict[str, list[str]] = {}
    for measure, of in shared.items():
        linked.setdefault(of, []).append(measure)
    tree = {
        name: hierarchies()[structure.hierarchy]
        for structure in structures
        if structure.hierarchy
        for name in (*structure.counted, *structure.wholes.values())
    }
    families: dict[tuple[str, Quantity], dict[Quantity, Mapping[KindAndCode, int]]] = {}
    computed = {item for structure in structures for item in structure.computed_items}
    for (trust, quantity), members in period.members.items():
        base = period.base.get(quantity, quantity)
        family = Quantity(shared.get(base.measure, base.measure), base.item)
        names = (quantity.measure, family.measure, *linked.get(family.measure, ()))
        is_wanted = wanted is None or not wanted.isdisjoint(names)
        if is_wanted and not computed & set(quantity.item[-1:]):
            families.setdefault((trust, family), {})[quantity] = members
    same = {trust: _same_people(period, trust, structures) for trust in {trust for trust, _ in families}}
    found = []
    for (trust, quantity), by_quantity in families.items():
        builder = Builder(period)
        disjoint = list(_disjoint(period, by_quantity, structures))
        made_up = {whole for whole, _, is_sum in disjoint if is_sum}  # their sums follow from those of the parts
        for of_quantity, of_groups in by_quantity.items():
            if of_quantity not in made_up:
                builder.add_groups(of_groups, tree[quantity.measure])
                builder.add_same(of_groups, same[trust])
        _link(builder, by_quantity, structures)
        for _, groups, is_sum in disjoint:
            _link_disjoint(builder, groups, is_sum)
        _link_releases(builder, by_quantity)
        found.append(builder.block(limits, tree[quantity.measure]))
    return found
