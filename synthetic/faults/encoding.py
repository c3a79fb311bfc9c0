"""Faults of a file's bytes: encodings, delimiters, line ends and endings of names."""

from __future__ import annotations

import gzip

from synthetic.chance import Rng
from synthetic.faults.registry import fault
from synthetic.sheet import Sheet


@fault("file", "read")
def bom(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """UTF-8 with a byte-order mark (hr-and-training 7: "Org Codes NHS Digital.csv"; EDGE since May 2024)."""
    sheet.encoding = "utf-8-sig"
    return 1


@fault("file", "read")
def utf16(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """UTF-16 with a byte-order mark (research-portfolio 1.2: EDGE before May 2024)."""
    sheet.rewrites.append(lambda data: data.decode("utf-8").encode("utf-16"))
    return 1


@fault("file", "read")
def utf16_without_bom(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """UTF-16-LE without a byte-order mark (research-portfolio 1.2: EDGE before May 2024)."""
    sheet.rewrites.append(lambda data: data.decode("utf-8").encode("utf-16-le"))
    return 1


@fault("file", "read")
def cp1252(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """The Windows code page; what it lacks becomes a question mark (research-portfolio 1.2: "system default")."""
    sheet.encoding = "cp1252"
    return 0 if all(cell.isascii() for line in sheet.rows for cell in line) else 1


@fault("file", "read")
def semicolon(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Semicolons between the fields (2-sources, reading rules)."""
    sheet.delimiter = ";"
    return 1


@fault("file", "read")
def tab(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Tabs between the fields (2-sources, reading rules)."""
    sheet.delimiter = "\t"
    return 1


@fault("file", "read")
def pipe(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Pipes between the fields, and inside quoted ones (2-sources, reading rules)."""
    sheet.delimiter = "|"
    return 1


@fault("file", "read")
def tab_as_xls(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Text with tabs and 14 lines of preamble, called `.xls` (hr-and-training 7: Learnpro_Investigator)."""
    sheet.above = [[f"Report parameter {number}"] for number in range(1, 15)]
    sheet.delimiter, sheet.ending = "\t", ".xls"
    return 1


@fault("file", "read")
def gzipped(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """Packed with gzip (2-sources, landing)."""
    sheet.rewrites.append(lambda data: gzip.compress(data, mtime=0))
    sheet.ending = ".csv.gz"
    return 1


@fault("file", "read")
def line_feeds(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """LF alone at line ends (2-sources, which files)."""
    sheet.line_end = "\n"
    return 1


@fault("file", "read")
def carriage_returns(sheet: Sheet, rows: list[int], rng: Rng) -> int:
    """CR alone at line ends, as old Mac exports have it (2-sources, which files)."""
    sheet.line_end = "\r"
    return 1
