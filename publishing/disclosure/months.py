"""What ties the months to one another: stocks and flows of a group, and sums over months.

Months are decided in their order; what was decided for a month is never taken back. So a month looks the same in every
later release, and what an earlier month hides is protected here by hiding more in the later one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from publishing.disclosure.cells import Cell, Group, Period, Quantity
from publishing.disclosure.structure import Balance, Structure, hierarchies

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


def _hide(period: Period, group: Group, measures: Iterable[str]) -> bool:
    """Hide figures of the group; whether any of them was shown before."""
    changed = False
    for measure in measures:
        place = period.index.get(Cell(Quantity(measure), group))
        if place is not None:
            changed |= period.hide(place)
    return changed


def keep_together(period: Period, structures: Iterable[Structure]) -> bool:
    """Hide what must be hidden with what is hidden; whether anything was."""
    changed = False
    for structure in structures:
        for names in structure.together:
            for cell, place in list(period.index.items()):
                if period.hidden[place] and cell.quantity.measure in names:
                    changed |= _hide(period, cell.group, names)
        if structure.item_sums:
            changed |= _keep_items_together(period, structure, structure.item_sums)
        changed |= _keep_unions_open(period, structure)
        changed |= _keep_equals_together(period, structure)
        for computed, sources in structure.computed_items.items():
            for cell, place in list(period.index.items()):
                measure, item = cell.quantity
                if item[-1:] == (computed,) and not period.hidden[place]:
                    quantities = [Quantity(measure, (*item[:-1], source)) for source in sources]
                    of = [period.index.get(Cell(quantity, cell.group)) for quantity in quantities]
                    if any(other is not None and period.hidden[other] for other in of):
                        changed |= period.hide(place)
    return changed


def _keep_unions_open(period: Period, structure: Structure) -> bool:
    """A hidden union is bounded by what makes it up, and may follow from that: where all of it is shown the least is hidden."""
    changed = False
    for union, parts in structure.unions.items():
        for cell, place in list(period.index.items()):
            if cell.quantity == Quantity(union) and period.hidden[place]:
                found = [period.index.get(Cell(Quantity(part), cell.group)) for part in parts]
                of = [part for part in found if part is not None]
                if len(of) == len(parts) and not any(period.hidden[part] for part in of):
                    changed |= period.hide(min(of, key=lambda part: (period.value[part], part)))
    return changed


def _keep_equals_together(period: Period, structure: Structure) -> bool:
    """Where everybody of a group is counted, so is everybody of the groups within it: both counts of these are hidden or none."""
    if structure.hierarchy is None or not structure.within:
        return False
    about = hierarchies()[structure.hierarchy]
    groups = list(dict.fromkeys(cell.group for cell in period.index))
    wholes = [group for group in groups if group.kind == about.whole]
    inside = {whole: [group for group in groups if group.trust == whole.trust and group != whole] for whole in wholes}
    for group in groups:
        codes = group.code.split(about.separator)
        for kind, code in zip(about.crossed.get(group.kind, ()), codes, strict=False):
            inside.setdefault(Group(group.trust, kind, code), []).append(group)

    def places(group: Group, measures: Iterable[str]) -> list[int]:
        found = (period.index.get(Cell(Quantity(measure), group)) for measure in measures)
        return [place for place in found if place is not None]

    changed = False
    for pair in structure.within:
        for group, parts in inside.items():
            shown = [place for place in places(group, pair) if not period.hidden[place]]
            if len(shown) == 2 and period.value[shown[0]] == period.value[shown[1]]:
                for part in parts:
                    if any(period.hidden[place] for place in places(part, pair)):
                        changed |= _hide(period, part, pair)
    return changed


def _keep_items_together(period: Period, structure: Structure, about: tuple[str, str, str, str]) -> bool:
    """One hidden figure among the items of a group and their sum would follow from the others: a second is hidden."""
    column, whole, _, by = about
    level, domain = structure.item.index(column), structure.item.index(by)
    sums: dict[tuple[str, str, Group], list[tuple[bool, float, int]]] = {}
    for cell, place in period.index.items():
        measure, item = cell.quantity
        if measure in structure.sums and len(item) == len(structure.item):
            entry = (item[level] != whole, period.value[place], place)
            sums.setdefault((measure, item[domain], cell.group), []).append(entry)
    changed = False
    for figures in sums.values():
        hidden = [figure for figure in figures if period.hidden[figure[2]]]
        shown = sorted(f for f in figures if not period.hidden[f[2]] and f[2] not in period.known)
        rest = sum(value if is_item else -value for is_item, value, _ in figures)
        if len(hidden) == 1 and shown and rest == 0 and not all(is_item for is_item, _, _ in figures):
            changed |= period.hide(shown[0][2])  # the sum, or else the smallest item
    return changed


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
    for cell, place in list(period.index.items()):
        if cell.quantity == Quantity(balance.stock):
            before = history.is_hidden(balance.stock, month - 1, cell.group)
            if period.hidden[place] != before:
                _hide(period, cell.group, (balance.joined, balance.left))


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
    for cell, place in list(period.index.items()):
        if cell.quantity == Quantity(measure) and true.get(cell.group) == period.value[place]:
            if history.is_hidden(monthly, month, cell.group):
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
