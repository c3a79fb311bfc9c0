"""One frame judged: loaded, validated, and each check given the SQL that shows its failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from expectations.frame import Frame, load
from expectations.seeing import how_to_see
from expectations.suite import Check
from expectations.validation import Outcome, validate


@dataclass(frozen=True)
class Judged:
    check: Check
    success: bool
    observed: str
    unexpected_count: int
    rows: int
    example_rows: tuple[int, ...]
    how_to_see: str


def judge(connection: duckdb.DuckDBPyConnection, frame: Frame, shown: Frame | None = None) -> Iterator[Judged]:
    """Judge every check of a frame. A table that cannot be read fails all of them: the gate closes when in doubt.

    Args:
        shown: the same frame as a person would name it, for the SQL that shows a failure.
    """
    try:
        loaded = load(connection, frame)
    except duckdb.Error as error:
        # The message of an error may quote a value; its kind does not.
        unread = Outcome(False, f"the table could not be read ({type(error).__name__})")
        outcomes, rows = {check.name: unread for check in frame.checks}, 0
    else:
        outcomes, rows = validate(loaded, frame.checks), loaded.total
    for check in frame.checks:
        found = outcomes[check.name]
        yield Judged(
            check=check,
            success=found.success,
            observed=found.observed,
            unexpected_count=found.unexpected_count,
            rows=rows,
            example_rows=found.example_rows,
            how_to_see=how_to_see(check, shown or frame),
        )
