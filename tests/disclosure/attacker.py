"""An attacker: knows the published tables and what any reader knows of staff figures, and nothing of how they were protected.

Written apart from `publishing.disclosure` and with none of its code. A figure is an unknown of its own for each measure,
group and month, the same in every table. What is shown is known. Everybody in post is in one profession, one directorate,
one pay band and so on; so kinds of groups add up to the trust, and crossed groups to both. Stocks and flows balance from
month to month. Then each hidden figure's least and greatest value is sought by linear programming, and whole numbers are
rounded inwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

Name = tuple[str, ...]
_NEAR = 1e-5


@dataclass
class Knowledge:
    """Linear facts about named figures: each fact says that a sum lies between two bounds."""

    known: dict[Name, float] = field(default_factory=dict)
    hidden: set[Name] = field(default_factory=set)
    facts: list[tuple[dict[Name, float], float, float]] = field(default_factory=list)
    least: dict[Name, float] = field(default_factory=dict)
    whole: set[Name] = field(default_factory=set)

    def see(self, name: Name, value: float | None, *, is_whole: bool) -> None:
        if value is None:
            self.hidden.add(name)
        else:
            self.known[name] = float(value)
        if is_whole:
            self.whole.add(name)

    def __contains__(self, name: Name) -> bool:
        return name in self.known or name in self.hidden

    def equal(self, terms: Mapping[Name, float]) -> None:
        self.facts.append((dict(terms), 0.0, 0.0))

    def at_most(self, part: Name, whole: Name) -> None:
        self.facts.append(({part: 1.0, whole: -1.0}, -np.inf, 0.0))

    def given_away(self) -> dict[Name, float]:
        """Hidden figures that are shown elsewhere, or that cannot be but one value."""
        found = {name: self.known[name] for name in self.hidden if name in self.known}
        for names, facts in self._parts():
            found |= self._pinned(names, facts)
        return found

    def impossible(self) -> list[list[Name]]:
        """Figures of which no values agree with what is believed of them, so that nothing follows: the belief is wrong."""
        parts = [(names, self._program(names, facts)) for names, facts in self._parts()]
        return [names for names, program in parts if linprog(np.zeros(len(names)), **program).status == 2]

    def surely_below(self, bound: float, figures: Collection[Name]) -> dict[Name, float]:
        """Those of the hidden figures that cannot reach the bound, with the most that each can be."""
        found = {}
        for names, facts in self._parts():
            found |= self._below(names, facts, bound, self.hidden.intersection(figures))
        return found

    def _parts(self) -> Iterable[tuple[list[Name], list[tuple[dict[Name, float], float, float]]]]:
        """Unknowns and facts in parts that have no unknown in common."""
        parent: dict[Name, Name] = {}

        def root(name: Name) -> Name:
            while parent.setdefault(name, name) != name:
                name = parent[name]
            return name

        reduced = []
        for terms, low, high in self.facts:
            shift = sum(factor * self.known[name] for name, factor in terms.items() if name in self.known)
            unknown = {name: factor for name, factor in terms.items() if name not in self.known}
            if unknown:
                reduced.append((unknown, low - shift, high - shift))
                first = root(next(iter(unknown)))
                for name in unknown:
                    parent[root(name)] = first
        grouped: dict[Name, list[tuple[dict[Name, float], float, float]]] = {}
        for fact in reduced:
            grouped.setdefault(root(next(iter(fact[0]))), []).append(fact)
        members: dict[Name, list[Name]] = {}
        for name in parent:
            members.setdefault(root(name), []).append(name)
        for first, facts in grouped.items():
            yield sorted(members[first]), facts

    def _program(self, names: list[Name], facts: list[tuple[dict[Name, float], float, float]]) -> dict[str, Any]:
        """What is known of some figures, as `linprog` takes it."""
        place = {name: number for number, name in enumerate(names)}
        matrix = sparse.lil_array((len(facts), len(names)))
        for row, (terms, _, _) in enumerate(facts):
            for name, factor in terms.items():
                matrix[row, place[name]] = factor
        matrix = matrix.tocsr()
        low, high = np.array([fact[1] for fact in facts]), np.array([fact[2] for fact in facts])
        exact = np.isclose(low, high)
        upper = ~exact & np.isfinite(high)
        lower = ~exact & np.isfinite(low)
        return {
            "A_eq": matrix[exact] if exact.any() else None,
            "b_eq": high[exact] if exact.any() else None,
            "A_ub": sparse.vstack([matrix[upper], -matrix[lower]]) if (upper | lower).any() else None,
            "b_ub": np.concatenate([high[upper], -low[lower]]) if (upper | lower).any() else None,
            "bounds": [(self.least.get(name, 0.0), 1e6) for name in names],
            "method": "highs",
        }

    def _below(
        self,
        names: list[Name],
        facts: list[tuple[dict[Name, float], float, float]],
        bound: float,
        figures: Collection[Name],
    ) -> dict[Name, float]:
        program, chance = self._program(names, facts), np.random.default_rng(len(names))
        waiting = np.array([name in figures for name in names])
        for _ in range(12):  # many at once: none needs more than the bound
            if not waiting.any():
                break
            most = [
                (low, bound if still else high)
                for (low, high), still in zip(program["bounds"], waiting.tolist(), strict=True)
            ]
            solved = linprog(-chance.uniform(0.5, 1.5, len(names)) * waiting, **program | {"bounds": most})
            if solved.status == 0:
                waiting &= solved.x < bound - _NEAR
        found = {}
        for number in np.flatnonzero(waiting):
            aim = np.zeros(len(names))
            aim[number] = -1.0
            solved = linprog(aim, **program)
            if solved.status == 0 and -solved.fun < bound - _NEAR:
                found[names[number]] = float(-solved.fun)
        return found

    def _pinned(self, names: list[Name], facts: list[tuple[dict[Name, float], float, float]]) -> dict[Name, float]:
        program = self._program(names, facts)
        chance = np.random.default_rng(len(names))
        points = []
        for _ in range(8):
            solved = linprog(chance.normal(size=len(names)), **program)
            if solved.status != 0:
                return {}  # what was assumed does not hold; an attacker learns nothing certain from it
            points.append(solved.x)
        spread = np.ptp(np.array(points), axis=0)
        found = {}
        for number in np.flatnonzero(spread < 1 - _NEAR):
            name = names[number]
            if name not in self.hidden or (name not in self.whole and spread[number] > _NEAR):
                continue
            aim = np.zeros(len(names))
            aim[number] = 1.0
            ends = [linprog(sign * aim, **program) for sign in (1.0, -1.0)]
            if any(end.status != 0 for end in ends):
                continue
            bottom, top = float(ends[0].fun), float(-ends[1].fun)
            if name in self.whole:
                bottom, top = np.ceil(bottom - _NEAR), np.floor(top + _NEAR)
            if top - bottom < _NEAR:
                found[name] = bottom
        return found


PARTS = ("profession", "directorate", "pay_band_group", "gender", "ethnic_group", "disability", "age_band")
FLOWS = ("headcount", "joiners", "leavers")


def add_up(knowledge: Knowledge, measure: str, period: str, groups: Iterable[tuple[str, str]]) -> None:
    """The sums of one measure in one period over (kind, code) of its groups."""
    by_kind: dict[str, list[str]] = {}
    for kind, code in groups:
        by_kind.setdefault(kind, []).append(code)

    def figure(kind: str, code: str) -> Name:
        return (measure, kind, code, period)

    wholes = [figure("trust", code) for code in by_kind.get("trust", [])]
    parts = [[figure(kind, code) for code in by_kind[kind]] for kind in PARTS if kind in by_kind]
    if not wholes and len(parts) > 1:
        wholes, parts = parts[0], parts[1:]
    for part in parts if wholes else []:
        knowledge.equal({**dict.fromkeys(wholes, 1.0), **dict.fromkeys(part, -1.0)})
    crossed = by_kind.get("directorate_profession", [])
    for place, kind in ((0, "directorate"), (1, "profession")):
        for code in by_kind.get(kind, []) if crossed else []:
            inside = [figure("directorate_profession", other) for other in crossed if other.split("|")[place] == code]
            knowledge.equal({figure(kind, code): 1.0, **dict.fromkeys(inside, -1.0)})


def balance(knowledge: Knowledge, before: str, month: str, groups: Iterable[tuple[str, str]]) -> None:
    """People at the end of a month are those before it, with who joined and without who left."""
    for kind, code in groups:
        stock, joined, left = ((measure, kind, code, month) for measure in FLOWS)
        earlier = ("headcount", kind, code, before)
        if all(name in knowledge for name in (stock, joined, left, earlier)):
            knowledge.equal({stock: 1.0, earlier: -1.0, joined: -1.0, left: 1.0})


def sum_of_months(
    knowledge: Knowledge, total: str, of: str, months: list[str], groups: Iterable[tuple[str, str]]
) -> None:
    """A total up to the last of the months is the sum over them."""
    for kind, code in groups:
        parts = [(of, kind, code, month) for month in months]
        whole = (total, kind, code, months[-1])
        if whole in knowledge and all(part in knowledge for part in parts):
            knowledge.equal({whole: 1.0, **dict.fromkeys(parts, -1.0)})
