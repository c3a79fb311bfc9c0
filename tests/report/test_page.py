"""The page stands alone, takes no text for markup, and is built for every reader."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.report.reading import Page
from tests.report.releases import HOSTILE

_LOADS = {
    "script",
    "link",
    "iframe",
    "object",
    "embed",
    "img",
    "video",
    "audio",
    "source",
    "base",
    "form",
    "input",
    "foreignobject",
}


def test_page__refers_to_nothing_outside_itself(reported: Path, page: Page) -> None:
    text = (reported / "report.html").read_text(encoding="utf-8")
    assert not _LOADS & {tag.lower() for tag, _ in page.tags}
    assert not re.search(r"https?:|//[a-z0-9.-]+\.[a-z]{2,}/|@import|javascript:|@font-face", text, re.I)
    assert not re.findall(r"url\((?!#)", text)
    targets = [
        value
        for _, about in page.tags
        for name, value in about.items()
        if name in ("href", "src", "action", "xlink:href")
    ]
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert not [name for _, about in page.tags for name in about if name.startswith("on")]


def test_a_hostile_name__is_text(page: Page) -> None:
    assert HOSTILE in page.table("Share of people in each tier by directorate").column("People")
    assert HOSTILE in page.table("Open studies").column("Recruited")
    assert "script" not in {tag for tag, _ in page.tags}


def test_every_id__is_used_once_and_every_link_leads_somewhere(page: Page) -> None:
    ids = Counter(about["id"] for _, about in page.tags if "id" in about)
    assert [name for name, times in ids.items() if times > 1] == []
    named = [name for _, about in page.tags for name in about.get("aria-labelledby", "").split()]
    assert set(named) | {about["href"][1:] for tag, about in page.tags if tag == "a"} <= set(ids)


def test_headings__go_down_one_step_at_a_time(page: Page) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_every_table__has_a_caption_and_scopes_and_a_cell_for_each_heading(page: Page) -> None:
    for table in page.tables:
        assert table.caption
        assert set(table.scopes) <= {"col", "row"}
        assert {len(row) for row in table.rows} <= {len(table.header)}


def test_every_chart__has_a_name_and_a_description(page: Page) -> None:
    charts = [about for tag, about in page.tags if tag == "svg" and "aria-hidden" not in about]
    assert charts
    assert all(about.get("role") == "img" and about.get("aria-labelledby") for about in charts)


def test_page__names_its_language_and_what_it_is(page: Page) -> None:
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in page.tags}
    assert "Avon and Wiltshire NHS Trust" in page.words
    assert "March 2025 to March 2026" in page.words
