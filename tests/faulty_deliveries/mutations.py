"""Mutations of valid files: of the table, of its text, of its bytes, and of what lies inside a workbook or a packed file."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from random import Random

from tests.ingestion.delivering import as_csv, as_workbook, cells

Table = list[list[str]]
ODD = [
    "", " ", "\0", '"', "'", ",", ";", "\t", "|", "\r", "\n", "\u200b", "\ufeff", "\ud7ff", "\x1b[31m", "=1+1", "@cmd", "';drop table delivery;--",
    "9" * 400, "1e999", "-0", "NaN", "4712-12-31", "31/02/2025", "Total", "FTR", "\u0661\u0662", "\N{ROMAN NUMERAL TWELVE}", "x" * 12_000, "A\u0301",
    "${jndi:ldap://x}", "{{7*7}}", "%s%n", "../../etc/passwd", "<script>alert(1)</script>", "nu\0ll", "\U0001f600",
]  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32", "utf-7", "cp037"]


def _cell(table: Table, rng: Random) -> None:
    row = rng.choice(table)
    if row:
        row[rng.randrange(len(row))] = rng.choice(ODD)


def _part_of_cell(table: Table, rng: Random) -> None:
    row = rng.choice(table)
    if row:
        place = rng.randrange(len(row))
        at = rng.randint(0, len(row[place]))
        row[place] = row[place][:at] + rng.choice(ODD) + row[place][at:]


def _column(table: Table, rng: Random) -> None:
    """A column is moved, lost, doubled, renamed or filled with one odd value."""
    width = len(table[0])
    a, b, kind = rng.randrange(width), rng.randrange(width), rng.randrange(5)
    odd = rng.choice(ODD)
    for number, row in enumerate(table):
        if max(a, b) < len(row):
            match kind:
                case 0:
                    row[a], row[b] = row[b], row[a]
                case 1:
                    del row[a]
                case 2:
                    row.insert(b, row[a])
                case 3 if number == 0:
                    row[a] = odd
                case 4 if number:
                    row[a] = odd


def _rows(table: Table, rng: Random) -> None:
    """A row is lost, doubled, emptied, cut, stretched, or moved."""
    at, kind = rng.randrange(len(table)), rng.randrange(6)
    match kind:
        case 0 if len(table) > 1:
            del table[at]
        case 1:
            table.insert(at, list(rng.choice(table)))
        case 2:
            table[at] = [""] * len(table[at])
        case 3:
            del table[at][rng.randint(0, len(table[at])) :]
        case 4:
            table[at] += [rng.choice(ODD)] * rng.randint(1, 300)
        case 5:
            table.append(table.pop(at))


def _around(table: Table, rng: Random) -> None:
    """Rows above the header or below the table."""
    odd = [rng.choice(ODD) for _ in range(rng.randint(1, 5))]
    below = rng.choice(
        [odd, ["FTR", rng.choice(ODD)], ["Total", *odd], ["TRL", str(rng.randint(0, 50))], list(table[0])]
    )
    if rng.random() < 0.5:
        table[0:0] = [odd] * rng.choice([1, 5, 29, 30, 31])
    else:
        table.append(below)


OF_TABLES: list[Callable[[Table, Random], None]] = [_cell, _cell, _part_of_cell, _column, _rows, _around]


def mangled_bytes(data: bytes, rng: Random) -> bytes:
    """One change of the bytes: flipped, cut out, cut off, doubled, or something put in."""
    at, width = rng.randint(0, len(data)), rng.randint(1, 80)
    odd = rng.choice(ODD).encode("utf-8", "surrogatepass")
    return rng.choice(
        [
            data[:at] + bytes(byte ^ (1 << rng.randrange(8)) for byte in data[at : at + 1]) + data[at + 1 :],
            data[:at] + data[at + width :],
            data[:at],
            data[:at] + data[max(0, at - width) :],
            data[:at] + odd + data[at:],
            data[:at] + rng.randbytes(width) + data[at:],
            data[at:],
        ]
    )


def mangled_workbook(data: bytes, rng: Random) -> bytes:
    """A workbook of which one part is mangled, lost, or says that its cells stand somewhere else."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name, kind = rng.choice(sorted(parts)), rng.randrange(4)
    if kind == 0:
        del parts[name]
    elif kind == 1:
        parts[name] = mangled_bytes(parts[name], rng)
    elif kind == 2:
        sheet = next(part for part in sorted(parts) if "worksheets/" in part)
        parts[sheet] = parts[sheet].replace(
            b'r="B3"', rng.choice([b'r="XFD1048576"', b'r="ZZZZZ9"', b'r="B0"', b'r=""', b'r="A3"']), 1
        )
    else:
        parts[f"xl/{rng.choice(['../evil', 'x' * 300, 'media/a.png'])}"] = b"x"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def _without_controls(cell: str) -> str:
    """A cell that a workbook can hold."""
    return "".join(c for c in cell if c in "\t\r\n" or (ord(c) >= 32 and not "\ud800" <= c <= "\udfff"))


def mutated(extract: str, rng: Random) -> bytes:
    """A valid file of the extract with one to four mutations, in one of the forms in which files come."""
    table = cells(extract, sound=8)
    for _ in range(rng.randint(0, 3)):
        rng.choice(OF_TABLES)(table, rng)
        if not table or not table[0]:
            break
    if rng.random() < 0.25:
        book = as_workbook(Data=[[_without_controls(cell) for cell in row] for row in table])
        return mangled_workbook(book, rng) if rng.random() < 0.8 else mangled_bytes(book, rng)
    text = as_csv(table, rng.choice([",", ",", ",", ";", "\t", "|", "~"]), rng.choice(["\r\n", "\n", "\r"]))
    data = text.encode(rng.choice(ENCODINGS if rng.random() < 0.3 else ENCODINGS[:1]), errors="replace")
    for _ in range(rng.randint(0, 2)):
        data = mangled_bytes(data, rng)
    if rng.random() < 0.1:
        data = gzip.compress(data, mtime=0)
        data = mangled_bytes(data, rng) if rng.random() < 0.5 else data
    return data
