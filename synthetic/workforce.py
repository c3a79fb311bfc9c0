"""The state of the workforce at the end of a month: people, their posts, and what ended in the month."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthetic.organisation import Organisation
from synthetic.people import People, Registry
from synthetic.posts import Departures, Posts


@dataclass
class Workforce:
    """State at the end of `month`, and what happened in it."""

    seed: int
    staff: int
    first_month: int
    month: int
    organisation: Organisation
    registry: Registry
    people: People
    posts: Posts
    departures: Departures
    lingering: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    returning: list[tuple[int, int]] = field(default_factory=list)  # (month, person) of rehires to come
    rehired: list[tuple[int, int, int]] = field(default_factory=list)  # (month, old person, new person)

    @property
    def main_post(self) -> NDArray[np.int64]:
        """For each person the post that speaks for them (primary first, else the last taken up), -1 without one."""
        found = np.full(len(self.people), -1, dtype=np.int64)
        held = np.flatnonzero(self.posts.held)
        order = held[np.lexsort((self.posts.is_substantive[held], self.posts.is_primary[held]))]
        found[self.posts.person[order]] = order
        return found

    @property
    def placing_post(self) -> NDArray[np.int64]:
        """For each person the in-post substantive post that places them, -1 without one: primary, else largest FTE, else
        lowest number."""
        posts = self.posts
        found = np.full(len(self.people), -1, dtype=np.int64)
        rows = np.flatnonzero(posts.in_post & posts.is_substantive)
        rows = rows[np.lexsort((-posts.suffix[rows], posts.fte[rows], posts.is_primary[rows]))]
        found[posts.person[rows]] = rows
        return found

    @property
    def is_in_post(self) -> NDArray[np.bool_]:
        """People with at least one substantive post that counts as in post."""
        found = np.zeros(len(self.people), dtype=bool)
        found[self.posts.person[self.posts.in_post & self.posts.is_substantive]] = True
        return found

    @property
    def substantive_fte(self) -> NDArray[np.float64]:
        counted = self.posts.in_post & self.posts.is_substantive
        fte = np.bincount(self.posts.person[counted], self.posts.fte[counted], minlength=len(self.people))
        return fte.astype(np.float64)
