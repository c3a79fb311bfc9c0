"""A period beside what earlier releases showed of it.

A reader who has both takes a figure that has not changed for one figure. So what an earlier release hides of it stays hidden,
what it shows is known whatever is hidden now, and the sums of both releases hold together: the earlier figures become cells
of their own, tied to the present ones wherever those have not changed. They can be hidden no more.
"""

from __future__ import annotations

from collections.abc import Sequence

from publishing.disclosure.cells import Cell, Group, Period, Quantity
from publishing.disclosure.ledger import Figures, emptied_or_filled
from publishing.disclosure.months import History
from publishing.disclosure.structure import Balance


def _tagged(cell: Cell, number: int) -> Cell:
    return cell._replace(quantity=Quantity(cell.quantity.measure, (f"earlier {number}", *cell.quantity.item)))


def set_beside(period: Period, releases: Sequence[Figures]) -> None:
    """Add to a period what earlier releases showed of it, and hide what they hide of figures that have not changed."""
    present = list(period.index.items())
    names = [cell for cell, _ in present]
    about: dict[str, tuple[bool, int]] = {}
    for cell, place in present:
        about.setdefault(cell.quantity.measure, (period.counts[place], period.threshold[place]))
    true = {cell: period.value[place] for cell, place in present}
    for number, figures in enumerate(releases):
        others = emptied_or_filled({cell: figure.value for cell, figure in figures.items()}, true)
        for cell, figure in figures.items():
            measure = cell.quantity.measure
            if measure not in about:  # it is published no more
                continue
            counts, threshold = about[measure]
            tagged = _tagged(cell, number)
            place = period.add(tagged, figure.value, figure.is_hidden, counts, threshold)
            period.earlier.add(place)
            period.base[tagged.quantity] = cell.quantity
            now = period.index.get(cell)
            if now is None or period.value[now] != figure.value or cell.group in others:
                continue
            period.unchanged.append((now, place))
            if figure.is_hidden:
                period.hide(now)
            else:
                period.known.add(now)
        for cell, place in present:
            size, then = period.sized.get(place), period.index.get(_tagged(cell, number))
            if size is not None and then is not None:
                of = period.index.get(_tagged(names[size], number))
                if of is not None:
                    period.sized[then] = of


def free_flows(period: Period, balance: Balance) -> None:
    """A small flow must not follow from stocks and from the other flow, where an earlier release shows that one: the stock is
    hidden too.
    """
    for group, flows in _flows(period, balance).items():
        if any(place in period.known for place in flows) and any(
            period.primary[place] and place not in period.known for place in flows
        ):
            stock = period.index.get(Cell(Quantity(balance.stock), group))
            if stock is not None and stock not in period.known:
                period.hide(stock)


def free_next_flows(period: Period, balance: Balance, following: Sequence[Figures]) -> None:
    """The same of the month that follows, as earlier releases show it: the stock that it begins with is hidden, where the
    stock that it ends with and one of its flows are known and the other would come out small.
    """
    for cell, place in list(period.index.items()):
        if cell.quantity != Quantity(balance.stock) or place in period.known:
            continue
        for figures in following:
            ending, joined, left = (
                figures.get(Cell(Quantity(name), cell.group)) for name in (balance.stock, balance.joined, balance.left)
            )
            if not (ending and joined and left) or ending.is_hidden or joined.is_hidden or left.is_hidden:
                continue
            more = ending.value - period.value[place]
            others = (more + left.value, joined.value - more)
            if any(1 <= other <= period.threshold[place] for other in others):
                period.hide(place)


def know_flows(period: Period, month: int, balance: Balance, history: History) -> None:
    """Between two stocks that are shown, who knows one flow knows the other."""
    for group, flows in _flows(period, balance).items():
        stock = period.index.get(Cell(Quantity(balance.stock), group))
        if stock is None or period.hidden[stock] or history.is_hidden(balance.stock, month - 1, group):
            continue
        if any(place in period.known for place in flows):
            period.known.update(flows)


def _flows(period: Period, balance: Balance) -> dict[Group, list[int]]:
    found: dict[Group, list[int]] = {}
    for cell, place in period.index.items():
        if cell.quantity in (Quantity(balance.joined), Quantity(balance.left)):
            found.setdefault(cell.group, []).append(place)
    return found


def show_what_is_known(period: Period) -> None:
    """Figures that readers have already are shown again: hiding them would only mislead. Small ones stay hidden."""
    for place in period.known:
        if not period.primary[place]:
            period.hidden[place] = False
