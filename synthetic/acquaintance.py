"""How the offices that list awards and publications know members of staff, and whom they come to know.

Somebody in a study team is written as there; for others a card is drawn when they are first met, apart from the study teams'
so that these stay as they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng
from synthetic.occupations import by_role
from synthetic.research import Portfolio
from synthetic.researchers import Card, draw_card
from synthetic.workforce import Workforce

_ACTIVE_FACTOR = 5.0


class Acquaintance:
    def __init__(self) -> None:
        self._cards: dict[int, Card] = {}

    def card(self, rng: Rng, workforce: Workforce, portfolio: Portfolio, person: int) -> Card:
        if person not in self._cards:
            self._cards[person] = portfolio.researchers.known(person) or draw_card(rng, workforce, person)
        return self._cards[person]


def research_leaning(workforce: Workforce, portfolio: Portfolio) -> NDArray[np.float64]:
    """By person in post, how likely they are to apply or to publish: role, leaning, and work on open studies."""
    main = np.maximum(workforce.main_post, 0)
    weight = by_role("research_weight")[workforce.posts.role[main]].astype(float) * np.exp(workforce.people.leaning)
    weight = weight * np.where(portfolio.active(workforce), _ACTIVE_FACTOR, 1.0)
    return np.where(workforce.is_in_post & (workforce.main_post >= 0), weight, 0.0)


def is_doctor(workforce: Workforce) -> NDArray[np.bool_]:
    profession = by_role("profession")[workforce.posts.role[np.maximum(workforce.main_post, 0)]]
    return np.asarray(profession == "medical", dtype=bool)
