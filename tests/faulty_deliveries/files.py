"""Faults of whole files: kinds, encodings, delimiters, quotes, lines that are no rows, and nothing at all."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

from tests.faulty_deliveries.case import Case, accepted, refused, text
from tests.ingestion.delivering import as_csv, as_workbook, cells

SOUND = cells("hr_absence")
TEXT = as_csv(SOUND)
HEADER, *ROWS = TEXT.splitlines()
WIDTH = len(SOUND[0])
MANY = as_csv(cells("hr_absence", sound=80)).splitlines()[1:]


def _lines(*lines: str) -> bytes:
    return "\r\n".join([*lines, ""]).encode()


def _zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/"), (2025, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _far_out() -> bytes:
    with zipfile.ZipFile(io.BytesIO(as_workbook(Data=SOUND))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="B3"', b'r="XFD1048576"', 1)
    return _zip(**{name.replace("/", "__"): content for name, content in parts.items()})


def _hidden_first() -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(as_workbook(Former=SOUND[:11], Data=SOUND)))
    book["Former"].sheet_state = "hidden"
    book.active = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _accented() -> str:
    return as_csv(cells("hr_leavers", [{"Leaving Reason": "Café – £ relocation"}], 39))


ENCODINGS = [
    accepted(f"encoding {encoding}", "hr_leavers", _accented().encode(encoding))
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
] + [
    accepted("two byte order marks", "hr_absence", b"\xef\xbb\xbf\xef\xbb\xbf" + TEXT.encode()),
    accepted("one byte that is no UTF-8", "hr_absence", TEXT.encode().replace(b"S10", b"S10 caf\xe9", 1)),
]

DELIMITERS = [accepted(f"delimiter {d!r}", "hr_absence", text(SOUND, d)) for d in (",", ";", "\t", "|")] + [
    accepted("line ends of an old Mac", "hr_absence", text(SOUND, ",", "\r")),
    accepted(
        "every line end in one file",
        "hr_absence",
        "".join(line + ("\r", "\n", "\r\n")[i % 3] for i, line in enumerate([HEADER, *ROWS])).encode(),
    ),
    accepted("UTF-16 with semicolons", "hr_absence", as_csv(SOUND, ";").encode("utf-16")),
    accepted(
        "formulas that keep texts as texts",
        "hr_absence",
        _lines(HEADER, *(",".join(f'="{cell}"' for cell in row.split(",")) for row in ROWS)),
    ),
    accepted("line ends of Unix", "hr_absence", text(SOUND, ",", "\n")),
    accepted("Excel's first line sep=", "hr_absence", b"sep=;\r\n" + text(SOUND, ";"), found={"title_rows": None}),
    refused("a delimiter that is none", "hr_absence", text(SOUND, "~"), "no header row", "Absence Start Date"),
]

KINDS = [
    accepted("gzip", "hr_absence", gzip.compress(TEXT.encode(), mtime=0)),
    accepted("gzip in gzip", "hr_absence", gzip.compress(gzip.compress(TEXT.encode(), mtime=0), mtime=0)),
    accepted("a workbook called csv", "hr_absence", as_workbook(Data=SOUND)),
    accepted("a packed workbook", "hr_absence", gzip.compress(as_workbook(Data=SOUND), mtime=0)),
    accepted("a csv called xlsx", "hr_absence", TEXT.encode(), file_name="{extract}_{month}.XLSX"),
    accepted("tabs called xls, after 14 lines", "hr_absence", b"Report\r\n" * 14 + text(SOUND, "\t"), file_name="{extract}_{month}.xls"),
    accepted("a hidden sheet before that of the month", "hr_absence", _hidden_first(), found={"other_sheet": "Former"}, says=("Former", "not read")),
    accepted("a template before the rows", "hr_absence", as_workbook(Template=SOUND[:1], Data=SOUND), found={"other_sheet": "Template"}, says=("Template", "not read")),
    accepted("the second sheet", "hr_absence", as_workbook(Cover=[["About"]], Data=SOUND), found={"other_sheet": "Cover"}, says=("Cover",)),
    refused("an old workbook", "hr_absence", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ".xls", "save it as .xlsx or CSV"),
    refused("a zip", "hr_absence", _zip(a=TEXT.encode()), "zip archive", "unpack it"),
    refused("an OpenDocument sheet", "hr_absence", _zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": b"<x/>"}), ".ods", "save it as .xlsx or CSV"),
    refused("a tar in gzip", "hr_absence", gzip.compress(bytes([97] * 9 + [0] * 503) + TEXT.encode(), mtime=0), "not text", "CSV"),
    refused("a zip that climbs out", "hr_absence", _zip(**{"..__..__evil": TEXT.encode()}), "zip archive"),
    refused("a picture", "hr_absence", b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(900), "picture", "CSV"),
    refused("a PDF", "hr_absence", b"%PDF-1.7\n" + TEXT.encode(), "PDF", "CSV"),
    refused("a web page called xls", "hr_absence", b"<html><table><tr><td>Employee Number</td></tr></table></html>", "web page", "CSV"),
    refused("random bytes", "hr_absence", random.Random(2).randbytes(5000), "not text", "CSV"),
    refused("half a gzip", "hr_absence", gzip.compress(TEXT.encode(), mtime=0)[:-40], "gzip", "deliver it again"),
    refused("a workbook with a cell in the last corner", "hr_absence", _far_out(), "row 1048576 and column 16384", "delete the cells around the table"),
    refused("half a workbook", "hr_absence", as_workbook(Data=SOUND)[:-300], "again"),
    refused("a gzip bomb", "hr_absence", gzip.compress(bytes(70_000_000), 1, mtime=0), "unpacks to"),
]  # fmt: skip

NOTHING = [
    refused("no bytes", "hr_absence", b"", "empty", "deliver it again"),
    refused("white space", "hr_absence", b" \r\n\t\r\n", "empty"),
    refused("a byte order mark alone", "hr_absence", b"\xef\xbb\xbf", "empty"),
    refused("one line of text", "hr_absence", b"The query returned an error", "no header row", "Employee Number"),
    accepted("a header alone, events", "hr_absence", text(SOUND[:1]), rows=(0, 0, 0)),
    refused("a header alone, snapshot", "hr_assignments", text(cells("hr_assignments")[:1]), "no rows", "deliver"),
    refused("a header alone, restated", "rd_recruitment", text(cells("rd_recruitment")[:1]), "no rows", "deliver"),
    refused("a header and a trailer", "rd_recruitment", text([cells("rd_recruitment")[0], ["FTR", "x", "0"]]), "no rows"),
    refused("rows without a header", "hr_absence", text(SOUND[1:]), "no header row", "first 30 rows"),
]  # fmt: skip

QUOTES = [
    accepted("a comma and a line break in a cell", "hr_leavers", text(cells("hr_leavers", [{"Leaving Reason": "To move,\r\n\"far\" away"}], 39))),
    Case("a delimiter of its own in one row", "hr_absence", _lines(HEADER, ROWS[0].replace(",", ";"), *ROWS[1:]), rows=(40, 39, 1), reasons=((None, "bad_row_shape"),), says=("line 2", "fields")),
    refused("a delimiter of its own in the header", "hr_absence", _lines(HEADER.replace(",", ";"), *ROWS), "40 of 40 rows", "as many fields as the header", rows=(40, 0, 40), reasons=((None, "bad_row_shape"),) * 40),
    refused("a quote never closed", "hr_absence", _lines(HEADER, *ROWS[:20], f'"{ROWS[20]}', *ROWS[21:]), "line 22", "quotation mark", "close it"),
    Case("a quote closed by a stray one", "hr_absence", _lines(HEADER, *MANY[:78], f'"{MANY[78]}', MANY[79], '"'), rows=(81, 78, 3),
         reasons=((None, "bad_row_shape"),) * 3, says=("lines 80, 81, 82, the row: bad_row_shape",)),
    Case("a quote closed lines later", "hr_absence", _lines(HEADER, *ROWS, f'"{ROWS[0]}x', f'{ROWS[1]}"'), rows=(42, 40, 2),
         reasons=((None, "bad_row_shape"),) * 2, says=("lines 42, 43, the row: bad_row_shape", "as many fields")),
]  # fmt: skip

LINES = [
    Case("a field too many", "hr_absence", _lines(HEADER, f"x,{ROWS[0]}", *ROWS[1:]), rows=(40, 39, 1), reasons=((None, "bad_row_shape"),), says=("line 2", "fields")),
    Case("a field too few", "hr_absence", _lines(HEADER, *ROWS[:39], ROWS[39].rsplit(",", 1)[0]), rows=(40, 39, 1), reasons=((None, "bad_row_shape"),), says=("line 41",)),
    Case("a NUL", "hr_absence", _lines(HEADER, ROWS[0] + "\0", *ROWS[1:]), rows=(40, 39, 1), reasons=((None, "bad_row_shape"),), says=("line 2", "NUL")),
    accepted("an empty last field in every row", "hr_absence", _lines(HEADER, *(f"{row}," for row in ROWS))),
    accepted("blank lines and lines of commas", "hr_absence", _lines(HEADER, "", *ROWS, "," * (WIDTH - 1), ""), found={"blank_rows": None}),
    accepted("the header again", "hr_absence", _lines(HEADER, *ROWS[:20], HEADER.upper(), *ROWS[20:]), found={"repeated_header_rows": None}),
    refused("a header again in another order", "hr_absence", _lines(HEADER, *ROWS[:20], ",".join(reversed(SOUND[0])), *ROWS[20:]), "line 22", "second header", "expected Employee Number, Absence Start Date", "one order"),
    accepted("a trailer that agrees", "hr_absence", _lines(HEADER, *ROWS, "FTR,GO_123_ABS_20250331_Full.DAT,40"), found={"trailer_rows": None}),
    accepted("a trailer with a date", "hr_absence", _lines(HEADER, *ROWS, "TRL,20250331"), found={"trailer_rows": None}),
    refused("a trailer that counts more", "hr_absence", _lines(HEADER, *ROWS, "TRL,43"), "line 42", "counts 43", "holds 40", "deliver it again"),
    accepted("a total that agrees", "rd_recruitment", text([*cells("rd_recruitment"), ["Grand Total", "", "120"]]), found={"total_rows": None}),
    accepted("a total that disagrees", "rd_recruitment", text([*cells("rd_recruitment"), ["TOTAL", "", "121"]]), found={"total_row_disagrees": "recruited"}, says=("total row", "Recruited")),
    accepted("a total with a count of rows that disagrees", "hr_absence", _lines(HEADER, *ROWS, f"Total,47{',' * (WIDTH - 2)}"), found={"total_count_disagrees": None}, says=("total row",)),
    Case("a row twice", "hr_absence", _lines(HEADER, *ROWS, ROWS[0]), rows=(41, 40, 1), reasons=(("employee_number", "duplicate_key"),), says=("line 42", "first row was kept", "deliver the row once")),
    accepted("200 columns", "hr_absence", text([[*SOUND[0], *(f"Spare {i}" for i in range(200))], *([*row, *([""] * 200)] for row in SOUND[1:])])),
    accepted("200 columns with data", "hr_absence", text([[*SOUND[0], *(f"Spare {i}" for i in range(200))], *([*row, *(["7"] * 200)] for row in SOUND[1:])]), found={"drift_column": "Spare 0"}, says=("Spare 199",)),
]  # fmt: skip

CASES: list[Case] = [*ENCODINGS, *DELIMITERS, *KINDS, *NOTHING, *QUOTES, *LINES]
