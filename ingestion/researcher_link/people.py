"""Which extracts say who is to be linked with whom, and where their files lie.

It follows from the kinds of personal data in the contracts, so an extract that is added later is found without a change
here. What the files say is read in `gather`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import Contract, Pii, contracts


@dataclass(frozen=True)
class Delivered:
    """The current deliveries of one extract: the vault's files and those of raw storage."""

    contract: Contract
    vault: Sequence[Path]
    raw: Sequence[Path]


def holds_staff(contract: Contract) -> bool:
    """Whether an extract says what members of staff are called."""
    return {"staff_number", "surname"} <= kinds_of(contract)


def holds_researchers(contract: Contract) -> bool:
    """Whether an extract names R&D people."""
    return bool({"researcher", "author_list", "investigator", "researcher_list"} & kinds_of(contract))


def shows_research(contract: Contract) -> bool:
    """Whether an extract lists staff because they take part in research, so that its numbers are evidence where names are not enough."""
    return contract.extract == "training_research"


def extracts_of_evidence() -> list[Contract]:
    """Extracts that name nobody and still speak for or against a candidate."""
    return [contract for contract in contracts().values() if shows_research(contract)]


def extracts_of_people() -> list[Contract]:
    return [contract for contract in contracts().values() if holds_staff(contract) or holds_researchers(contract)]


def kinds_of(contract: Contract) -> set[Pii]:
    return {column.pii for column in contract.columns if column.pii}
