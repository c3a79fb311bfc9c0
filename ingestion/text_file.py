"""From the bytes of a file to records of text cells with their lines: kind, encoding, delimiter, quoting.

What belongs here: everything that is true of a file before its contract is known. The kind is told from the content,
never from the file's name.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ingestion.errors import DeliveryRefused
from ingestion.workbook import read_workbook

DELIMITERS = (",", ";", "\t", "|")
_MAX_CELL = 2**27
_MAX_UNPACKED_BYTES = 8 * 2**30
_MAX_RATIO = 200  # text of tables packs to a twentieth or so; what unpacks to far more is a trap
_SMALL_BYTES = 2**26  # below which no ratio is looked at
_MAX_LAYERS = 3  # of gzip in gzip
_SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "an old binary Excel workbook (.xls), or one with a password",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF document",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"PAR1": "a Parquet file",
    b"SQLite": "a database",
}
_TEXT_FORMULA = re.compile('^="([^"]*)"$')  # ="0123", so that a spreadsheet keeps the zero
_MARKUP = ("<!doctype", "<html", "<head", "<table", "<?xml", "<meta")


class Record(NamedTuple):
    """One record: the line it begins on (1-based) and its cells. `fault` is set where the line is no proper record.

    `lines` is how many lines of the file it takes up: more than one where a quoted cell holds line breaks.
    """

    line: int
    cells: list[str]
    fault: bool = False
    lines: int = 1


@dataclass(frozen=True)
class Sheet:
    """A readable table: a text file, or one sheet of a workbook (whose lines are its rows)."""

    name: str
    text: str | None = None
    grid: list[list[str]] | None = None
    is_hidden: bool = False

    def records(self, delimiter: str) -> Iterator[Record]:
        """Records in order, blank ones too.

        Raises:
            DeliveryRefused: a quote is opened and never closed; the message names its line.
        """
        if self.grid is not None:
            yield from (Record(number, cells) for number, cells in enumerate(self.grid, start=1))
            return
        assert self.text is not None
        yield from _text_records(self.text, delimiter)


def _text_records(text: str, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    has_nul, has_formula = "\0" in text, '="' in text
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise DeliveryRefused(
                    f"line {line}: a quotation mark is opened and never closed, so the rest of the file cannot be told apart; "
                    "close it (or double it, if it is part of the text) and deliver the file again",
                    "unbalanced_quote",
                ) from None
            yield from lost_lines(line, reader.line_num)
        else:
            fault = has_nul and any("\0" in cell for cell in cells)
            if has_formula:
                cells = [_TEXT_FORMULA.sub(r"\1", cell) for cell in cells]
            yield Record(line, cells, fault, reader.line_num - line + 1)


def lost_lines(first: int, last: int) -> Iterator[Record]:
    """A record a line: lines that an unbalanced quote ran together are lost one by one, never several as one."""
    return (Record(line, [], fault=True) for line in range(first, last + 1))


def _decode(content: bytes) -> str:
    """Text of the bytes: UTF-8 or UTF-16, with or without BOM; of other files each line that is no UTF-8 as cp1252.

    Raises:
        DeliveryRefused: UTF-16 that was cut off or torn.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_utf_16(content, "utf-16")
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    head = content[:4096]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[offset::2]
        if len(half) >= 8 and half.count(0) > 0.6 * len(half):
            return _decode_utf_16(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:  # one odd byte, or a line pasted in, does not spoil the letters of all the others
        return "\n".join(_decode_line(line) for line in content.split(b"\n"))


def _decode_utf_16(content: bytes, encoding: str) -> str:
    """UTF-16 has no lines of its own: from a byte that is lost or odd on, every character is another.

    Raises:
        DeliveryRefused: not all bytes are characters.
    """
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, errors="replace").count("\n") + 1
        raise DeliveryRefused(
            f"line {line}: the file is UTF-16, but the bytes from {error.start:,} on are no characters; it was probably cut off or changed on "
            "its way, deliver it again, best as UTF-8",
            "damaged_text",
        ) from None


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _unpacked_limit(content: bytes) -> int:
    """How many bytes a packed file may hold: `_MAX_RATIO` times its size or `_SMALL_BYTES`, whichever is more."""
    return min(max(len(content) * _MAX_RATIO, _SMALL_BYTES), _MAX_UNPACKED_BYTES)


def _unzip_gzip(content: bytes) -> bytes:
    limit = _unpacked_limit(content)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise DeliveryRefused("the gzip file is damaged or incomplete; deliver it again") from None
    if len(unpacked) > limit:
        raise DeliveryRefused(
            f"the gzip file unpacks to more than {limit / 2**20:,.0f} MB, more than a file of its size holds; deliver it unpacked, or in parts"
        )
    return unpacked


def read_sheets(file: Path) -> list[Sheet]:
    """The tables in a file: one for text, one a sheet for a workbook.

    Raises:
        DeliveryRefused: the file is empty, damaged, or of a kind that cannot be read; the message says what to deliver.
    """
    try:
        content = file.read_bytes()
    except PermissionError:
        raise DeliveryRefused("the file cannot be opened (no permission); allow this user to read it") from None
    except OSError:
        raise DeliveryRefused("the file cannot be opened; deliver it again") from None
    for _ in range(_MAX_LAYERS):
        if content.startswith(b"\x1f\x8b"):
            content = _unzip_gzip(content)
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise DeliveryRefused("the file is empty; deliver it again", "empty_file")
    if content.startswith(b"PK\x03\x04"):
        sheets = read_workbook(content, _unpacked_limit(content))
        if sheets is not None:
            return [Sheet(name, grid=rows, is_hidden=is_hidden) for name, rows, is_hidden in sheets]
        raise DeliveryRefused("the file is a zip archive; unpack it and deliver the file in it as .xlsx or CSV")
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise DeliveryRefused(f"the file is {kind}, not text; save it as .xlsx or CSV and deliver that")
    text = _decode(content)
    if text[:200].lstrip("\ufeff \t\r\n").lower().startswith(_MARKUP):
        raise DeliveryRefused(
            "the file is a web page or XML, not a table; open it, save it as .xlsx or CSV and deliver that"
        )
    if _looks_binary(text):
        raise DeliveryRefused("the file is not text; save it as .xlsx or CSV and deliver that")
    return [Sheet("", text=text)]


def _looks_binary(text: str) -> bool:
    head = text[:4096]
    odd = sum(1 for c in head if (ord(c) < 32 and c not in "\t\r\n\f") or c == "\ufffd")
    return odd > 0.1 * max(len(head), 1)
