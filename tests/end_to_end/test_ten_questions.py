"""The analyst's questions of docs/ten-questions.md are answered by a release alone."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.conftest import ROOT
from tests.homes import Rcw

PAGE = (ROOT / "docs" / "ten-questions.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^## (.*?)$.*?```sql\n(.*?)```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_page__has_ten_numbered_questions() -> None:
    assert [title.split(".")[0] for title, _ in QUESTIONS if title[0].isdigit()] == [str(n) for n in range(1, 11)]


@pytest.mark.parametrize(("title", "query"), QUESTIONS, ids=[title.split("?")[0] for title, _ in QUESTIONS])
def test_question__is_answered_by_the_release(winter: Rcw, title: str, query: str) -> None:
    with duckdb.connect(str(winter.release() / "research_culture.duckdb"), read_only=True) as connection:
        answer = connection.execute(query)
        names = [about[0] for about in answer.description or []]
        rows = answer.fetchall()
    assert rows, title
    shown = {name for row in rows for name, value in zip(names, row, strict=True) if value is not None}
    # Of a trust as small as this one a whole table may be hidden; then the answer says so on every row.
    is_hidden = "is_suppressed" in names and all(row[names.index("is_suppressed")] for row in rows)
    assert len(shown) > 3 or is_hidden, f"{title}: nearly nothing is shown, {sorted(shown)}"
