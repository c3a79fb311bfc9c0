"""The SQL that dbt wrote in the last full build, kept so that a further month can run it without dbt.

To write the SQL of a model or a test costs dbt more than the database takes to run it, and between two changes of the code it
differs in a few dates alone, which the macro `marked_date` marks. What is kept stays dbt's own, with its names, its statements
and its verdicts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.delivery import THE_BEGINNING
from orchestration.stored_models import StoredModel
from orchestration.stored_tests import StoredTest

_MARKED = re.compile(r"cast\('\d{4}-\d\d-\d\d' as date\) /\* ([a-z_ ]+?) \*/")
_WRITTEN = "cast('{}' as date) /* {} */"


@dataclass(frozen=True)
class MonthDates:
    """The dates in which the SQL of months differs.

    Attributes:
        from_month: first month that the load recomputes of a table.
        judged_from: first month that tests of tables by month read.
        oldest: month of the oldest delivery that the months from `from_month` on are computed from, by extract.
    """

    from_month: date
    judged_from: date
    oldest: Mapping[str, date] = field(default_factory=dict)

    def by_mark(self) -> dict[str, str]:
        """The dates by the names that mark them, as dbt's variables."""
        oldest = {f"oldest {extract}": month for extract, month in self.oldest.items()}
        dates = {"from_month": self.from_month, "judged_from": self.judged_from, **oldest}
        return {mark: day.isoformat() for mark, day in dates.items()}

    def put_into(self, sql: str) -> str:
        """SQL of whatever month as that of this one."""
        dates = self.by_mark()
        return _MARKED.sub(lambda found: _WRITTEN.format(dates.get(found[1], THE_BEGINNING), found[1]), sql)


@dataclass(frozen=True)
class StoredSql:
    """What a further month runs, each list in an order in which nothing comes before what it reads."""

    models: list[StoredModel]
    tests: list[StoredTest]

    def keep(self, file: Path) -> None:
        unfinished = file.with_suffix(".tmp")
        unfinished.write_text(json.dumps(asdict(self)), encoding="utf-8")
        unfinished.replace(file)


def stored_sql(file: Path) -> StoredSql:
    """What was kept there."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    return StoredSql(
        [StoredModel(**_as_tuples(model, "reads", "sources", "statements")) for model in kept["models"]],
        [StoredTest(**_as_tuples(test, "reads", "sources")) for test in kept["tests"]],
    )


def _as_tuples(kept: dict[str, Any], *names: str) -> dict[str, Any]:
    return kept | {name: tuple(kept[name]) for name in names}
