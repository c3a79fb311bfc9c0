"""Seeded chance: one independent stream per subject and month, so that no subject disturbs another.

Because a month's draws depend only on (seed, subject, month), a run of 25 months writes the same first 24 months as a
run of 24.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator


def stream(seed: int, subject: str, month: int = 0) -> Rng:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(subject.encode()), month])))


def happens(rng: Rng, probability: NDArray[Any] | float, n: int) -> NDArray[np.bool_]:
    return rng.random(n) < probability


def choose(rng: Rng, weights: Sequence[float] | NDArray[Any], n: int) -> NDArray[np.int16]:
    """`n` indexes drawn with the given weights (they need not sum to 1)."""
    weights = np.asarray(weights, dtype=float)
    bounds = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(bounds, rng.random(n), side="right"), len(weights) - 1).astype(np.int16)


def days_between(rng: Rng, first: NDArray[Any] | int, last: NDArray[Any] | int, n: int) -> NDArray[np.int32]:
    """`n` days drawn evenly from `first` to `last`, both included."""
    return rng.integers(first, np.asarray(last) + 1, n).astype(np.int32)
