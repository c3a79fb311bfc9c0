"""The PDF and the poster, read back with poppler."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.report.fonts import font_folder
from publishing.report.glyphs import in_glyphs_of
from publishing.report.write import write_report
from tests.homes import Rcw
from tests.report.reading import poppler, text_of
from tests.report.releases import HIDDEN, HOSTILE, INPUTS, small_release, write_release


def _pages(file: Path) -> int:
    return next(int(line.split()[1]) for line in poppler("pdfinfo", file).splitlines() if line.startswith("Pages:"))


def test_pdf__holds_the_sections_and_figures_of_the_page(reported: Path) -> None:
    text = text_of(reported / "report.pdf")
    for words in (
        "Research culture report",
        "Avon and Wiltshire NHS Trust",
        "Summary",
        "Research capacity",
        "Definitions",
    ):
        assert words in text
    assert "suppressed" in text
    assert "1,234" in text
    assert HOSTILE in text
    assert f"{HIDDEN:,}" not in text


def test_pdf__is_tagged_and_has_a_title_and_no_date(reported: Path) -> None:
    for name in ("report.pdf", "poster.pdf"):
        about = poppler("pdfinfo", reported / name)
        assert "Tagged:          yes" in about
        assert "Title:           Research culture report" in about
        assert "CreationDate" not in about
        assert b"pdfuaid" in (reported / name).read_bytes()


def test_pdf__embeds_every_font(reported: Path) -> None:
    fonts = poppler("pdffonts", reported / "report.pdf").splitlines()[2:]
    assert fonts
    assert all(" yes yes yes " in line for line in fonts)


def test_poster__is_one_page(reported: Path, loaded: Rcw) -> None:
    for folder in (reported, loaded.release()):
        assert _pages(folder / "poster.pdf") == 1
        assert "What the figures say" in text_of(folder / "poster.pdf")


def test_name_in_a_script_that_no_font_has__is_written_in_letters_that_it_has(tmp_path: Path) -> None:
    name = "Zoë’s \N{ROMAN NUMERAL TWELVE} team \N{GRINNING FACE} 心 \ufdfa"
    rows = {
        table: [{column: name if value == HOSTILE else value for column, value in row.items()} for row in of_table]
        for table, of_table in small_release().items()
    }
    folder = write_release(tmp_path, rows)
    write_report(folder, INPUTS)
    assert "Zoë’s XII team ? ? ?" in text_of(folder / "report.pdf")
    assert name in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("£5 – Café, ŵ, Мир: →", "£5 – Café, ŵ, Мир: →"),
        ("\N{LATIN SMALL LETTER K WITH ACUTE}", "k"),
        ("\N{FULLWIDTH LESS-THAN SIGN}b\N{FULLWIDTH QUOTATION MARK}", "?b?"),
    ],
)
def test_letters_of_the_font__stay_and_nothing_else_can_become_markup(text: str, written: str) -> None:
    assert in_glyphs_of(font_folder())(text) == written
