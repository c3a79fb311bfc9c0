"""Texts in the characters that a font has: paper that says it is accessible (PDF/UA) may hold no other, and a name may hold any.

Which characters those are stands in the font's own table `cmap` (OpenType 1.9, formats 4 and 12).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, reduce
from pathlib import Path
from struct import unpack_from

#: Stands where neither a character nor the letters that it is composed of are in the font.
MISSING = "?"


def in_glyphs_of(folder: Path) -> Callable[[str], str]:
    """A function that writes a text in the characters that every font of a folder has: `Ⅻ` as XII, an emoji as a question mark.

    ASCII stays as it is and nothing but letters and digits is put in, so that markup around a text is not changed.
    """
    known = characters_of(folder)

    def plain(character: str) -> str:
        parts = [c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)]
        return "".join(parts) if parts and all(c.isalnum() and ord(c) in known for c in parts) else MISSING

    def written(text: str) -> str:
        others = {c for c in text if not c.isascii() and ord(c) not in known}
        return text.translate({ord(c): plain(c) for c in others}) if others else text

    return written


@cache
def characters_of(folder: Path) -> frozenset[int]:
    """Code points that every font (.otf) of a folder has."""
    fonts = [frozenset(_code_points(file.read_bytes())) for file in sorted(folder.glob("*.otf"))]
    return reduce(frozenset.intersection, fonts)


def _code_points(font: bytes) -> Iterator[int]:
    (tables,) = unpack_from(">H", font, 4)
    start = next(
        unpack_from(">I", font, 12 + 16 * n + 8)[0] for n in range(tables) if font[12 + 16 * n :][:4] == b"cmap"
    )
    (maps,) = unpack_from(">H", font, start + 2)
    for n in range(maps):
        platform, _, offset = unpack_from(">HHI", font, start + 4 + 8 * n)
        if platform in (0, 3):  # Unicode, Windows
            yield from _mapped(font, start + offset)


def _mapped(font: bytes, at: int) -> Iterator[int]:
    match unpack_from(">H", font, at)[0]:
        case 4:
            (twice,) = unpack_from(">H", font, at + 6)
            ends = unpack_from(f">{twice // 2}H", font, at + 14)
            starts = unpack_from(f">{twice // 2}H", font, at + 16 + twice)
            for first, last in zip(starts, ends, strict=True):
                yield from range(first, last + 1 if last < 0xFFFF else 0)
        case 12:
            (groups,) = unpack_from(">I", font, at + 12)
            for n in range(groups):
                first, last, _ = unpack_from(">III", font, at + 16 + 12 * n)
                yield from range(first, last + 1)
