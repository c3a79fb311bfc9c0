"""Colours and shapes of the report. Each meaning has a shape of its own as well, so that none rests on colour.

All colours reach 3 : 1 on white, those of text 4.5 : 1 (WCAG 2.2 AA).
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#212b32"
QUIET = "#4c6272"
LINE = "#d8dde0"
BLUE = "#005eb8"
ORANGE = "#b84a00"
GREY = "#5b6770"
PURPLE = "#6a2c91"
TARGET = "#8a1550"


@dataclass(frozen=True)
class PointStyle:
    """How a point of a control chart is drawn, and the words for it. `shape` is Vega's name."""

    colour: str
    shape: str
    size: int
    words: str


POINT_STYLES = {
    "common_cause": PointStyle(GREY, "circle", 34, "common cause"),
    "special_cause_improvement": PointStyle(BLUE, "diamond", 80, "special cause, improvement"),
    "special_cause_concern": PointStyle(ORANGE, "square", 58, "special cause, concern"),
    "special_cause_neutral_high": PointStyle(PURPLE, "triangle-up", 62, "special cause, high"),
    "special_cause_neutral_low": PointStyle(PURPLE, "triangle-down", 62, "special cause, low"),
}
