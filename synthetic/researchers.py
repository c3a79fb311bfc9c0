"""People as R&D knows them: a name, perhaps an e-mail, an ORCID or an employee number; staff or outsiders.

What a person is called here stays the same from month to month. Who they truly are is planted truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng
from synthetic.occupations import by_role
from synthetic.people import plain
from synthetic.values import names
from synthetic.workforce import Workforce

#: How R&D knows its people: shares of those known by employee number, by work e-mail, by name alone.
KNOWN_BY = (("employee_number", 0.40), ("email", 0.45), ("name", 0.15))
OUTSIDER_SHARE = 0.07
_OUTSIDER_DOMAINS = ("bristol.example.ac.uk", "exeter.example.ac.uk", "uwe.example.ac.uk")
#: Roles that only some professions hold: role -> professions (job roles elsewhere lean by research weight).
PROFESSIONS_OF_ROLE = {
    "PI": {
        "medical": 4.0,
        "psychology": 2.0,
        "nursing": 0.6,
        "pharmacy": 0.5,
        "allied_health": 0.7,
        "social_work": 0.3,
    },
    "CI": {"medical": 3.0, "psychology": 2.0, "allied_health": 0.5, "nursing": 0.3},
    "Research Nurse": {"nursing": 1.0},
    "Trial Coordinator": {"administrative": 1.0, "clinical_support": 1.0},
    "Pharmacist": {"pharmacy": 1.0},
}


@dataclass(frozen=True)
class Card:
    """What a row about the person bears."""

    name: str
    email: str
    orcid: str
    employee_number: str
    known_by: str


class Pool:
    """Who can be asked in a month, and how likely: one cumulated weight by person and role."""

    def __init__(self, workforce: Workforce, weights: NDArray[np.float64]) -> None:
        self._weights = weights
        self._profession = by_role("profession")[workforce.posts.role[np.maximum(workforce.main_post, 0)]]
        self._bounds: dict[str, NDArray[np.float64]] = {}

    def draw(self, rng: Rng, role: str) -> int:
        if role not in self._bounds:
            self._bounds[role] = np.cumsum(self._weights_for(role))
        bounds = self._bounds[role]
        return int(np.searchsorted(bounds, rng.random() * bounds[-1], side="right"))

    def _weights_for(self, role: str) -> NDArray[np.float64]:
        if role not in PROFESSIONS_OF_ROLE:
            return self._weights
        by_profession = np.zeros(len(self._weights))
        for name, value in PROFESSIONS_OF_ROLE[role].items():
            by_profession[self._profession == name] = value
        found = self._weights * by_profession
        return found if found.sum() > 0 else self._weights


class Researchers:
    def __init__(self, workforce: Workforce) -> None:
        self.person: list[int] = []  # true identity; -1 for outsiders
        self.cards: list[Card] = []
        self._of_person: dict[int, int] = {}
        self._outsiders: list[int] = []
        self._domain = workforce.registry.domain

    def card(self, researcher: int) -> Card:
        return self.cards[researcher]

    def ask(self, rng: Rng, workforce: Workforce, role: str, pool: Pool) -> int:
        """Somebody for a role: a member of staff drawn from the pool, now and then an outsider."""
        if role != "Trial Coordinator" and rng.random() < OUTSIDER_SHARE:
            return self._outsider(rng, workforce)
        return self.of(rng, workforce, pool.draw(rng, role))

    def of(self, rng: Rng, workforce: Workforce, person: int) -> int:
        """How R&D knows a member of staff; drawn when first asked."""
        return self._of_person[person] if person in self._of_person else self._staff(rng, workforce, person)

    def known(self, person: int) -> Card | None:
        """How R&D knows a member of staff, if it has met them in a study team."""
        return self.cards[self._of_person[person]] if person in self._of_person else None

    def _staff(self, rng: Rng, workforce: Workforce, person: int) -> int:
        return self._register(person, draw_card(rng, workforce, person))

    def _outsider(self, rng: Rng, workforce: Workforce) -> int:
        """An academic of a university; one in eight bears the name of a member of staff."""
        if self._outsiders and rng.random() < 0.5:
            return self._outsiders[int(rng.integers(0, len(self._outsiders)))]
        surnames, forenames = names("surnames"), names("forenames_female") + names("forenames_male")
        surname, forename = (
            surnames[int(rng.integers(0, len(surnames)))],
            forenames[int(rng.integers(0, len(forenames)))],
        )
        if rng.random() < 0.125:
            namesake = int(rng.integers(0, len(workforce.people)))
            surname, forename = str(workforce.people.surname[namesake]), str(workforce.people.forename[namesake])
        domain = _OUTSIDER_DOMAINS[int(rng.integers(0, len(_OUTSIDER_DOMAINS)))]
        local = f"{plain(forename)}.{plain(surname)}.{len(self.person)}"
        return self._register(-1, Card(f"{surname}, {forename}", f"{local}@{domain}", _orcid(rng), "", "outside"))

    def _register(self, person: int, card: Card) -> int:
        self.person.append(person)
        self.cards.append(card)
        if person >= 0:
            self._of_person[person] = len(self.person) - 1
        else:
            self._outsiders.append(len(self.person) - 1)
        return len(self.person) - 1


def draw_card(rng: Rng, workforce: Workforce, person: int) -> Card:
    """What somebody who meets a member of staff for the first time writes down."""
    people = workforce.people
    draw, known_by, bound = rng.random(), "name", 0.0
    for kind, share in KNOWN_BY:
        bound += share
        if draw < bound:
            known_by = kind
            break
    if known_by == "email" and not people.email[person]:
        known_by = "name"
    if people.is_canary[person]:
        known_by = "email"
    email = str(people.email[person])
    surname, forename = str(people.surname[person]), str(people.forename[person])
    return Card(
        name=f"{surname}, {_as_written(rng, forename)}",
        email=_restyled(rng, email)
        if known_by == "email" or (known_by == "employee_number" and rng.random() < 0.7)
        else "",
        orcid=_orcid(rng) if rng.random() < 0.2 else "",
        employee_number=str(people.number[person]) if known_by == "employee_number" else "",
        known_by=known_by,
    )


def _as_written(rng: Rng, forename: str) -> str:
    """Given names in R&D systems: mostly in full, sometimes an initial or with a title."""
    draw = rng.random()
    return forename if draw < 0.9 else f"{forename[0]}." if draw < 0.96 else f"Dr {forename}"


def _restyled(rng: Rng, email: str) -> str:
    """The same address, one time in five in another case."""
    return email.title() if rng.random() < 0.2 else email


def _orcid(rng: Rng) -> str:
    """An ORCID with a valid check character (MOD 11-2), from a range that is not handed out."""
    digits = f"00099{int(rng.integers(0, 10**10)):010d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    text = digits + ("X" if check == 10 else str(check))
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
