"""The checks that follow from an extract's contract, for every extract alike.

Ingestion has already rejected such rows one by one. Here the delivery as stored is held against the same contract
again, so a failure means that raw storage is not what was accepted: it blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from expectations.result import Severity
from expectations.shared_check import SharedCheck
from expectations.suite import Check, ExpectationType
from ingestion.contract import PSEUDONYMS, Column, Contract

STORED_WRONG = (
    "Ingestion should have refused this. Do not publish: report it with the delivery's id, and load the file again."
)


def raw_names(column: Column) -> list[str]:
    """The columns that stand for a delivered column in raw storage; none where it stays in the vault."""
    return [name for name, _, _ in PSEUDONYMS[column.pii] if name != "assignment_rank"] if column.pii else [column.name]


def raw_key(contract: Contract) -> list[str]:
    """The extract's key in raw storage: pseudonyms for personal columns, and the question for a family of columns."""
    names = [name for part in contract.key for name in raw_names(contract.column(part))]
    return names + ([contract.family.name_column] if contract.family else [])


def shared_checks(contract: Contract) -> list[SharedCheck]:
    """Required values, bounds of numbers, and those row rules that raw storage can still judge."""
    hidden = {column.name for column in contract.columns if column.pii}
    required = [name for column in contract.columns if column.required == "value" for name in raw_names(column)]
    bounded = {column.name: _outside(column) for column in contract.columns if not column.pii and _outside(column)}
    rules = {
        rule.name: rule.violated for rule in contract.row_rules if not hidden & set(re.findall(r"\w+", rule.violated))
    }
    found = [
        SharedCheck(
            "required_values_are_present",
            {name: f"{name} is null" for name in required},
            f"Rows lack a value that the contract requires in every row. {STORED_WRONG}",
        ),
        SharedCheck(
            "numbers_are_in_bounds", bounded, f"Rows hold a number outside the contract's bounds. {STORED_WRONG}"
        ),
        SharedCheck("row_rules_hold", rules, f"Rows break a rule of the contract over a whole row. {STORED_WRONG}"),
    ]
    return [shared for shared in found if shared.offences]


def _outside(column: Column) -> str:
    low = [f"{column.name} < {column.minimum:.15g}"] if column.minimum is not None else []
    high = [f"{column.name} > {column.maximum:.15g}"] if column.maximum is not None else []
    return " or ".join(low + high)


def contract_checks(contract: Contract) -> list[Check]:
    """The key, what is asked of every row, and the closed and open value sets."""
    return [
        _key_check(contract),
        *(shared.check for shared in shared_checks(contract)),
        *(check for column in contract.columns if not column.pii for check in _value_sets(column)),
    ]


def derived_columns(contract: Contract) -> dict[str, str]:
    """The columns that the contract's checks need beside those delivered, as SQL."""
    return {name: sql for shared in shared_checks(contract) for name, sql in shared.derived.items()}


def _key_check(contract: Contract) -> Check:
    key = raw_key(contract)
    # Two spellings of one researcher are two rows of the file but one pseudonym.
    personal_names = any(contract.column(part).pii == "researcher" for part in contract.key)
    severity: Severity = "warning" if personal_names else "blocking"
    advice = "Two rows of the file name the same person: ask R&D which holds." if personal_names else STORED_WRONG
    meaning = f"Rows repeat the extract's key ({', '.join(contract.key)}), so they would count twice. {advice}"
    if len(key) == 1:
        return _check("key_is_unique", "expect_column_values_to_be_unique", {"column": key[0]}, meaning, severity)
    return _check("key_is_unique", "expect_compound_columns_to_be_unique", {"column_list": key}, meaning, severity)


def _value_sets(column: Column) -> Iterator[Check]:
    if column.values:
        meaning = f"{column.label} holds something outside the contract's closed set. {STORED_WRONG}"
        closed = {"column": column.name, "value_set": list(column.values)}
        yield _check(f"{column.name}_is_in_set", "expect_column_values_to_be_in_set", closed, meaning)
    if column.known_values:
        meaning = (
            f"More than a tenth of the rows hold a {column.label} that is not known and will be mapped to nothing. Look "
            "at the new values; if the source renamed them, add them to the contract as aliases and to the seeds."
        )
        known = {"column": column.name, "value_set": list(column.known_values), "mostly": 0.9}
        check = _check(f"{column.name}_is_known", "expect_column_values_to_be_in_set", known, meaning, "warning")
        yield check.model_copy(update={"minimum_rows": 20})


def _check(
    name: str, kind: ExpectationType, kwargs: dict[str, Any], meaning: str, severity: Severity = "blocking"
) -> Check:
    return Check(name=name, type=kind, kwargs=kwargs, meaning=meaning, severity=severity)
