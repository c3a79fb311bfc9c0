"""What the name of a published column says of it: its label, its unit, and what a rate is computed from.

The law and its words are data (`column_law.yml`). Here are only reading it and holding tables against it; what a column means
in full is its description, in the YAML of its model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ingestion.rules_file import read_rules
from publishing.catalogue import read_rounding
from publishing.published_table import PublishedColumn, PublishedTable, Rounding

LAW_FILE = Path(__file__).parent / "column_law.yml"


@dataclass(frozen=True)
class Meaning:
    """What a column's name says.

    Attributes:
        label: for headings and axes, with the unit where it is per cent.
        unit: of a number or a point in time; None for texts, keys and flags.
        number_format: as spreadsheets write it; None where there is no unit.
        numerator, denominator: SQL over columns of the same table, for a rate.
        per: value = per x numerator / denominator.
        not_published: why a rate stands without them.
        rounded: what becomes of it where what is shown is rounded; None where nothing is said of it.
    """

    label: str
    unit: str | None = None
    number_format: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    per: int = 100
    not_published: str | None = None
    rounded: Rounding | None = None


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    types: tuple[str, ...]
    unit: str | None


@cache
def _law() -> Mapping[str, Any]:
    document: Mapping[str, Any] = read_rules(LAW_FILE)
    return document


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_Rule(re.compile(r["pattern"]), tuple(r["types"]), r.get("unit")) for r in _law()["units"])


def _rule(name: str) -> _Rule | None:
    return next((rule for rule in _rules() if rule.pattern.fullmatch(name)), None)


def _entry(name: str) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = _law()["columns"].get(name, {})
    return entry


def _written_out(name: str) -> str:
    """The words of a name as a label: `leavers_12m` is "Leavers, 12 months"."""
    words = _law()["words"]
    window = re.search(r"_(\d+)m$", name)
    plain = name[: window.start()] if window else name
    question = re.fullmatch(r"(?:is|has)_(.*)", plain)
    text = " ".join(words.get(word, word) for word in (question[1] if question else plain).split("_"))
    return text[:1].upper() + text[1:] + (f", {window[1]} months" if window else "")


def meaning(column: PublishedColumn) -> Meaning:
    """What the name of a column says; the column's own label and unit, where its model gives them, come first."""
    entry, rule = _entry(column.name), _rule(column.name)
    unit = column.unit or entry.get("unit") or (rule.unit if rule else None)
    if column.type == "VARCHAR":
        unit = None
    label = column.label or entry.get("label")
    if label is None:
        label = _written_out(column.name) + (" (%)" if unit == "per cent" else "")
    return Meaning(
        label=label,
        unit=unit,
        number_format=entry.get("format") or _law()["formats"].get(unit),
        numerator=entry.get("numerator"),
        denominator=entry.get("denominator"),
        per=entry.get("per", 100),
        not_published=entry.get("not_published"),
        rounded=_rounded(column, entry, unit),
    )


def _rounded(column: PublishedColumn, entry: Mapping[str, Any], unit: str | None) -> Rounding | None:
    """What the column itself says, or its name; else a rate is computed again, and a sum over people goes to the base."""
    if column.rounded:
        return column.rounded
    if "rounded" in entry:
        return read_rounding(entry["rounded"])
    if column.role != "measure" or not column.disclosure:
        return Rounding(exact="says nothing of people")
    if "numerator" in entry:
        per = float(entry.get("per", 100))
        return Rounding(equals=f"{per} * ({entry['numerator']}) / nullif({entry['denominator']}, 0)")
    return Rounding(to_base="true") if unit in _law()["rounded_units"] else None


def allowed_types(name: str) -> tuple[str, ...]:
    """The types that a column of this name may have; empty where the law says nothing."""
    rule = _rule(name)
    return tuple(_entry(name).get("types") or (rule.types if rule else ()))


def names_in(sql: str) -> set[str]:
    """Names, and words, in a piece of SQL."""
    return set(re.findall(r"[a-z_][a-z0-9_]*", sql))


def _means_something_else(column: PublishedColumn) -> bool:
    """Whether the column's own model says that its name is not what it is elsewhere."""
    return column.label is not None or column.unit is not None


def _column_problems(column: PublishedColumn, table: PublishedTable) -> Iterable[str]:
    types = allowed_types(column.name)
    if types and not _means_something_else(column) and column.type not in types:
        yield f"is {column.type}; a column of this name is {' or '.join(types)}"
    about = meaning(column)
    if about.unit in ("per cent", "ratio") and column.role == "measure":
        names = {c.name for c in table.published}
        if about.numerator and about.denominator:
            missing = names_in(f"{about.numerator} {about.denominator}") - names
            if missing and not about.not_published:
                yield f"is a rate, but {', '.join(sorted(missing))} of its numerator and denominator are not published"
        elif not about.not_published:
            yield "is a rate; name its numerator and denominator in column_law.yml, or why they are not published"
    if about.rounded is None and column.name not in table.structure.ranked:
        yield "is a figure about people; say under `rounded` what becomes of it where what is shown is rounded"
    if column.role == "measure" and column.type in ("INTEGER", "BIGINT", "DOUBLE") and about.unit is None:
        yield "is a figure without a unit; give its unit in column_law.yml"


def law_problems(tables: Iterable[PublishedTable]) -> list[str]:
    """What is against the column law, one line each; none where every published table keeps it."""
    found: list[str] = []
    first_seen: dict[str, tuple[str, str]] = {}
    for table in tables:
        for column in table.released:
            found += [f"{table.name}.{column.name}: {problem}" for problem in _column_problems(column, table)]
            if _means_something_else(column):
                continue
            before, kind = first_seen.setdefault(column.name, (table.name, column.type))
            if kind != column.type:
                found.append(f"{table.name}.{column.name}: is {column.type}, in {before} {kind}")
    return found
