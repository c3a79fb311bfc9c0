"""Drift of questions: those that a survey's file before had and this one has not, and those that are new.

Questions are columns of a family and optional, so that neither is a fault. Each is said once, for the first file of a wave that shows it, beside
the newest file of an earlier month. What a question means is data of the warehouse (`known_in` of the family), not of ingestion.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from ingestion.contract import Contract, Family, contracts
from ingestion.delivery import Delivery
from ingestion.drift import Drift
from ingestion.places import place
from ingestion.raw_store import ROWS
from ingestion.settings import Settings

_QUESTIONS_SHOWN = 8
_REPOSITORY = Path(__file__).parents[1]


def question_drift_of(
    settings: Settings, deliveries: Mapping[str, Delivery], loaded: Sequence[Delivery]
) -> Iterable[Drift]:
    """What the surveys among the deliveries `loaded` ask no more, or ask for the first time."""
    first_arrival = min((d.arrival for d in loaded), default=0)
    for delivery in sorted(loaded, key=lambda d: (d.key.extract, d.key.reporting_month, d.version)):
        contract = contracts()[delivery.key.extract]
        if contract.family is None or not delivery.is_accepted:
            continue
        of_extract = [
            d
            for d in deliveries.values()
            if d.is_accepted and (d.key.trust_code, d.key.extract) == (delivery.key.trust_code, delivery.key.extract)
        ]
        earlier = [d for d in of_extract if d.key.reporting_month < delivery.key.reporting_month]
        if not earlier:
            continue
        before = max(earlier, key=lambda d: (d.key.reporting_month, d.version, d.arrival))
        same_month = [d for d in of_extract if d.slot == delivery.slot and d.arrival < first_arrival]
        yield from _between(settings, contract, before, delivery, said=same_month)


def _between(
    settings: Settings, contract: Contract, before: Delivery, now: Delivery, said: Sequence[Delivery]
) -> Iterable[Drift]:
    """What changed from one file to the next, unless a former file of the month has told so already."""
    had, has = _questions(settings, contract, before), _questions(settings, contract, now)
    known = [_questions(settings, contract, former) for former in said]
    family, files = contract.family, (place(settings, now),)
    assert family is not None
    where = f"; see that {family.known_in} says so" if family.known_in else ""
    if gone := {question for question in had - has if all(question in former for former in known)}:
        what = (
            f"{_listed(family, gone)} no longer come{'s' if len(gone) == 1 else ''}, which {before.file_name} had; scores that need more than what "
            f"is left are not computed. Ask whether this is on purpose{where}"
        )
        yield Drift(contract.extract, files, what, "")
    if new := {question for question in has - had if not any(question in former for former in known)}:
        what = f"{_listed(family, new)} {'is' if len(new) == 1 else 'are'} new since {before.file_name}{where}"
        yield Drift(contract.extract, files, what, "")


def _listed(family: Family, questions: set[str]) -> str:
    """Questions by name; those of words that nobody knows are counted, for a header may name a person."""
    shown = sorted(question for question in questions if _is_numbered(question) or question in _known(family))
    said = []
    if shown:
        more = f" and {len(shown) - _QUESTIONS_SHOWN} more" if len(shown) > _QUESTIONS_SHOWN else ""
        said.append(f"the question{'s' if len(shown) > 1 else ''} {', '.join(shown[:_QUESTIONS_SHOWN])}{more}")
    if others := len(questions) - len(shown):
        said.append(f"{others} question{'s' if others > 1 else ''} whose name nobody knows (see the file's header)")
    return " and ".join(said)


def _is_numbered(question: str) -> bool:
    return bool(re.fullmatch("[a-z]{1,4}_?[0-9]{1,2}[a-z]?", question))


@cache
def _known(family: Family) -> frozenset[str]:
    """The questions that the family's own file of the repository names."""
    if family.known_in is None:
        return frozenset()
    with (_REPOSITORY / family.known_in).open(encoding="utf-8", newline="") as file:
        return frozenset(row["question_no"] for row in csv.DictReader(file))


def _questions(settings: Settings, contract: Contract, delivery: Delivery) -> set[str]:
    file = settings.raw_folder / delivery.key.place / ROWS
    if not file.exists() or contract.family is None:
        return set()
    rows = duckdb.execute(f"select distinct {contract.family.name_column} from read_parquet(?)", [file.as_posix()])
    return {str(question) for (question,) in rows.fetchall()}
