"""Linear programs, solved by HiGHS: the least cost that some rows and bounds allow.

The solver runs on one thread and keeps no time, so that the same program has the same solution each time.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

#: Of cost, as the solver counts it: with the smallest costs below 1 it goes many ways round among what costs nearly the same.
_UNITS = 1000.0
_CONTINUOUS = 0


class Program:
    """Cheapest x with `lowest` <= A x <= `highest`. Solved again between other bounds, the solver begins where it was.

    Args:
        cost: of each column of A; `factors`: A.
        lowest, highest: of each row.
    """

    def __init__(
        self, cost: np.ndarray, factors: sparse.csc_array, lowest: np.ndarray, highest: np.ndarray
    ) -> None:
        rows, self._columns = factors.shape
        endless = np.full(self._columns, np.inf)
        self._solver = highspy.Highs()
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
