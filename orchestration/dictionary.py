"""The data dictionary of the published tables, in Markdown, from what the dbt project says of them.

Run `python -m orchestration.dictionary` after changing a published model's YAML; a test fails when a page has parted from
it. The pages of the extracts follow from the contracts (`ingestion.generate`); the index names both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import contracts
from ingestion.generate import KIND_WORDS
from ingestion.settings import load_settings
from orchestration.code_identity import REPOSITORY
from orchestration.dbt_home import ensure_manifest
from publishing.catalogue import read_catalogue
from publishing.column_law import meaning
from publishing.published_table import Disclosure, PublishedColumn, PublishedTable
from publishing.relations import Relation, relations

DICTIONARY = REPOSITORY / "docs" / "dictionary"
NOTICE = "Generated from the dbt project by `python -m orchestration.dictionary`; do not edit."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _grain(table: PublishedTable) -> str:
    """The first paragraph of the description, which the template begins with the grain."""
    return " ".join(table.description.split("\n\n")[0].split()).removeprefix("*Grain*: ")


def _hidden_when(rules: Disclosure | None) -> str:
    if rules is None:
        return ""
    reasons = []
    if rules.people or rules.respondents:
        reasons.append(f"few people in {_names((*rules.people, *rules.respondents))}")
    if rules.complement:
        reasons.append(f"few people in `{rules.complement.of}` but not in `{rules.complement.part}`")
    if rules.computed_from:
        reasons.append(f"hidden: {_names(rules.computed_from)}")
    return "; or ".join(reasons)


def _column_row(column: PublishedColumn) -> str:
    says = meaning(column)
    cells = (says.label, column.type, column.role, says.unit or "", column.description, _hidden_when(column.disclosure))
    return f"| `{column.name}` | {' | '.join(_cell(cell) for cell in cells)} |"


def _refers_to(table: PublishedTable, related: Sequence[Relation]) -> list[str]:
    own = [relation for relation in related if relation.table == table.name]
    if not own:
        return []
    named = [f"[{r.dimension}]({r.dimension}.md) by {_names(r.columns)}" for r in own]
    return [f"**Refers to**: {', '.join(named)}. See [relations](../relations.md).", ""]


def table_page(table: PublishedTable, related: Sequence[Relation]) -> str:
    """The page of one published table."""
    description = re.sub(r"^\*(Grain|Key|Rules|Caveats|Example query)\*:", r"**\1**:", table.description, flags=re.M)
    lines = [f"<!-- {NOTICE} -->", f"# {table.name}", "", description.strip(), "", *_refers_to(table, related)]
    lines += ["| column | label | type | is a | unit | meaning | hidden when |", "|---|---|---|---|---|---|---|"]
    lines += [_column_row(column) for column in table.published]
    if table.flagged:
        lines += [
            "",
            "Beside each measure that can be hidden stands `<measure>_is_suppressed`; a hidden value is NULL with true there, a",
            "value that was not collected is NULL with false. `is_suppressed` is true where any measure of the row is hidden.",
        ]
    return "\n".join(lines) + "\n"


def relations_page(tables: Sequence[PublishedTable], related: Sequence[Relation]) -> str:
    """Which columns relate published tables to the dimensions."""
    dates = [f"`{table.name}` (date column `{table.key[0]}`)" for table in tables if table.is_date_table]
    lines = [
        f"<!-- {NOTICE} -->",
        "# Relations",
        "",
        "How to join the published tables. Each value of the columns on the left stands exactly once in those on the right; a NULL",
        "refers to nothing. The same list is in `datapackage.json` (`foreignKeys` of each table), where programs find it. Columns ending",
        "in `_sk` stand for a key of several columns, for tools that join on one.",
        "",
        f"The date table is {', '.join(dates)}: one row a day, without a gap, whole financial years. A `reporting_month` is the first",
        "day of its month, so it relates to the date table as well as to `dim_month`.",
        "",
        "Where a tool allows one active way between two tables, use `dim_group` and the date table, and leave the relation to",
        "`dim_trust` inactive: the group knows its trust.",
        "",
        "| table | column | dimension | column | rows to rows |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| [{r.table}](tables/{r.table}.md) | {_names(r.columns)} | [{r.dimension}](tables/{r.dimension}.md)"
        f" | {_names(r.to_columns)} | {r.cardinality} |"
        for r in related
    ]
    return "\n".join(lines) + "\n"


def index_page(tables: list[PublishedTable]) -> str:
    """The index of published tables and extracts."""
    lines = [f"<!-- {NOTICE} -->", "# Data dictionary", ""]
    lines += [
        "How the tables join: [relations](relations.md). Questions with their SQL: [ten questions](../ten-questions.md).",
        "",
    ]
    lines += ["## Published tables", ""]
    lines += ["| table | subject | grain |", "|---|---|---|"]
    lines += [f"| [{t.name}](tables/{t.name}.md) | {t.subject} | {_cell(_grain(t))} |" for t in tables]
    lines += ["", "## Extracts", "", "| extract | title | system | kind |", "|---|---|---|---|"]
    lines += [
        f"| [{c.extract}](extracts/{c.extract}.md) | {_cell(c.title)} | {_cell(c.system)} | {KIND_WORDS[c.kind]} |"
        for c in contracts().values()
    ]
    return "\n".join(lines) + "\n"


def generated_files(manifest: Path | Mapping[str, Any]) -> dict[Path, str]:
    """Every generated page with its content, from dbt's manifest."""
    tables = read_catalogue(manifest)
    related = relations(tables)
    pages = {DICTIONARY / "tables" / f"{table.name}.md": table_page(table, related) for table in tables}
    whole = {"README.md": index_page(tables), "relations.md": relations_page(tables, related)}
    return {**{DICTIONARY / name: text for name, text in whole.items()}, **pages}


def main() -> None:
    files = generated_files(ensure_manifest(load_settings()))
    for old in (DICTIONARY / "tables").glob("*.md"):
        if old not in files:
            old.unlink()
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
