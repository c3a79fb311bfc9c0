"""Linear programs over blocks: how far hidden figures can move while every shown figure stays, and what must be hidden for
one to move far enough.

A movement d keeps E d = 0. A figure that no movement changes is known to every reader. Blocks have no equation in common,
so one program holds many of them side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import lsmr

from publishing.disclosure.blocks import Block
from publishing.disclosure.programs import Program, side_by_side

#: Movements smaller than this are rounding of the solver.
TOLERANCE = 1e-6
#: A reader's ignorance beyond this many people (or units) is as good as endless; it keeps the programs well scaled.
_FAR = 1e4
_VARIABLES_TOGETHER = 2_000
#: In a block of as many variables a program takes up to a second, and to see what its equations keep in its place a tenth of one.
_LARGE = 2_000


@dataclass
class Problem:
    """A block with what is hidden in it and how far each hidden figure must be able to move.

    Attributes:
        hidden: by variable; what is published nowhere is hidden.
        price: of hiding a figure of a kind of groups; `cost`: of hiding the variable, infinite where that is useless or not allowed.
        up, down: how far it must be able to move up and down; `width`: from its least to its greatest possible value.
        is_said: whether it is a 0 that follows from a shown 0 or by definition, so that hiding it alone protects nothing.
        reach_up, reach_down: how far it was seen to move.
        low, high: what a reader knows of each variable beside the equations, as much as is hidden now.
        bounding: cells of shown counts of other measures that bound variables; `opened`: those of them that are hidden since what they
            bound must move.
    """

    block: Block
    hidden: np.ndarray
    price: Mapping[str, float]
    cost: np.ndarray
    up: np.ndarray
    down: np.ndarray
    width: np.ndarray
    is_said: np.ndarray
    reach_up: np.ndarray = field(init=False)
    reach_down: np.ndarray = field(init=False)
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)
    bounding: frozenset[int] = field(init=False)
    opened: set[int] = field(default_factory=set)
    _still: tuple[int, np.ndarray] = field(init=False, default=(-1, np.zeros(0, bool)))

    def __post_init__(self) -> None:
        self.reach_up, self.reach_down = np.zeros(len(self.hidden)), np.zeros(len(self.hidden))
        sides = (self.block.parts, self.block.wholes)
        self.bounding = frozenset(shown.cell for side in sides for of in side.values() for shown in of)
        self._find_room()

    def state(self) -> tuple[int, int]:
        """How much is hidden, of the block and of what is nested in it."""
        return int(self.hidden.sum()), len(self.opened)

    def newly_hidden(self, movement: np.ndarray) -> np.ndarray:
        """Variables that the movement changes and that are shown."""
        new: np.ndarray = (np.abs(movement) > TOLERANCE) & ~self.hidden
        return new

    def in_the_way(self, movement: np.ndarray) -> dict[int, float]:
        """Cells of shown counts that bound variables which would move beyond them, with the price of hiding them."""
        after, block = self.block.value + movement, self.block
        below = np.flatnonzero(after < self.low - TOLERANCE).tolist()
        above = np.flatnonzero(after > self.high + TOLERANCE).tolist()
        found = [shown for at in below for shown in block.parts[at] if shown.value > after[at] + TOLERANCE]
        found += [shown for at in above for shown in block.wholes[at] if shown.value < after[at] - TOLERANCE]
        return {shown.cell: self.price[shown.level] for shown in found}

    def price_of(self, movement: np.ndarray) -> float:
        """What it costs to hide all that the movement needs hidden."""
        return float(self.cost[self.newly_hidden(movement)].sum() + sum(self.in_the_way(movement).values()))

    def cost_beyond(self, direction: int, distance: float) -> np.ndarray:
        """By variable, what it costs to hide the shown counts that keep it from moving so far."""
        cost = np.zeros(len(self.hidden))
        for variable, bounds in (self.block.wholes if direction > 0 else self.block.parts).items():
            value = self.block.value[variable]
            shown = [bound for bound in bounds if bound.cell not in self.opened]
            near = [bound for bound in shown if direction * (bound.value - value) < distance - TOLERANCE]
            cost[variable] = sum(self.price[bound.level] for bound in near or shown[:1])
        return cost

    def open(self, cells: Iterable[int]) -> bool:
        """Hide counts that bound variables, so that these can move further; whether any of them was shown and bounds one."""
        new = self.bounding.intersection(cells) - self.opened
        if new:
            self.opened |= new
            self._find_room()
        return bool(new)

    def _find_room(self) -> None:
        self.low, self.high = self.block.low.copy(), self.block.high.copy()
        for variable, parts in self.block.parts.items():
            self.low[variable] = max([self.low[variable], *(of.value for of in parts if of.cell not in self.opened)])
        for variable, wholes in self.block.wholes.items():
            self.high[variable] = min([self.high[variable], *(of.value for of in wholes if of.cell not in self.opened)])

    def room(self) -> tuple[np.ndarray, np.ndarray]:
        """How far each variable may move, down and up, while nothing more is hidden."""
        low = np.where(self.hidden, np.clip(self.low - self.block.value, -_FAR, 0.0), 0.0)
        high = np.where(self.hidden, np.clip(self.high - self.block.value, 0.0, _FAR), 0.0)
        return low, high

    @property
    def is_large(self) -> bool:
        return len(self.hidden) >= _LARGE

    def still(self) -> np.ndarray:
        """Hidden variables that the equations alone keep in their place while nothing more is hidden."""
        hidden = int(self.hidden.sum())  # nothing that is hidden is ever shown again
        if self._still[0] != hidden:
            still = np.zeros(len(self.hidden), bool)
            still[self.hidden] = immovable(self.block.equations.tocsc()[:, self.hidden].tocoo())
            self._still = hidden, still
        return self._still[1]

    def unproven(self) -> np.ndarray:
        """Hidden published variables that were not yet seen to move far enough."""
        far = (
            (self.reach_up >= self.up - TOLERANCE)
            & (self.reach_down >= self.down - TOLERANCE)
            & (self.reach_up + self.reach_down >= self.width - TOLERANCE)
        )
        waiting: np.ndarray = ~far & self.hidden & (self.block.cells >= 0)
        return waiting

    def saw(self, movement: np.ndarray) -> None:
        np.maximum(self.reach_up, movement, out=self.reach_up)
        np.maximum(self.reach_down, -movement, out=self.reach_down)


@dataclass(frozen=True)
class _Program:
    """One program: cheapest d between `low` and `high` with the block's equations. `signs`: of the parts that add up to d."""

    block: Block
    cost: np.ndarray
    low: np.ndarray
    high: np.ndarray
    signs: tuple[float, ...] = (1.0,)

    def movement(self, solution: np.ndarray) -> np.ndarray:
        parts = zip(self.signs, np.split(solution, len(self.signs)), strict=True)
        moved: np.ndarray = sum((sign * part for sign, part in parts), np.zeros(1))
        return moved


def _solve(programs: Sequence[_Program]) -> list[np.ndarray] | None:
    """Movements that solve programs, some of them together: each has its price, and a large one costs more than its parts."""
    chunks: list[list[_Program]] = []
    room = 0
    for program in programs:
        if room <= 0:
            chunks.append([])
            room = _VARIABLES_TOGETHER
        chunks[-1].append(program)
        room -= len(program.cost)
    solved: list[np.ndarray] = []
    for found in side_by_side(_solve_together, chunks):
        if found is None:
            return None
        solved += found
    return solved


def _solve_together(programs: Sequence[_Program]) -> list[np.ndarray] | None:
    """Movements that solve programs side by side; None where one of them has none."""
    rows, columns, factors = [], [], []
    row = column = 0
    for program in programs:
        equations = program.block.equations
        for sign in program.signs:
            rows.append(equations.row + row)
            columns.append(equations.col + column)
            factors.append(equations.data * sign)
            column += equations.shape[1]
        row += equations.shape[0]
    matrix = sparse.csc_array(
        (np.concatenate(factors), (np.concatenate(rows), np.concatenate(columns))), shape=(row, column)
    )
    cost = np.concatenate([program.cost for program in programs])
    low, high = (np.concatenate(ends) for ends in zip(*((one.low, one.high) for one in programs), strict=True))
    # What cannot move is left out: the solver is fast, and handing variables to it is not.
    moves = (low != 0) | (high != 0)
    solution = np.zeros(column)
    if moves.any():
        of_moves, nothing = matrix[:, np.flatnonzero(moves)], np.zeros(row)
        found = Program(cost[moves], of_moves, nothing, nothing).solve(low[moves], high[moves])
        if found is None:
            return None
        solution[moves] = found
    ends = np.cumsum([len(program.cost) for program in programs])[:-1]
    return [program.movement(part) for program, part in zip(programs, np.split(solution, ends), strict=True)]


def immovable(equations: sparse.coo_array) -> np.ndarray:
    """Variables that no movement with these equations changes, whatever their bounds."""
    matrix, chance = equations.tocsr(), np.random.default_rng(0)
    moves = np.zeros(matrix.shape[1], bool)
    if not matrix.nnz:
        return moves
    for _ in range(2):
        vector = chance.normal(size=len(moves))
        # What is left of any vector once all that the equations say is taken out is a movement.
        said = lsmr(matrix, matrix @ vector, atol=1e-12, btol=1e-12, maxiter=4000)[0]
        moves |= np.abs(vector - said) > TOLERANCE
    is_tied = np.bincount(matrix.indices, minlength=len(moves)) > 0
    still: np.ndarray = ~moves & is_tied
    return still


def known_zeros(equations: sparse.coo_array, value: np.ndarray) -> np.ndarray:
    """Variables of 0 that follow from none being negative: what adds up to 0 is 0 each, and so what is left of other sums may be."""
    factors, known = equations.tocsr(), np.zeros(len(value), bool)
    more, less = (factors > 0).astype(float), (factors < 0).astype(float)
    while True:
        of_either = np.minimum(more @ ~known, less @ ~known)
        is_nothing = (of_either == 0) & (np.abs(factors @ value) < TOLERANCE)
        new = (abs(factors).T @ is_nothing > 0) & ~known
        if not new.any():
            return known
        known |= new


def follows(equations: sparse.coo_array, value: np.ndarray) -> np.ndarray:
    """Variables that are known to whoever knows the equations and that none is negative, though not which ranges this leaves."""
    known = known_zeros(equations, value)
    known[~known] = immovable(equations.tocsc()[:, ~known].tocoo())
    return known


def explore(problems: Sequence[Problem], rounds: int, seed: int = 0) -> None:
    """Move as many hidden figures at once as a program can, up and down by turns; records how far they went."""
    chance = np.random.default_rng(seed)
    for number in range(rounds):
        waiting = [problem for problem in problems if problem.unproven().any()]
        if not waiting:
            return
        programs = []
        for problem in waiting:
            block, doubtful = problem.block, problem.unproven()
            needs_up = problem.reach_up < problem.up - TOLERANCE
            up = needs_up | (chance.random(len(doubtful)) < (1.0 if number == 0 else 0.5))
            wanted = np.maximum(np.maximum(problem.up, problem.width), TOLERANCE)
            # Who has moved far enough gains nothing by moving further and leaves room for others.
            low, high = problem.room()
            high = np.where(doubtful & up, np.minimum(high, wanted), high)
            low = np.where(doubtful & ~up, np.maximum(low, -wanted), low)
            gain = np.where(up, -1.0, 1.0) * chance.uniform(0.5, 1.5, len(doubtful))
            programs.append(_Program(block, np.where(doubtful, gain, 0.0), low, high))
        moved = _solve(programs)
        if moved is None:  # the solver gave up; every figure is then looked at by itself
            return
        for problem, movement in zip(waiting, moved, strict=True):
            problem.saw(movement)


@dataclass(frozen=True)
class Move:
    """A variable that must be able to move by `distance`, up (1) or down (-1).

    `instead`: how far it may move the other way instead.
    """

    variable: int
    direction: int
    distance: float
    instead: float | None = None

    @property
    def other_way(self) -> Move | None:
        return Move(self.variable, -self.direction, self.instead) if self.instead else None


def try_moves(asked: Sequence[tuple[Problem, Move]]) -> None:
    """Make each move as far as it can be made while nothing more is hidden; records how far that is."""
    possible = [(problem, move) for problem, move in asked if not (problem.is_large and problem.still()[move.variable])]
    programs = []
    for problem, move in possible:
        variable = move.variable
        low, high = problem.room()
        high[variable] = min(high[variable], move.distance) if move.direction > 0 else 0.0
        low[variable] = max(low[variable], -move.distance) if move.direction < 0 else 0.0
        gain = np.zeros(len(low))
        gain[variable] = -move.direction
        programs.append(_Program(problem.block, gain, low, high))
    for (problem, _), movement in zip(possible, _solve(programs) or (), strict=False):
        problem.saw(movement)


def is_barred(problem: Problem, move: Move) -> bool:
    """Whether the bounds of the variable itself forbid the move, whatever is hidden."""
    block, variable = problem.block, move.variable
    room = block.high - block.value if move.direction > 0 else block.value - block.low
    return bool(room[variable] < move.distance - TOLERANCE)


def _cheapest(problems: Sequence[Problem], moves: Sequence[Move]) -> list[np.ndarray] | None:
    """For each problem the cheapest movement that makes its move; what moves and is shown must be hidden.

    Further than the shown counts that bound a figure a movement may go too, at the price of hiding those.
    """
    signs = (1.0, -1.0, 1.0, -1.0)
    programs = []
    for problem, move in zip(problems, moves, strict=True):
        block = problem.block
        movable = problem.hidden | np.isfinite(problem.cost)
        up, down, up_in_all, down_in_all = (
            np.where(movable, np.clip(room, 0.0, _FAR), 0.0)
            for room in (
                problem.high - block.value,
                block.value - problem.low,
                block.high - block.value,
                block.value - block.low,
            )
        )
        most = np.stack([up, down, up_in_all - up, down_in_all - down])
        least = np.zeros_like(most)
        forward = [part for part, sign in enumerate(signs) if sign == move.direction]
        left = move.distance
        for part in forward:
            least[part, move.variable] = min(left, most[part, move.variable])
            left -= least[part, move.variable]
        most[[part for part in range(len(signs)) if part not in forward], move.variable] = 0.0
        price = np.where(problem.hidden, TOLERANCE, np.where(movable, problem.cost, 0.0))
        beyond = (price + problem.cost_beyond(direction, move.distance) for direction in (1, -1))
        cost = np.concatenate([price, price, *beyond]) / move.distance
        programs.append(_Program(block, cost, least.ravel(), most.ravel(), signs))
    return _solve(programs)


def _cheapest_of_each(problems: Sequence[Problem], moves: Sequence[Move]) -> list[np.ndarray | None]:
    """As `_cheapest`; None for a problem in which the move cannot be made whatever is hidden."""
    if not problems:
        return []
    together = _cheapest(problems, moves)
    if together is not None:
        return list(together)
    if len(problems) == 1:
        return [None]
    half = len(problems) // 2
    return [*_cheapest_of_each(problems[:half], moves[:half]), *_cheapest_of_each(problems[half:], moves[half:])]


def cheapest(problems: Sequence[Problem], moves: Sequence[Move]) -> list[tuple[Move, np.ndarray | None]]:
    """For each problem the cheapest movement that makes its move, whichever way; None where neither can be made."""
    found = list(zip(moves, _cheapest_of_each(problems, moves), strict=True))
    prices = [
        problem.price_of(movement) if movement is not None else np.inf
        for problem, (_, movement) in zip(problems, found, strict=True)
    ]
    others = [(number, move) for number, move in enumerate(move.other_way for move in moves) if move and prices[number]]
    again = _cheapest_of_each([problems[number] for number, _ in others], [move for _, move in others])
    for (number, move), movement in zip(others, again, strict=True):
        if movement is not None and problems[number].price_of(movement) < prices[number] - TOLERANCE:
            found[number] = (move, movement)
    return found
