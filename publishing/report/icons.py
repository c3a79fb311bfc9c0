"""Variation and assurance icons of control charts, drawn here, in the grammar that the NHS knows.

A ring, a letter and a small run of points: H or L for high or low, P, F or ? for the target. The newest point bears the shape
of its kind (`palette`), so that an icon reads in black and white.
"""

from __future__ import annotations

from dataclasses import dataclass

from publishing.report.palette import BLUE, GREY, ORANGE, PURPLE


@dataclass(frozen=True)
class Icon:
    """`words` says it all: they are the text alternative. `short` fits a table."""

    svg: str
    words: str
    short: str


def _svg(colour: str, inside: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48">'
        f'<circle cx="24" cy="24" r="22" fill="#ffffff" stroke="{colour}" stroke-width="3.5"/>{inside}</svg>'
    )


def _letter(letter: str, colour: str, x: int, y: int) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="17" font-weight="700" text-anchor="middle" fill="{colour}">{letter}</text>'
    )


def _dots(points: tuple[tuple[int, int], ...], colour: str) -> str:
    return "".join(f'<circle cx="{x}" cy="{y}" r="2.3" fill="{colour}"/>' for x, y in points)


_DIAMOND = "M{x} {t}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"
_SQUARE = "M{l} {m}h8.6v8.6h-8.6z"
_UP = "M{x} {t}l5.5 9.5h-11z"


def _newest(shape: str, x: int, y: int, colour: str) -> str:
    path = shape.format(x=x, t=y - 5.5, l=x - 4.3, m=y - 4.3)
    return f'<path d="{path}" fill="{colour}"/>'


def _variation(colour: str, shape: str, is_high: bool) -> str:
    letter = _letter("H" if is_high else "L", colour, 17, 21 if is_high else 38)
    steps = ((9, 31), (16, 33), (23, 30), (29, 25)) if is_high else ((9, 18), (16, 15), (23, 18), (29, 23))
    return _svg(colour, letter + _dots(steps, colour) + _newest(shape, 35, 17 if is_high else 31, colour))


def _common() -> str:
    steps = ((9, 26), (15, 20), (21, 27), (27, 21), (33, 27), (39, 22))
    path = "M" + "L".join(f"{x} {y}" for x, y in steps)
    line = f'<path d="{path}" fill="none" stroke="{GREY}" stroke-width="1.6"/>'
    return _svg(GREY, line + _dots(steps, GREY))


def _assurance(letter: str, colour: str, target: int, wave: int) -> str:
    line = f'<path d="M7 {target}H41" stroke="{colour}" stroke-width="1.8" stroke-dasharray="4 2.4"/>'
    path = f"M9 {wave}q4 -7 8 0t8 0t8 0t6 -2"
    run = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.4"/>'
    return _svg(colour, _letter(letter, colour, 24, 20) + line + run)


def _kind(good: str, words: str, colour: str, shape: str) -> dict[str, Icon]:
    return {
        f"{good}_high": Icon(
            _variation(colour, shape, True), f"Special cause variation: {words}, figures are high", f"{words}, high"
        ),
        f"{good}_low": Icon(
            _variation(colour, shape, False), f"Special cause variation: {words}, figures are low", f"{words}, low"
        ),
    }


#: By the codes of `mart_scorecard_month.variation_icon`.
VARIATION = {
    **_kind("improvement", "improvement", BLUE, _DIAMOND),
    **_kind("concern", "concern", ORANGE, _SQUARE),
    **_kind("neutral", "a change, neither good nor bad", PURPLE, _UP),
    "common_cause": Icon(_common(), "Common cause variation: no significant change", "no significant change"),
}

#: By the codes of `mart_scorecard_month.assurance_icon`.
ASSURANCE = {
    "pass": Icon(
        _assurance("P", BLUE, 38, 31),
        "Assurance: the target is expected to be met every time",
        "expected to be met every time",
    ),
    "fail": Icon(
        _assurance("F", ORANGE, 26, 36),
        "Assurance: the target is expected to be missed every time",
        "expected to be missed every time",
    ),
    "inconsistent": Icon(
        _assurance("?", GREY, 31, 32),
        "Assurance: the target may be met or missed, by chance",
        "may be met or missed, by chance",
    ),
}

ICONS = {**VARIATION, **ASSURANCE}
