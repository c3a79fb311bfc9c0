"""Faults of what a file is: a workbook, an archive, a picture, or half of itself."""

from __future__ import annotations

import csv
import gzip
import io

from synthetic.chance import Rng
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet
from synthetic.workbook import as_workbook, zipped


def _table_as_workbook(data: bytes, *covers: str) -> bytes:
    """The rows of a file as a workbook, after sheets of notes."""
    table = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    return as_workbook({**{cover: [["Please read this first"]] for cover in covers}, "Export": table})


@fault("file", "read")
def workbook_of_texts(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A workbook in which every number and date is text (surveys 6.23: numbers as strings)."""
    sheet.rewrites.append(_table_as_workbook)
    sheet.ending = ".xlsx"
    return 1


@fault("file", "reported")
def workbook_with_cover(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """A workbook whose first sheets hold notes, the table being in a later one (surveys 6.12)."""
    sheet.rewrites.append(lambda data: _table_as_workbook(data, "Notes", "Contents"))
    sheet.ending = ".xlsx"
    return 1


@fault("file", "delivery")
def zip_archive(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The file inside a zip archive, as mail programs pack it (2-sources, which files)."""
    sheet.rewrites.append(lambda data: zipped({sheet.file_name: data}))
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
