"""The pages of the data dictionary follow from the dbt project and the contracts."""

from __future__ import annotations

from orchestration.dictionary import DICTIONARY, generated_files
from tests.homes import EmptyWarehouse


def test_table_pages__are_up_to_date(empty_warehouse: EmptyWarehouse) -> None:
    wanted = generated_files(empty_warehouse.manifest)
    parted = [file.name for file, text in wanted.items() if not file.exists() or file.read_text("utf-8") != text]
    left_over = [file.name for file in (DICTIONARY / "tables").glob("*.md") if file not in wanted]
    assert not parted, f"run `python -m orchestration.dictionary`: {', '.join(parted)}"
    assert not left_over, f"pages of tables that are not published: {', '.join(left_over)}"
