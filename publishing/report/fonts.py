"""The font of charts and paper: HK Grotesk (SIL Open Font License), which great-expectations brings for its own pages.

A system font would make a release depend on the machine. The page itself (`report.html`) uses the reader's own font.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from publishing.errors import PublishingError

FAMILY = "HK Grotesk"
_INSIDE = Path("render") / "view" / "static" / "fonts" / "HKGrotesk"


def font_folder() -> Path:
    """The folder of the font's files.

    Raises:
        PublishingError: the package is not installed as locked.
    """
    found = find_spec("great_expectations")  # finds the package without importing it
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / _INSIDE
        if (folder / "HKGrotesk-Regular.otf").is_file():
            return folder
    raise PublishingError(
        f"the font {FAMILY} of the report is missing", "great-expectations", "install the packages as locked: make env"
    )
