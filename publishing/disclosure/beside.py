"""A period beside what earlier releases showed of it.

A reader who has both takes a figure that has not changed for one figure. So what an earlier release hides of it stays hidden,
what it shows is known whatever is hidden now, and the sums of both releases hold together: the earlier figures become cells
of their own, tied to the present ones wherever those have not changed. They can be hidden no more.
"""

from __future__ import annotations

from collections.abc import Sequence

from publishing.disclosure.cells import Cell, Period, Quantity
from publishing.disclosure.ledger import Figures, emptied_or_filled


def _tag(number: int) -> str:
    return f"earlier {number}"


def _tagged(cell: Cell, number: int) -> Cell:
    return cell._replace(quantity=Quantity(cell.quantity.measure, (_tag(number), *cell.quantity.item)))


def set_beside(period: Period, releases: Sequence[Figures]) -> None:
    """Add to a period what earlier releases showed of it, and hide what they hide of figures that have not changed.

    A measure that has not changed in any group looks as it did, so that its figures need no second cells.
    """
    present = list(period.index.items())
    about: dict[str, tuple[bool, int]] = {}
    for cell, place in present:
        about.setdefault(cell.quantity.measure, (period.counts[place], period.threshold[place]))
    true = {cell: period.value[place] for cell, place in present}
    for number, figures in enumerate(releases):
        was = {cell: figure.value for cell, figure in figures.items()}
        others = emptied_or_filled(was, true)
        changed = {
            cell.quantity.measure
            for cell in was.keys() | true.keys()
            if was.get(cell) != true.get(cell) or cell.group in others
        }
        period.same[_tag(number)] = set(about) - changed
        for cell, figure in figures.items():
            measure = cell.quantity.measure
            if measure not in about:  # it is published no more
                continue
            now = period.index.get(cell)
            is_same = now is not None and period.value[now] == figure.value and cell.group not in others
            if measure in changed:
                counts, threshold = about[measure]
                tagged = _tagged(cell, number)
                place = period.add(tagged, figure.value, figure.is_hidden, counts, threshold)
                period.earlier.add(place)
                period.base[tagged.quantity] = cell.quantity
                if now is not None and is_same:
                    period.unchanged.append((now, place))
            if now is None or not is_same:
                continue
            if not figure.is_hidden:
                period.show(now)
            elif now not in period.known:
                period.hide(now)
        names = {place: cell for cell, place in present}
        for cell, place in present:
            size, then = period.sized.get(place), period.index.get(_tagged(cell, number))
            if size is not None and then is not None:
                of = names[size]
                is_kept = of.quantity.measure in period.same[_tag(number)]
                people = size if is_kept else period.index.get(_tagged(of, number))
                if people is not None:
                    period.sized[then] = people
