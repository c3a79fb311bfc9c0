"""How many R&D people are linked, by profession and by role. Counts only.

The link rate is the share of those linked (also by decision) of all who are not known to be outside.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb


@dataclass(frozen=True)
class LinkRate:
    group: str
    people: int
    linked: int
    review: int
    outside: int

    @property
    def link_rate(self) -> float | None:
        """Per cent; None where all are outside."""
        return 100 * self.linked / (self.people - self.outside) if self.people > self.outside else None

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "link_rate": self.link_rate}


_COUNTS = """
    count(distinct (trust_code, researcher_key)) as people,
    count(distinct (trust_code, researcher_key)) filter (link_status in ('linked', 'overridden')),
    count(distinct (trust_code, researcher_key)) filter (link_status = 'review'),
    count(distinct (trust_code, researcher_key)) filter (link_status = 'outside')
"""


def _counted(connection: duckdb.DuckDBPyConnection, group: str, source: str) -> list[LinkRate]:
    rows = connection.execute(
        f"select {group} as g, {_COUNTS} from {source} group by g order by people desc, g"
    ).fetchall()
    whole = connection.execute(f"select 'all', {_COUNTS} from verdict").fetchall()
    return [LinkRate(*row) for row in [*rows, *whole]]


def by_profession(connection: duckdb.DuckDBPyConnection) -> list[LinkRate]:
    """Of whoever is linked the profession of the newest post; of whoever is in review that of a candidate likelier than not."""
    return _counted(connection, "coalesce(profession_code, 'not known')", "verdict")


def by_role(connection: duckdb.DuckDBPyConnection) -> list[LinkRate]:
    """A person with several roles counts in each, so the roles do not add up to all."""
    source = "verdict left join role_of_researcher using (trust_code, researcher_key)"
    return _counted(connection, "coalesce(role_code, 'none recorded')", source)


def decisions_without_staff(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select count(*) from decided where decision = 'same' and staff_key is null").fetchone()
    return int(row[0]) if row else 0
