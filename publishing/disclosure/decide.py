"""From the private marts to what is hidden in each published table, period by period.

Months come first and in order, then waves and years, some of whose figures are figures of a month. The decisions of a
period follow from its figures, the policy and what earlier months hide; they are kept aside under a hash of all of that, so
that a further month costs one month, and so that the kept ones can be thrown away without changing a byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.disclosure.ledger import (
    Earlier,
    Figures,
    PeriodName,
    figures_of,
    has_figures,
    keep_figures,
    read_figures,
)
from publishing.disclosure.months import (
    REACH,
    History,
    month_number,
    month_text,
    of_groups,
    remembered,
    tie_year,
    year_end,
)
from publishing.disclosure.one_period import protect_period
from publishing.disclosure.private_tables import MONTH, PrivateTables
from publishing.disclosure.timeline import OWN, Timeline, look_around
from publishing.errors import PublishingError
from publishing.policy import DisclosurePolicy
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
        keys: name of the decisions of each period, by the columns of the period and its value.
        given_up: periods in which some figures follow, or their bounds do, whatever is hidden; all that is linked to them is.
    """

    relations: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
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


@dataclass(frozen=True)
class _Look:
    """A period as a release has it: now, or as it was before the files of later months changed it.

    Attributes:
        key: names the decisions about it, since it is a hash of all that they follow from.
        digests: of the rows of each table.
        as_at: month up to which files had been read; None for all.
        beside: keys of what readers saw of the period before.
    """

    kind: PeriodName
    name: str
    key: str
    digests: Mapping[str, str]
    as_at: str | None = None
    beside: tuple[str, ...] = ()


class _Deciding:
    """The periods of a release, which are decided in their order: months first, then waves and years."""

    def __init__(
        self, private: PrivateTables, policy: DisclosurePolicy, kept: Path | None, earlier: Earlier | None
    ) -> None:
        self.private, self.policy, self.kept, self.earlier = private, policy, kept, earlier
        self.digests = private.digests()
        self.before = {} if earlier else private.digests_as_at()
        self.order = sorted(self.digests, key=lambda key: (key[0] != MONTH, key))
        structures = [table.structure for table in private.tables.values()]
        self.history, self.timeline = History(), Timeline(structures, policy.threshold("staff"))
        self.remembered = remembered(structures)
        self._linked = private.digests(self.timeline.measures)
        tables = _hash({name: repr(table) for name, table in private.tables.items()})
        self._same_for_all = (_code(), tables, asdict(replace(policy, rounding=None)))
        self._looks: dict[str, _Look] = {}
        self._figures: dict[str, Figures] = {}

    def look(self, kind: PeriodName, name: str) -> _Look:
        """The period of the release, beside what it was before: in earlier releases where the release is asked to remember
        them, else in those of a trust that publishes every month.
        """
        digests = self.digests[kind, name]
        past = self._past(kind, name, digests)
        own = _hash(*self._same_for_all, kind, name, digests, past)
        if self.earlier:
            others = self.earlier.keys((*kind, name), own)
            key = _hash(own, others, *self._around(kind, name)) if others else own
            return _Look(kind, name, key, digests, beside=tuple(others))
        beside: dict[str, str] = {}
        for as_at, changed in self.before.get((kind, name), {}).items():
            was = digests | changed
            if (bare := _hash(*self._same_for_all, kind, name, was, past)) not in (own, *beside):
                look = _Look(kind, name, _key(bare, beside.values()), was, as_at, tuple(beside.values()))
                beside[bare] = look.key
                self._looks[look.key] = look
        return _Look(kind, name, _key(own, beside.values()), digests, beside=tuple(beside.values()))

    def _past(self, kind: PeriodName, name: str, tables: Collection[str]) -> list[str]:
        """Hashes of what the decisions follow from beside the period itself."""
        month = month_number(name) if kind == MONTH else None
        present = [self.private.tables[table] for table in self.private.tables if table in tables]
        leaned_on = _leaned_on(self.private, present, name, month, self.remembered)
        past = [self.history.digest(measure, at) for measure, at in leaned_on]
        if month is not None:
            before = [(MONTH, month_text(at)) for at in range(month - REACH, month)]
            past += [_hash(self._linked.get(at, {})) for at in before]
        return past

    def _around(self, kind: PeriodName, name: str) -> tuple[list[list[str | None]], list[dict[str, str] | None]]:
        """What earlier releases showed of the months around a month, and what those months are now."""
        assert self.earlier
        month = month_number(name) if kind == MONTH else None
        around = [(*kind, month_text(month + by)) for by in range(-REACH, REACH + 1)] if month is not None else []
        seen = [[keys.get(at) for at in around] for keys in self.earlier.periods]
        newest = max((at for at in around if any(at in keys for keys in self.earlier.periods)), default=())
        return seen, [self._linked.get((MONTH, at[-1])) for at in around if at <= newest]

    def outcome(self, look: _Look) -> dict[str, Any]:
        """What is decided about a period of the release; later periods lean on it."""
        kept = _read_kept(self.kept, look.key)
        outcome = self._decide(look) if kept is None else kept
        if look.kind == MONTH:
            self.history.keep(month_number(look.name), outcome["hidden"], outcome["shown"])
        return outcome

    def _seen(self, key: str) -> Figures:
        """What readers saw of a period before."""
        if self.earlier:
            return self.earlier.figures(key)
        if key not in self._figures:
            kept = read_figures(self.kept, key) if self.kept else None
            if kept is None:
                self._decide(self._looks[key])
            else:
                self._figures[key] = kept
        return self._figures[key]

    def _decide(self, look: _Look) -> dict[str, Any]:
        from publishing.disclosure.beside import set_beside
        from publishing.disclosure.cells import decisions_by_place

        name, month = look.name, month_number(look.name) if look.kind == MONTH else None
        present = [self.private.tables[table] for table in self.private.tables if table in look.digests]
        changed = self.before.get((look.kind, name), {}).get(look.as_at or "", {})
        rows = {
            table.name: self.private.rows(table, name, look.as_at if table.name in changed else None)
            for table in present
        }
        beside = [self._seen(key) for key in look.beside]
        period = _period(present, rows, (name,), self.policy)
        for table in present:
            at = year_end(name) if table.structure.years else None
            for measure, monthly in table.structure.years.items() if at else ():
                of_month = self.private.month_of(monthly, at or "")
                tie_year(period, month_number(at or ""), measure, monthly, of_month, self.history)
        set_beside(period, beside)
        others = self.earlier if look.beside else None
        # Stocks and flows that are as they were, with nobody else to tell of them, were looked at then.
        is_tied = month is not None and not (period.settled.issuperset(self.timeline.measures) and not others)
        if month is not None and is_tied:
            look_around(self.timeline, month, self.private, self.history, others)

        def what_follows(period: Period) -> Collection[str]:
            if month is None or not is_tied:
                return ()
            return self.timeline.hide_what_follows(period, month, self.policy.secondary, alone=not others)

        structures = [table.structure for table in present]
        is_given_up = protect_period(period, structures, self.history, self.policy.secondary, what_follows)
        decisions = decisions_by_place(period, [table.name for table in present])
        for table in present:
            _follow(table, rows[table.name], decisions[table.name], name, self.history)
        hidden, shown = of_groups(period, self.remembered) if month is not None else ({}, {})
        if month is not None and is_tied and self.timeline.has(OWN, month):
            self.timeline.settle(period, month)
        outcome = {
            "decisions": {t: {m: "".join(of) for m, of in measures.items()} for t, measures in decisions.items()},
            "hidden": hidden,
            "shown": shown,
            "is_given_up": is_given_up,
        }
        self._figures[look.key] = figures_of(period)
        if self.kept:
            keep_figures(self.kept, look.key, self._figures[look.key])
            _keep(self.kept, look.key, outcome)
        return outcome


def decide(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[PublishedTable],
    policy: DisclosurePolicy,
    kept: Path | None = None,
    earlier: Earlier | None = None,
    until_decided: Callable[[], None] = lambda: None,
) -> Decided:
    """Decide what is hidden in each table beside what primary suppression hides.

    Args:
        connection: the warehouse is its current database; temporary relations are made in it.
        kept: folder of decisions made before; may be empty, missing or thrown away.
        earlier: releases that readers may have beside this one; what is decided then depends on them too.
        until_decided: waits for decisions that are being made ahead, when all is ready to use them.

    Raises:
        PublishingError: a measure is not classified, or what earlier releases showed is not known.
    """
    private = _private(connection, tables, policy)
    deciding = _Deciding(private, policy, kept, earlier)
    until_decided()
    result = Decided()
    decided: dict[str, dict[str, dict[str, str]]] = {name: {} for name in private.tables}
    for look, outcome in _outcomes(deciding):
        result.keys[*look.kind, look.name] = look.key
        for table_name, measures in outcome["decisions"].items():
            decided[table_name][look.name] = measures
        if outcome["is_given_up"]:
            result.given_up.append(f"{' '.join(look.kind[1:])} {look.name}")
    for table in private.tables.values():
        result.relations[table.name] = private.keep(table, decided[table.name])
    private.drop()
    return result


def decide_ahead(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[PublishedTable],
    policy: DisclosurePolicy,
    kept: Path,
    earlier: Earlier | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """The same before a release is made: what is decided is kept in the folder, where `decide` finds it.

    Args:
        progress: told how many periods are done, of how many.
    """
    for _ in _outcomes(_Deciding(_private(connection, tables, policy), policy, kept, earlier), progress):
        pass


def _private(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[PublishedTable], policy: DisclosurePolicy
) -> PrivateTables:
    check_classified(tables)
    return PrivateTables(connection, tables, policy)


def _outcomes(
    deciding: _Deciding, progress: Callable[[int, int], None] | None = None
) -> Iterator[tuple[_Look, dict[str, Any]]]:
    """Each period with what is decided about it."""
    for number, (kind, name) in enumerate(deciding.order):
        look = deciding.look(kind, name)
        yield look, deciding.outcome(look)
        if progress:
            progress(number + 1, len(deciding.order))


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


def _key(own: str, beside: Iterable[str]) -> str:
    """Name of the decisions about a period beside what it was before."""
    return _hash(own, others) if (others := list(beside)) else own


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
