"""The report on paper: `report.pdf` and `poster.pdf`, set by Typst from the same content as the page.

Typst runs in this process, without a browser, a network or a font of the machine. The content goes in as data, so that no text can
act as markup. No date is written: the same content gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from publishing.report.content import Figure, Report, Section
from publishing.report.fonts import FAMILY, font_folder
from publishing.report.glyphs import in_glyphs_of
from publishing.report.icons import ICONS

_FOLDER = Path(__file__).parent


def report_pdf(report: Report, charts: Mapping[str, str]) -> bytes:
    """The whole report, A4, tagged (PDF/UA-1)."""
    return _set("report.typ", _as_data(report, charts, report.sections))


def poster_pdf(report: Report, charts: Mapping[str, str]) -> bytes:
    """One page, A4: a few figures, sentences and charts."""
    wanted = {name: charts[name] for name in report.poster.figures}
    return _set("poster.typ", _as_data(report, wanted, ()))


def _as_data(report: Report, charts: Mapping[str, str], sections: Sequence[Section]) -> str:
    """The content as JSON: each block with its kind, charts and icons as SVG files."""
    data = {field.name: getattr(report, field.name) for field in fields(report)} | {
        "sections": sections,
        "figures": {figure.id: figure for figure in report.figures() if figure.id in charts},
        "charts": {name: _in_font(svg) for name, svg in charts.items()},
        "icons": {code: _in_font(icon.svg) for code, icon in ICONS.items()},
    }
    return json.dumps(data, ensure_ascii=False, default=_plain)


def _plain(part: Any) -> dict[str, Any]:
    """A part of the content by its fields. What a chart is drawn from stays away: it comes drawn."""
    left_out = ("spec", "data") if isinstance(part, Figure) else ()
    found = {field.name: getattr(part, field.name) for field in fields(part) if field.name not in left_out}
    return {"kind": part.kind, **found} if hasattr(type(part), "kind") else found


def _in_font(svg: str) -> str:
    return svg.replace("<svg ", f'<svg font-family="{FAMILY}" ', 1)


def _set(template: str, content: str) -> bytes:
    """The content as PDF. Names in a script that neither the font nor Typst's own have are written in what the font has."""
    import typst

    try:
        return _compiled(template, content)
    except typst.TypstError:
        written = in_glyphs_of(font_folder())(content)
        if written == content:
            raise
        return _compiled(template, written)


def _compiled(template: str, content: str) -> bytes:
    import typst

    pdf: bytes = typst.compile(
        _FOLDER / template,
        root=_FOLDER,
        font_paths=[font_folder()],
        ignore_system_fonts=True,
        sys_inputs={"content": content},
        pdf_standards="ua-1",
    )
    return pdf
