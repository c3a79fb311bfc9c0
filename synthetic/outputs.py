"""Publications: which studies and people they come from, who of the trust wrote them, and when the library hears of them.

What does not belong here: awards (`awards`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthetic.acquaintance import Acquaintance, research_leaning
from synthetic.chance import Rng, choose, stream
from synthetic.dates import NO_DAY, first_day, last_day, one_text
from synthetic.research import Portfolio
from synthetic.study import Study
from synthetic.values import names, value_list
from synthetic.workforce import Workforce

#: A month: of a study that has been open a year, and of a member of staff beside any study.
_PAPERS_OF_STUDY, _PAPERS_OF_STAFF = 0.07, 0.0003
_LEADERS = ("CI", "PI")
_TYPES = (("Journal article", 80), ("Review", 8), ("Conference abstract", 8), ("Preprint", 4))
_RESOLVERS = ("", "https://doi.org/", "doi:")


@dataclass(frozen=True)
class Author:
    person: int
    name: str
    orcid: str
    known_by: str


@dataclass(frozen=True)
class Output:
    output_id: str  # as the library writes it
    title: str
    kind: str
    published: int
    listed_month: int  # first month whose list has it
    authors: tuple[Author, ...]
    has_orcids: bool
    partners: tuple[str, ...]

    @property
    def plain_id(self) -> str:
        for resolver in _RESOLVERS[1:]:
            if self.output_id.startswith(resolver):
                return self.output_id.removeprefix(resolver).lower()
        return self.output_id.lower()


class Outputs:
    def __init__(self, workforce: Workforce, portfolio: Portfolio, acquaintance: Acquaintance) -> None:
        self.outputs: list[Output] = []
        self._portfolio, self._acquaintance = portfolio, acquaintance
        rng = stream(workforce.seed, "outputs", workforce.month)
        canaries = [int(one) for one in np.flatnonzero(workforce.people.is_canary)]
        self._publish(rng, workforce, canaries, first_day(workforce.month))

    def advance(self, workforce: Workforce) -> None:
        rng = stream(workforce.seed, "outputs", workforce.month)
        for study in self._portfolio.studies:
            if _is_ripe(study, workforce.month) and rng.random() < _PAPERS_OF_STUDY:
                self._publish(rng, workforce, self._of_team(rng, study, workforce.month), _a_day(rng, workforce.month))
        leaning = research_leaning(workforce, self._portfolio)
        for _ in range(int(rng.poisson(workforce.staff * _PAPERS_OF_STAFF))):
            writers = [int(one) for one in choose(rng, leaning, int(rng.integers(1, 3)))]
            self._publish(rng, workforce, writers, _a_day(rng, workforce.month))

    def rows_of_month(self, month: int) -> dict[str, list[object]]:
        """Everything that the library has heard of by the end of the month."""
        listed = [one for one in self.outputs if one.listed_month <= month]
        return {
            "output_id": [one.output_id for one in listed],
            "title": [one.title for one in listed],
            "type": [one.kind for one in listed],
            "publication_date": [one_text(one.published) for one in listed],
            "trust_authors": ["; ".join(author.name for author in one.authors) for one in listed],
            "orcids": ["; ".join(a.orcid for a in one.authors) if one.has_orcids else "" for one in listed],
            "partner_organisations": ["; ".join(one.partners) for one in listed],
        }

    def truth(self, workforce: Workforce) -> list[dict[str, Any]]:
        """Who truly wrote each publication, in order."""
        numbers = workforce.people.number
        return [
            {
                "output_id": output.plain_id,
                "position": position,
                "person": author.name,
                "known_by": author.known_by,
                "true_employee_number": str(numbers[author.person]),
            }
            for output in self.outputs
            for position, author in enumerate(output.authors, start=1)
        ]

    def _of_team(self, rng: Rng, study: Study, month: int) -> list[int]:
        """One to five of the team; whoever leads the study comes last."""
        today, person_of = last_day(month), self._portfolio.researchers.person
        team = [one for one in study.team if one.start <= today and person_of[one.researcher] >= 0]
        if not team:
            return []
        chosen = [team[place] for place in rng.permutation(len(team))[: int(rng.integers(1, 6))]]
        ordered = sorted(chosen, key=lambda member: member.role in _LEADERS)
        return [person_of[member.researcher] for member in ordered]

    def _publish(self, rng: Rng, workforce: Workforce, writers: list[int], day: int) -> None:
        authors = tuple(self._author(rng, workforce, person) for person in dict.fromkeys(writers))
        if not authors:
            return
        number = len(self.outputs) + 1
        subjects, partners = names("subjects"), value_list("partners")
        chosen = choose(rng, [float(one["weight"]) for one in partners], int(rng.integers(0, 4)))
        resolver = _RESOLVERS[choose(rng, (70, 20, 10), 1)[0]]
        has_doi = rng.random() < 0.9
        self.outputs.append(
            Output(
                output_id=f"{resolver}10.{1100 + number % 60}/Synth.{number:05d}"
                if has_doi
                else str(38_000_000 + 13 * number),
                title=f"On {subjects[int(rng.integers(0, len(subjects)))]}: report {number}",
                kind=_TYPES[choose(rng, [weight for _, weight in _TYPES], 1)[0]][0],
                published=day,
                listed_month=workforce.month + choose(rng, (40, 30, 15, 10, 5), 1)[0],
                authors=authors,
                has_orcids=any(one.orcid for one in authors) and rng.random() < 0.7,
                partners=tuple(dict.fromkeys(partners[place]["partner"] for place in chosen)),
            )
        )

    def _author(self, rng: Rng, workforce: Workforce, person: int) -> Author:
        """The name as on the paper: as R&D writes it, or with an initial."""
        card = self._acquaintance.card(rng, workforce, self._portfolio, person)
        surname, forename = str(workforce.people.surname[person]), str(workforce.people.forename[person])
        name = f"{surname}, {forename[0]}" if rng.random() < 0.25 else card.name
        return Author(person, name, card.orcid, card.known_by)


def _is_ripe(study: Study, month: int) -> bool:
    """A study publishes from a year after its opening to two years after its closing."""
    today = last_day(month)
    return study.withdrawn == NO_DAY and study.opened + 365 <= today <= study.closed + 730


def _a_day(rng: Rng, month: int) -> int:
    return int(rng.integers(first_day(month), last_day(month) + 1))
