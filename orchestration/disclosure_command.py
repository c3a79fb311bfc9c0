"""`rcw disclosure`: what a release hides, and whether a reader of it could work out what is hidden."""

from __future__ import annotations

import json
from typing import Any

from ingestion.errors import RcwError
from ingestion.settings import Settings, load_settings
from orchestration.cli import DONE, REFUSED, as_json_text
from orchestration.loading import out
from orchestration.plain_table import plain_table
from orchestration.release_commands import find_release
from publishing.pointer import current_release

_CHECK = "Could a reader work hidden figures out?"


def _report(settings: Settings, release: str) -> dict[str, Any]:
    file = settings.disclosure_reports / f"{release}.json"
    try:
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RcwError(
            f"There is no disclosure report of release {release}: it was published by an older version or its report was "
            "removed. `rcw disclosure --check` reads the release itself."
        ) from None
    return document


def _given_away(settings: Settings, release: str) -> tuple[int, dict[str, int]]:
    """Sums solved over a release, and by measure how many hidden figures they leave one value."""
    import duckdb

    from orchestration import warehouse
    from publishing.catalogue import read_catalogue
    from publishing.disclosure.audit import read_release
    from publishing.files import DATABASE_FILE

    _, folder = find_release(settings, release)
    file = folder / DATABASE_FILE
    if not file.is_file():
        raise RcwError(f"The files of release {release} are gone; `rcw rebuild {release}` makes them again.")
    tables = read_catalogue(warehouse.manifest_file(settings))
    with duckdb.connect(str(file), read_only=True) as connection:
        present = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
        reading = read_release(connection, "main", [table for table in tables if table.name in present])
    found: dict[str, int] = {}
    for figure in reading.given_away():
        name = f"{reading.tables[figure]}.{figure.measure}"
        found[name] = found.get(name, 0) + 1
    return reading.equations, found


def disclosure_command(release: str | None, *, check: bool, as_json: bool) -> int:
    """Show the report of a release, the current one unless named; with `check`, read the release as a reader does."""
    settings = load_settings()
    name = release or current_release(settings.published_folder)
    if name is None:
        raise RcwError("There is no release yet.")
    name, _ = find_release(settings, name)
    if check:
        equations, found = _given_away(settings, name)
        if as_json:
            out.print_json(as_json_text({"release": name, "equations": equations, "given_away": found}))
        else:
            out.print(f"{equations} sums of release {name} solved together. {_CHECK}")
            listed = [(measure, str(count)) for measure, count in sorted(found.items())]
            out.print(plain_table(("measure", "figures"), listed) if listed else "No.", markup=False)
        return REFUSED if found else DONE
    document = _report(settings, name)
    if as_json:
        out.print_json(as_json_text(document))
        return DONE
    header = ("table", "figures", "hidden %", "of these to protect others %")
    rows = [
        (share["table"], str(share["figures"]), str(share["hidden_pct"]), str(share["beyond_pct"]))
        for share in document["tables"]
    ]
    out.print(f"Disclosure control of release {name}: {document['equations_checked']} sums checked.", markup=False)
    out.print(plain_table(header, rows), markup=False)
    out.print(f"Report: {settings.disclosure_reports / (name + '.html')}", markup=False)
    return DONE
