"""The checks that follow from an extract's contract, for every extract alike.

Ingestion has already rejected such rows one by one. Here the delivery as stored is held against the same contract
again, so a failure means that raw storage is not what was accepted: it blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from expectations.result import Severity
from expectations.suite import Check, ExpectationType
from ingestion.contract import PSEUDONYMS, Column, Contract, RowRule

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


def _required(contract: Contract) -> list[str]:
    return [name for column in contract.columns if column.required == "value" for name in raw_names(column)]


def _bounds(contract: Contract) -> list[str]:
    """For each number with bounds, the condition that it lies outside them."""
    numbers = [column for column in contract.columns if not column.pii]
    below = [f"{column.name} < {column.minimum:.15g}" for column in numbers if column.minimum is not None]
    return below + [f"{column.name} > {column.maximum:.15g}" for column in numbers if column.maximum is not None]


def _row_rules(contract: Contract) -> list[RowRule]:
    """The rules over a row that raw storage can still judge: those that name no personal column."""
    hidden = {column.name for column in contract.columns if column.pii}
    return [rule for rule in contract.row_rules if not hidden & set(re.findall(r"\w+", rule.violated))]


def derived_columns(contract: Contract) -> dict[str, str]:
    """Whether a row lacks a required value, holds a number out of bounds or breaks a rule: 1 where it does, else 0."""
    broken = {
        "lacks_a_required_value": " or ".join(f"{name} is null" for name in _required(contract)),
        "is_out_of_bounds": " or ".join(_bounds(contract)),
    } | {f"breaks_{rule.name}": rule.violated for rule in _row_rules(contract)}
    return {name: f"case when {condition} then 1 else 0 end" for name, condition in broken.items() if condition}


def contract_checks(contract: Contract) -> list[Check]:
    """Key, required values, bounds, row rules, and the closed and open value sets.

    Each check costs Great Expectations milliseconds, whatever the rows, so columns that ask the same share one.
    """
    checks = [_key_check(contract)]
    if _required(contract):
        meaning = f"Rows lack a value that the contract requires in every row. {STORED_WRONG}"
        checks.append(_never("required_values_are_present", "lacks_a_required_value", meaning))
    if _bounds(contract):
        meaning = f"Rows hold a number outside the contract's bounds. {STORED_WRONG}"
        checks.append(_never("numbers_are_in_bounds", "is_out_of_bounds", meaning))
    for rule in _row_rules(contract):
        meaning = f"Rows break the contract's rule that {rule.expectation}. {STORED_WRONG}"
        checks.append(_never(f"no_row_{rule.name}", f"breaks_{rule.name}", meaning))
    return checks + [check for column in contract.columns if not column.pii for check in _value_sets(column)]


def _never(name: str, column: str, meaning: str) -> Check:
    kwargs = {"column": column, "value_set": [0]}
    return _check(name, "expect_column_values_to_be_in_set", kwargs, meaning)


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
