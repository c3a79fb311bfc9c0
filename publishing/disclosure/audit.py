"""The second pair of eyes: reads published tables as a reader does and looks for hidden figures that follow from shown ones.

Shares no code with what protects. It knows shown figures, flags, and how figures are declared to add up, and solves all
sums of all tables and months at once: a hidden figure that no solution of the equations changes is known to a reader.
Ranges are not looked at here; they are proved when figures are protected.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from publishing.disclosure.structure import hierarchies
from publishing.errors import PublishingError
from publishing.published_table import PublishedTable, flag
from publishing.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb

    from publishing.disclosure.ledger import PeriodName

_NEAR = 1e-6
#: A count that is worked out from its share is whole but for the last digits of the share.
_DECIMALS = 4


class Figure(NamedTuple):
    """A measure of a group in a period; `item` where it is one of several, such as a survey score."""

    measure: str
    item: tuple[str, ...]
    trust: str
    kind: str
    code: str
    period: tuple[str, ...]


@dataclass
class Reading:
    """What a reader sees, and what follows from it.

    Attributes:
        shown: value of each figure that some table shows; `hidden`: figures that some table hides.
        sums: terms of each sum that is 0, by the kind of sum.
        tables: a table that each hidden figure stands in.
        is_rounded: whether what is shown is rounded, so that no sum of it holds.
    """

    shown: dict[Figure, float] = field(default_factory=dict)
    hidden: set[Figure] = field(default_factory=set)
    sums: dict[tuple[str, ...], list[dict[Figure, float]]] = field(default_factory=dict)
    tables: dict[Figure, str] = field(default_factory=dict)
    is_rounded: bool = False

    @property
    def equations(self) -> int:
        return sum(len(sums) for sums in self.sums.values())

    def add(self, kind: tuple[str, ...], terms: Mapping[Figure, float]) -> None:
        if all(figure in self.shown or figure in self.hidden for figure in terms):
            self.sums.setdefault(kind, []).append(dict(terms))

    def given_away(self) -> dict[Figure, float]:
        """Hidden figures with the value that a reader finds."""
        found = {figure: self.shown[figure] for figure in self.hidden if figure in self.shown}
        return found | _solved(self)


def _months(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}-01"


def _text(name: str) -> str:
    """A column of a key as text; no value (a finding about a whole row bears no column) is a group of its own."""
    return f"coalesce(cast({identifier(name)} as varchar), '')"


def _rows_to_read(table: PublishedTable, new: Collection[PeriodName]) -> str:
    """Condition on the rows of new periods: of months from the first new one on, and before it what flows and sums reach back."""
    structure = table.structure
    columns = (structure.hierarchy, *structure.period)
    names = sorted(name[-1] for name in new if name[:-1] == columns)
    if not names:
        return "false"
    if structure.period == ("reporting_month",):
        reaches_back = max((length for _, length in structure.moving_sums.values()), default=0)
        return f"{_text('reporting_month')} >= {literal(_month(_months(names[0]) - reaches_back))}"
    period = ", ".join(_text(name) for name in structure.period)
    return f"concat_ws('|', {period}) in ({', '.join(literal(name) for name in names)})"


def _counts(table: PublishedTable) -> dict[str, tuple[str, str]]:
    """What a reader takes from a row: SQL of each figure, and the measure whose flag hides it. Of a count that is published
    as its share of another alone, the share of that.
    """
    structure = table.structure
    seen = {column.name for column in table.published} & {column.name for column in table.suppressible}
    figures = [name for name in (*structure.sums, *structure.once, *structure.wholes) if name in seen]
    found = {name: (f"cast({identifier(name)} as double)", name) for name in figures}
    for whole, parts in structure.disjoint.items():
        shares = {part: structure.shown_by[part] for part in parts if part in structure.shown_by}
        found |= {
            part: (f"round({identifier(share)} * {identifier(whole)} / 100, {_DECIMALS})", share)
            for part, share in shares.items()
        }
    return found


def _read(
    connection: duckdb.DuckDBPyConnection, place: str, table: PublishedTable, where: str, reading: Reading
) -> None:
    structure = table.structure
    about = hierarchies()[structure.hierarchy or ""]
    measures = _counts(table)
    names = ["trust_code", *structure.groups, *structure.period, *structure.item]
    listed = ", ".join(
        [
            *(_text(name) for name in names),
            *(f"{value}, {identifier(flag(measure))}" for value, measure in measures.values()),
        ]
    )
    for row in connection.execute(f"select {listed} from {place}.{identifier(table.name)} where {where}").fetchall():
        trust, kind, code = row[:3]
        period = (structure.hierarchy or "", *row[3 : 3 + len(structure.period)])
        items = dict(zip(structure.item, row[3 + len(structure.period) : len(names)], strict=True))
        for number, measure in enumerate(measures):
            value, is_hidden = row[len(names) + 2 * number], row[len(names) + 2 * number + 1]
            if value is None and not is_hidden:
                continue
            of_item = structure.once.get(measure, structure.item)
            group = (about.whole, trust) if measure in structure.wholes else (kind, code)
            if code == about.whole_code:
                group = (about.whole, code)
            named = structure.wholes.get(measure, measure)
            figure = Figure(named, tuple(items[name] for name in of_item), trust, group[0], group[1], period)
            if is_hidden:
                reading.hidden.add(figure)
                reading.tables[figure] = table.name
            else:
                reading.shown[figure] = value


def _add_sums(reading: Reading, loose: Collection[str]) -> None:
    groups: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], dict[str, list[Figure]]] = {}
    for figure in sorted(reading.shown.keys() | reading.hidden):
        of = groups.setdefault((figure.measure, figure.item, figure.trust, figure.period), {})
        of.setdefault(figure.kind, []).append(figure)
    for (measure, _, _, period), kinds in groups.items():
        if measure in loose:
            continue
        about = hierarchies()[period[0]]
        wholes = kinds.get(about.whole, [])
        parts = [kind for kind in about.parts if kind in kinds]
        first = wholes or (kinds[parts[0]] if parts else [])
        for kind in parts if wholes else parts[1:]:
            terms = {**dict.fromkeys(first, 1.0), **dict.fromkeys(kinds[kind], -1.0)}
            reading.add((measure, first[0].kind, kind), terms)
        for crossed, of_kinds in about.crossed.items():
            for at, kind in enumerate(of_kinds):
                inside: dict[str, list[Figure]] = {}
                for figure in kinds.get(crossed, []):
                    inside.setdefault(figure.code.split(about.separator)[at], []).append(figure)
                for whole in kinds.get(kind, []) if crossed in kinds else []:
                    terms = {whole: 1.0, **dict.fromkeys(inside.get(whole.code, []), -1.0)}
                    reading.add((measure, kind, crossed), terms)


def _add_equals(reading: Reading, tables: Iterable[PublishedTable]) -> None:
    """A count that leaves one group out is the whole count in every other group of that kind, and of those crossed with it."""
    for table in tables:
        for measure, (of, left_out) in table.structure.outside.items():
            about = hierarchies()[table.structure.hierarchy or ""]
            figures = [figure for figure in sorted(reading.shown.keys() | reading.hidden) if figure.measure == measure]
            kinds = {figure.kind for figure in figures if figure.code == left_out}
            for figure in figures:
                is_among = figure.kind in kinds or figure.kind in about.crossed
                if is_among and left_out not in figure.code.split(about.separator):
                    reading.add((measure, of, figure.kind), {figure: 1.0, figure._replace(measure=of): -1.0})


def _add_disjoint(reading: Reading, tables: Iterable[PublishedTable]) -> None:
    """Counts within another that have nobody in common: they make it up where the groups of an item that show them all say so, and where
    those that are shown leave nobody, the others are 0.
    """
    made_of = {whole: parts for table in tables for whole, parts in table.structure.disjoint.items()}
    rest: dict[Figure, float] = {}
    for figure in sorted(reading.shown.keys() | reading.hidden):
        of = [figure._replace(measure=part) for part in made_of.get(figure.measure, ())]
        if of:
            known = sum(reading.shown.get(part, 0.0) for part in of)
            rest[figure] = abs(reading.shown.get(figure, math.inf) - known)
    show_all = [
        figure
        for figure in rest
        if figure in reading.shown
        and all(figure._replace(measure=part) in reading.shown for part in made_of[figure.measure])
    ]
    said = {(figure.measure, figure.item) for figure in show_all if rest[figure] < _NEAR}
    said -= {(figure.measure, figure.item) for figure in show_all if rest[figure] >= _NEAR}
    for figure, left in rest.items():
        of = [figure._replace(measure=part) for part in made_of[figure.measure]]
        if (figure.measure, figure.item) in said:
            reading.add((figure.measure, *made_of[figure.measure]), {figure: 1.0, **dict.fromkeys(of, -1.0)})
        if left < _NEAR:
            for part in of:
                if part not in reading.shown:
                    reading.add((part.measure, "nobody left"), {part: 1.0})


def _add_months(reading: Reading, tables: Iterable[PublishedTable]) -> None:
    for table in tables:
        structure = table.structure
        balance = structure.balance
        for figure in sorted(reading.shown.keys() | reading.hidden) if balance else []:
            month = figure.period[-1]
            if balance and figure.measure == balance.stock and month[4:5] == "-":
                before = figure._replace(period=(*figure.period[:-1], _month(_months(month) - 1)))
                terms = {figure: 1.0, before: -1.0}
                terms[figure._replace(measure=balance.joined)] = -1.0
                terms[figure._replace(measure=balance.left)] = 1.0
                reading.add(("balance",), terms)
            if figure.measure in structure.moving_sums:
                of, length = structure.moving_sums[figure.measure]
                months = [_month(_months(month) - back) for back in range(length)]
                parts = [figure._replace(measure=of, period=(*figure.period[:-1], at)) for at in months]
                reading.add((figure.measure, of), {figure: 1.0, **dict.fromkeys(parts, -1.0)})


def _add_years(reading: Reading, tables: Iterable[PublishedTable]) -> None:
    """A whole financial year of the trust is the twelve months up to its end. Of other groups a reader cannot tell: who has moved
    counts in one of them for the year, in another for the month.
    """
    monthly = {measure: of for table in tables for measure, of in table.structure.years.items()}
    for figure in sorted(reading.shown.keys() | reading.hidden):
        month = figure.period[-1]
        is_whole = figure.kind == hierarchies()[figure.period[0]].whole if figure.period[0] else False
        if is_whole and figure.measure in monthly and month[5:7] == "03":
            of = figure._replace(measure=monthly[figure.measure], period=(figure.period[0], month))
            reading.add(("year", figure.measure), {figure: 1.0, of: -1.0})


def _solved(reading: Reading) -> dict[Figure, float]:
    """Hidden figures that the equations leave one value."""
    import numpy as np
    from scipy import sparse
    from scipy.sparse.linalg import lsmr

    unknown = {figure: number for number, figure in enumerate(sorted(reading.hidden - reading.shown.keys()))}
    rows: list[int] = []
    columns: list[int] = []
    factors: list[float] = []
    right: list[float] = []
    for sums in reading.sums.values():
        known = [
            sum(factor * reading.shown[figure] for figure, factor in terms.items() if figure in reading.shown)
            for terms in sums
        ]
        open_terms = [{f: x for f, x in terms.items() if f not in reading.shown} for terms in sums]
        # A kind of sum that does not hold where all of it is shown has a remainder, and tells a reader nothing for certain.
        if any(abs(rest) > 1e-4 for rest, terms in zip(known, open_terms, strict=True) if not terms):
            continue
        for rest, terms in zip(known, open_terms, strict=True):
            if terms:
                rows += [len(right)] * len(terms)
                columns += [unknown[figure] for figure in terms]
                factors += list(terms.values())
                right.append(-rest)
    if not right:
        return {}
    matrix = sparse.csr_array((factors, (rows, columns)), shape=(len(right), len(unknown)))
    chance = np.random.default_rng(0)
    # What is left of any vector once all that the equations say is taken out is free to move; 0 where nothing is.
    is_free = np.zeros(len(unknown), bool)
    for _ in range(2):
        vector = chance.normal(size=len(unknown))
        said = lsmr(matrix, matrix @ vector, atol=1e-12, btol=1e-12, maxiter=4000)[0]
        is_free |= np.abs(vector - said) > _NEAR
    touched = np.unique(np.array(columns))
    fixed = touched[~is_free[touched]]
    if not len(fixed):
        return {}
    values = lsmr(matrix, np.array(right), atol=1e-12, btol=1e-12, maxiter=4000)[0]
    figures = list(unknown)
    return {figures[number]: float(values[number]) for number in fixed.tolist()}


def read_release(
    connection: duckdb.DuckDBPyConnection,
    place: str,
    tables: Collection[PublishedTable],
    new: Collection[PeriodName] | None = None,
    *,
    is_rounded: bool = False,
) -> Reading:
    """What a reader of published tables knows.

    Args:
        place: catalogue and schema of the tables, such as `release.main`.
        new: read these periods alone, and what flows and sums over months tie them to; None reads everything.
        is_rounded: the tables are those of a rounded release, whose figures add up to nothing.
    """
    reading = Reading(is_rounded=is_rounded)
    chosen = [table for table in tables if table.structure.hierarchy and not table.is_derived]
    for table in chosen:
        _read(connection, place, table, "true" if new is None else _rows_to_read(table, new), reading)
    if is_rounded:
        return reading
    loose = {measure for table in chosen for measure in table.structure.loose}
    made_of = [pair for table in chosen for pair in table.structure.disjoint.items()]
    _add_sums(reading, loose.union(*(parts for whole, parts in made_of if whole in loose)))
    _add_equals(reading, chosen)
    _add_disjoint(reading, chosen)
    _add_months(reading, chosen)
    _add_years(reading, chosen)
    return reading


def _true_value(connection: duckdb.DuckDBPyConnection, table: PublishedTable, figure: Figure) -> float | None:
    """The figure in the private mart; None where it stands on no row of this table."""
    structure = table.structure
    measure = next((name for name, of in structure.wholes.items() if of == figure.measure), figure.measure)
    of_item = structure.once.get(measure, structure.item)
    where: dict[str, str] = {"trust_code": figure.trust}
    where |= dict(zip(structure.period, figure.period[1:], strict=True)) | dict(zip(of_item, figure.item, strict=True))
    if measure not in structure.wholes:
        where[structure.groups[1]] = figure.code
    if measure not in structure.wholes and figure.kind != hierarchies()[structure.hierarchy or ""].whole:
        where[structure.groups[0]] = figure.kind
    condition = " and ".join(f"{_text(name)} = ?" for name in where)
    row = connection.execute(
        f"select cast({identifier(measure)} as double) from {identifier(table.schema)}.{identifier(table.name)}"
        f" where {condition} limit 1",
        list(where.values()),
    ).fetchone()
    return row[0] if row else None


def refuse_what_follows(
    connection: duckdb.DuckDBPyConnection,
    place: str,
    tables: Collection[PublishedTable],
    new: Collection[PeriodName] | None,
) -> Reading:
    """Read the protected tables as a reader does, and refuse them where a hidden figure follows.

    A figure that a reader would work out wrongly, since a sum has a remainder that the reader does not know of, is no leak.

    Args:
        connection: with the private warehouse as the current database, which says what is true.
        new: periods that no release has shown like this, and so nobody has read yet; None for all.

    Raises:
        PublishingError: a hidden figure can be worked out.
    """
    reading = read_release(connection, place, tables, new)
    by_name = {table.name: table for table in tables}
    leaks: dict[tuple[str, str], int] = {}
    for figure, value in reading.given_away().items():
        table = by_name[reading.tables[figure]]
        true = _true_value(connection, table, figure)
        if true is not None and abs(true - value) < 1e-3 * max(1.0, abs(true)):
            at = (f"{table.name}.{figure.measure}", " ".join(figure.period[1:]))
            leaks[at] = leaks.get(at, 0) + 1
    if leaks:
        raise PublishingError(
            "hidden figures could be worked out from those that are shown, so nothing was published",
            "disclosure control",
            "report the measures and periods named here with the version of the code; the former release stays current",
            [f"{measure} {period}: {count} figures" for (measure, period), count in sorted(leaks.items())],
        )
    return reading
