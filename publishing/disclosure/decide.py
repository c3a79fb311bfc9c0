"""From the private marts to what is hidden in each published table, period by period.

Months come first and in order, then waves and years, some of whose figures are figures of a month. The decisions of a
period follow from its figures, the policy and what earlier months hide; they are kept aside under a hash of all of that, so
that a further month costs one month, and so that the kept ones can be thrown away without changing a byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.disclosure.ledger import Earlier, PeriodName, has_figures, keep_figures
from publishing.disclosure.months import (
    REACH,
    History,
    hide_everything,
    hide_flows,
    hide_moving_sums,
    hide_quantities,
    hide_wholes,
    keep_together,
    month_number,
    month_text,
    remembered,
    tie_year,
    year_end,
)
from publishing.disclosure.private_tables import MONTH, PrivateTables
from publishing.disclosure.structure import Structure
from publishing.disclosure.timeline import OWN, Timeline, look_around
from publishing.errors import PublishingError
from publishing.policy import DisclosurePolicy, Secondary
from publishing.published_table import PublishedTable
from publishing.suppress import HIDE, NOTHING

if TYPE_CHECKING:
    import duckdb

    from publishing.disclosure.cells import Period


@dataclass
class Decided:
    """What was decided for a release.

    Attributes:
        relations: by table, the temporary relation with the decisions and the measures it decides.
        periods: periods in all; `fresh`: those decided now, the others were kept.
        since: the first of the months decided now; the newest month where there is none.
        keys: name of the decisions of each period, by the columns of the period and its value.
        given_up: periods of which no figure about people is shown, since nothing less protects them.
    """

    relations: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    periods: int = 0
    fresh: int = 0
    since: str | None = None
    keys: dict[PeriodName, str] = field(default_factory=dict)
    given_up: list[str] = field(default_factory=list)


def check_classified(tables: Sequence[PublishedTable]) -> None:
    """Stop where it is not said of a published measure how it is tied to others.

    Raises:
        PublishingError: a measure about people is neither computed from others nor named in `adds_up`.
    """
    missing = []
    for table in tables:
        for column in table.suppressible:
            rules = column.disclosure
            if column.name not in table.structure.classified and not (rules and rules.computed_from):
                missing.append(f"{table.name}.{column.name}")
    if missing:
        raise PublishingError(
            "it is not said how figures about people add up, so nothing protects them from subtraction",
            "config.meta.adds_up of published models",
            "name each measure in adds_up: under sums, once, follows, or alone where no sum ties it to another",
            missing,
        )


@cache
def _code() -> str:
    """Hash of the code and the declarations that decide."""
    found = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*")):
        if file.suffix in (".py", ".yml"):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _hash(*parts: object) -> str:
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _period(
    tables: Sequence[PublishedTable], rows: Mapping[str, Mapping[str, Any]], name: PeriodName, policy: DisclosurePolicy
) -> Period:
    from publishing.disclosure.cells import Period, add_rows

    period = Period(name)
    thresholds = {"staff": policy.threshold("staff"), "survey": policy.threshold("survey")}
    for table in tables:
        add_rows(period, table, table.structure, rows[table.name], thresholds)
    return period


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
        for measure, (of, _) in structure.outside.items():
            if measure in found and of in found:
                found[measure] = found[of]
        for names in structure.together:
            first = max((found[name] for name in names if name in found), default=(False, 0, 0))
            found.update({name: (*first[:2], place) for place, name in enumerate(names) if name in found})
    return [{measure for measure in measures if found[measure] == stage} for stage in sorted(set(found.values()))]


def _protect(period: Period, structures: list[Structure], secondary: Secondary, wanted: Collection[str]) -> list[int]:
    """Protect some measures, and again what is hidden together with what that hid."""
    from publishing.disclosure.blocks import blocks_of, bounds
    from publishing.disclosure.protect import protect

    helpless: list[int] = []
    while wanted:
        low, high = bounds(period, structures)
        helpless += protect(blocks_of(period, structures, low, high, wanted), period, secondary)
        before = list(period.hidden)
        keep_together(period, structures)
        late = {place for place, was in enumerate(before) if period.hidden[place] and not was}
        wanted = {cell.quantity.measure for cell, place in period.index.items() if place in late}
    return helpless


def _decide(
    period: Period,
    structures: list[Structure],
    history: History,
    secondary: Secondary,
    what_follows: Callable[[Period], Collection[str]] = lambda _: (),
) -> bool:
    """Hide in the period what protection needs; whether that is everything, the end of the ladder.

    Args:
        what_follows: hides what gives hidden figures away through other months and releases; measures to look at again.
    """
    month = month_number(period.name[0]) if len(period.name) == 1 and period.name[0][4:5] == "-" else 0
    measures = list(dict.fromkeys(cell.quantity.measure for cell in period.index))

    def tie_months(wanted: Collection[str]) -> None:
        for structure in structures:
            if structure.balance and structure.balance.joined in wanted:
                hide_flows(period, month, structure.balance, history)
            if set(structure.moving_sums) & set(wanted):
                hide_moving_sums(period, month, structure, history)

    keep_together(period, structures)

    def protect_all(measures: Sequence[str]) -> list[int]:
        helpless = []
        for wanted in _stages(structures, measures):
            tie_months(wanted)
            helpless += _protect(period, structures, secondary, wanted)
        return helpless

    helpless = protect_all(measures)
    # What cannot move within a whole that is shown needs the whole hidden, and in the last resort its quantity in every group;
    # then all that hangs on that is looked at again.
    while True:
        if helpless:
            more = hide_wholes(period, structures, helpless) or hide_quantities(period, helpless)
            again = measures if more else []
        else:
            again = sorted(what_follows(period))
        if not again:
            break
        keep_together(period, structures)
        helpless = protect_all(again)
    if helpless:
        hide_everything(period)
    return bool(helpless)


def decide(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[PublishedTable],
    policy: DisclosurePolicy,
    kept: Path | None = None,
    earlier: Earlier | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Decided:
    """Decide what is hidden in each table beside what primary suppression hides.

    Args:
        connection: the warehouse is its current database; temporary relations are made in it.
        kept: folder of decisions made before; may be empty, missing or thrown away.
        earlier: releases that readers may have beside this one; what is decided then depends on them too.
        progress: told how many periods are done, of how many.

    Raises:
        PublishingError: a measure is not classified, or what earlier releases showed is not known.
    """
    from publishing.disclosure.beside import set_beside
    from publishing.disclosure.cells import decisions_by_place

    check_classified(tables)
    private = PrivateTables(connection, tables, policy)
    digests = private.digests()
    # Months first; within a kind of period in order.
    order = sorted(digests, key=lambda key: (key[0] != MONTH, key))
    structures_hash = _hash({name: repr(table) for name, table in private.tables.items()})
    history, result = History(), Decided(periods=len(order))
    all_structures = [table.structure for table in private.tables.values()]
    wanted = remembered(all_structures)
    decided: dict[str, dict[str, dict[str, str]]] = {name: {} for name in private.tables}
    timeline = Timeline(all_structures, policy.threshold("staff"))
    linked = private.digests(timeline.measures)
    for number, (kind, name) in enumerate(order):
        present = [private.tables[table] for table in private.tables if table in digests[kind, name]]
        month = month_number(name) if kind == MONTH else None
        past = [history.digest(measure, at) for measure, at in _leaned_on(private, present, name, month, wanted)]
        if month is not None:
            before = [(MONTH, month_text(at)) for at in range(month - REACH, month)]
            past += [_hash(linked.get(at, {})) for at in before]
        key = _hash(
            _code(), structures_hash, asdict(replace(policy, rounding=None)), kind, name, digests[kind, name], past
        )
        others = earlier.keys((*kind, name), key) if earlier else []
        if earlier and others:
            around = [(*kind, month_text(month + by)) for by in range(-REACH, REACH + 1)] if month is not None else []
            seen = [[keys.get(at) for at in around] for keys in earlier.periods]
            newest = max((at for at in around if any(at in keys for keys in earlier.periods)), default=())
            coming = [linked.get((MONTH, at[-1])) for at in around if at <= newest]
            key = _hash(key, others, seen, coming)
        result.keys[*kind, name] = key
        outcome = _read_kept(kept, key)
        if outcome is None:
            rows = {table.name: private.rows(table, name) for table in present}
            period = _period(present, rows, (name,), policy)
            for table in present:
                at = year_end(name) if table.structure.years else None
                for measure, monthly in table.structure.years.items() if at else ():
                    tie_year(
                        period, month_number(at or ""), measure, monthly, private.month_of(monthly, at or ""), history
                    )
            if earlier and others:
                set_beside(period, [earlier.figures(other) for other in others])
            structures = [table.structure for table in present]
            if month is not None:
                look_around(timeline, month, private, history, earlier if others else None)

            def what_follows(period: Period, month: int | None = month, alone: bool = not others) -> Collection[str]:
                return timeline.hide_what_follows(period, month, policy.secondary, alone=alone) if month else ()

            is_given_up = _decide(period, structures, history, policy.secondary, what_follows)
            decisions = decisions_by_place(period, [table.name for table in present])
            for table in present:
                _follow(table, rows[table.name], decisions[table.name], name, history)
            if month is not None:
                history.keep(month, wanted, period)
                if timeline.has(OWN, month):
                    timeline.settle(period, month)
            outcome = {
                "decisions": {t: {m: "".join(of) for m, of in measures.items()} for t, measures in decisions.items()},
                "hidden": {m: sorted(history.hidden.get((m, month), ())) for m in wanted} if month is not None else {},
                "shown": {m: sorted(history.shown.get((m, month), ())) for m in wanted} if month is not None else {},
                "is_given_up": is_given_up,
            }
            if kept:
                keep_figures(kept, key, period)
                _keep(kept, key, outcome)
            result.fresh += 1
            if month is not None and result.since is None:
                result.since = name
        elif month is not None:
            from publishing.disclosure.cells import Group

            for measure in wanted:
                history.hidden[measure, month] = frozenset(Group(*g) for g in outcome["hidden"].get(measure, ()))
                history.shown[measure, month] = frozenset(Group(*g) for g in outcome["shown"].get(measure, ()))
        for table_name, measures in outcome["decisions"].items():
            decided[table_name][name] = measures
        if outcome["is_given_up"]:
            result.given_up.append(f"{' '.join(kind[1:])} {name}")
        if progress:
            progress(number + 1, len(order))
    result.since = result.since or max((name for kind, name in order if kind == MONTH), default=None)
    for table in private.tables.values():
        result.relations[table.name] = private.keep(table, decided[table.name])
    private.drop()
    return result


def _leaned_on(
    private: PrivateTables, present: Sequence[PublishedTable], name: str, month: int | None, measures: Sequence[str]
) -> list[tuple[str, int]]:
    """Measures and months whose decisions those of a period depend on."""
    if month is not None:
        return [(measure, at) for measure in measures for at in range(month - REACH, month)]
    return [
        (follows.measure, at - follows.months_back)
        for table in present
        for follows in table.structure.follows.values()
        for at in (private.months(table, name, follows.month) if follows.month else ())
    ] + [
        (monthly, month_number(at))
        for table in present
        for monthly in table.structure.years.values()
        if (at := year_end(name))
    ]


def _follow(
    table: PublishedTable, rows: Mapping[str, Any], decisions: dict[str, list[str]], period: str, history: History
) -> None:
    """Decisions about the figures that are figures of a month: hidden where the month hides them."""
    from publishing.disclosure.cells import Group

    structure = table.structure
    if not structure.follows:
        return
    names = [[str(value) for value in rows[column]] for column in ("trust_code", *structure.groups)]
    groups = [Group(*parts) for parts in zip(*names, strict=True)]
    for measure, follows in structure.follows.items():
        months = [str(value) for value in rows[follows.month]] if follows.month else [period] * len(groups)
        is_hidden = [
            month[:4].isdigit() and history.is_hidden(follows.measure, month_number(month) - follows.months_back, group)
            for month, group in zip(months, groups, strict=True)
        ]
        decisions[measure] = [HIDE if hidden else NOTHING for hidden in is_hidden]


def _read_kept(kept: Path | None, key: str) -> dict[str, Any] | None:
    if kept is None or not has_figures(kept, key):
        return None
    try:
        outcome: dict[str, Any] = json.loads((kept / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return outcome if {"decisions", "hidden", "shown", "is_given_up"} <= set(outcome) else None


def _keep(kept: Path, key: str, outcome: Mapping[str, Any]) -> None:
    from publishing.pointer import write_atomically

    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(kept / f"{key}.json", json.dumps(outcome, separators=(",", ":"), sort_keys=True), 0o600)


__all__ = ["Decided", "check_classified", "decide"]
