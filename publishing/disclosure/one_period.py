"""What protection hides in one period: measure by measure in stages, together with what months and releases tie to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set

from publishing.disclosure.cells import Period
from publishing.disclosure.limits import Ties, limits_of, ties_of
from publishing.disclosure.months import (
    History,
    hide_flows,
    hide_linked,
    hide_moving_sums,
    hide_quantities,
    keep_together,
    month_number,
)
from publishing.disclosure.structure import Structure
from publishing.policy import Secondary


def _stages(structures: Sequence[Structure], measures: Sequence[str]) -> list[set[str]]:
    """Measures in the order in which they are decided: a whole before what is nested in it, since a hidden whole leaves more
    room; of measures hidden together the first named first; what an equation links at once; sums over months last.
    """
    wholes: dict[str, set[str]] = {}
    for structure in structures:
        for part, whole in structure.within:
            wholes.setdefault(part, set()).add(whole)
        if structure.balance:  # flows must not tell a stock, so the stock comes first
            for flow in (structure.balance.joined, structure.balance.left):
                wholes.setdefault(flow, set()).add(structure.balance.stock)

    def depth(measure: str) -> int:
        return max((depth(whole) + 1 for whole in wholes.get(measure, ())), default=0)

    sums = {name for structure in structures for name in structure.moving_sums}
    found = {measure: (measure in sums, depth(measure), 0) for measure in measures}
    for structure in structures:
        families: dict[str, list[str]] = {}
        for measure, of in structure.equated.items():
            families.setdefault(of, [of]).append(measure)
        for family in families.values():
            known = [name for name in family if name in found]
            found.update(dict.fromkeys(known, max((found[name] for name in known), default=(False, 0, 0))))
        for names in structure.together:
            first = max((found[name] for name in names if name in found), default=(False, 0, 0))
            found.update({name: (*first[:2], place) for place, name in enumerate(names) if name in found})
    return [{measure for measure in measures if found[measure] == stage} for stage in sorted(set(found.values()))]


def _protect(
    period: Period,
    structures: list[Structure],
    ties: Ties,
    secondary: Secondary,
    wanted: Set[str],
    later: Collection[str],
) -> list[int]:
    """Protect some measures, and others that lose figures by it unless they are decided later anyhow."""
    from publishing.disclosure.blocks import blocks_of
    from publishing.disclosure.protect import protect

    measures = [cell.quantity.measure for cell in period.index]
    helpless: list[int] = []
    while wanted:
        blocks = blocks_of(period, structures, limits_of(period, ties), wanted)
        without_help, late = protect(blocks, period, secondary)
        helpless += without_help
        before = list(period.hidden)
        keep_together(period, structures)
        late |= {place for place, was in enumerate(before) if period.hidden[place] and not was}
        wanted = {measures[place] for place in late}.difference(later)
    return helpless


def _open_measures(period: Period, structures: Sequence[Structure]) -> list[str]:
    """Measures that may need protection: all but those that an earlier release shows alike, with what bounds them."""
    found = list(dict.fromkeys(cell.quantity.measure for cell in period.index))
    settled = period.settled
    changed = set(found) - settled
    bounded = {name for structure in structures for pair in structure.within if changed & set(pair) for name in pair}
    return [name for name in found if name not in settled or name in bounded]


def protect_period(
    period: Period,
    structures: list[Structure],
    history: History,
    secondary: Secondary,
    what_follows: Callable[[Period], Collection[str]] = lambda _: (),
) -> bool:
    """Hide in the period what protection needs; whether some figures follow whatever is hidden, the end of the ladder.

    Args:
        what_follows: hides what gives hidden figures away through other months and releases; measures to look at again.
    """
    month = month_number(period.name[0]) if len(period.name) == 1 and period.name[0][4:5] == "-" else 0
    measures = _open_measures(period, structures)

    def tie_months(wanted: Collection[str]) -> None:
        for structure in structures:
            if structure.balance and structure.balance.joined in wanted:
                hide_flows(period, month, structure.balance, history)
            if set(structure.moving_sums) & set(wanted):
                hide_moving_sums(period, month, structure, history)

    ties = ties_of(period, structures)
    for cell in ties.zeros:
        period.show(cell)
    keep_together(period, structures)

    def protect_all(measures: Sequence[str]) -> list[int]:
        helpless, stages = [], _stages(structures, measures)
        for number, wanted in enumerate(stages):
            tie_months(wanted)
            later = set().union(*stages[number + 1 :])
            helpless += _protect(period, structures, ties, secondary, wanted, later)
        return helpless

    helpless = protect_all(measures)
    # What cannot move whatever is hidden needs its quantity hidden in every group, and in the last resort all that is linked to it;
    # then all that hangs on that is looked at again.
    is_given_up = False
    while True:
        if helpless and (hide_quantities(period, helpless) or hide_linked(period, structures, helpless)):
            again: Sequence[str] = measures
        else:
            is_given_up |= bool(helpless)
            again = sorted(what_follows(period))
        if not again:
            return is_given_up
        keep_together(period, structures)
        helpless = protect_all(again)
