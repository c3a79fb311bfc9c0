"""The private report on the disclosure control of a release, for information governance: shares, policy, what was checked.

Holds counts over whole tables and no figure of a group, so that nothing hidden follows from it. It tells small numbers from
what protects them, which a release never does: it stays private.
"""

from __future__ import annotations

import html
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing.disclosure.ledger import PeriodName
from publishing.pointer import write_atomically
from publishing.policy import DisclosurePolicy
from publishing.published_table import PublishedTable, flag
from publishing.sql import identifier
from publishing.suppress import flagged_sql

if TYPE_CHECKING:
    import duckdb

    from publishing.disclosure.decide import Decided


@dataclass(frozen=True)
class TableShare:
    """Figures of a table that can be hidden, how many are, and how many of those for their own small number."""

    table: str
    figures: int
    hidden: int
    small: int

    @property
    def beyond_pct(self) -> float:
        """Per cent of figures hidden for the sake of others."""
        return 100.0 * (self.hidden - self.small) / self.figures if self.figures else 0.0

    @property
    def hidden_pct(self) -> float:
        return 100.0 * self.hidden / self.figures if self.figures else 0.0


def shares(
    connection: duckdb.DuckDBPyConnection, place: str, tables: Sequence[PublishedTable], policy: DisclosurePolicy
) -> list[TableShare]:
    """Count hidden figures in the protected tables at `place` and small ones in the private marts."""
    found = []
    for table in tables:
        flags = [identifier(flag(column.name)) for column in table.suppressible]
        if not flags:
            continue
        counted = " + ".join(f"count_if({name})" for name in flags)
        all_of = connection.execute(
            f"select count(*) * {len(flags)}, {counted} from {place}.{identifier(table.name)}"
        ).fetchone()
        small = connection.execute(f"select {counted} from ({flagged_sql(table, policy)})").fetchone()
        figures, hidden = (int(number or 0) for number in all_of or (0, 0))
        found.append(TableShare(table.name, figures, hidden, int(small[0] or 0) if small else 0))
    return found


def as_document(
    release: str,
    found: Sequence[TableShare],
    policy: DisclosurePolicy,
    decided: Decided,
    new: Collection[PeriodName],
    equations: int,
    seconds: float,
) -> dict[str, Any]:
    return {
        "release": release,
        "tables": [
            {**asdict(share), "hidden_pct": round(share.hidden_pct, 1), "beyond_pct": round(share.beyond_pct, 1)}
            for share in found
        ],
        "policy": asdict(policy),
        "periods": len(decided.keys),
        "periods_read_again": len(new),
        "periods_given_up": decided.given_up,
        "equations_checked": equations,
        "hidden_figures_that_follow": 0,
        "seconds": round(seconds, 1),
    }


def _page(document: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(share['table'])}</td><td>{share['figures']}</td><td>{share['hidden_pct']}</td>"
        f"<td>{share['beyond_pct']}</td></tr>"
        for share in document["tables"]
    )
    policy = html.escape(json.dumps(document["policy"], indent=2, ensure_ascii=False))
    title = f"Disclosure control of release {html.escape(document['release'])}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}td,th{padding:.2em .8em;"
        "text-align:right}td:first-child,th:first-child{text-align:left}pre{white-space:pre-wrap}</style></head><body>"
        f"<h1>{title}</h1><p>Private: for information governance, not for publication.</p>"
        f"<p>{document['periods_read_again']} of {document['periods']} periods look as in no release before, and were read again as "
        f"a reader reads them: {document['equations_checked']} sums over published tables, solved together. No hidden figure follows "
        f"from them. That took {document['seconds']} seconds. Periods in which a figure is narrowed down by how groups are listed and nested, however much "
        f"is hidden, so that all that is linked to it is hidden: "
        f"{html.escape(', '.join(document['periods_given_up']) or 'none')}.</p>"
        "<table><thead><tr><th>table</th><th>figures that can be hidden</th><th>hidden, %</th>"
        f"<th>of these to protect others, %</th></tr></thead><tbody>{rows}</tbody></table>"
        f"<h2>Policy in force</h2><pre>{policy}</pre></body></html>\n"
    )


def write_report(folder: Path, document: Mapping[str, Any]) -> Path:
    """Write `<release>.json` and `<release>.html` into a private folder; gives the page."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write_atomically(folder / f"{document['release']}.json", text, 0o600)
    page = folder / f"{document['release']}.html"
    write_atomically(page, _page(document), 0o600)
    return page
