"""The data dictionary of the published tables, in Markdown, from what the dbt project says of them.

Run `python -m orchestration.dictionary` after changing a published model's YAML; a test fails when a page has parted from
it. The pages of the extracts follow from the contracts (`ingestion.generate`); the index names both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingestion.contract import contracts
from ingestion.generate import KIND_WORDS
from ingestion.settings import load_settings
from orchestration.code_identity import REPOSITORY
from orchestration.warehouse import ensure_manifest
from publishing.catalogue import Disclosure, PublishedTable, read_catalogue

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
    if rules.people:
        reasons.append(f"few people in {_names(rules.people)}")
    if rules.complement:
        reasons.append(f"few people in `{rules.complement.of}` but not in `{rules.complement.part}`")
    if rules.computed_from:
        reasons.append(f"hidden: {_names(rules.computed_from)}")
    return "; or ".join(reasons)


def table_page(table: PublishedTable) -> str:
    """The page of one published table."""
    description = re.sub(r"^\*(Grain|Key|Rules|Caveats|Example query)\*:", r"**\1**:", table.description, flags=re.M)
    lines = [f"<!-- {NOTICE} -->", f"# {table.name}", "", description.strip(), ""]
    lines += ["| column | type | is a | meaning | hidden when |", "|---|---|---|---|---|"]
    lines += [
        f"| `{c.name}` | {c.type} | {c.role} | {_cell(c.description)} | {_cell(_hidden_when(c.disclosure))} |"
        for c in table.published
    ]
    if table.flagged:
        lines += [
            "",
            "Beside each measure that can be hidden stands `<measure>_is_suppressed`; a hidden value is NULL with true there, a",
            "value that was not collected is NULL with false. `is_suppressed` is true where any measure of the row is hidden.",
        ]
    return "\n".join(lines) + "\n"


def index_page(tables: list[PublishedTable]) -> str:
    """The index of published tables and extracts."""
    lines = [f"<!-- {NOTICE} -->", "# Data dictionary", "", "## Published tables", ""]
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
    pages = {DICTIONARY / "tables" / f"{table.name}.md": table_page(table) for table in tables}
    return {DICTIONARY / "README.md": index_page(tables), **pages}


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
