"""The report as one HTML page: everything inline, no script, no address of another place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from publishing.report.content import Figure, Report
from publishing.report.icons import ICONS

if TYPE_CHECKING:
    from markupsafe import Markup

_FOLDER = Path(__file__).parent
#: `xmlns` is for SVG files; inside HTML it is not needed. Width and height are the style sheet's.
_OF_FILES = re.compile(r' (?:xmlns|width|height)="[^"]*"')


def page(report: Report, charts: Mapping[str, str]) -> str:
    """The page. `charts` holds the SVG of every figure by its id."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def chart(figure: Figure) -> Markup:
        return Markup(described(charts[figure.id], figure.id, figure.title, figure.description))

    icons = {code: Markup(_bare(icon.svg, 'aria-hidden="true" class="icon"')) for code, icon in ICONS.items()}
    style = Markup((_FOLDER / "report.css").read_text(encoding="utf-8"))
    template = environment.get_template("report.html.jinja")
    return template.render(report=report, chart=chart, icons=icons, style=style)


def described(svg: str, identity: str, title: str, description: str) -> str:
    """An SVG for a page, as one picture with a name and a description."""
    attributes = f'role="img" aria-labelledby="{identity}-t {identity}-d"'
    words = f'<title id="{identity}-t">{escape(title)}</title><desc id="{identity}-d">{escape(description)}</desc>'
    opened, rest = _bare(svg, attributes).split(">", 1)
    return f"{opened}>{words}{rest}"


def _bare(svg: str, attributes: str) -> str:
    opened, rest = svg.split(">", 1)
    return f"{_OF_FILES.sub('', opened)} {attributes}>{rest}"
