"""What a report says, without how it looks: the one model that the page, the paper and the poster are set from.

Everything is text, ready to print. No markup, no SQL and no file belongs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

CellKind = Literal["text", "number", "suppressed", "absent"]
ColumnKind = Literal["text", "number"]


@dataclass(frozen=True)
class Cell:
    """One cell. `icon` is a code of `icons`; its words stand in `text`."""

    text: str
    kind: CellKind = "text"
    icon: str = ""


SUPPRESSED = Cell("suppressed", "suppressed")
ABSENT = Cell("n/a", "absent")


@dataclass(frozen=True)
class Column:
    title: str
    kind: ColumnKind = "number"


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row names the row. `source` is the released table it was read from."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str
    note: str = ""
    is_folded: bool = False

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(column.title for column in self.columns)

    @property
    def has_icons(self) -> bool:
        """Whether its rows are too wide for a narrow screen, which shows each as a card."""
        return any(cell.icon for row in self.rows for cell in row)


@dataclass(frozen=True)
class Figure:
    """A chart with all that a reader who does not see it needs.

    Attributes:
        id: unique in the report, fit for HTML.
        headline: the figure that matters, such as the newest value; `icons` stand beside it.
        description: the text alternative: what the chart shows, in a sentence or two.
        spec: the chart as Vega-Lite.
        data: its figures; None where a table of the same section holds them.
    """

    id: str
    title: str
    description: str
    spec: Mapping[str, Any]
    data: Table | None = None
    subtitle: str = ""
    headline: str = ""
    icons: tuple[Cell, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Figures:
    kind: ClassVar[str] = "figures"
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Text:
    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Bullets:
    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """Something a reader must know before using the figures beside it."""

    kind: ClassVar[str] = "notice"
    text: str


@dataclass(frozen=True)
class Tile:
    """A figure in large type: what it is, how much, and one line about it."""

    label: str
    value: Cell
    detail: str


@dataclass(frozen=True)
class Tiles:
    kind: ClassVar[str] = "tiles"
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Definition:
    term: str
    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definitions:
    kind: ClassVar[str] = "definitions"
    items: tuple[Definition, ...]


@dataclass(frozen=True)
class Key:
    """A legend: icons, each with what it means."""

    kind: ClassVar[str] = "key"
    items: tuple[Cell, ...]


Block = Text | Heading | Bullets | Notice | Tiles | Table | Figures | Definitions | Key


@dataclass(frozen=True)
class Section:
    """A part of the report. One that is for paper alone repeats what the page shows in another way."""

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    is_for_paper_alone: bool = False


@dataclass(frozen=True)
class Poster:
    """One page: a few figures, a few sentences, a few charts (ids of figures of the report)."""

    tiles: tuple[Tile, ...]
    points: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    title: str
    trust_name: str
    trust_code: str
    period: str
    release: str
    code_version: str
    sections: tuple[Section, ...]
    poster: Poster
    footer: str
    keywords: tuple[str, ...] = field(default=("research culture", "statistical process control"))

    def figures(self) -> tuple[Figure, ...]:
        """Every chart, in reading order."""
        return tuple(
            figure
            for section in self.sections
            for block in section.blocks
            if isinstance(block, Figures)
            for figure in block.figures
        )
