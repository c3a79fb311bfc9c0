"""The cheapest set of shown figures that sets several hidden ones of a block free at once.

One after the other, each hidden figure takes what is cheapest for itself: three take three shown figures where a fourth one would
have served them all, and a movement spread over five figures seems as cheap as a movement of one. Here one program has a
movement for each figure that must move, and one price for each that is hidden, whichever of the movements need it.

What it finds is a proposal. Nothing rests on it: each hidden figure must still be seen to move, as any other (`protect`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from publishing.disclosure.movement import TOLERANCE, Move, Problem
from publishing.disclosure.programs import Program

#: Moves of one program and variables that they have: with more a little less is hidden, and it takes longer.
_MOST_MOVES = 16
_MOST_VARIABLES = 2_200
#: Programs solved for one proposal; what is best so far is taken then. Not seconds, which differ from machine to machine.
_MOST_PROGRAMS = 9
#: What is cheaper by no more than this and this share is not looked for; a figure of directorate x profession costs 1.
_WORTH, _WORTH_SHARE = 0.5, 0.05
#: Of the price of a count nested in what must move, or that it is nested in: as often as not it is hidden for its own sake anyhow.
_SHARE_OF_NESTED = 0.2


@dataclass(frozen=True)
class Proposal:
    """What to hide so that moves can be made.

    Attributes:
        hidden: variables of the block; `opened`: cells of other measures that bound variables.
        movements: what changes then, by move and variable.
    """

    hidden: np.ndarray
    opened: frozenset[int]
    movements: np.ndarray


class _Bound(NamedTuple):
    """A shown count of another measure that a variable cannot pass, upwards (1) or downwards (-1), unless it is hidden."""

    variable: int
    direction: int
    value: float
    cell: int
    price: float


def _bounds(problem: Problem) -> list[_Bound]:
    sides = ((-1, problem.block.parts), (1, problem.block.wholes))
    return [
        _Bound(variable, direction, shown.value, shown.cell, _SHARE_OF_NESTED * problem.price[shown.level])
        for direction, of_variables in sides
        for variable, bounds in of_variables.items()
        for shown in bounds
        if shown.cell not in problem.opened
    ]


class _Question:
    """Which of some items are hidden at least price so that each of the moves can be made.

    Columns of its program are the items (the variables that may be hidden, then the cells of the bounds), and by move what each
    variable of the block changes: 0 where its item is not hidden, a part of its way where that is hidden in part.

    Attributes:
        price: by item.
    """

    def __init__(
        self, problem: Problem, moves: Sequence[Move], variables: np.ndarray, bounds: Sequence[_Bound]
    ) -> None:
        self.problem, self.moves, self.variables, self.bounds = problem, moves, variables, bounds
        self.cells = {bound.cell: bound.price for bound in bounds}
        self.price = np.concatenate([problem.cost[variables], list(self.cells.values())])
        block = problem.block
        can_move = problem.hidden.copy()
        can_move[variables] = True
        distance = np.array([move.distance for move in moves])
        # Nothing moves further than the figure for which it does.
        room = {
            way: np.minimum(np.where(can_move, np.maximum(far, 0.0), 0.0), distance[:, np.newaxis])
            for way, far in ((1, block.high - block.value), (-1, block.value - block.low))
        }
        low, high = -room[-1], room[1]
        of_moves = np.arange(len(moves)), [move.variable for move in moves]
        low[of_moves] = high[of_moves] = distance * [move.direction for move in moves]
        self._used = np.flatnonzero((low != 0) | (high != 0))
        self._low, self._high = low.ravel()[self._used], high.ravel()[self._used]
        self._program = self._of_items_and_moves(room)

    def _of_items_and_moves(self, room: Mapping[int, np.ndarray]) -> Program:
        block, items, moves = self.problem.block, len(self.price), len(self.moves)
        count = len(block.value)
        equations = sparse.kron(sparse.eye_array(moves), block.equations, format="csc")[:, self._used]
        matrices = [sparse.hstack([sparse.csc_array((equations.shape[0], items)), equations])]
        limits = [np.zeros(equations.shape[0])]
        item_of = {cell: len(self.variables) + number for number, cell in enumerate(self.cells)}
        for way, far in room.items():
            some = [bound for bound in self.bounds if bound.direction == way]
            variable = np.concatenate([self.variables, [bound.variable for bound in some]]).astype(np.int64)
            item = np.concatenate([np.arange(len(self.variables)), [item_of[bound.cell] for bound in some]])
            shown = np.array([way * (bound.value - block.value[bound.variable]) for bound in some])
            near = np.concatenate([np.zeros(len(self.variables)), shown])
            # As far as `near` it moves anyhow, and beyond where the item is hidden.
            beyond = far[:, variable] - near
            move, of = np.nonzero(beyond > TOLERANCE)
            row = np.arange(len(move))
            moved = sparse.csc_array(
                (np.full(len(row), float(way)), (row, move * count + variable[of])), (len(row), moves * count)
            )
            let = sparse.csc_array((-beyond[move, of], (row, item[of].astype(np.int64))), (len(row), items))
            matrices.append(sparse.hstack([let, moved[:, self._used]]))
            limits.append(near[of])
        highest = np.concatenate(limits)
        lowest = np.concatenate([limits[0], np.full(len(highest) - len(limits[0]), -np.inf)])
        cost = np.concatenate([self.price, np.zeros(len(self._used))])
        return Program(cost, sparse.vstack(matrices, format="csc"), lowest, highest)

    def solve(self, least: np.ndarray, most: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """How much of each item is hidden, from `least` to `most`, and the movements by move and variable; None if there are none."""
        found = self._program.solve(np.concatenate([least, self._low]), np.concatenate([most, self._high]))
        if found is None:
            return None
        movements = np.zeros((len(self.moves), len(self.problem.hidden)))
        movements.ravel()[self._used] = found[len(self.price) :]
        return found[: len(self.price)], movements

    def only(self, taken: np.ndarray) -> _Question:
        """The same of the items that are taken, as if the others were not in the way."""
        of_variables, of_cells = np.split(taken, [len(self.variables)])
        cells = {cell for cell, is_taken in zip(self.cells, of_cells, strict=True) if is_taken}
        bounds = [bound for bound in self.bounds if bound.cell in cells]
        return _Question(self.problem, self.moves, self.variables[of_variables], bounds)

    def proposal(self, taken: np.ndarray, movements: np.ndarray) -> Proposal:
        of_variables, of_cells = np.split(taken, [len(self.variables)])
        hidden = np.zeros(len(self.problem.hidden), dtype=bool)
        hidden[self.variables] = of_variables
        cells = zip(self.cells, of_cells, strict=True)
        return Proposal(hidden, frozenset(cell for cell, is_taken in cells if is_taken), movements)


def at_once(problem: Problem) -> int:
    """For how many moves of a block one program is made."""
    return max(1, min(_MOST_MOVES, _MOST_VARIABLES // len(problem.hidden)))


def propose(problem: Problem, moves: Sequence[Move]) -> Proposal | None:
    """The cheapest figures to hide so that the moves can be made, as far as a few programs find them; else None.

    A program that may hide in part names the items that come into question. Of those that it hides in part the least is left out,
    and where that is of no use it is hidden: branch and bound, beginning with what is most likely. A shown count of another measure
    that the first program keeps is forgotten; where the proposal passes it after all, the movement does not count as seen, and
    the next proposal has to do with that count.
    """
    variables = np.flatnonzero(~problem.hidden & np.isfinite(problem.cost))
    every = _Question(problem, moves, variables, _bounds(problem))
    found = every.solve(np.zeros(len(every.price)), np.ones(len(every.price)))
    if found is None:
        return None
    amount, movements = found
    question = every.only(amount > TOLERANCE)
    price, found = question.price, (amount[amount > TOLERANCE], movements)
    least, most = np.zeros(len(price)), np.ones(len(price))
    best, best_price = (most > 0, movements), np.inf
    branches: list[tuple[float, np.ndarray, np.ndarray]] = []
    for programs_left in reversed(range(_MOST_PROGRAMS)):
        if found is not None:
            amount, movements = found
            taken = amount > TOLERANCE
            if price[taken].sum() < best_price:
                best, best_price = (taken, movements), float(price[taken].sum())
            if (in_part := taken & (amount < 1 - TOLERANCE)).any():
                item = np.arange(len(price)) == np.where(in_part, amount, np.inf).argmin()
                branches.append((float(price @ amount), np.where(item, 1.0, least), most))
                branches.append((float(price @ amount), least, np.where(item, 0.0, most)))
        branches = [branch for branch in branches if branch[0] <= best_price * (1 - _WORTH_SHARE) - _WORTH]
        if not branches or not programs_left:
            break
        _, least, most = branches.pop()
        found = question.solve(least, most)
    return question.proposal(*best)
