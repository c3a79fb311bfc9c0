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


def derived_columns(contract: Contract) -> dict[str, str]:
    """For each rule over a row that raw storage can still judge: 1 where it is broken, else 0."""
    hidden = {column.name for column in contract.columns if column.pii}
    return {
        f"breaks_{rule.name}": f"case when {rule.violated} then 1 else 0 end"
        for rule in contract.row_rules
        if not hidden & set(re.findall(r"\w+", rule.violated))
    }


def contract_checks(contract: Contract) -> list[Check]:
    """Key, required values, closed and open value sets, bounds and row rules, in the contract's order."""
    checks = [_key_check(contract)]
    for column in contract.columns:
        checks += _column_checks(column)
    for rule in contract.row_rules:
        if f"breaks_{rule.name}" in derived_columns(contract):
            meaning = f"Rows break the contract's rule that {rule.expectation}. {STORED_WRONG}"
            kwargs = {"column": f"breaks_{rule.name}", "value_set": [0]}
            checks.append(_check(f"no_row_{rule.name}", "expect_column_values_to_be_in_set", kwargs, meaning))
    return checks


def _key_check(contract: Contract) -> Check:
    key = raw_key(contract)
    # Two spellings of one researcher are two rows of the file but one pseudonym.
    personal_names = any(contract.column(part).pii == "researcher" for part in contract.key)
    severity: Severity = "warning" if personal_names else "blocking"
    advice = "Two rows of the file name the same person: ask R&D which holds." if personal_names else STORED_WRONG
    meaning = (
        f"Rows repeat the extract's key ({', '.join(contract.key)}), so what they count would count twice. {advice}"
    )
    if len(key) == 1:
        return _check("key_is_unique", "expect_column_values_to_be_unique", {"column": key[0]}, meaning, severity)
    return _check("key_is_unique", "expect_compound_columns_to_be_unique", {"column_list": key}, meaning, severity)


def _column_checks(column: Column) -> Iterator[Check]:
    if column.required == "value":
        for name in raw_names(column):
            meaning = f"{column.label} is empty although the contract requires it in every row. {STORED_WRONG}"
            yield _check(f"{name}_is_present", "expect_column_values_to_not_be_null", {"column": name}, meaning)
    if column.pii:
        return
    kwargs: dict[str, Any] = {"column": column.name}
    if column.values:
        meaning = f"{column.label} holds something outside the contract's closed set. {STORED_WRONG}"
        closed = kwargs | {"value_set": list(column.values)}
        yield _check(f"{column.name}_is_in_set", "expect_column_values_to_be_in_set", closed, meaning)
    if column.known_values:
        meaning = (
            f"More than a tenth of the rows hold a {column.label} that is not known and will be mapped to nothing. "
            "Look at the new values; if the source has renamed them, add them to the contract as aliases and to the seeds."
        )
        known = kwargs | {"value_set": list(column.known_values), "mostly": 0.9}
        check = _check(f"{column.name}_is_known", "expect_column_values_to_be_in_set", known, meaning, "warning")
        yield check.model_copy(update={"minimum_rows": 20})
    if column.minimum is not None or column.maximum is not None:
        meaning = f"{column.label} lies outside the contract's bounds. {STORED_WRONG}"
        bounds = kwargs | {"min_value": column.minimum, "max_value": column.maximum}
        yield _check(f"{column.name}_is_in_range", "expect_column_values_to_be_between", bounds, meaning)


def _check(
    name: str, kind: ExpectationType, kwargs: dict[str, Any], meaning: str, severity: Severity = "blocking"
) -> Check:
    return Check(name=name, type=kind, kwargs=kwargs, meaning=meaning, severity=severity)
