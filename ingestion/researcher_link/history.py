"""Whom R&D people were linked to, month after month: what leaves the vault.

The verdict of a month follows from what had been delivered by then, and from whom the month before had linked. So a later
file changes no earlier month, and any order of arrival gives the same history. Decisions are the exception: they are about
two people and hold for all months.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ingestion.delivery import NO_MONTH, THE_BEGINNING
from ingestion.researcher_link.decisions import Standing
from ingestion.researcher_link.gather import gather, know
from ingestion.researcher_link.link import LinkedBefore, compare, open_bench, verdicts
from ingestion.researcher_link.people import Delivered


@dataclass(frozen=True)
class Link:
    """A verdict and the first and last month in which it holds; no last one while it holds still.

    Score and margin are those with which it was reached.
    """

    trust_code: str
    researcher_key: str
    staff_key: str | None
    link_method: str
    link_score: float
    link_margin: float
    link_status: str
    profession_code: str | None
    valid_from: date
    valid_to: date | None = None

    @property
    def person(self) -> tuple[str, str]:
        return self.trust_code, self.researcher_key

    @property
    def verdict(self) -> tuple[str | None, ...]:
        """What a new verdict has to differ in to count as one; a score that has moved does not matter."""
        return (*self.person, self.staff_key, self.link_method, self.link_status, self.profession_code)


def still_linked(links: Iterable[Link]) -> list[LinkedBefore]:
    """Whom a name links in the newest month."""
    return [
        (*link.person, link.staff_key)
        for link in links
        if link.staff_key and link.link_method == "name" and link.valid_to is None
    ]


def link_researchers(
    delivered: Sequence[Delivered],
    decisions: Collection[Standing] = (),
    *,
    known: Iterable[Link] = (),
    since: date = THE_BEGINNING,
    names_from: date = THE_BEGINNING,
) -> list[Link]:
    """Link each R&D person to a member of staff of the same trust, in every month that has brought a file about people.

    Args:
        delivered: the deliveries that are current.
        decisions: what people have decided.
        known: the history as it was; its months before `since` are kept, and nothing of them is worked out again.
        since: the first month whose deliveries have changed; `NO_MONTH` where none has, and no file is read then.
        names_from: the first month whose names the vault still has. Its verdicts stand for the months before it too.

    Returns:
        Sorted by person and month; the stretches of a person follow each other without a gap.

    Raises:
        duckdb.Error: a file of the vault or of raw storage is unreadable.
    """
    if since == NO_MONTH:
        return _sorted(known)
    anew = since <= names_from
    ended, holding = ([], {}) if anew else _until(known, since)
    with open_bench() as connection:
        months = gather(connection, delivered)
        start = min([names_from, *months[-1:]]) if anew else since
        for month in (month for month in months if month >= start):
            know(connection, month)
            compare(connection, decisions, still_linked(holding.values()))
            valid_from = months[0] if anew else month
            anew = False
            for link in (Link(*row, valid_from) for row in verdicts(connection)):
                before = holding.get(link.person)
                if before and before.verdict == link.verdict:
                    continue
                if before:
                    ended.append(replace(before, valid_to=_month_before(month)))
                holding[link.person] = link
    return _sorted([*ended, *holding.values()])


def _sorted(links: Iterable[Link]) -> list[Link]:
    return sorted(links, key=lambda link: (*link.person, link.valid_from))


def _until(known: Iterable[Link], month: date) -> tuple[list[Link], dict[tuple[str, str], Link]]:
    """The history before a month: the stretches that had ended, and those that held when it began, by person."""
    before = [link for link in known if link.valid_from < month]
    last = _month_before(month)
    ended = [link for link in before if link.valid_to and link.valid_to < last]
    holding = [link for link in before if not (link.valid_to and link.valid_to < last)]
    return ended, {link.person: replace(link, valid_to=None) for link in holding}


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)
