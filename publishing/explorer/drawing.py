"""A chart of the explorer as an image in the page and as PNG, drawn here: nothing in the page has to be fetched to see it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import Any

from publishing.report.drawing import drawn
from publishing.report.fonts import FAMILY, font_folder


def figure(spec: Mapping[str, Any], words: str) -> str:
    """The chart as HTML, with its words for those who do not see it. An image, since Streamlit strips SVG elements."""
    image = drawn(spec, "explorer").replace("<svg ", '<svg font-family="Arial, sans-serif" ', 1)
    svg = b64encode(image.encode()).decode()
    return f'<img class="rcw-chart" alt="{escape(words)}" src="data:image/svg+xml;base64,{svg}">'


def png(spec: Mapping[str, Any], title: str) -> bytes:
    """The chart with its title on white, twice its size."""
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    padding = {**spec["padding"], "top": spec["padding"]["top"] + 22}
    config = {**spec["config"], "font": FAMILY, "background": "#ffffff"}
    heading = {"text": title, "anchor": "start", "fontSize": 11, "frame": "group", "offset": 8}
    whole = {**spec, "padding": padding, "config": config, "title": heading}
    image: bytes = vl_convert.vegalite_to_png(whole, vl_version="5.21", scale=3)
    return image
