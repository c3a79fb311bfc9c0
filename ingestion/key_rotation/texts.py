"""Where the texts behind pseudonyms are found: the vault, landing files, and all numbers that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingestion.author_list import authors_sql, places_sql
from ingestion.contract import Contract, Pii
from ingestion.deliver import read_file
from ingestion.errors import DeliveryRefused
from ingestion.identifiers import orcid_sql
from ingestion.key_rotation.change import KeyChange
from ingestion.landing import LandingFile
from ingestion.pseudonymise import listed_names_sql
from ingestion.raw_views import quote

Progress = Callable[[str, int, int], None]

#: Numbers that ESR gives out have eight digits; the likeliest first.
SEARCHED: tuple[tuple[int, int], ...] = (
    (20_000_000, 30_000_000),
    (10_000_000, 20_000_000),
    (30_000_000, 100_000_000),
    (0, 10_000_000),
)
_AT_ONCE = 500_000
_SUFFIXES = ("", *(f"-{n}" for n in range(2, 10)))


def _texts(pii: Pii, value: str) -> list[tuple[str, str]]:
    """(kind of text, SQL for a list of such texts) in a column of personal data."""
    match pii:
        case "staff_number":
            return [("staff", f"[{value}]"), ("number", f"[{value}]")]
        case "assignment_number":
            return [("assignment", f"[{value}]")]
        case "email" | "orcid":
            return [(pii, f"[{value}]")]
        case "researcher" | "investigator":
            return [("name", f"[{value}]")]
        case "researcher_list":
            return [("name", listed_names_sql(value))]
        case "author_list":
            return [("name", f"list_transform({authors_sql(value, None)}, lambda one: one.person)")]
        case "orcid_list":
            return [("orcid", f"list_transform({places_sql(value)}, lambda place: {orcid_sql('place')})")]
        case _:
            return []


def _texts_sql(contract: Contract, columns: dict[str, str], source: str) -> str | None:
    """Query (kind, text) over a source; `columns` says what holds the value of a contract's column."""
    parts = [
        f"select '{kind}' as kind, unnest({texts}) as text from {source}"
        for column in contract.columns
        if column.pii and column.name in columns
        for kind, texts in _texts(column.pii, columns[column.name])
    ]
    return " union all ".join(parts) or None


def learn_from_vault(change: KeyChange, contract: Contract, trust_code: str, file: Path) -> None:
    """Names, addresses and ORCIDs that the vault keeps of a delivery."""
    source = f"read_parquet({quote(file.as_posix())}, hive_partitioning = false)"
    held = change.connection.read_parquet(file.as_posix(), hive_partitioning=False).columns
    columns = {c.name: "person" if c.pii == "researcher" else c.name for c in contract.columns}
    sql = _texts_sql(contract, {name: kept for name, kept in columns.items() if kept in held}, source)
    if sql:
        change.learn(trust_code, "the vault", sql)
    if "author_position" in held:
        change.learn(
            trust_code,
            "the vault",
            f"select unnest(['name', 'orcid']) as kind, unnest([person, orcid]) as text from {source}",
        )


def learn_from_landing(change: KeyChange, contract: Contract, file: LandingFile) -> None:
    """All identifiers of a landing file, in accepted and rejected rows; of an unreadable file nothing."""
    try:
        _, columns, _ = read_file(change.connection, contract, file)
    except DeliveryRefused:
        return
    sql = _texts_sql(contract, {c.name: f"v_{c.name}" for c in columns}, "judged")
    if sql:
        change.learn(file.trust_code, "landing files", sql)


def search_numbers(change: KeyChange, on_progress: Progress) -> None:
    """Try every number that there can be, until none is missing."""
    for trust_code in change.trusts():
        for kind in ("staff", "assignment"):
            for low, high in _chunks():
                if not change.missing(kind, trust_code):
                    break
                on_progress(f"looking for {kind} numbers", low, high)
                texts = f"select lpad(cast(i as varchar), 8, '0') as text from range({low}, {high}) as r(i)"
                if change.learn(trust_code, "a search", f"select '{kind}' as kind, text from ({texts})"):
                    _learn_related(change, trust_code)


def _learn_related(change: KeyChange, trust_code: str) -> None:
    """Posts are numbered after the person, and R&D knows people by the same numbers."""
    suffixes = ", ".join(quote(suffix) for suffix in _SUFFIXES)
    change.connection.execute("create or replace temp table number_found as select distinct text from learnt")
    change.learn(
        trust_code,
        "a search",
        "select 'number' as kind, text from number_found union all "
        f"select 'assignment', text || suffix from number_found, (select unnest([{suffixes}]) as suffix)",
    )


def _chunks() -> Iterator[tuple[int, int]]:
    for first, end in SEARCHED:
        for low in range(first, end, _AT_ONCE):
            yield low, min(low + _AT_ONCE, end)
