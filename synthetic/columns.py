"""A table held as one NumPy array a column, which grows month by month."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np


@dataclass
class Columns:
    """Base of the simulation's tables: every field is an array of the same length."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def extend(self, more: Self) -> None:
        for field in fields(self):
            ours, theirs = getattr(self, field.name), getattr(more, field.name)
            setattr(self, field.name, np.concatenate([ours, theirs.astype(ours.dtype, copy=False)]))
