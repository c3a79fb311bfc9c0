"""Who works in the trust: names, numbers, birth dates and what is recorded about equality.

What does not belong here: what they do (`workforce`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthetic.chance import Rng, choose, happens
from synthetic.columns import Columns
from synthetic.dates import Days, Texts, day_of
from synthetic.values import names, value_list

GENDERS = ("Female", "Male")
DISABILITIES = ("No", "Yes", "Not Declared", "Unspecified", "Prefer Not To Answer")
_DISABILITY_WEIGHTS = (78, 8, 10, 3, 1)
_NO_EMAIL_SHARE = 0.02
_FIRST_NUMBER = 20_400_000


@dataclass
class People(Columns):
    """One entry a person and spell of employment: a rehire is a new entry under a new number."""

    number: NDArray[np.int64]
    surname: Texts
    forename: Texts
    email: Texts
    birth: Days
    gender: NDArray[np.int16]
    ethnic_origin: NDArray[np.int16]
    disability: NDArray[np.int16]
    start: Days
    leaning: NDArray[np.float64]  # towards research; standard normal, has no effect of its own on leaving
    is_canary: NDArray[np.bool_]

    @property
    def listed_name(self) -> list[str]:
        """`Surname, Given`, the form of R&D systems."""
        return [f"{surname}, {forename}" for surname, forename in zip(self.surname, self.forename, strict=True)]


@dataclass(frozen=True)
class Canary:
    """An invented person whose traces are unmistakable, for tests that search for personal data."""

    surname: str
    forename: str
    local_part: str
    birth_date: int
    job_role: str
    ni_number: str


# NI numbers that begin with ZZ are never issued.
CANARIES = tuple(
    Canary(**{**row, "birth_date": day_of(row["birth_date"])})  # type: ignore[arg-type]
    for row in value_list("canaries")
)


@dataclass
class Registry:
    """Hands out what must be unique in the trust: employee numbers and e-mail addresses."""

    domain: str
    next_number: int = _FIRST_NUMBER
    emails: dict[str, int] = field(default_factory=dict)

    def numbers(self, rng: Rng, n: int) -> NDArray[np.int64]:
        found = self.next_number + np.cumsum(rng.integers(1, 40, n))
        self.next_number = int(found[-1]) if n else self.next_number
        return found

    def email(self, forename: str, surname: str) -> str:
        local = f"{plain(forename)}.{plain(surname)}"
        seen = self.emails.get(local, 0)
        self.emails[local] = seen + 1
        return f"{local}{seen + 1 if seen else ''}@{self.domain}"


def plain(name: str) -> str:
    """A name as it stands in an e-mail address: lower case, no accents, letters and hyphens only."""
    name = name.replace("ł", "l").replace("Ł", "L")
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in bare if letter.isalnum() or letter == "-")


def _drawn_names(rng: Rng, kind: str, n: int) -> list[str]:
    found = names(kind)
    weights = 1 / (np.arange(len(found)) + 25)  # commoner names first, with a long tail
    return [found[index] for index in choose(rng, weights, n)]


def new_people(rng: Rng, registry: Registry, start: Days, mean_age: NDArray[np.float64]) -> People:
    """People who start on the given days; `mean_age` in years at the start, clipped to 18-72."""
    n = len(start)
    gender = happens(rng, 0.26, n).astype(np.int16)
    women, men = _drawn_names(rng, "forenames_female", n), _drawn_names(rng, "forenames_male", n)
    forename = [man if male else woman for male, woman, man in zip(gender, women, men, strict=True)]
    surname = _drawn_names(rng, "surnames", n)
    email = [registry.email(given, family) for given, family in zip(forename, surname, strict=True)]
    no_email = happens(rng, _NO_EMAIL_SHARE, n)
    age = np.clip(mean_age + rng.normal(0, 9, n), 18.2, 72)
    origins = [float(row["weight"]) for row in value_list("ethnic_origins")]
    return People(
        number=registry.numbers(rng, n),
        surname=np.array(surname, dtype=object),
        forename=np.array(forename, dtype=object),
        email=np.where(no_email, "", np.array(email, dtype=object)),
        birth=(start - age * 365.25).astype(np.int32),
        gender=gender,
        ethnic_origin=choose(rng, origins, n),
        disability=choose(rng, _DISABILITY_WEIGHTS, n),
        start=start.astype(np.int32),
        leaning=rng.normal(0, 1, n),
        is_canary=np.zeros(n, dtype=bool),
    )


def make_canary(people: People, person: int, canary: Canary, domain: str) -> None:
    people.surname[person] = canary.surname
    people.forename[person] = canary.forename
    people.email[person] = f"{canary.local_part}@{domain}"
    people.birth[person] = canary.birth_date
    people.is_canary[person] = True
