"""What control charts cost: series x 24 points through the warehouse's own SQL, as a ratio to sorting the same rows once.

Run `python benchmarks/spc.py [SERIES]`. The machine may be shared, so processor time is shown and the ratio counts.
"""

from __future__ import annotations

import sys
import time

import duckdb

from publishing.control_charts.charts import draw, profiles

POINTS = 24


def _series(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    connection.execute("select setseed(0.5)")
    connection.execute(f"""
        create or replace table series as
        select 'series ' || s as series_id, cast(date '2024-01-01' + to_months(cast(m as integer)) as date) as date,
            50 + 10 * random() as value, false as is_rebase, 'increase' as improvement_direction,
            cast(55 as double) as target, cast(null as integer) as fix_after_n_points
        from range({number}) as a(s), range({POINTS}) as b(m)
    """)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with duckdb.connect(":memory:") as connection:
        _series(connection, number)
        start = time.process_time(), time.perf_counter()
        connection.execute("create temp table sorted as select * from series order by series_id, date")
        one_sort = time.process_time() - start[0]
        start = time.process_time(), time.perf_counter()
        draw(connection, "series", next(iter(profiles().values())))
        processor, elapsed = time.process_time() - start[0], time.perf_counter() - start[1]
    print(
        f"{number:,} series x {POINTS} points: {processor:.2f} s of processor, {elapsed:.2f} s elapsed, {processor / one_sort:.0f} sorts"
    )


if __name__ == "__main__":
    main()
