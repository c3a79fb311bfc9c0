"""Writing an extract's file: headers from its contract, values by canonical name, rows as Excel and ESR write them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ingestion.contract import Contract, contracts
from synthetic.chance import stream
from synthetic.dates import month_text
from synthetic.faults import FAULTS, spoil_sheet
from synthetic.sheet import parse


def file_path(landing: Path, extract: str, month: int) -> Path:
    return landing / extract / f"{extract}_{month_text(month)}.csv"


def headers(contract: Contract, questions: Sequence[str] = ()) -> list[str]:
    """The labels of the contract, then the question columns of a survey.

    Raises:
        ValueError: a question is not of the contract's family.
    """
    strange = [name for name in questions if contract.family is None or contract.family.matches(name) is None]
    if strange:
        raise ValueError(f"{contract.extract} has no columns {strange}")
    return [column.label for column in contract.columns] + list(questions)


def write_columns(
    landing: Path, extract: str, month: int, columns: Mapping[str, Iterable[object]], questions: Sequence[str] = ()
) -> int:
    """Write one file from columns by canonical (or question) name, all of one length. Returns the number of rows.

    No columns at all stand for no rows: a small trust has months without a study. A file without a header has its columns at the contract's positions.

    Raises:
        ValueError: the columns are not those of the contract.
    """
    contract = contracts()[extract]
    names = [column.name for column in contract.columns] + list(questions)
    columns = columns or {name: [] for name in names}
    if set(columns) != set(names):
        raise ValueError(f"{extract}: columns differ from the contract: {sorted(set(columns) ^ set(names))}")
    path = file_path(landing, extract, month)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = [_listed(columns[name]) for name in names]
    rows = len(values[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        if contract.has_header:
            writer = csv.writer(file)
            writer.writerow(headers(contract, questions))
            writer.writerows(zip(*values, strict=True))
        else:
            by_position = dict(zip((column.position for column in contract.columns), values, strict=True))
            blank = [""] * rows
            fields = [by_position.get(place, blank) for place in range(1, (contract.fields or 0) + 1)]
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(zip(*fields, strict=True))
    return rows


def spoil_file(path: Path, extract: str, month: int, faults: Mapping[str, float], seed: int) -> list[dict[str, object]]:
    """Apply faults to a written file, in the order of the registry; what each of them did, for the planted truth.

    Faults are those of files with a header; others stay as they are.
    """
    if not contracts()[extract].has_header:
        return []
    wanted = [fault for name, fault in FAULTS.items() if faults.get(name, 0) > 0]
    if not wanted:
        return []
    sheet = parse(contracts()[extract], path.name, path.read_bytes().decode("utf-8"))
    found: list[dict[str, object]] = []
    for fault in wanted:
        rows = spoil_sheet(sheet, fault, faults[fault.name], stream(seed, f"fault {fault.name} {extract}", month))
        if rows:
            found.append(
                {
                    "extract": extract,
                    "month": month_text(month),
                    "fault": fault.name,
                    "outcome": fault.outcome,
                    "rows": rows,
                }
            )
    if found:
        path.unlink()
        path.with_suffix(sheet.ending).write_bytes(sheet.render())
    return found


def _listed(values: Iterable[object]) -> list[object]:
    return values.tolist() if isinstance(values, np.ndarray) else list(values)
