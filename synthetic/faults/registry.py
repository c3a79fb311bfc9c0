"""The registry of faults: what a fault is, which files it can spoil, and what a reader should make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ingestion.contract import Contract
from synthetic.chance import Rng
from synthetic.sheet import Sheet

Scope = Literal["file", "row"]
#: What should come of it: `read` in full; `reported` and read in full; `value` dropped and its row kept; `row:<reason>`,
#: the spoilt rows rejected; the `delivery` rejected. `more` and `fewer` are read in full too, but the file itself has more or fewer
#: rows by the number that was spoilt.
Outcome = str
Applies = Callable[[Contract], bool]
#: Spoils the rows with the given places (all of the file for scope `file`); returns how many it spoilt.
Spoil = Callable[[Sheet, list[int], Rng], int]


@dataclass(frozen=True)
class Fault:
    name: str
    scope: Scope
    outcome: Outcome
    applies: Applies
    spoil: Spoil

    @property
    def evidence(self) -> str:
        return " ".join((self.spoil.__doc__ or "").split())


FAULTS: dict[str, Fault] = {}


def fault(scope: Scope, outcome: Outcome, applies: Applies = lambda contract: True) -> Callable[[Spoil], Spoil]:
    """Register a function as the fault of its name. Its docstring names the evidence."""

    def register(spoil: Spoil) -> Spoil:
        name = spoil.__name__
        FAULTS[name] = Fault(name, scope, outcome, applies, spoil)
        return spoil

    return register


def check_names(faults: Mapping[str, float]) -> None:
    """Refuse what is not registered.

    Raises:
        ValueError: a fault is unknown, or its rate is not between 0 and 1.
    """
    unknown = sorted(set(faults) - set(FAULTS))
    if unknown:
        raise ValueError(f"unknown faults: {', '.join(unknown)}")
    wrong = sorted(name for name, rate in faults.items() if not 0 <= rate <= 1)
    if wrong:
        raise ValueError(f"rates must lie between 0 and 1: {', '.join(wrong)}")


def spoil_sheet(sheet: Sheet, fault: Fault, rate: float, rng: Rng) -> int:
    """Apply one fault at a rate: the share of files for scope `file`, of rows for scope `row`. Returns rows spoilt."""
    if not fault.applies(sheet.contract):
        return 0
    if fault.scope == "file":
        return fault.spoil(sheet, list(range(len(sheet.rows))), rng) if rng.random() < rate else 0
    chosen = [place for place, draw in enumerate(rng.random(len(sheet.rows))) if draw < rate]
    return fault.spoil(sheet, chosen, rng) if chosen else 0
