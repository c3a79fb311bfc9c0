"""The verdict for each R&D person: the rules and the SQL run over what was known by a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import duckdb

from ingestion.researcher_link.decisions import Standing
from ingestion.researcher_link.rules import load_rules
from ingestion.text_columns import put_rows

#: trust_code, researcher_key, staff_key, link_method, link_score, link_margin, link_status, profession_code
LinkRow = tuple[str, str, str | None, str, float, float, str, str | None]

#: trust_code, researcher_key, staff_key of somebody whom the name linked in the month before
LinkedBefore = tuple[str, str, str]

Rescore = Callable[[duckdb.DuckDBPyConnection], None]

#: Scores by the weights as the seeds and those known for certain have them, then by what these scores add.
_ROUNDS = 2
_SQL_FOLDER = Path(__file__).parent / "sql"


@cache
def _scripts() -> tuple[str, ...]:
    return tuple(file.read_text(encoding="utf-8") for file in sorted(_SQL_FOLDER.glob("*.sql")))


def open_bench() -> duckdb.DuckDBPyConnection:
    """A database in memory in which names are compared; nothing of it reaches a disk.

    One thread, so that sums of probabilities do not depend on the order in which rows come.
    """
    return duckdb.connect(":memory:", config={"threads": 1, "temp_directory": ""})


def compare(
    connection: duckdb.DuckDBPyConnection,
    decisions: Iterable[Standing] = (),
    linked_before: Iterable[LinkedBefore] = (),
    rescore: Rescore | None = None,
) -> None:
    """Make `scored_candidate`, `verdict` and the steps before them from the tables of `gather.know`.

    `rescore` may write `scored_candidate` anew, in the same columns, before the verdicts are made of it.
    """
    load_rules(connection)
    _load_decisions(connection, decisions)
    _load(connection, "linked_before", ("trust_code", "researcher_key", "staff_key"), linked_before)
    *evidence, weights, score, verdict = _scripts()
    for script in (*evidence, *(weights, score) * _ROUNDS):
        connection.execute(script)
    if rescore:
        rescore(connection)
    connection.execute(verdict)


def _load(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]
) -> None:
    """A table of text."""
    listed = list(rows)
    connection.execute(f"create or replace temp table {table} ({', '.join(f'{name} varchar' for name in columns)})")
    put_rows(connection, table, {name: [row[i] for row in listed] for i, name in enumerate(columns)})


def _load_decisions(connection: duckdb.DuckDBPyConnection, decisions: Iterable[Standing]) -> None:
    """`decided`: what stands for a person (a member of staff whom HR does not have is NULL); `differing_pair`: who they are not."""
    rows = [(one.trust_code, one.researcher_key, one.staff_key, one.decision) for one in decisions]
    _load(connection, "standing", ("trust_code", "researcher_key", "staff_key", "decision"), rows)
    connection.execute(
        "create or replace temp table decided as select trust_code, researcher_key, decision, "
        "case when (trust_code, staff_key) in (select (trust_code, staff_key) from staff_delivered) then staff_key end as staff_key "
        "from standing where decision in ('same', 'outside')"
    )
    connection.execute(
        "create or replace temp table differing_pair as select trust_code, researcher_key, staff_key from standing "
        "where decision = 'different'"
    )


def verdicts(connection: duckdb.DuckDBPyConnection) -> list[LinkRow]:
    """One row per (trust_code, researcher_key), sorted. Only `linked` and `overridden` rows bear a `staff_key`.

    The score is a probability (0 to 1), the margin what it leads the runner-up by.
    """
    return connection.execute("select * from verdict order by trust_code, researcher_key").fetchall()
