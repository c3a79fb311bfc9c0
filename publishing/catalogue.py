"""What is published, as the dbt project says it: tables, columns and disclosure rules from `config.meta`.

Reads dbt's `manifest.json` and nothing else. No model is known by name here; a mart is published, protected and
described by its own YAML alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast, get_args

from ingestion.control_tables import CONTROL_TABLES
from publishing.column_types import ALLOWED, is_integer, published_type
from publishing.disclosure.structure import read_structure
from publishing.errors import PublishingError
from publishing.policy import Kind
from publishing.published_table import (
    ROW_FLAG,
    Complement,
    Disclosure,
    PublishedColumn,
    PublishedTable,
    Role,
    Rounding,
    Subject,
    flag,
    suppression_order,
)

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def read_rounding(meta: object) -> Rounding:
    """The rule that `rounded` of a column or of the column law declares.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(meta, Mapping) or not meta:
        raise ValueError("rounded is no mapping")
    unknown = sorted(set(meta) - {field.name for field in fields(Rounding)})
    if unknown:
        raise ValueError(f"rounded has unknown entries {', '.join(unknown)}")
    if len(meta) > 1 and set(meta) != {"to_base", "equals"}:
        raise ValueError("rounded says two things; only to_base and equals go together")
    return Rounding(**meta)


def _listed(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ValueError(f"{value!r} is no list of names")


def _disclosure(meta: object, default: Kind) -> Disclosure:
    if not isinstance(meta, Mapping):
        raise ValueError("disclosure is no mapping")
    unknown = sorted(set(meta) - {"kind", "people", "respondents", "complement", "computed_from"})
    if unknown:
        raise ValueError(f"disclosure has unknown entries {', '.join(unknown)}")
    kind = meta.get("kind", default)
    if kind not in get_args(Kind):
        raise ValueError(f"disclosure kind {kind!r} is neither staff nor survey")
    about = meta.get("complement")
    if about is not None and not (isinstance(about, Mapping) and set(about) == {"of", "part"}):
        raise ValueError("complement needs `of` and `part`, each a column that counts people")
    complement = Complement(str(about["of"]), str(about["part"])) if about else None
    people, computed_from, respondents = (
        _listed(meta.get(name)) for name in ("people", "computed_from", "respondents")
    )
    disclosure = Disclosure(kind, people, complement, computed_from, respondents)
    if not disclosure.people and not disclosure.computed_from:
        raise ValueError("disclosure names neither `people` nor `computed_from`")
    return disclosure


def _column(name: str, node: Mapping[str, Any], key: tuple[str, ...], default: Kind) -> PublishedColumn:
    meta = (node.get("config") or {}).get("meta") or node.get("meta") or {}
    role = meta.get("role") or ("key" if name in key else None)
    if role not in get_args(Role):
        raise ValueError(
            "has no role: key, label, measure, flag or support" if role is None else f"has unknown role {role!r}"
        )
    if (role == "key") != (name in key):
        raise ValueError("has role key but stands not in the key" if role == "key" else f"is in the key but a {role}")
    if not _NAME.fullmatch(name):
        raise ValueError("is no lower-case snake_case name")
    if not node.get("data_type"):
        raise ValueError("has no data_type")
    kind = published_type(node["data_type"])
    if kind is None:
        raise ValueError(f"has type {node['data_type']}; a release holds only {ALLOWED}")
    description = " ".join(str(node.get("description") or "").split())
    if not description:
        raise ValueError("has no description")
    if "disclosure" in meta and role != "measure":
        raise ValueError(f"has disclosure rules but is a {role}, not a measure")
    disclosure = _disclosure(meta["disclosure"], default) if "disclosure" in meta else None
    return PublishedColumn(
        name,
        kind,
        description,
        cast(Role, role),
        disclosure,
        meta.get("label"),
        meta.get("unit"),
        read_rounding(meta["rounded"]) if "rounded" in meta else None,
    )


def _rule_problems(table: PublishedTable) -> list[str]:
    """What is wrong with the disclosure rules of a table as a whole."""
    by_name = {column.name: column for column in table.columns}
    found = []
    for column in table.suppressible:
        rules = column.disclosure
        assert rules is not None
        for count in rules.counts:
            if count not in by_name:
                found.append(f"{column.name}: people column {count} is no column of the table")
            elif not is_integer(by_name[count].type):
                found.append(f"{column.name}: people column {count} is {by_name[count].type}, not a whole number")
        for source in rules.computed_from:
            if source not in by_name or by_name[source].role != "measure":
                found.append(f"{column.name}: computed_from {source}, which is no measure of the table")
    found += [
        f"{c.name}: counts people and has no {'flag' if table.is_derived else 'disclosure rules'}"
        for c in table.columns
        if c.role == "measure"
        and (c.name == "headcount" or c.name.endswith("_headcount"))
        and c.name not in table.flagged
    ]
    found += _flag_problems(table)
    names = [column.name for column in table.columns if column.role != "flag"]
    found += [f"{name}: name is taken by a suppression flag" for name in _flag_names(table) if name in names]
    return found


def _flag_problems(table: PublishedTable) -> list[str]:
    """A derived table has flags of its own and no disclosure rules; any other has rules, from which its flags are made."""
    flags = {column.name: column for column in table.columns if column.role == "flag"}
    if not table.is_derived:
        return [f"{name}: has role flag, which only a derived table may have" for name in flags]
    found = [f"{c.name}: has disclosure rules in a derived table; give it a flag column" for c in table.suppressible]
    measures = {flag(column.name) for column in table.columns if column.role == "measure"}
    found += [f"{name}: is a flag but of no measure of the table" for name in flags if name not in measures]
    found += [f"{name}: is a flag but {c.type}, not BOOLEAN" for name, c in flags.items() if c.type != "BOOLEAN"]
    return found


def _flag_names(table: PublishedTable) -> list[str]:
    flags = [flag(name) for name in table.flagged]
    return [*flags, ROW_FLAG] if flags else []


def _extracts(document: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[str, ...]:
    """The extracts that a model reads, however many models lie between; control tables of the ledger are none."""
    waiting, seen = list((node.get("depends_on") or {}).get("nodes", [])), set()
    while waiting:
        parent = waiting.pop()
        if parent not in seen:
            seen.add(parent)
            waiting += (document["nodes"].get(parent, {}).get("depends_on") or {}).get("nodes", [])
    sources: Mapping[str, Any] = document.get("sources", {})
    names = {str(sources[parent]["name"]) for parent in seen if parent in sources}
    return tuple(sorted(names - CONTROL_TABLES.keys()))


def _table(node: Mapping[str, Any], extracts: tuple[str, ...]) -> tuple[PublishedTable | None, list[str]]:
    meta = node["config"]["meta"]
    name = str(node.get("alias") or node["name"])
    problems = [] if _NAME.fullmatch(name) else ["the name is no lower-case snake_case name"]
    description = str(node.get("description") or "").strip()
    if not description:
        problems.append("no description")
    subject = meta.get("subject")
    if subject not in get_args(Subject):
        problems.append(f"subject {subject!r} is none of {', '.join(get_args(Subject))}")
    try:
        key, hidden_when = _listed(meta.get("key")), _listed(meta.get("hidden_when"))
    except ValueError as reason:
        return None, [*problems, f"key or hidden_when: {reason}"]
    if not key:
        problems.append("no key: config.meta.key must list the columns that tell rows apart")
    nodes: Mapping[str, Any] = node.get("columns") or {}
    problems += [f"{missing}: in the key but no column of the table" for missing in key if missing not in nodes]
    columns = []
    for column_name, column in nodes.items():
        try:
            columns.append(_column(column_name, column, key, "survey" if subject == "survey" else "staff"))
        except ValueError as reason:
            problems.append(f"{column_name}: {reason}")
    if problems:
        return None, problems
    try:
        structure = read_structure(meta.get("adds_up") or {}, list(nodes))
    except (ValueError, TypeError, KeyError) as reason:
        return None, [f"adds_up: {reason}"]
    table = PublishedTable(
        name=name,
        schema=str(node["schema"]),
        description=description,
        subject=subject,
        key=key,
        columns=tuple(columns),
        hidden_when=hidden_when,
        extracts=extracts,
        is_derived=meta.get("derived") is True,
        referred_to_by=_listed(meta.get("referred_to_by")),
        wider_than=_listed(meta.get("wider_than")),
        is_date_table=meta.get("date_table") is True,
        structure=structure,
    )
    problems = _rule_problems(table)
    try:
        suppression_order(table)
    except ValueError as circle:
        problems.append(str(circle))
    return table, problems


def read_catalogue(manifest: Path | Mapping[str, Any]) -> list[PublishedTable]:
    """Tables that the dbt project publishes, by name.

    Args:
        manifest: dbt's `manifest.json`, or its content.

    Raises:
        PublishingError: the manifest is missing, or the metadata of a published model is incomplete; every fault found
            is listed.
    """
    if isinstance(manifest, Path):
        try:
            document = json.loads(manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise PublishingError(
                "dbt's manifest cannot be read", manifest.name, "run the load again: dbt writes it"
            ) from None
    else:
        document = manifest
    tables: dict[str, PublishedTable] = {}
    problems: list[str] = []
    for node in document.get("nodes", {}).values():
        if (node.get("config") or {}).get("meta", {}).get("published") is not True:
            continue
        table, found = _table(node, _extracts(document, node))
        name = str(node.get("alias") or node["name"])
        problems += [f"{name}: {problem}" for problem in found]
        if table:
            if name in tables:
                problems.append(f"{name}: two published models bear this name")
            tables[name] = table
    if problems:
        raise PublishingError(
            "the publishing metadata of the dbt project is incomplete",
            "config.meta of published models",
            "correct the YAML beside each model named here",
            problems,
        )
    if not tables:
        raise PublishingError(
            "no model is published", "dbt's manifest", "set config.meta.published: true on the marts to release"
        )
    return [tables[name] for name in sorted(tables)]
