"""Where Great Expectations runs, and nowhere else: one validation a frame, read back as numbers.

Its results hold samples of the values that failed. They end here: only counts, positions and thresholds leave.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from expectations.frame import LoadedFrame
from expectations.lazy_import import put_off
from expectations.suite import Check

EXAMPLES = 5
# SUMMARY gives positions. Naming index columns instead builds a dictionary for each failing row: 6 s for 200,000.
RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": EXAMPLES}
PAIRS = ("expect_column_pair_values_a_to_be_greater_than_b", "expect_column_pair_values_to_be_equal")
AGGREGATES = ("expect_column_mean_to_be_between", "expect_column_unique_value_count_to_be_between")


@dataclass(frozen=True)
class Outcome:
    """What one check gave, with nothing in it that came out of a cell."""

    success: bool
    observed: str
    unexpected_count: int = 0
    example_rows: tuple[int, ...] = ()


def prepare() -> None:
    """Import Great Expectations, which takes seconds, without what it wants for checks and pictures that no suite here has."""
    with put_off("altair", "scipy.stats"):  # a third of those seconds
        import great_expectations  # noqa: F401


def validate(frame: LoadedFrame, checks: Sequence[Check]) -> dict[str, Outcome]:
    """Judge the checks in one validation, by name. A check that cannot be run counts as failed."""
    few = [check for check in checks if frame.total < check.minimum_rows]
    outcomes = {check.name: Outcome(True, f"not judged: fewer than {check.minimum_rows} rows") for check in few}
    judged = {check.name: check for check in checks if check.name not in outcomes}
    if frame.rows.empty or not judged:
        return outcomes | {name: Outcome(True, "no rows to judge") for name in judged}
    for result in _run(frame, tuple(judged.values())):
        config = result.expectation_config
        check = judged[config.meta["check"]]
        outcomes[check.name] = _outcome(check, result, frame)
    return outcomes


def _run(frame: LoadedFrame, checks: Sequence[Check]) -> Sequence[Any]:
    import great_expectations as gx
    from great_expectations.expectations.registry import get_expectation_impl

    expectations = []
    for check in checks:
        # By default one missing side fails the pair; whether it may be missing is another check's business.
        defaults = {"ignore_row_if": "either_value_is_missing"} if check.type in PAIRS else {}
        build = get_expectation_impl(check.type)
        expectations.append(build(**(defaults | check.kwargs), meta={"check": check.name}))
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": frame.rows})
    suite = gx.ExpectationSuite(name="suite", expectations=expectations)
    return list(batch.validate(suite, result_format=RESULT_FORMAT).results)


@cache
def _batch_definition() -> Any:
    """The one in-memory context of the process: no files, no progress bars, no analytics, nothing from the network."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return (
        context.data_sources.add_pandas("gate")
        .add_dataframe_asset("frame")
        .add_batch_definition_whole_dataframe("rows")
    )


def _outcome(check: Check, result: Any, frame: LoadedFrame) -> Outcome:
    found = dict(result.result)
    if not found:
        return Outcome(False, "the check could not be run: a column is missing or has another type")
    if check.type in AGGREGATES:
        return _aggregate_outcome(check, bool(result.success), found["observed_value"], frame.total)
    failed = int(found.get("unexpected_count") or 0)
    judged = len(frame.rows) - (0 if _judges_missing(check) else int(found.get("missing_count") or 0))
    if not judged:
        return Outcome(True, "no values to judge")
    positions = found.get("partial_unexpected_index_list") or []
    lines = tuple(sorted(frame.row_numbers[position] for position in positions)) if frame.row_numbers else ()
    sampled = f" in a sample of one key in {frame.one_in}" if frame.one_in > 1 else ""
    allowed = 100 * (1 - float(check.kwargs.get("mostly", 1)))
    tolerance = f"; up to {allowed:.3g} % is allowed" if allowed else ""
    share = 100 * failed / judged
    observed = f"{failed:,} of {judged:,} rows ({share:.3g} %){sampled}{tolerance}"
    return Outcome(bool(result.success), observed, failed, lines)


def _judges_missing(check: Check) -> bool:
    return check.type == "expect_column_values_to_not_be_null"


def _aggregate_outcome(check: Check, success: bool, value: object, rows: int) -> Outcome:
    if not isinstance(value, (int, float)) or math.isnan(value):
        return Outcome(True, "no values to judge")
    mean = "mean" if rows > 1 else "found"
    what = mean if check.type == "expect_column_mean_to_be_between" else "distinct values"
    return Outcome(success, f"{what} {value:,.6g}; expected {_bounds(check.kwargs)}")


def _bounds(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is None:
        return f"{'below' if kwargs.get('strict_max') else 'at most'} {high:,g}"
    if high is None:
        return f"{'above' if kwargs.get('strict_min') else 'at least'} {low:,g}"
    return f"{low:,g} to {high:,g}" if low != high else f"{low:,g}"
