"""Linear programs, solved by HiGHS: the least cost that some rows and bounds allow.

The solver runs a program on one thread and keeps no time, so that the same program has the same solution each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import highspy
import numpy as np
from scipy import sparse

#: Of cost, as the solver counts it: with the smallest costs below 1 it goes many ways round among what costs nearly the same.
_UNITS = 1000.0
_CONTINUOUS = 0
_MOST_AT_ONCE = 4

_Of = TypeVar("_Of")
_Found = TypeVar("_Found")


def side_by_side(solve: Callable[[_Of], _Found], each: Sequence[_Of]) -> list[_Found]:
    """What `solve` finds for each, several at a time: other programs run while the solver is at work. The order is kept."""
    if len(each) < 2:
        return [solve(one) for one in each]
    with ThreadPoolExecutor(min(_MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
        return list(pool.map(solve, each))


class Program:
    """Cheapest x with `lowest` <= A x <= `highest`. Solved again between other bounds, the solver begins where it was.

    Args:
        cost: of each column of A; `factors`: A.
        lowest, highest: of each row.
    """

    def __init__(self, cost: np.ndarray, factors: sparse.csc_array, lowest: np.ndarray, highest: np.ndarray) -> None:
        rows, self._columns = factors.shape
        endless = np.full(self._columns, np.inf)
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("presolve", "off")  # it costs more than it saves
        self._solver.passModel(
            self._columns, rows, factors.nnz,
            int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
            cost * _UNITS, -endless, endless, lowest, highest,
            factors.indptr.astype(np.int32), factors.indices.astype(np.int32), factors.data,
            np.full(self._columns, _CONTINUOUS, np.int32),
        )  # fmt: skip

    def solve(self, low: np.ndarray, high: np.ndarray) -> np.ndarray | None:
        """x between bounds; None where there is none."""
        self._solver.changeColsBounds(self._columns, np.arange(self._columns, dtype=np.int32), low, high)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._solver.getSolution().col_value)
