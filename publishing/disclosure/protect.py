"""Decides which figures are hidden beside the small ones, so that none that is hidden can be found out.

Works on the blocks of one period. Each hidden figure must be able to move: a small count up to where it would no longer be
small, any other by the least width of the policy. Where it cannot, the cheapest set of shown figures that sets it free is
hidden too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from publishing.disclosure.blocks import Block
from publishing.disclosure.cells import Period
from publishing.disclosure.jointly import at_once, propose
from publishing.disclosure.movement import TOLERANCE, Move, Problem, cheapest, explore, is_barred, try_moves
from publishing.policy import Secondary

_ROUNDS = 8
_SIDE_BY_SIDE = 2
#: Hiding a sum costs less than hiding one of what it is the sum of, from which means and medians hang.
_COST_OF_MADE_UP = 0.5


def _problem(block: Block, period: Period, policy: Secondary) -> Problem:
    count = len(block.cells)
    published = block.cells >= 0
    cells = block.cells[published]

    def of_cells(values: Sequence[float] | Sequence[bool] | np.ndarray, default: float) -> np.ndarray:
        found = np.full(count, default)
        found[published] = np.asarray(values, dtype=float)[cells]
        return found

    hidden = of_cells(period.hidden, 1.0).astype(bool)
    primary = of_cells(period.primary, 0.0).astype(bool)
    counts = of_cells(period.counts, 0.0).astype(bool)
    threshold = of_cells(period.threshold, 0.0)
    share = np.where(primary, policy.least_width_pct, policy.least_width_of_others_pct) / 100
    width = np.where(counts, policy.least_width, np.maximum(block.value * share, 0.01))
    up, down = np.zeros(count), np.zeros(count)
    if policy.hides_smallness:
        small = primary & counts & (block.value > 0) & (block.value <= threshold)
        up = np.where(small, threshold + 1 - block.value, 0.0)
        for variable, cell in enumerate(block.cells):
            whole = period.whole_of.get(int(cell), -1)
            if whole >= 0 and primary[variable] and not period.hidden[whole]:
                rest = period.value[whole] - block.value[variable]
                if 0 < rest <= threshold[variable]:
                    down[variable] = min(threshold[variable] + 1 - rest, block.value[variable] - block.low[variable])
    price = dict.fromkeys(block.level, 1.0)
    price |= {kind: policy.cost_of_part for kinds in block.hierarchy.crossed.values() for kind in kinds}
    price |= {block.hierarchy.whole: policy.cost_of_whole}
    cost = np.array([price[level] for level in block.level]) * (1 + 0.02 * np.log1p(np.abs(block.value)))
    cost[block.value == 0] *= policy.cost_of_zero
    cost[sorted(block.made_up)] *= _COST_OF_MADE_UP
    cost[np.isin(block.cells, sorted(period.known | period.earlier))] = np.inf
    # What is known to be 0 is no secret.
    is_known = (block.value == 0) & (block.high == 0)
    cost[is_known] = np.inf
    is_said = is_known.copy()
    is_said[[variable for variable, wholes in block.wholes.items() if not min(wholes).value]] = True
    width[is_known] = 0.0
    return Problem(block, hidden, price, cost, up, down, width, is_said)


def _wider(problem: Problem, variable: int, up: float, down: float) -> Move:
    """The move that makes the range of a variable wide enough: up, or else down, as its bounds allow."""
    value, block = problem.block.value[variable], problem.block
    if block.high[variable] - value < up:
        return Move(variable, -1, down)
    return Move(variable, 1, up, down if value - block.low[variable] >= down else None)


def _moves(problem: Problem) -> list[Move]:
    """What the variables that were not seen to move enough still need, the hardest first."""
    found = []
    for variable in np.flatnonzero(problem.unproven()).tolist():
        up, down, width = (float(need[variable]) for need in (problem.up, problem.down, problem.width))
        reached_up, reached_down = float(problem.reach_up[variable]), float(problem.reach_down[variable])
        if reached_up < up - TOLERANCE:
            found.append(Move(variable, 1, up))
        if reached_down < down - TOLERANCE:
            found.append(Move(variable, -1, down))
        if not found or found[-1].variable != variable:
            found.append(_wider(problem, variable, width - reached_down, width - reached_up))
    return sorted(found, key=lambda move: (-move.distance, move.variable))


def _done(problem: Problem, move: Move) -> bool:
    reached = problem.reach_up if move.direction > 0 else problem.reach_down
    return bool(reached[move.variable] >= move.distance - TOLERANCE) or not problem.unproven()[move.variable]


def _give_up(problem: Problem, ladder: Sequence[str]) -> bool:
    """Hide a whole kind of groups, the next of the ladder, or all; false where nothing is left to hide."""
    for kind in (*ladder, *sorted(set(problem.block.level))):
        more = np.array([level == kind for level in problem.block.level]) & ~problem.hidden & np.isfinite(problem.cost)
        more &= ~problem.is_said
        if more.any():
            problem.hidden |= more
            return True
    return False


def _try_either_way(asked: Sequence[tuple[Problem, Move]]) -> None:
    """Make each move, or else its other one, as far as it can be made while nothing more is hidden."""
    try_moves(asked)
    try_moves([(problem, other) for problem, move in asked if not _done(problem, move) and (other := move.other_way)])


def _hide_jointly(problems: Sequence[Problem], rounds: int) -> None:
    """Hide what is cheapest for many hidden figures of a block at once, as far as it is found; records what is seen to move."""
    while problems:
        asked = [
            (problem, [move for move in _moves(problem) if not is_barred(problem, move)][: at_once(problem)])
            for problem in problems
        ]
        each = [(problem, move) for problem, moves in asked for move in moves]
        _try_either_way(each)
        either = [(problem, move) for problem, move in each if move.other_way and not _done(problem, move)]
        cheaper = cheapest([problem for problem, _ in either], [move for _, move in either])
        turned = {(id(problem), move): way for (problem, move), (way, _) in zip(either, cheaper, strict=True)}
        problems, opened = [], set[int]()
        for problem, moves in asked:
            before = problem.state()
            if problem.open(opened):  # what one block hides, it hides from the next as well
                _try_either_way([(problem, move) for move in moves if not _done(problem, move)])
            needed = [turned.get((id(problem), move), move) for move in moves if not _done(problem, move)]
            if needed and (found := propose(problem, needed)):
                problem.hidden |= found.hidden
                problem.open(found.opened)
                opened |= found.opened
                for movement in found.movements:
                    if not problem.newly_hidden(movement).any() and not problem.in_the_way(movement):
                        problem.saw(movement)
            if (moves and not needed) or problem.state() != before:
                problems.append(problem)
        explore(problems, rounds)


def _set_free(
    problems: Sequence[Problem], earlier: Collection[int], rounds: int = _ROUNDS
) -> list[tuple[Problem, int]]:
    """Hide what must be hidden until every hidden figure can move enough. Returns those for which nothing helps.

    For cells of `earlier` releases no whole kind of groups is given up: what those give away by themselves stays given away.
    """
    explore(problems, rounds)
    # Of a block so large that one move fills a program, the cheapest for each by itself is found in a tenth of the time.
    _hide_jointly([problem for problem in problems if at_once(problem) > 1], rounds)
    helpless: list[tuple[Problem, int]] = []
    waiting: dict[int, list[Move]] = {}

    def put(number: int, moves: Sequence[Move]) -> None:
        problem = problems[number]
        barred = {move.variable for move in moves if is_barred(problem, move)}
        helpless.extend((problem, variable) for variable in sorted(barred))
        given_up = {variable for other, variable in helpless if other is problem}
        waiting[number] = [move for move in moves if move.variable not in given_up]

    for number, problem in enumerate(problems):
        put(number, _moves(problem))
    while waiting := {number: moves for number, moves in waiting.items() if moves}:
        # Several moves of a block side by side: most need nothing hidden, and of the others the first is taken.
        tried = [(number, move) for number, moves in waiting.items() for move in moves[:_SIDE_BY_SIDE]]
        solved = cheapest([problems[number] for number, _ in tried], [move for _, move in tried])
        before = {number: problems[number].state() for number in waiting}
        left = {number: list(moves) for number, moves in waiting.items()}
        for (number, move), (made, movement) in zip(tried, solved, strict=True):
            problem = problems[number]
            if movement is None:
                if before[number] != problem.state():
                    continue  # tried again, with what is hidden since
                is_past = int(problem.block.cells[move.variable]) in earlier
                if is_past or not _give_up(problem, problem.block.hierarchy.ladder):
                    helpless.append((problem, move.variable))
                    left[number] = [other for other in left[number] if other.variable != move.variable]
                continue
            new = problem.newly_hidden(movement)
            in_the_way = problem.in_the_way(movement)
            needs_nothing = not new.any() and not in_the_way
            if needs_nothing or before[number] == problem.state():
                problem.saw(movement)
                problem.hidden |= new
                problem.open(in_the_way)
                left[number] = [other for other in left[number] if other != move]
                if not _done(problem, made):  # as far as its bounds let it, which is not far enough
                    helpless.append((problem, move.variable))
        for number, moves in left.items():
            rest = [move for move in moves if not _done(problems[number], move)]
            put(number, rest or _moves(problems[number]))
    return helpless


def protect(blocks: Sequence[Block], period: Period, policy: Secondary) -> tuple[list[int], set[int]]:
    """Hide in `period` what the blocks need hidden.

    Returns:
        Cells of this release for which nothing helps: they follow from what is declared or known whatever is hidden. And those
        hidden since what they bound must move, whose own measures have not been asked.
    """
    problems = [
        problem for block in blocks if (problem := _problem(block, period, policy)).hidden[block.cells >= 0].any()
    ]
    helpless = _set_free(problems, period.earlier)
    for problem in problems:
        for cell in problem.block.cells[problem.hidden & (problem.block.cells >= 0)].tolist():
            period.hide(cell)
    opened = {cell for problem in problems for cell in sorted(problem.opened) if period.hide(cell)}
    cells = (int(problem.block.cells[variable]) for problem, variable in helpless)
    return [cell for cell in cells if cell not in period.earlier], opened


def set_free(block: Block, period: Period, policy: Secondary, wanted: Collection[int]) -> list[int]:
    """The cheapest cells to hide so that some of the hidden cells of a block can move enough.

    Args:
        wanted: hidden cells that cannot move; of any other it is known that it can.
    """
    problem = _problem(block, period, policy)
    of_others = ~np.isin(block.cells, sorted(wanted))
    for need in (problem.up, problem.down, problem.width):
        need[of_others] = 0.0
    before = problem.hidden.copy()
    _set_free([problem], (), rounds=0)
    return sorted(block.cells[problem.hidden & ~before].tolist())
