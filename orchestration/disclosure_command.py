"""`rcw disclosure`: what a release hides, and whether a reader of it could work out what is hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ingestion.errors import RcwError
from ingestion.settings import Settings, load_settings
from orchestration.answers import DONE, REFUSED, as_json_text
from orchestration.loading import out
from orchestration.plain_table import plain_table
from orchestration.release_commands import find_release
from publishing.pointer import current_release
from publishing.releases import list_releases

if TYPE_CHECKING:
    from publishing.disclosure.audit import Reading

_CHECK = "Could a reader work hidden figures out?"
_NO_LEDGER = "what one of them showed is kept no more under `disclosure` in the home."
_TOGETHER = (
    "Between them figures of a month that both hold were corrected, or the code that decides what is hidden has changed; "
    "take the older one away, or set RCW_PUBLISH_BESIDE_EARLIER and publish."
)
_ALREADY_BESIDE = "RCW_PUBLISH_BESIDE_EARLIER is set and could not protect these; take the older one away."


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


def _reading(settings: Settings, release: str) -> Reading:
    """What a reader of a release knows."""
    import duckdb

    from orchestration import dbt_home
    from publishing.catalogue import read_catalogue
    from publishing.database_file import DATABASE_FILE
    from publishing.datapackage import read_datapackage, recorded_inputs
    from publishing.disclosure.audit import read_release

    _, folder = find_release(settings, release)
    file = folder / DATABASE_FILE
    if not file.is_file():
        raise RcwError(f"The files of release {release} are gone; `rcw rebuild {release}` makes them again.")
    tables = read_catalogue(dbt_home.manifest_file(settings))
    with duckdb.connect(str(file), read_only=True) as connection:
        present = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
        return read_release(
            connection,
            "main",
            [table for table in tables if table.name in present],
            is_rounded="rounding" in recorded_inputs(read_datapackage(folder) or {}).get("disclosure_policy", {}),
        )


def _given_away(reading: Reading) -> dict[str, int]:
    """By measure, how many hidden figures the sums leave one value."""
    found: dict[str, int] = {}
    for figure in reading.given_away():
        name = f"{reading.tables[figure]}.{figure.measure}"
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


def _beside_others(settings: Settings, release: str, reading: Reading) -> dict[str, dict[str, int] | None]:
    """What the release gives away together with each other one whose files stand; None where nobody can tell any more."""
    from publishing.disclosure.two_releases import changed_between, read_both

    found: dict[str, dict[str, int] | None] = {}
    for other in list_releases(settings.published_folder):
        if other.id == release or not other.is_readable or not other.has_files:
            continue
        changed = changed_between(settings.disclosure_decisions, other.id, release)
        if changed is None:
            found[other.id] = None
            continue
        found[other.id] = _given_away(read_both(_reading(settings, other.id), reading, changed))
    return found


def _check(settings: Settings, release: str, as_json: bool) -> int:
    """Read a release as a reader does, by itself and beside every other one that stands."""
    reading = _reading(settings, release)
    alone, beside = _given_away(reading), _beside_others(settings, release, reading)
    remedy = _ALREADY_BESIDE if settings.publish_beside_earlier else _TOGETHER
    if as_json:
        document = {"release": release, "equations": reading.equations, "given_away": alone, "beside": beside}
        out.print_json(as_json_text(document))
        return REFUSED if alone or any(beside.values()) else DONE
    if reading.is_rounded:
        out.print(f"Release {release} is rounded: no sum of its figures holds. {_CHECK}")
    else:
        out.print(f"{reading.equations} sums of release {release} solved together. {_CHECK}")
    out.print(_listed(alone), markup=False)
    for other, found in beside.items():
        if found is None:
            out.print(f"Whether releases {other} and {release} together give figures away is not known: {_NO_LEDGER}")
        elif found:
            out.print(f"Warning: releases {other} and {release} together give away what one of them hides. {remedy}")
            out.print(_listed(found), markup=False)
        else:
            out.print(f"Releases {other} and {release} together: no.")
    return REFUSED if alone or any(beside.values()) else DONE


def _listed(found: dict[str, int]) -> str:
    rows = [(measure, str(count)) for measure, count in found.items()]
    return plain_table(("measure", "figures"), rows) if rows else "No."


def disclosure_command(release: str | None, *, check: bool, as_json: bool) -> int:
    """Show the report of a release, the current one unless named; with `check`, read the release as a reader does."""
    settings = load_settings()
    name = release or current_release(settings.published_folder)
    if name is None:
        raise RcwError("There is no release yet.")
    name, _ = find_release(settings, name)
    if check:
        return _check(settings, name, as_json)
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
