"""A delivered file as something that faults can spoil: header, rows, and how they are turned into bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

from ingestion.contract import Column, Contract


@dataclass
class Sheet:
    """One extract's file before it is written. `header` and `rows` are in the order of the contract's columns."""

    contract: Contract
    file_name: str
    header: list[str]
    rows: list[list[str]]
    above: list[list[str]] = field(default_factory=list)
    below: list[list[str]] = field(default_factory=list)
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    ending: str = ".csv"
    rewrites: list[Callable[[bytes], bytes]] = field(default_factory=list)

    def columns(self, wanted: Callable[[Column], bool]) -> list[int]:
        """Places of the columns of the contract that are wanted."""
        return [place for place, column in enumerate(self.contract.columns) if wanted(column)]

    def place(self, name: str) -> int:
        return [column.name for column in self.contract.columns].index(name)

    def repeat(self, rows: list[int], name: str, otherwise: Callable[[str], str]) -> int:
        """Rows once more at the end, with another value of a column; how many."""
        place = self.place(name)
        again = [list(self.rows[row]) for row in rows]
        for line in again:
            line[place] = otherwise(line[place])
        self.rows += again
        return len(again)

    def render(self) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.line_end)
        writer.writerows([*self.above, self.header, *self.rows, *self.below])
        data = text.getvalue().encode(self.encoding, errors="replace")
        for rewrite in self.rewrites:
            data = rewrite(data)
        return data


def parse(contract: Contract, file_name: str, text: str) -> Sheet:
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return Sheet(contract, file_name, header, rows)
