"""What ties the months to one another: stocks and flows of a group, and sums over months.

Months are decided in their order; what was decided for a month is never taken back. So a month looks the same in every
later release, and what an earlier month hides is protected here by hiding more in the later one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from publishing.disclosure.cells import Cell, Group, Period, Quantity
from publishing.disclosure.structure import Balance, Hierarchy, Structure, hierarchies

#: Months before a month whose decisions it depends on. What a shown sum over months says of months before them it says of
#: one of these too: two sums that follow each other differ by two months, a sum's length apart.
REACH = 23


def month_number(month: str) -> int:
    """Months since year 0 of a text that begins YYYY-MM."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_text(number: int) -> str:
    """The first day of a month of that number, as YYYY-MM-DD."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}-01"


#: Groups of each measure, as the three texts of a group.
ByMeasure = Mapping[str, Sequence[Sequence[str]]]


@dataclass
class History:
    """Groups whose figure of a measure is hidden, by measure and month number; and, of sums over months, those shown."""

    hidden: dict[tuple[str, int], frozenset[Group]] = field(default_factory=dict)
    shown: dict[tuple[str, int], frozenset[Group]] = field(default_factory=dict)
    _digests: dict[tuple[str, int], str] = field(default_factory=dict, repr=False)

    def is_hidden(self, measure: str, month: int, group: Group) -> bool:
        return group in self.hidden.get((measure, month), frozenset())

    def is_shown(self, measure: str, month: int, group: Group) -> bool:
        return group in self.shown.get((measure, month), frozenset())

    def digest(self, measure: str, month: int) -> str:
        """Hash of what was decided of a measure in a month."""
        if (measure, month) not in self._digests:
            of = [sorted(known.get((measure, month), ())) for known in (self.hidden, self.shown)]
            self._digests[measure, month] = hashlib.sha256(repr(of).encode()).hexdigest()
        return self._digests[measure, month]

    def keep(self, month: int, hidden: ByMeasure, shown: ByMeasure) -> None:
        """What was decided of a month, as `of_groups` gives it."""
        for known, found in ((self.hidden, hidden), (self.shown, shown)):
            known.update(
                {(measure, month): frozenset(Group(*of) for of in groups) for measure, groups in found.items()}
            )


def of_groups(period: Period, measures: Iterable[str]) -> tuple[dict[str, list[Group]], dict[str, list[Group]]]:
    """Groups whose figure of a measure is hidden, by measure, and those of which it is shown."""
    hidden: dict[str, list[Group]] = {measure: [] for measure in measures}
    shown: dict[str, list[Group]] = {measure: [] for measure in measures}
    for cell, place in sorted(period.index.items()):
        if cell.quantity.measure in hidden and not cell.quantity.item:
            (hidden if period.hidden[place] else shown)[cell.quantity.measure].append(cell.group)
    return hidden, shown


def remembered(structures: Iterable[Structure]) -> list[str]:
    """Measures whose decisions later months and other tables need."""
    names: set[str] = set()
    for structure in structures:
        if structure.balance:
            names |= {structure.balance.stock, structure.balance.joined, structure.balance.left}
        names |= {name for pair in structure.moving_sums.items() for name in (pair[0], pair[1][0])}
        names |= {follows.measure for follows in structure.follows.values()} | set(structure.years.values())
    return sorted(names)


def _hide(period: Period, group: Group, measures: Iterable[str]) -> None:
    """Hide figures of the group."""
    for measure in measures:
        place = period.index.get(Cell(Quantity(measure), group))
        if place is not None:
            period.hide(place)


def keep_together(period: Period, structures: Iterable[Structure]) -> None:
    """Hide what must be hidden with what is hidden."""
    for structure in structures:
        for names in structure.together:
            _keep_measures_together(period, names)
        if structure.item_sums:
            _keep_items_together(period, structure, structure.item_sums)
        _keep_unions_open(period, structure)
        _keep_equals_together(period, structure)
        for computed, sources in structure.computed_items.items():
            _keep_computed_with(period, computed, sources)


def _keep_measures_together(period: Period, names: Collection[str]) -> None:
    """Where one of the measures is hidden of a group, for whatever item, all are."""
    groups = {
        Group(trust, *group): None
        for (trust, quantity), members in period.members.items()
        if quantity.measure in names
        for group, place in members.items()
        if period.hidden[place]
    }
    for group in groups:
        _hide(period, group, names)


def _keep_computed_with(period: Period, computed: str, sources: Iterable[str]) -> None:
    """An item that is computed from others of its group is hidden with any of them."""
    for (trust, quantity), members in period.members.items():
        *rest, last = quantity.item or ("",)
        if last == computed:
            others = [Quantity(quantity.measure, (*rest, source)) for source in sources]
            of_others = [period.members.get((trust, other), {}) for other in others]
            for group, place in members.items():
                if any(group in cells and period.hidden[cells[group]] for cells in of_others):
                    period.hide(place)


def _keep_unions_open(period: Period, structure: Structure) -> None:
    """A hidden union is bounded by what makes it up, and may follow from that: where all of it is shown the least is hidden."""
    for union, parts in structure.unions.items():
        for trust in period.trusts_of(union):
            of_parts = [period.of(trust, part) for part in parts]
            for group, place in period.of(trust, union).items():
                if period.hidden[place] and all(group in cells for cells in of_parts):
                    of = [cells[group] for cells in of_parts]
                    if not any(period.hidden[part] for part in of):
                        period.hide(min(of, key=lambda part: (period.value[part], part)))


def _keep_equals_together(period: Period, structure: Structure) -> None:
    """Where everybody of a group is counted, so is everybody of the groups within it: both counts of these are hidden or none."""
    if structure.hierarchy is None or not structure.within:
        return
    inside = _inside(period, hierarchies()[structure.hierarchy])
    for pair in structure.within:
        for trust in period.trusts_of(pair[0]):
            one, other = (period.of(trust, measure) for measure in pair)
            for group, parts in inside.get(trust, {}).items():
                shown = [of[group] for of in (one, other) if group in of and not period.hidden[of[group]]]
                if len(shown) == 2 and period.value[shown[0]] == period.value[shown[1]]:
                    for part in parts:
                        cells = [of[part] for of in (one, other) if part in of]
                        if any(period.hidden[cell] for cell in cells):
                            for cell in cells:
                                period.hide(cell)


def _inside(period: Period, about: Hierarchy) -> dict[str, dict[tuple[str, str], list[tuple[str, str]]]]:
    """By trust the groups within a group, all as (kind, code): what is within the whole first."""
    inside: dict[str, dict[tuple[str, str], list[tuple[str, str]]]] = {}
    for trust, kind, code in period.groups:
        if kind == about.whole:
            others = [other[1:] for other in period.groups if other.trust == trust and other[1:] != (kind, code)]
            inside.setdefault(trust, {})[kind, code] = others
    for trust, kind, code in period.groups:
        for whole in zip(about.crossed.get(kind, ()), code.split(about.separator), strict=False):
            inside.setdefault(trust, {}).setdefault(whole, []).append((kind, code))
    return inside


def _keep_items_together(period: Period, structure: Structure, about: tuple[str, str, str, str]) -> None:
    """One hidden figure among the items of a group and their sum would follow from the others: a second is hidden."""
    column, whole, _, by = about
    level, domain = structure.item.index(column), structure.item.index(by)
    sums: dict[tuple[str, str, Group], list[tuple[bool, float, int]]] = {}
    for (trust, (measure, item)), members in period.members.items():
        if measure in structure.sums and len(item) == len(structure.item):
            for group, place in members.items():
                entry = (item[level] != whole, period.value[place], place)
                sums.setdefault((measure, item[domain], Group(trust, *group)), []).append(entry)
    for figures in sums.values():
        hidden = [figure for figure in figures if period.hidden[figure[2]]]
        shown = sorted(f for f in figures if not period.hidden[f[2]] and f[2] not in period.known)
        rest = sum(value if is_item else -value for is_item, value, _ in figures)
        if len(hidden) == 1 and shown and rest == 0 and not all(is_item for is_item, _, _ in figures):
            period.hide(shown[0][2])  # the sum, or else the smallest item


def hide_quantities(period: Period, cells: Iterable[int]) -> bool:
    """Hide the quantities of the cells in every group; whether any figure was shown before."""
    places = set(cells)
    wanted = {cell.quantity for cell, place in period.index.items() if place in places}
    wanted |= {period.base[quantity] for quantity in wanted if quantity in period.base}
    hidden = [period.hide(place) for cell, place in period.index.items() if cell.quantity in wanted]
    return any(hidden)


def hide_linked(period: Period, structures: Iterable[Structure], cells: Iterable[int]) -> bool:
    """Hide in every group what bounds the cells or makes them up, directly or through others; whether any figure was shown before.

    Of surveys this is about the items of the cells, and what is the same for all items.
    """
    links = [names for structure in structures for names in structure.linked]
    places, wanted = set(cells), set[Quantity]()
    for measure, item in {cell.quantity for cell, place in period.index.items() if place in places}:
        names, before = {measure}, set[str]()
        while names != before:
            before, names = names, names.union(*(link for link in links if not names.isdisjoint(link)))
        wanted |= {Quantity(name, item[:length]) for name in names for length in range(len(item) + 1)}
    hidden = [period.hide(place) for cell, place in period.index.items() if cell.quantity in wanted]
    return any(hidden)


def hide_flows(period: Period, month: int, balance: Balance, history: History) -> None:
    """A hidden stock beside a shown one must not follow from the flows between them."""
    for trust in period.trusts_of(balance.stock):
        for name, place in period.of(trust, balance.stock).items():
            group = Group(trust, *name)
            if period.hidden[place] != history.is_hidden(balance.stock, month - 1, group):
                _hide(period, group, (balance.joined, balance.left))


def year_end(period: str) -> str | None:
    """The last month of a financial year, of a period that is a whole one; None of any other. Periods end in their last month."""
    month = period.rsplit("|", 1)[-1]
    return month if month[5:7] == "03" else None


def tie_year(
    period: Period, month: int, measure: str, monthly: str, true: Mapping[Group, float], history: History
) -> None:
    """A year's figure and that of the twelve months up to its end are one where they are equal: hidden together, and where
    the month shows it readers know it.

    Args:
        true: the figures of the month.
    """
    for trust in period.trusts_of(measure):
        for name, place in period.of(trust, measure).items():
            group = Group(trust, *name)
            if true.get(group) == period.value[place]:
                if history.is_hidden(monthly, month, group):
                    period.hide(place)
                elif not period.primary[place]:
                    period.show(place)


def _tells(rows: list[list[int]], unknown: Mapping[int, int]) -> bool:
    """Whether sums over some months (each a list of hidden months) give away one of them."""
    import numpy as np

    matrix = np.zeros((len(rows), len(unknown)))
    for number, months in enumerate(rows):
        matrix[number, [unknown[month] for month in months]] = 1.0
    known = np.linalg.pinv(matrix) @ matrix  # projects on what the sums say
    return bool((np.diag(known) > 1 - 1e-9).any())


def hide_moving_sums(period: Period, month: int, structure: Structure, history: History) -> None:
    """A hidden month must not follow from the sums over months that are shown, nor a hidden stock from stock and sums."""
    sums = structure.moving_sums
    for cell, place in list(period.index.items()):
        if cell.quantity.measure not in sums or cell.quantity.item or period.hidden[place]:
            continue
        group = cell.group
        of, length = sums[cell.quantity.measure]
        windows = [
            end
            for end in range(month - length, month + 1)
            if end == month or history.is_shown(cell.quantity.measure, end, group)
        ]
        rows = [
            [at for at in range(end - length + 1, end + 1) if _is_hidden_at(period, history, of, at, month, group)]
            for end in windows
        ]
        unknown = {at: number for number, at in enumerate(sorted({at for row in rows for at in row}))}
        gives_away = bool(rows[-1]) and _tells([row for row in rows if row], unknown)
        if structure.balance:
            stock = structure.balance.stock
            now = _is_hidden_at(period, history, stock, month, month, group)
            gives_away |= now != history.is_hidden(stock, month - length, group)
        if gives_away:
            _hide(period, group, sums)


def _is_hidden_at(period: Period, history: History, measure: str, at: int, month: int, group: Group) -> bool:
    if at < month:
        return history.is_hidden(measure, at, group)
    place = period.index.get(Cell(Quantity(measure), group))
    return place is not None and period.hidden[place]
