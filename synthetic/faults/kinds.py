"""Faults of what a file is: a workbook, an archive, a picture, or half of itself."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from synthetic.chance import Rng
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet

_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _sheet_xml(rows: Iterable[Sequence[str]]) -> str:
    lines = [
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for row in rows
    ]
    return f'<worksheet xmlns="{_SPREADSHEET}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _as_workbook(data: bytes, *covers: str) -> bytes:
    """The smallest workbook that holds the rows as texts, after sheets of notes; the same bytes for the same rows."""
    table = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    sheets = {**{cover: [["Please read this first"]] for cover in covers}, "Export": table}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(sheets, start=1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
            for n, _ in numbered
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in numbered
        )
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
        + "</sheets></workbook>",
        **{f"xl/worksheets/sheet{n}.xml": _sheet_xml(sheets[name]) for n, name in numbered},
    }
    return _zipped({name: text.encode() for name, text in parts.items()})


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


@fault("file", "read")
def workbook_of_texts(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A workbook in which every number and date is text (surveys 6.23: numbers as strings)."""
    sheet.rewrites.append(_as_workbook)
    sheet.ending = ".xlsx"
    return 1


@fault("file", "reported")
def workbook_with_cover(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A workbook whose first sheets hold notes, the table being in a later one (surveys 6.12)."""
    sheet.rewrites.append(lambda data: _as_workbook(data, "Notes", "Contents"))
    sheet.ending = ".xlsx"
    return 1


@fault("file", "delivery")
def zip_archive(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The file inside a zip archive, as mail programs pack it (2-sources, which files)."""
    sheet.rewrites.append(lambda data: _zipped({sheet.file_name: data}))
    return len(sheet.rows)


@fault("file", "delivery")
def old_binary_workbook(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A binary `.xls` (2-sources, which files)."""
    sheet.rewrites.append(lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data)
    sheet.ending = ".xls"
    return len(sheet.rows)


@fault("file", "delivery")
def picture(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A picture of the table (2-sources, which files)."""
    sheet.rewrites.append(lambda data: b"\x89PNG\r\n\x1a\n" + data)
    return len(sheet.rows)


@fault("file", "delivery")
def web_page(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The page of a portal in place of its download (research-portfolio 1.2: a loader that scrapes a page)."""
    sheet.rewrites.append(lambda data: b"<!DOCTYPE html><html><body>Please log in</body></html>")
    return len(sheet.rows)


@fault("file", "delivery")
def half_a_gzip(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A packed file that was cut off on its way (2-sources, half-written files)."""
    sheet.rewrites.append(lambda data: gzip.compress(data, mtime=0)[:-20])
    sheet.ending = ".csv.gz"
    return len(sheet.rows)
