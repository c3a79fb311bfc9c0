"""What a reader of two releases could work out of either: the second pair of eyes over both.

A figure that has not changed between them is one figure. Which have changed the ledger says, so that a figure whose present value
a reader does not know is compared all the same. Figures of different periods, such as a running year up to another month, are
different figures. Takes nothing from what protects.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from publishing.disclosure.audit import Figure, Reading
from publishing.disclosure.ledger import emptied_or_filled, read_figures, read_release_keys

if TYPE_CHECKING:
    from publishing.disclosure.cells import Cell


def _values(folder: Path, key: str) -> dict[Cell, float] | None:
    found = read_figures(folder, key)
    return None if found is None else {cell: figure.value for cell, figure in found.items()}


def changed_between(folder: Path, earlier: str, later: str) -> set[Figure] | None:
    """Figures of periods in both releases whose values differ; None where the ledger does not know."""
    first, second = read_release_keys(folder, earlier), read_release_keys(folder, later)
    if first is None or second is None:
        return None
    changed: set[Figure] = set()
    for name in sorted(first.keys() & second.keys()):
        if first[name] == second[name]:
            continue
        was, now = _values(folder, first[name]), _values(folder, second[name])
        if was is None or now is None:
            return None
        others, period = emptied_or_filled(was, now), (name[0], *name[-1].split("|"))
        changed |= {
            Figure(cell.quantity.measure, cell.quantity.item, *cell.group, period)
            for cell in was.keys() | now.keys()
            if cell.group in others or was.get(cell) != now.get(cell)
        }
    return changed


def read_both(earlier: Reading, later: Reading, changed: set[Figure]) -> Reading:
    """What a reader of both releases knows; a figure that has changed is another one in the later release.

    Of a figure that one shows rounded and the other to the unit, the reader takes the latter.
    """

    def named(figure: Figure) -> Figure:
        return figure._replace(period=(*figure.period, "later")) if figure in changed else figure

    shown = {named(figure): value for figure, value in later.shown.items()}
    both = Reading(
        shown=shown | earlier.shown if later.is_rounded else earlier.shown | shown,
        hidden=earlier.hidden | {named(figure) for figure in later.hidden},
        sums={kind: list(sums) for kind, sums in earlier.sums.items()},
        tables=earlier.tables | {named(figure): table for figure, table in later.tables.items()},
    )
    for kind, sums in later.sums.items():
        for terms in sums:
            both.sums.setdefault(kind, []).append({named(figure): factor for figure, factor in terms.items()})
    return both
