"""Workbooks: the tables of an .xlsx file as text, and the traps that a workbook can be.

A sheet is held whole, blank cells between its corners included, so one stray cell in the last corner would take more memory than any
machine has; the reader would not even fail but end the process. Sizes are therefore looked at before anything is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta

from ingestion.errors import DeliveryRefused

DAMAGED = "the workbook is damaged or incomplete; open it, save it again as .xlsx or CSV and deliver that"
_MAX_CELLS = 60_000_000
_OPEN_DOCUMENT = {"mimetype", "content.xml"}
_ROW = re.compile(rb"""<row\b[^>]*?\sr=["']([0-9]+)""")
_FAR_ROW = re.compile(rb"""\sr=["'][A-Z]+([0-9]{6,})""")
_FAR_COLUMN = re.compile(rb"""\sr=["']([A-Z]{2,})""")


def read_workbook(content: bytes, limit: int) -> list[tuple[str, list[list[str]], bool]] | None:
    """The sheets of a workbook, each as name, rows of texts and whether it is hidden, hidden ones last; None where the archive is no workbook.

    Args:
        limit: how many bytes it may unpack to.

    Raises:
        DeliveryRefused: it is damaged, or a trap.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > limit:
                raise DeliveryRefused(
                    "the file unpacks to more than a file of its size holds; save it as CSV and deliver that"
                )
            names = {entry.filename for entry in entries}
            if names >= _OPEN_DOCUMENT:
                raise DeliveryRefused(
                    "the file is an OpenDocument file (.ods); save it as .xlsx or CSV and deliver that"
                )
            if not any(name.startswith("xl/") for name in names):
                return None
            if "xl/workbook.bin" in names:
                raise DeliveryRefused("the file is a binary workbook (.xlsb); save it as .xlsx or CSV and deliver that")
            for entry in entries:
                if entry.filename.lower().endswith(".xml") and "sheet" in entry.filename.lower():
                    _check_extent(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError):
        raise DeliveryRefused(DAMAGED) from None
    return _sheets(content)


def _check_extent(xml: bytes) -> None:
    """Refuse a sheet with a cell so far out that the sheet could not be held.

    Raises:
        DeliveryRefused: it has one.
    """
    rows = max((int(row) for found in (_ROW, _FAR_ROW) for row in set(found.findall(xml))), default=1)
    columns = max((_column_number(letters) for letters in set(_FAR_COLUMN.findall(xml))), default=26)
    if rows * columns > _MAX_CELLS:
        raise DeliveryRefused(
            f"a sheet of the workbook reaches to row {rows} and column {columns}, far beyond any table; delete the cells around the "
            "table, or save it as CSV, and deliver that"
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:8]:
        number = 26 * number + letter - 64
    return number


def _sheets(content: bytes) -> list[tuple[str, list[list[str]], bool]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for sheet in workbook.sheets_metadata:
            rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            is_hidden = sheet.visible != SheetVisibleEnum.Visible
            sheets.append((sheet.name, [[_cell_text(cell) for cell in row] for row in rows], is_hidden))
    except (CalamineError, zipfile.BadZipFile, ValueError, KeyError, OSError):
        raise DeliveryRefused(DAMAGED) from None
    except BaseException as error:  # a panic of the reader is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise DeliveryRefused(DAMAGED) from None
    return sorted(sheets, key=lambda sheet: sheet[2])


def _cell_text(value: object) -> str:
    """The text of a workbook cell: dates as ISO, whole numbers without `.0`."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case time() | timedelta():
            return str(value)
        case _:
            return str(value)
