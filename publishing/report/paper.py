"""The report on paper: `report.pdf` and `poster.pdf`, set by Typst from the same content as the page.

Typst runs in this process, without a browser, a network or a font of the machine. The content goes in as data, so that no text can
act as markup. No date is written: the same content gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from publishing.report.content import Report
from publishing.report.fonts import FAMILY, font_folder
from publishing.report.glyphs import in_glyphs_of
from publishing.report.icons import ICONS

_FOLDER = Path(__file__).parent


def report_pdf(report: Report, charts: Mapping[str, str]) -> bytes:
    """The whole report, A4, tagged (PDF/UA-1)."""
    return _set("report.typ", report, charts)


def poster_pdf(report: Report, charts: Mapping[str, str]) -> bytes:
    """One page, A4: a few figures, sentences and charts."""
    wanted = {name: charts[name] for name in report.poster.figures}
    return _set("poster.typ", report, wanted)


def content_as_data(report: Report, charts: Mapping[str, str]) -> dict[str, Any]:
    """The content as plain values; each block with its kind, charts and icons as SVG files."""
    data = asdict(report)
    for section, plain in zip(report.sections, data["sections"], strict=True):
        plain["blocks"] = [{"kind": b.kind, **p} for b, p in zip(section.blocks, plain["blocks"], strict=True)]
    data["figures"] = {
        f.id: {"title": f.title, "subtitle": f.subtitle, "headline": f.headline, "note": f.note, "description": f.description,
               "icons": [asdict(icon) for icon in f.icons]}
        for f in report.figures()
    }  # fmt: skip
    data["charts"] = {name: _in_font(svg) for name, svg in charts.items()}
    data["icons"] = {code: _in_font(icon.svg) for code, icon in ICONS.items()}
    return data


def _in_font(svg: str) -> str:
    return svg.replace("<svg ", f'<svg font-family="{FAMILY}" ', 1)


def _set(template: str, report: Report, charts: Mapping[str, str]) -> bytes:
    """The content as PDF. Names in a script that neither the font nor Typst's own have are written in what the font has."""
    import typst

    content = json.dumps(content_as_data(report, charts), ensure_ascii=False)
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
