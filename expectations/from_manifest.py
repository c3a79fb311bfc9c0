"""The checks of a mart: what follows from the metadata in the dbt manifest, and what the mart's own suite adds.

Everything here blocks unless a suite says otherwise: at this border the data are the product's own, and a broken
invariant means that a figure is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expectations.frame import Frame
from expectations.shared_check import SharedCheck
from expectations.suite import Check, ExpectationType, Total, mart_rules, mart_suite

REPORT = "Nothing of this load is published. See the rows, then the model that makes them."
WHOLE_NUMBERS = ("integer", "bigint")
#: How far a published ratio may lie from its numerator and denominator, and a total from its parts.
TOLERANCE = 0.01


@dataclass(frozen=True)
class MartColumn:
    name: str
    data_type: str
    role: str


@dataclass(frozen=True)
class Mart:
    """A published table as the manifest describes it. With the month in its key, only loaded months are read."""

    name: str
    relation: str
    key: tuple[str, ...]
    columns: tuple[MartColumn, ...]
    is_monthly: bool


def published_marts(manifest: Mapping[str, Any]) -> list[Mart]:
    """The published models of a dbt manifest (as dictionary), by name."""
    nodes = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    found = [_mart(node) for node in nodes if _meta(node).get("published")]
    return sorted(found, key=lambda mart: mart.name)


def _mart(node: Mapping[str, Any]) -> Mart:
    columns = [
        MartColumn(name, str(column.get("data_type") or "").lower(), str(_meta(column).get("role", "")))
        for name, column in node["columns"].items()
    ]
    return Mart(
        name=node["name"],
        relation=f"{node['schema']}.{node.get('alias') or node['name']}",
        key=tuple(_meta(node).get("key", ())),
        columns=tuple(columns),
        is_monthly="reporting_month" in _meta(node).get("key", ()),
    )


def _meta(part: Mapping[str, Any]) -> dict[str, Any]:
    return {**part.get("meta", {}), **part.get("config", {}).get("meta", {})}


def mart_frames(mart: Mart, from_month: str | None) -> list[Frame]:
    """The tables to judge: the mart's rows, its totals, and the series of its suite.

    Args:
        from_month: first month loaded, as YYYY-MM-DD; None for all.
    """
    suite = mart_suite(mart.name)
    since = f"date '{from_month or '1900-01-01'}'"
    condition = f" where reporting_month >= {since}" if mart.is_monthly and from_month else ""
    loaded = f"(select * from {mart.relation}{condition}) as loaded" if condition else mart.relation
    shared = [one for one in (*_shared_checks(mart), figures_agree(mart.name)) if one.offences]
    checks = [*_unique_key(mart), *(one.check for one in shared), *suite.checks]
    derived = dict(suite.derived) | {name: sql for one in shared for name, sql in one.derived.items()}
    frames = [Frame(loaded, checks, derived, mart.key)]
    if suite.totals:
        frames.append(_totals(mart, suite.totals, loaded))
    for series in suite.series:
        sql = series.sql.strip().format(mart=mart.relation, from_month=since)
        frames.append(Frame(f"({sql}) as {series.name}", series.checks))
    return frames


def _unique_key(mart: Mart) -> Iterator[Check]:
    meaning = f"Rows repeat the key of {mart.name}, so readers would count twice. {REPORT}"
    if len(mart.key) == 1:
        yield _check("key_is_unique", "expect_column_values_to_be_unique", meaning, column=mart.key[0])
    elif mart.key:
        yield _check("key_is_unique", "expect_compound_columns_to_be_unique", meaning, column_list=list(mart.key))


def _shared_checks(mart: Mart) -> list[SharedCheck]:
    rules = mart_rules()
    measures = [column for column in mart.columns if column.role in ("measure", "support")]
    percentages = [column.name for column in measures if re.search(rules.percentages, column.name)]
    counts = [
        column.name
        for column in measures
        if column.data_type in WHOLE_NUMBERS or re.search(rules.not_negative, column.name)
    ]
    # Adding up in binary can leave a whole at a hair over 100.
    above = {name: f"{name} > 100.000001" for name in percentages if name not in rules.percentages_above_100}
    below = {name: f"{name} < 0" for name in percentages + counts if name not in rules.may_be_negative}
    found = [
        SharedCheck(
            "key_is_present",
            {name: f"{name} is null" for name in mart.key},
            f"Rows of {mart.name} lack a part of their key, so nothing can be joined to them. {REPORT}",
        ),
        SharedCheck(
            "percentages_are_at_most_100",
            above,
            f"A percentage of {mart.name} is over 100, so its numerator is no part of its denominator. {REPORT}",
        ),
        SharedCheck(
            "measures_are_not_negative",
            below,
            f"A count, amount or percentage of {mart.name} is below nought. {REPORT}",
        ),
    ]
    return [shared for shared in found if shared.offences]


def figures_agree(mart: str) -> SharedCheck:
    """What the suite says of measures that follow from one another: ratios from their parts, parts from their wholes."""
    suite = mart_suite(mart)
    offences = {}
    for ratio in suite.ratios:
        exact = f"100.0 * ({ratio.numerator}) / nullif({ratio.denominator}, 0)"
        offences[f"{ratio.rate}_agrees"] = f"abs({ratio.rate} - {exact}) > {TOLERANCE}"
        if not ratio.may_exceed_100:
            offences[f"{ratio.rate}_numerator_within_denominator"] = _larger(ratio.numerator, ratio.denominator)
    for pair in suite.pairs:
        offences[f"{pair.part}_within_{pair.whole}"] = _larger(pair.part, pair.whole)
    meaning = (
        f"A ratio of {mart} is not 100 x its numerator / denominator, or a part is larger than its whole. {REPORT}"
    )
    return SharedCheck("figures_agree", offences, meaning)


def _larger(part: str, whole: str) -> str:
    return f"cast({part} as double) > cast({whole} as double) + {TOLERANCE}"


def _totals(mart: Mart, totals: Sequence[Total], loaded: str) -> Frame:
    by = [column for column in mart.key if column not in ("group_type", "group_code")]
    sums: dict[str, str] = {}
    offences: dict[str, str] = {}
    for total in totals:
        for measure in total.measures:
            for group_type in ("trust", total.group_type):
                condition = f"case when group_type = '{group_type}' then {measure} end"
                sums[f"{measure}_{group_type}"] = f"sum({condition}) as {measure}_{group_type}"
            offences[f"{measure} over {total.group_type}"] = _differs(
                f"{measure}_trust", f"{measure}_{total.group_type}"
            )
    meaning = f"A figure of the trust is not the sum over its groups of one type. {REPORT}"
    shared = SharedCheck("groups_add_up", offences, meaning)
    relation = f"(select {', '.join([*by, *sums.values()])} from {loaded} group by {', '.join(by)}) as totals"
    return Frame(relation, [shared.check], shared.derived)


def _differs(whole: str, parts: str) -> str:
    """Not collected is missing in the total and in every part; missing in one alone is a difference."""
    one_alone = f"({whole} is null) <> ({parts} is null) and coalesce({whole}, {parts}) <> 0"
    return f"({one_alone} or abs({whole} - {parts}) > {TOLERANCE})"


def _check(name: str, kind: ExpectationType, meaning: str, **kwargs: Any) -> Check:
    return Check(name=name, type=kind, kwargs=kwargs, severity="blocking", meaning=meaning)
