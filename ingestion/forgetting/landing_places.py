"""Where landing files still hold a person. They are the trust's own: they are read here, named, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import duckdb

from ingestion.contract import Contract, contracts
from ingestion.deliver import read_file
from ingestion.errors import DeliveryRefused
from ingestion.landing import LandingFile, look, shown_name
from ingestion.load import month_end, open_workbench
from ingestion.pseudonymise import listed_keys_sql
from ingestion.settings import Settings
from ingestion.stored_rows import add_pseudonyms

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class LandingPlace:
    """A file of landing. `lines` hold the person; None where the file cannot be read, so that nobody knows."""

    file: str
    lines: tuple[int, ...] | None


def find_in_landing(
    settings: Settings,
    key: bytes,
    keys: Collection[str],
    on_progress: Progress = lambda what, done, total: None,
) -> list[LandingPlace]:
    """Files of landing that hold one of the people, in accepted or rejected rows, and files of people that cannot be read."""
    if not settings.landing_folder.is_dir():
        return []
    found = []
    files = [file for file in look(settings).files if any(c.pii for c in contracts()[file.extract].columns)]
    with open_workbench(settings, key) as workbench:
        workbench.execute("set variable leaving = ?", [sorted(keys)])
        for n, file in enumerate(files):
            on_progress("reading landing files", n, len(files))
            place = shown_name(file.path.relative_to(settings.landing_folder).as_posix())
            workbench.execute("set variable month_end = ?::date", [month_end(file.reporting_month)])
            try:
                lines = _lines(workbench, contracts()[file.extract], file)
            except (DeliveryRefused, OSError):
                found.append(LandingPlace(place, None))
                continue
            if lines:
                found.append(LandingPlace(place, lines))
    return found


def _lines(db: duckdb.DuckDBPyConnection, contract: Contract, file: LandingFile) -> tuple[int, ...]:
    _, columns, _ = read_file(db, contract, file)
    add_pseudonyms(db, contract, columns, file.trust_code)
    held = {row[0] for row in db.execute("describe known").fetchall()}
    is_them = [
        f"list_contains(getvariable('leaving'), {name})"
        for name in ("staff_key", "researcher_key", "principal_investigator_key")
        if name in held
    ]
    if "author_keys" in held:
        is_them.append("list_has_any(string_split(author_keys, ';'), getvariable('leaving'))")
    is_them += [
        f"list_has_any({listed_keys_sql(f'v_{c.name}')}, getvariable('leaving'))"
        for c in columns
        if c.pii == "researcher_list"
    ]
    if not is_them:
        return ()
    rows = db.execute(f"select distinct _row_number from known where {' or '.join(is_them)} order by 1").fetchall()
    return tuple(int(row[0]) for row in rows)
