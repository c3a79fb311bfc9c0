"""Posts (ESR assignments) and their ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.columns import Columns
from synthetic.dates import NO_DAY, Days, Texts

CATEGORIES = ("Permanent", "Fixed Term Temp", "Locum", "Bank", "Honorary")
PERMANENT, FIXED_TERM, LOCUM, BANK, HONORARY = range(5)
STATUSES = (
    "Active Assignment",
    "Acting Up",
    "Internal Secondment",
    "Maternity",
    "Career Break",
    "Out on External Secondment - Paid",
    "Suspend With Pay",
    "Terminated",
)
ACTIVE, ACTING_UP, SECONDED, MATERNITY, CAREER_BREAK, AWAY, SUSPENDED, TERMINATED = range(8)
IN_POST = (ACTIVE, ACTING_UP, SECONDED)


@dataclass
class Posts(Columns):
    """Assignments: one entry a post ever held, ended or not."""

    person: NDArray[np.int64]
    suffix: NDArray[np.int16]
    is_primary: NDArray[np.bool_]
    category: NDArray[np.int16]
    role: NDArray[np.int16]
    grade: NDArray[np.int16]
    fte: NDArray[np.float64]
    team: NDArray[np.int16]
    start: Days
    contract_end: Days
    status: NDArray[np.int16]
    status_until: Days
    ended: Days  # NO_DAY while held
    is_unplaced: NDArray[np.bool_]  # the directorate was never recorded

    @property
    def held(self) -> NDArray[np.bool_]:
        return np.asarray(self.ended == NO_DAY)

    @property
    def is_substantive(self) -> NDArray[np.bool_]:
        return np.asarray(self.category <= LOCUM)

    @property
    def in_post(self) -> NDArray[np.bool_]:
        return np.asarray(self.held & (self.status <= SECONDED) & (self.fte > 0))


@dataclass
class Departures(Columns):
    """Posts that ended, with the reason."""

    post: NDArray[np.int64]
    day: Days
    reason: Texts


def no_departures() -> Departures:
    return Departures(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=object))
