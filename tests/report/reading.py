"""Reading a report as a program would: its tables by caption, its references, its words."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest


@dataclass
class HtmlTable:
    caption: str = ""
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)

    def column(self, title: str) -> dict[str, str]:
        """Cells of a column by the first cell of their row."""
        place = self.header.index(title)
        return {row[0]: row[place] for row in self.rows}


class Page(HTMLParser):
    """A page taken apart. `tags` holds every tag with its attributes; `words` all text outside the style sheet."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[HtmlTable] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.words = ""
        self._open: list[str] = []
        self._cell: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag in ("style", "svg", "table", "thead", "tbody", "caption"):
            self._open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append(HtmlTable())
        if tag == "tr" and "tbody" in self._open:
            self.tables[-1].rows.append([])
        if tag in ("th", "td"):
            self._cell = ""
            if tag == "th":
                self.tables[-1].scopes.append(attributes.get("scope", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td") and self._cell is not None:
            cell, table = " ".join(self._cell.split()), self.tables[-1]
            (table.rows[-1] if "tbody" in self._open else table.header).append(cell)
            self._cell = None
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.words += f"{data} "
        if self._cell is not None and "svg" not in self._open:
            self._cell += data
        elif self._open and self._open[-1] == "caption":
            self.tables[-1].caption += data

    def table(self, caption_begins: str) -> HtmlTable:
        """The one table whose caption begins so."""
        (found,) = [table for table in self.tables if table.caption.startswith(caption_begins)]
        return found


def poppler(tool: str, file: Path, *arguments: str) -> str:
    """What a tool of poppler prints of a PDF; skips the test where the machine has none."""
    if not shutil.which(tool):
        pytest.skip(f"{tool} of poppler is not on this machine")
    return subprocess.run([tool, str(file), *arguments], capture_output=True, text=True, check=True).stdout


def text_of(file: Path) -> str:
    """The words of a PDF as they stand, line after line."""
    return " ".join(poppler("pdftotext", file, "-layout", "-").split())


@dataclass(frozen=True)
class Word:
    """A word of a PDF and where it stands, in points from the upper left corner of its page."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Word) -> bool:
        """Whether two words are printed over each other, by more than the edge of a letter."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return self.page == other.page and across > 0.5 and down > 0.4 * (self.bottom - self.top)


def words_of(file: Path) -> list[Word]:
    """Every word of a PDF in reading order."""
    pages = poppler("pdftotext", file, "-bbox", "-").split("<page ")[1:]
    placed = r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>'
    return [
        Word(unescape(text), page, *map(float, place))
        for page, words in enumerate(pages)
        for *place, text in re.findall(placed, words)
    ]
