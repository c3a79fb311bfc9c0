"""Vega-Lite charts drawn as SVG by vl-convert: no browser, no network, the same bytes each time.

Text is measured in the font of the paper, which comes with a locked package, so that no font of the machine counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from publishing.report.fonts import FAMILY, font_folder

#: Words for screen readers that Vega puts on every mark; the figure has a text alternative of its own.
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+|pointer-events|class|version|xmlns:xlink|font-family)="[^"]*"')
_NOTHING_DRAWN = re.compile(r'<path d="(?:M0,0h0v0h0Z)?"[^<>]*/>|<g/>|<g(?: [^<>]*[^<>/])?></g>')
#: A group without attributes that holds no other group.
_BARE_GROUP = re.compile(r"<g>((?:(?!</?g[ />]).)*)</g>")
_ID = re.compile(r'\bid="([^"]+)"')


def drawn(spec: Mapping[str, Any], prefix: str) -> str:
    """The chart as an SVG element with a viewBox. `prefix` goes before every id in it, so that many share a page."""
    import vl_convert

    _use_font(vl_convert)
    config = {**spec.get("config", {}), "font": FAMILY}
    svg: str = vl_convert.vegalite_to_svg({**spec, "config": config}, vl_version="5.21")
    return cleaned(svg, prefix)


def cleaned(svg: str, prefix: str) -> str:
    """Vega's SVG without words for screen readers, fonts and empty groups; ids begin with `prefix`."""
    svg, before = _SPOKEN.sub("", svg), ""
    while before != svg:
        before, svg = svg, _BARE_GROUP.sub(r"\1", _NOTHING_DRAWN.sub("", svg))
    for name in dict.fromkeys(_ID.findall(svg)):
        svg = svg.replace(f'id="{name}"', f'id="{prefix}-{name}"').replace(f"url(#{name})", f"url(#{prefix}-{name})")
    return svg


_registered: list[str] = []


def _use_font(vl_convert: Any) -> None:
    folder = str(font_folder())
    if folder not in _registered:
        vl_convert.register_font_directory(folder)
        _registered.append(folder)
