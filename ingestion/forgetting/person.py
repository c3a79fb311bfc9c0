"""All pseudonyms under which a person is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from ingestion.identity import pseudonym
from ingestion.raw_store import ROWS
from ingestion.raw_views import quote
from ingestion.researcher_link.decisions import standing_in
from ingestion.researcher_link.gather import gather_all
from ingestion.researcher_link.history import link_researchers
from ingestion.researcher_link.link import compare, open_bench
from ingestion.researcher_link.people import Delivered, extracts_of_people
from ingestion.settings import Settings
from ingestion.suppressed import Suppressed, read_suppressed
from ingestion.vault_retention import names_from


@dataclass
class Person:
    """Pseudonyms that are this person's, and those of R&D people who may be, as their names are alike.

    `subject` marks the person in the vault's lists without saying who it is.
    """

    subject: str
    keys: set[Suppressed] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)


def of_number(key: bytes, trust_code: str, number: str) -> set[Suppressed]:
    """Pseudonyms that follow from an employee number."""
    return {
        Suppressed(trust_code, "staff", pseudonym(key, f"{trust_code}|{number}")),
        Suppressed(trust_code, "researcher", pseudonym(key, f"{trust_code}|number|{number}")),
    }


def find_person(settings: Settings, known: Collection[Suppressed], current: Iterable[Delivered]) -> Person:
    """Add the R&D people that a person is: by the same row, by the links of every month and of all stored deliveries, and by an
    earlier request, after which no row is left that could say so.
    """
    listed = read_suppressed(settings)
    before = [one for one in listed if one in set(known)]
    first = min(known, key=lambda one: (one.kind != "staff", one.key))
    person = Person(before[0].subject if before else hashlib.sha256(first.key.encode()).hexdigest()[:16], set(known))
    person.keys |= {one for one in listed if one.subject == person.subject}
    person.keys |= _of_the_same_rows(settings, person.keys)
    current = list(current)
    staff = {(one.trust_code, one.key) for one in person.keys if one.kind == "staff"}
    person.keys |= {
        Suppressed(link.trust_code, "researcher", link.researcher_key)
        for link in link_researchers(current, standing_in(settings), names_from=names_from(settings))
        if (link.trust_code, link.staff_key) in staff
    }
    for delivered in (current, _all_delivered(settings)):
        with open_bench() as bench:
            gather_all(bench, delivered)
            compare(bench, standing_in(settings))
            for one in [key for key in person.keys if key.kind == "staff"]:
                person.keys |= {
                    Suppressed(one.trust_code, "researcher", found)
                    for (found,) in bench.execute(
                        "select researcher_key from verdict where trust_code = ? and staff_key = ? "
                        "and link_status in ('linked', 'overridden')",
                        [one.trust_code, one.key],
                    ).fetchall()
                }
                person.possible |= {
                    found
                    for (found,) in bench.execute(
                        "select researcher_key from scored_candidate inner join verdict using (trust_code, researcher_key) "
                        "where trust_code = ? and scored_candidate.staff_key = ? and link_status = 'review'",
                        [one.trust_code, one.key],
                    ).fetchall()
                }
    person.keys = {replace(one, subject=person.subject) for one in person.keys}
    person.possible -= {one.key for one in person.keys}
    return person


def _stored_rows(settings: Settings, extract: str) -> list[Path]:
    return sorted((settings.raw_folder / extract).rglob(ROWS))


def _all_delivered(settings: Settings) -> list[Delivered]:
    """Everything stored, the deliveries that others have replaced too."""
    found = []
    for contract in extracts_of_people():
        vault = sorted((settings.vault_folder / "identities" / contract.extract).rglob("*.parquet"))
        found.append(Delivered(contract, vault, _stored_rows(settings, contract.extract)))
    return found


def _of_the_same_rows(settings: Settings, keys: set[Suppressed]) -> set[Suppressed]:
    """R&D people whose rows bear the person's employee number."""
    found: set[Suppressed] = set()
    staff = {one.key: one.trust_code for one in keys if one.kind == "staff"}
    for contract in extracts_of_people():
        names = {name for name, _, _ in contract.raw_columns}
        files = _stored_rows(settings, contract.extract)
        if not {"staff_key", "researcher_key"} <= names or not files:
            continue
        listed = ", ".join(quote(file.as_posix()) for file in files)
        rows = duckdb.execute(
            f"select distinct staff_key, researcher_key from read_parquet([{listed}], union_by_name = true, hive_partitioning = false) "
            "where list_contains(?, staff_key) and researcher_key is not null",
            [sorted(staff)],
        ).fetchall()
        found |= {Suppressed(staff[staff_key], "researcher", researcher_key) for staff_key, researcher_key in rows}
    return found
