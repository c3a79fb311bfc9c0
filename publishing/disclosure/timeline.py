"""The figures that months and releases tie to one another, as one system: what follows from all of them together.

The blocks of a period prove that its hidden figures can move while the sums over groups hold. Stocks, flows and sums over
months link these blocks to those of other months, and a figure that a correction has not changed links them to those of other
releases. Here stand all these equations, over the measures that time ties; a hidden figure that no movement of the whole system
changes is known, and the cheapest figures of the newest month that set it free are hidden.

A figure is named by measure, group, month and value: what a correction has not changed is one figure in every release.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from publishing.disclosure.blocks import Block, Builder
from publishing.disclosure.cells import Cell, Group, Period, Quantity
from publishing.disclosure.ledger import Earlier, Figure, Figures
from publishing.disclosure.months import REACH, History, month_text
from publishing.disclosure.private_tables import MONTH, PrivateTables
from publishing.disclosure.structure import Hierarchy, Structure, hierarchies
from publishing.policy import Secondary

#: The release that is made; earlier releases are numbered from 1.
OWN = 0
Side = tuple[int, ...]


@dataclass
class _Seen:
    """What a release says of a month.

    Attributes:
        variables: by measure and group; `shown`: those whose figures are shown.
        rows: places of the equations that end in the month, by the months that they reach back.
    """

    variables: dict[tuple[str, Group], int] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)
    rows: dict[int, range] = field(default_factory=dict)


class Timeline:
    """Months of the release that is made, in their order, and of earlier releases."""

    def __init__(self, structures: Iterable[Structure], threshold: int) -> None:
        self._threshold = threshold
        self._structures = [structure for structure in structures if structure.balance or structure.moving_sums]
        self._stocks = {structure.balance.stock for structure in self._structures if structure.balance}
        self._trees: dict[str, Hierarchy] = {}
        for structure in self._structures:
            about = hierarchies()[structure.hierarchy or ""]
            self._trees |= dict.fromkeys(linked_measures(structure), about)
        self._figures = Period(("timeline",))
        self._equations = Builder(self._figures)
        self._told: set[tuple[bool, Side, Side]] = set()
        self._seen: dict[tuple[int, int], _Seen] = {}

    @property
    def measures(self) -> list[str]:
        return sorted(self._trees)

    def has(self, release: int, month: int) -> bool:
        return (release, month) in self._seen

    def see(self, release: int, month: int, figures: Figures) -> None:
        """Add a month of a release, after the months before it; earlier releases before the one that is made."""
        seen = self._seen[release, month] = _Seen()
        staffed = {
            cell.group for cell, figure in figures.items() if cell.quantity.measure in self._stocks and figure.value
        }
        for cell, figure in figures.items():
            (measure, item), group = cell
            if measure in self._trees and not item:
                # A 0 of a group without anybody is another figure than a 0 of people.
                name = (str(month), repr(float(figure.value)), str(group in staffed))
                small = 1 <= figure.value <= self._threshold
                place = self._figures.add(
                    Cell(Quantity(measure, name), group), figure.value, small, True, self._threshold
                )
                seen.variables[measure, group] = self._equations.variable(place, group.kind)
                if not figure.is_hidden:
                    seen.shown.add(seen.variables[measure, group])
        first = len(self._equations.rows)
        self._add_sums(release, seen)
        seen.rows[0] = range(first, len(self._equations.rows))
        for back, sides in self._over_months(release, month):
            first = len(self._equations.rows)
            for wholes, parts in sides:
                if self._is_new(release, wholes, parts):
                    self._equations.equal(wholes, parts)
            seen.rows[back] = range(first, len(self._equations.rows))

    def _is_new(self, release: int, wholes: Side, parts: Side = ()) -> bool:
        """Whether an equation was not told before, by the release that is made or by one of the others."""
        told = (release == OWN, wholes, parts)
        is_new = told not in self._told
        self._told.add(told)
        return is_new

    def _add_sums(self, release: int, seen: _Seen) -> None:
        quantities: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
        for (measure, group), variable in seen.variables.items():
            quantities.setdefault((measure, group.trust), {})[group.kind, group.code] = variable
        for (measure, _), members in quantities.items():
            if self._is_new(release, tuple(members.values())):
                cells = {group: self._equations.cells[variable] for group, variable in members.items()}
                self._equations.add_groups(cells, self._trees[measure])

    def _over_months(self, release: int, month: int) -> Iterator[tuple[int, list[tuple[Side, Side]]]]:
        """Equations that end in the month: the months that they reach back, and both sides of each."""
        groups = dict.fromkeys(group for _, group in self._seen[release, month].variables)

        def side(group: Group, *names: tuple[str, int]) -> Side:
            sights = ((measure, self._seen.get((release, at))) for measure, at in names)
            found = [seen.variables.get((measure, group)) if seen else None for measure, seen in sights]
            return tuple(variable for variable in found if variable is not None) if None not in found else ()

        for structure in self._structures:
            terms: list[tuple[int, list[tuple[str, int]], list[tuple[str, int]]]] = []
            if balance := structure.balance:
                now = [(balance.stock, month), (balance.left, month)]
                terms.append((1, now, [(balance.stock, month - 1), (balance.joined, month)]))
            for measure, (of, length) in structure.moving_sums.items():
                months = [(of, at) for at in range(month - length + 1, month + 1)]
                terms.append((length - 1, [(measure, month)], months))
            for back, wholes, parts in terms:
                sides = [(side(group, *wholes), side(group, *parts)) for group in groups]
                yield back, [both for both in sides if all(both)]

    def _sights(self, month: int, *, alone: bool) -> dict[tuple[int, int], _Seen]:
        """What is known within the reach of the month; `alone`: of former months of the release that is made."""
        return {
            (release, at): seen
            for (release, at), seen in self._seen.items()
            if abs(at - month) <= REACH and not (alone and (release != OWN or at > month))
        }

    def _block(self, month: int, sights: Mapping[tuple[int, int], _Seen], hideable: Collection[int] = ()) -> Block:
        """The equations over figures that none of the sights shows, or that may yet be hidden."""
        import numpy as np
        from scipy import sparse

        shown = {variable for seen in sights.values() for variable in seen.shown}.difference(hideable)
        system = self._equations
        equations = [
            terms
            for (_, at), seen in sights.items()
            for back, rows in seen.rows.items()
            if at - back >= month - REACH
            for row in rows
            if (terms := {v: factor for v, factor in system.rows[row].items() if v not in shown})
        ]
        variables = sorted({variable for terms in equations for variable in terms})
        column = {variable: place for place, variable in enumerate(variables)}
        factors = [factor for terms in equations for factor in terms.values()]
        rows = [place for place, terms in enumerate(equations) for _ in terms]
        columns = [column[variable] for terms in equations for variable in terms]
        value = np.array([system.values[variable] for variable in variables])
        return Block(
            cells=np.array([system.cells[variable] for variable in variables], dtype=np.int64),
            equations=sparse.coo_array((factors, (rows, columns)), shape=(len(equations), len(variables))),
            value=value,
            low=np.zeros(len(variables)),
            high=np.full(len(variables), np.inf),
            level=[system.levels[variable] for variable in variables],
            hierarchy=next(iter(self._trees.values())),
        )

    def settle(self, period: Period, month: int) -> dict[int, int]:
        """Take what a month of the release that is made shows as it is decided now; the cell of each of its figures."""
        own = self._seen[OWN, month]
        cells = (
            (period.index.get(Cell(Quantity(m), group)), variable) for (m, group), variable in own.variables.items()
        )
        place_of = {variable: place for place, variable in cells if place is not None}
        own.shown = {variable for variable, place in place_of.items() if not period.hidden[place]}
        return place_of

    def _small(self, seen: _Seen) -> set[int]:
        """Figures of a month that are small, or of a small group."""
        values, stocks = self._equations.values, self._stocks
        small = {variable for variable in seen.variables.values() if 1 <= values[variable] <= self._threshold}
        groups = {
            group for (measure, group), variable in seen.variables.items() if measure in stocks and variable in small
        }
        return small | {variable for (_, group), variable in seen.variables.items() if group in groups}

    def hide_what_follows(self, period: Period, month: int, policy: Secondary, *, alone: bool) -> set[str]:
        """Hide, in a month that is decided, what gives away a hidden figure of any month and release.

        What follows whatever the month hides is shown, unless it is small: hiding it would only mislead. Of months that are yet to
        be decided the small figures must not follow either, since by then earlier releases may leave nothing to hide.

        Args:
            alone: without earlier releases.

        Returns:
            Measures whose sums are to be looked at again, since more is hidden, or known, than before.
        """
        from publishing.disclosure.movement import follows
        from publishing.disclosure.protect import set_free

        if not self.has(OWN, month):
            return set()  # none of its measures is tied
        place_of, own = self.settle(period, month), self._seen[OWN, month]
        sights = self._sights(month, alone=alone)

        def following(known: Mapping[tuple[int, int], _Seen]) -> set[int]:
            block = self._block(month, known)
            return {cell for cell in block.cells[follows(block.equations, block.value)].tolist() if cell >= 0}

        wanted = following(sights)
        if not wanted:
            return set()
        cells = self._equations.cells
        others = {sight: seen for sight, seen in sights.items() if sight != (OWN, month)}
        shown_by_others = {variable for seen in others.values() for variable in seen.shown}
        hideable = {v for v in own.shown - shown_by_others if place_of[v] not in period.known}
        hopeless = following({**others, (OWN, month): replace(own, shown=own.shown - hideable)})
        known = {place for v, place in place_of.items() if cells[v] in wanted & hopeless and not period.primary[place]}
        for place in known:
            period.show(place)
        again = {cell.quantity.measure for cell in period.index} if known else set()
        wanted -= hopeless | self._open(month, sights)
        if wanted:
            shown = {cells[variable]: place_of[variable] for variable in hideable}
            self._figures.hidden = [cell not in shown for cell in range(len(self._figures.value))]
            needed = set_free(self._block(month, sights, hideable), self._figures, policy, wanted)
            # The end of the ladder: where nothing is shown, nothing follows.
            for place in [shown[cell] for cell in needed] or range(len(period.hidden)):
                if period.hide(place):
                    again |= set(self._trees)
        return again

    def _open(self, month: int, sights: Mapping[tuple[int, int], _Seen]) -> set[int]:
        """Cells of months yet to be decided that may well be shown then."""
        coming = [seen for (release, at), seen in sights.items() if release == OWN and at > month]
        decided = {
            v
            for (release, at), seen in sights.items()
            if (release, at > month) != (OWN, True)
            for v in seen.variables.values()
        }
        return {
            self._equations.cells[v]
            for seen in coming
            for v in set(seen.variables.values()) - self._small(seen) - decided
        }


def look_around(
    timeline: Timeline, month: int, private: PrivateTables, history: History, earlier: Earlier | None
) -> None:
    """See what is within the reach of a month that is to be decided: earlier releases and what is to be decided of the months
    that they show, and the former months of this one.
    """
    newest = month
    for number, periods in enumerate(earlier.periods if earlier else (), start=OWN + 1):
        for at in range(month - REACH, month + REACH + 1):
            key = periods.get((*MONTH, month_text(at)))
            if earlier and key and not timeline.has(number, at):
                timeline.see(number, at, earlier.figures(key))
            newest = max(newest, at) if key else newest
    unseen = [at for at in range(month - REACH, newest + 1) if not timeline.has(OWN, at)]
    values = private.of_months(timeline.measures, [month_text(at) for at in unseen])
    for at in unseen:
        figures = {
            Cell(Quantity(measure), group): Figure(value, at >= month or history.is_hidden(measure, at, group))
            for measure in timeline.measures
            for group, value in values[measure, month_text(at)].items()
        }
        if figures:
            timeline.see(OWN, at, figures)


def linked_measures(structure: Structure) -> set[str]:
    """Measures of a table that equations tie from month to month."""
    found = {name for measure, (of, _) in structure.moving_sums.items() for name in (measure, of)}
    if structure.balance:
        found |= {structure.balance.stock, structure.balance.joined, structure.balance.left}
    return found
