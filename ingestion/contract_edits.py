"""Suggested edits of a contract, as YAML to paste: a new column, one more alias, more values of an open set."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import yaml

from ingestion.contract import Column, Contract, normalise_header

_SIMILAR = 0.8
_PLACEHOLDERS = 5


def suggested_column(label: str) -> str:
    """The YAML line of a column that nobody knows yet."""
    name = re.sub("[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "new_column"
    return (
        f"- {_flow({'label': label, 'name': name, 'type': 'text', 'required': 'no', 'description': 'what it holds'})}"
    )


def suggested_alias(column: Column, label: str) -> str:
    """The YAML of a column that knows one more header."""
    return f"{column.name}: aliases: {_flow([*column.aliases, label])}"


def suggested_values(column: Column, values: Mapping[str, str]) -> str:
    """The YAML of a set that knows more values; one that is much like a known value is suggested as its alias.

    Args:
        values: what each new value may be called, which is a placeholder where it may not be told.
    """
    aliases = {value: close[0] for value in values if (close := _close(value, column.known_values))}
    lines = []
    if new := [value for value in values if value not in aliases]:
        shown = [values[value] for value in new if values[value] == value]
        by_line = [values[value] for value in new if values[value] != value]
        rest = [*by_line[:_PLACEHOLDERS], *(["…"] if len(by_line) > _PLACEHOLDERS else [])]
        lines.append(f"{column.name}: known_values: {_flow([*column.known_values, *shown, *rest])}")
    if aliases:
        named = {values[value]: known for value, known in aliases.items()}
        lines.append(f"{column.name}: value_aliases: {_flow({**column.value_aliases, **named})}")
    return "\n".join(lines)


def renamed(contract: Contract, missing: Sequence[Column], unknown: Sequence[str]) -> dict[str, Column]:
    """Unknown headers that are much like a column that is missing, or the one for the other where there is one of each."""
    found: dict[str, Column] = {}
    for header in unknown:
        free = [column for column in missing if column not in found.values()]
        by_form = {form: column for column in free for form in column.headers}
        if close := _close(normalise_header(header), list(by_form)):
            found[header] = by_form[close[0]]
    rest = [column for column in missing if column not in found.values()]
    others = [header for header in unknown if header not in found]
    if len(rest) == len(others) == 1 and rest[0].required != "no":
        found[others[0]] = rest[0]
    return found


def _close(text: str, known: Collection[str]) -> list[str]:
    return get_close_matches(text, list(known), 1, _SIMILAR)


def _flow(value: Any) -> str:
    return str(
        yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False)
    ).strip()
