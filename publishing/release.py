"""Writes a release beside the former ones and makes it current, or leaves everything as it was.

The caller holds the load lock and has passed the gate. A killed run leaves only a hidden folder, cleared by the next.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from publishing.catalogue import read_catalogue
from publishing.database_file import DatabaseNotMade, database_made_meanwhile
from publishing.datapackage import datapackage, read_datapackage, rows_of, write_datapackage
from publishing.derived import derive
from publishing.disclosure import decide
from publishing.disclosure.ledger import earlier_releases
from publishing.earlier_releases import beside_of
from publishing.errors import PublishingError
from publishing.files import working_database, write_csv, write_parquet
from publishing.identity import ReleaseInputs, release_id
from publishing.pointer import RELEASES, Pointer, point_to, sync_folder
from publishing.policy import DisclosurePolicy
from publishing.protected import PrivateFolders, protect
from publishing.published_table import PublishedTable
from publishing.report.write import REPORT_FILES, Written, written_when_asked
from publishing.rounding import round_published
from publishing.verify import verify_release

if TYPE_CHECKING:
    import duckdb

__all__ = ["Release", "ReleaseInputs", "publish", "release_id"]

#: Begins to write the report of the tables in a folder, and returns what waits for it.
BeginReport = Callable[[Path, ReleaseInputs], Written]

_INCOMING = ".incoming-"
_REMOVED = ".removed-"


@dataclass(frozen=True)
class Release:
    """A published release. `is_new` is false where it was there already; `rows` by table."""

    id: str
    folder: Path
    rows: Mapping[str, int]
    is_new: bool
    pointer: Pointer


@contextmanager
def _opened(warehouse: Path | duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    if not isinstance(warehouse, Path):
        yield warehouse
        return
    if not warehouse.is_file():
        raise PublishingError("there is no warehouse yet", warehouse.name, "load a month first")
    try:
        try:
            connection = duckdb.connect(str(warehouse), read_only=True)
        except duckdb.ConnectionException:  # already open for writing in this process
            connection = duckdb.connect(str(warehouse))
    except duckdb.Error:
        raise PublishingError(
            "the warehouse cannot be opened",
            warehouse.name,
            "wait until the load that uses it has ended, then publish again",
        ) from None
    with connection:
        yield connection


def _check_policy(tables: list[PublishedTable], policy: DisclosurePolicy) -> None:
    personal = [f"{t.name}.{c.name}" for t in tables for c in t.published if policy.names_a_person(c.name)]
    if personal:
        raise PublishingError(
            "columns that stand for persons are marked as published",
            "config.meta of published models",
            "take them out of the mart, or give them the role support",
            personal,
        )


def _narrow(path: Path, mode: int) -> None:
    path.chmod(path.stat().st_mode & mode)


def _settle(folder: Path, file_mode: int) -> None:
    """Everything on disk, with its permissions, before the folder gets its name."""
    for file in sorted(folder.iterdir()):
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
        _narrow(file, file_mode)
    # Who may read a file may enter the folder.
    _narrow(folder, file_mode | ((file_mode & 0o444) >> 2))
    sync_folder(folder)


def _write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: list[PublishedTable],
    inputs: ReleaseInputs,
    evidence: Path | None,
    private_folders: PrivateFolders | None,
    begin_report: BeginReport,
) -> dict[str, int]:
    other: dict[Path, str] = {}
    with ExitStack() as meanwhile:
        with (
            working_database(connection) as alias,
            protect(connection, alias, tables, inputs.policy, private_folders, release_id(inputs), beside_of(inputs)),
        ):
            if inputs.policy.rounding:
                round_published(connection, f"{alias}.main", tables, inputs.policy.rounding.base)
            derive(connection, alias, tables)
            rows = _of_each(write_parquet, connection, alias, folder, tables)
            # What is made of the Parquet files is made while the rest is written.
            meanwhile.enter_context(database_made_meanwhile(folder))
            report = begin_report(folder, inputs) if inputs.settings.get("report") else None
            _of_each(write_csv, connection, alias, folder, tables)
        if evidence:
            copied = folder / f"evidence{evidence.suffix.lower()}"
            shutil.copyfile(evidence, copied)
            other[copied] = "Evidence of the checks that this release passed"
        if report:
            other |= {file: REPORT_FILES[file.name] for file in report()}
    write_datapackage(folder, datapackage(folder, tables, rows, inputs, other))
    return rows


_Written = TypeVar("_Written")


def _of_each(
    write: Callable[[duckdb.DuckDBPyConnection, str, Path, PublishedTable], _Written],
    connection: duckdb.DuckDBPyConnection,
    alias: str,
    folder: Path,
    tables: list[PublishedTable],
) -> dict[str, _Written]:
    """What comes of writing each table, two at a time; each on one thread, so its bytes are the same each time."""

    def written(table: PublishedTable) -> _Written:
        with connection.cursor() as own:
            return write(own, alias, folder, table)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip((table.name for table in tables), pool.map(written, tables), strict=True))


def _put_in_place(incoming: Path, final: Path) -> None:
    """Give a whole release its name. What stands there damaged is mended file by file, since readers may be in it: at no
    moment is it gone, and a file is either what it was or what it should be.
    """
    if final.is_dir():
        made = sorted(file.name for file in incoming.iterdir())
        for name in made:
            (incoming / name).replace(final / name)
        for stranger in [file for file in final.iterdir() if file.name not in made]:
            shutil.rmtree(stranger) if stranger.is_dir() else stranger.unlink()
        sync_folder(final)
        incoming.rmdir()
    else:
        final.unlink(missing_ok=True)
        incoming.replace(final)
    sync_folder(final.parent)


def _clear_leftovers(releases: Path) -> None:
    for prefix in (_INCOMING, _REMOVED):
        for left in releases.glob(f"{prefix}*"):
            shutil.rmtree(left)


def _rows_of(folder: Path) -> dict[str, int]:
    document = read_datapackage(folder) or {}
    return {entry["x-table"]: rows_of(entry) for entry in document.get("resources", []) if "x-table" in entry}


def _build(
    warehouse: Path | duckdb.DuckDBPyConnection,
    manifest: Path,
    releases: Path,
    inputs: ReleaseInputs,
    evidence: Path | None,
    file_mode: int,
    private_folders: PrivateFolders | None,
    begin_report: BeginReport,
) -> dict[str, int]:
    import duckdb

    identity = release_id(inputs)
    tables = read_catalogue(manifest)
    _check_policy(tables, inputs.policy)
    incoming, final = releases / f"{_INCOMING}{identity}", releases / identity
    try:
        incoming.mkdir()
        with _opened(warehouse) as connection:
            rows = _write(connection, incoming, tables, inputs, evidence, private_folders, begin_report)
        _settle(incoming, file_mode)
        _put_in_place(incoming, final)
    except (duckdb.Error, DatabaseNotMade) as fault:
        first_line = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise PublishingError(
            f"the release could not be written: {first_line}",
            identity,
            "correct the model named, load and publish again",
        ) from fault
    except OSError as fault:
        raise PublishingError(
            f"the release could not be written: {fault.strerror or fault}",
            f"published/{RELEASES}",
            "check free space and permissions of the published folder, then publish again",
        ) from fault
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    return rows


def publish(
    warehouse: Path | duckdb.DuckDBPyConnection,
    manifest: Path,
    destination: Path,
    inputs: ReleaseInputs,
    evidence: Path | None = None,
    *,
    file_mode: int = 0o640,
    before_current: Callable[[Path], None] | None = None,
    private_folders: PrivateFolders | None = None,
    begin_report: BeginReport = written_when_asked,
) -> Release:
    """Publish the marts as the release that `inputs` name, and make it current.

    A release that is there already and sound is only made current again; a damaged one is written anew. Older releases
    are kept.

    Args:
        warehouse: the private warehouse, its file or an open connection with it as the current database.
        manifest: dbt's `manifest.json` of the load.
        destination: the `published` folder.
        inputs: all that the release is made from.
        evidence: a page on the checks passed, copied into the release; it must follow from the inputs alone.
        file_mode: permissions of released files, narrowed by the umask.
        private_folders: of disclosure control; without them the same release comes of it, but every period is decided anew and
            no report is written.
        begin_report: begins the report, which may be written elsewhere while this process goes on.
        before_current: called with the release's folder once it stands whole, before readers find it.

    Raises:
        PublishingError: nothing was published; the message says why and what to do. The former release stays current.
    """
    identity = release_id(inputs)
    releases = destination / RELEASES
    folder = releases / identity
    folder_mode = file_mode | ((file_mode & 0o444) >> 2)
    try:
        for wanted in (destination, releases):
            wanted.mkdir(mode=folder_mode, parents=True, exist_ok=True)
        _clear_leftovers(releases)
    except OSError as fault:
        raise PublishingError(
            f"the published folder cannot be used: {fault.strerror or fault}", destination.name, "check its permissions"
        ) from fault
    is_new = not (folder.is_dir() and not verify_release(folder, rows=False))
    rows = (
        _build(warehouse, manifest, releases, inputs, evidence, file_mode, private_folders, begin_report)
        if is_new
        else _rows_of(folder)
    )
    if before_current:
        before_current(folder)
    return Release(identity, folder, rows, is_new, point_to(destination, identity, file_mode))


def decide_ahead(
    warehouse: Path,
    manifest: Path,
    inputs: ReleaseInputs,
    private_folders: PrivateFolders,
    on_period: Callable[[int, int], None] | None = None,
) -> None:
    """Decide what the release that `inputs` name hides, before it is made: decisions are kept, so that `publish` finds them.

    Nothing is published or said; what is wrong `publish` will say.

    Args:
        on_period: told how many periods are decided, of how many.
    """
    import duckdb

    kept = private_folders.decisions
    with suppress(PublishingError, duckdb.Error, OSError), _opened(warehouse) as connection:
        tables = [table for table in read_catalogue(manifest) if not table.is_derived]
        earlier = earlier_releases(kept, beside_of(inputs))
        decide.decide_ahead(connection, tables, inputs.policy, kept, earlier, on_period)


def put_back(made: Path, destination: Path) -> Path:
    """Put the folder of a release, made elsewhere, among the releases; the current one stays current.

    A damaged folder that stands under its name is mended. Returns the place.
    """
    releases = destination / RELEASES
    place, incoming = releases / made.name, releases / f"{_INCOMING}{made.name}"
    releases.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(releases)
    shutil.move(made, incoming)
    sync_folder(incoming)
    _put_in_place(incoming, place)
    return place


def take_away(folder: Path) -> None:
    """Remove the files of a release: out of its place in one step, then from disk."""
    removed = folder.with_name(f"{_REMOVED}{folder.name}")
    folder.replace(removed)
    sync_folder(folder.parent)
    shutil.rmtree(removed)
