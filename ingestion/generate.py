"""What follows from the contracts and is kept in the repository: the dbt source YAML and the extract pages of the dictionary.

Run `python -m ingestion.generate` after changing a contract; a test fails when a generated file has parted from them.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from ingestion.contract import Contract, contracts
from ingestion.control_tables import CONTROL_TABLES

REPOSITORY = Path(__file__).parent.parent
SOURCES_FILE = REPOSITORY / "dbt_project" / "models" / "staging" / "_sources.yml"
EXTRACT_PAGES = REPOSITORY / "docs" / "dictionary" / "extracts"
NOTICE = "Generated from ingestion/contracts by `python -m ingestion.generate`; do not edit."
KIND_WORDS = {
    "snapshot": "snapshot as at month end",
    "events": "events of the month",
    "restated": "full history, restated each month",
}


def _dbt_columns(columns: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "data_type": sql_type.lower(), "description": text} for name, sql_type, text in columns]


def sources_yaml() -> str:
    """The dbt source `raw`: a table for each contract and control table."""
    tables = [
        {"name": c.extract, "description": c.description.strip(), "columns": _dbt_columns(c.raw_columns)}
        for c in contracts().values()
    ]
    tables += [
        {
            "name": name,
            "description": text,
            "columns": _dbt_columns([(column, kind, about) for column, (kind, about) in columns.items()]),
        }
        for name, (text, columns) in CONTROL_TABLES.items()
    ]
    document = {
        "version": 2,
        "sources": [
            {
                "name": "raw",
                "schema": "raw",
                "description": "Typed, pseudonymised rows of the current deliveries, and the control tables of the ledger.",
                "tables": tables,
            }
        ],
    }
    return f"# {NOTICE}\n" + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def extract_page(contract: Contract) -> str:
    """The data dictionary page of an extract, in Markdown."""
    needs = {"value": "in every row", "column": "column must be there", "no": "optional"}
    lines = [
        f"<!-- {NOTICE} -->",
        f"# {contract.extract}: {contract.title}",
        "",
        contract.description.strip(),
        "",
        f"- **Kind**: {KIND_WORDS[contract.kind]}",
        f"- **System**: {contract.system}",
        f"- **Owner**: {contract.owner}",
        f"- **Contract version**: {contract.version}",
        f"- **Key**: {', '.join(contract.key)}",
        f"- **A file without rows**: {f'says that {contract.empty_means}' if contract.empty_means else 'is refused'}",
        f"- **Counts of rows tell of**: {contract.rows_about or 'no staff'}",
        f"- **Rejected rows allowed**: {contract.max_rejected_pct:g} % of the rows delivered",
        "",
        "| column | header in the file | also known as | type | needed | personal data | meaning |",
        "|---|---|---|---|---|---|---|",
    ]
    for column in contract.columns:
        personal = f"yes ({column.pii})" if column.pii else ""
        aliases = ", ".join(column.aliases)
        lines.append(
            f"| `{column.name}` | {column.label} | {aliases} | {column.type} | {needs[column.required]} | {personal} "
            f"| {column.description} |"
        )
    if contract.family:
        family = contract.family
        lines += ["", f"Further columns: {family.description} (headers like {', '.join(family.example_headers)})."]
    if contract.row_rules:
        lines += ["", "Rules over a row:", ""]
        lines += [f"- `{rule.name}`: {rule.expectation}, else `{rule.reason}`" for rule in contract.row_rules]
    if contract.row_warnings:
        lines += ["", "Doubtful rows, which are kept and said:", ""]
        lines += [f"- `{warning.name}` ({warning.column}): {warning.says.strip()}" for warning in contract.row_warnings]
    return "\n".join(lines) + "\n"


def generated_files() -> dict[Path, str]:
    """Every generated file with its content."""
    pages = {EXTRACT_PAGES / f"{c.extract}.md": extract_page(c) for c in contracts().values()}
    return {SOURCES_FILE: sources_yaml(), **pages}


def main() -> None:
    for file, text in generated_files().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
