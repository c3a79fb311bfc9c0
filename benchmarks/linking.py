"""How well names alone link: precision and recall against the truth, by seed and by what R&D knows beside the name.

    python benchmarks/linking.py [--seeds 1 2 3] [--staff 5000] [--splink]

The people are invented (`synthetic.linkage`) and bear neither employee numbers nor e-mails nor ORCIDs in R&D. Precision is the
share of links that are right, recall the share of the R&D people who are staff that were linked to the right one.
`--splink` compares Splink on the same people (optional extra `linkage`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb

from ingestion.researcher_link.gather import make_tables
from ingestion.researcher_link.link import Rescore, compare, open_bench, verdicts
from ingestion.researcher_link.splink_model import score_with_splink
from synthetic.linkage import LinkageData, draw_linkage

#: What R&D knows beside the name -> (role, profession, department).
KNOWN = {
    "name alone": (False, False, False),
    "name, role": (True, False, False),
    "name, profession, department": (False, True, True),
    "name, role, profession, department": (True, True, True),
}


@dataclass(frozen=True)
class Quality:
    """What came of one run. Counts of R&D people, seconds of wall time."""

    staff: int
    linked: int
    right: int
    in_review: int
    right_in_review: int
    seconds: float

    @property
    def precision(self) -> float:
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.staff


def fill(connection: duckdb.DuckDBPyConnection, data: LinkageData, known: tuple[bool, bool, bool]) -> None:
    """The tables that the linking begins with, holding these people."""
    role, profession, department = known
    make_tables(connection)
    _insert(connection, "staff_delivered", [("RVN", *row[:4]) for row in data.staff])
    always = (date(2015, 1, 1).isoformat(), date(9999, 1, 1).isoformat())
    _insert(connection, "staff_post", [("RVN", r[0], r[4], r[5], r[6], None, *always) for r in data.staff])
    _insert(connection, "researcher_delivered", [("RVN", r[0], "rd", r[1], None, None, None) for r in data.researchers])
    _insert(
        connection,
        "researcher_role",
        [
            (
                "RVN",
                r[0],
                "rd",
                (role and r[2]) or None,
                (profession and r[3]) or None,
                (department and r[4]) or None,
                None,
                None,
            )
            for r in data.researchers
        ],
    )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[str | None, ...]]) -> None:
    lists = [list(column) for column in zip(*rows, strict=True)]
    connection.execute(f"insert into {table} select {', '.join(['unnest(?::varchar[])'] * len(lists))}", lists)


def link_in_sql(data: LinkageData, known: tuple[bool, bool, bool], rescore: Rescore | None = None) -> Quality:
    """The product's own linking, or its verdicts over another's scores."""
    with open_bench() as connection:
        fill(connection, data, known)
        started = time.perf_counter()
        compare(connection, rescore=rescore)
        rows = {row[1]: row for row in verdicts(connection)}
        seconds = time.perf_counter() - started
        best = dict(
            connection.execute("select researcher_key, staff_key from scored_candidate where place = 1").fetchall()
        )
    linked = {key: row[2] for key, row in rows.items() if row[2]}
    return quality(data, linked, best, seconds)


def quality(data: LinkageData, linked: dict[str, str | None], best: dict[str, str], seconds: float) -> Quality:
    review = [key for key in data.truth if key not in linked and key in best]
    return Quality(
        staff=sum(person is not None for person in data.truth.values()),
        linked=len(linked),
        right=sum(data.truth[key] == staff for key, staff in linked.items()),
        in_review=len(review),
        right_in_review=sum(data.truth[key] == best[key] for key in review),
        seconds=seconds,
    )


Linker = Callable[[LinkageData, tuple[bool, bool, bool]], Quality]


def table(linker: Linker, seeds: Iterable[int], staff: int) -> Iterator[str]:
    """Rows of a Markdown table."""
    for seed in seeds:
        data = draw_linkage(seed, staff)
        for what, known in KNOWN.items():
            q = linker(data, known)
            yield (
                f"| {seed} | {what} | {q.linked} | {q.precision:.3f} | {q.recall:.3f} | {q.in_review} | "
                f"{q.right_in_review} | {q.seconds:.2f} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--staff", type=int, default=5000)
    parser.add_argument("--splink", action="store_true")
    options = parser.parse_args()
    print("| scores | seed | known | linked | precision | recall | in review | right in review | seconds |")
    print("|---" * 9 + "|")
    linkers: dict[str, Linker] = {"SQL": link_in_sql}
    if options.splink:
        linkers["Splink"] = partial(link_in_sql, rescore=score_with_splink)
    for name, linker in linkers.items():
        for line in table(linker, options.seeds, options.staff):
            print(f"| {name} {line}", flush=True)


if __name__ == "__main__":
    main()
