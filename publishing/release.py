"""Writes a release beside the former ones and makes it current, or leaves everything as it was.

First a draft, in a hidden folder: it may be written before the gate has opened. Then the release, which the draft becomes in one
step. The caller holds the load lock. A killed run leaves only a hidden folder, cleared by the next.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
from publishing.protected import PrivateFolders, Protected, protect
from publishing.published_table import PublishedTable
from publishing.report.write import REPORT_FILES, Written, written_when_asked
from publishing.rounding import round_published
from publishing.verify import verify_release

if TYPE_CHECKING:
    import duckdb

__all__ = ["Draft", "Release", "ReleaseInputs", "draft", "publish", "release", "release_id"]

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


@dataclass(frozen=True)
class Draft:
    """A release that is written and that nobody sees.

    Attributes:
        incoming: the hidden folder; None where the release is there already, and sound.
        rows: by table.
        keep: says in the private folders what it shows.
    """

    id: str
    destination: Path
    incoming: Path | None
    rows: Mapping[str, int]
    file_mode: int
    keep: Callable[[], None]

    @property
    def place(self) -> Path:
        return self.destination / RELEASES / self.id

    def discard(self) -> None:
        if self.incoming:
            shutil.rmtree(self.incoming, ignore_errors=True)


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
    until_decided: Callable[[], None],
) -> tuple[dict[str, int], Callable[[], None]]:
    """Write the files; rows by table, and what keeps in the private folders what they show."""
    other: dict[Path, str] = {}
    with ExitStack() as meanwhile:
        with (
            working_database(connection) as alias,
            protect(
                connection,
                alias,
                tables,
                inputs.policy,
                private_folders,
                release_id(inputs),
                beside_of(inputs),
                until_decided,
            ) as protected,
        ):
            if inputs.policy.rounding:
                round_published(connection, f"{alias}.main", tables, inputs.policy.rounding.base)
            with _two_at_a_time(connection, alias, folder) as begin:
                begun = begin(write_parquet, [table for table in tables if not table.is_derived])
                derive(connection, alias, tables)
                begun |= begin(write_parquet, [table for table in tables if table.is_derived])
                rows = {table.name: begun[table.name].result() for table in tables}
                # What is made of the Parquet files is made while the rest is written.
                meanwhile.enter_context(database_made_meanwhile(folder))
                report = begin_report(folder, inputs) if inputs.settings.get("report") else None
                for written in begin(write_csv, tables).values():
                    written.result()
        if evidence:
            copied = folder / f"evidence{evidence.suffix.lower()}"
            shutil.copyfile(evidence, copied)
            other[copied] = "Evidence of the checks that this release passed"
        if report:
            other |= {file: REPORT_FILES[file.name] for file in report()}
    write_datapackage(folder, datapackage(folder, tables, rows, inputs, other))
    return rows, protected.keep


_Written = TypeVar("_Written")
_Write = Callable[["duckdb.DuckDBPyConnection", str, Path, PublishedTable], _Written]


@contextmanager
def _two_at_a_time(
    connection: duckdb.DuckDBPyConnection, alias: str, folder: Path
) -> Iterator[Callable[[_Write[_Written], list[PublishedTable]], dict[str, Future[_Written]]]]:
    """What begins to write tables, two at a time; each on one thread, so its bytes are the same each time."""

    def written(write: _Write[_Written], table: PublishedTable) -> _Written:
        with connection.cursor() as own:
            return write(own, alias, folder, table)

    with ThreadPoolExecutor(2) as pool:
        yield lambda write, tables: {table.name: pool.submit(written, write, table) for table in tables}


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


@contextmanager
def _faults_in_words(release: str) -> Iterator[None]:
    import duckdb

    try:
        yield
    except (duckdb.Error, DatabaseNotMade) as fault:
        first_line = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise PublishingError(
            f"the release could not be written: {first_line}",
            release,
            "correct the model named, load and publish again",
        ) from fault
    except OSError as fault:
        raise PublishingError(
            f"the release could not be written: {fault.strerror or fault}",
            f"published/{RELEASES}",
            "check free space and permissions of the published folder, then publish again",
        ) from fault


def draft(
    warehouse: Path | duckdb.DuckDBPyConnection,
    manifest: Path,
    destination: Path,
    inputs: ReleaseInputs,
    evidence: Path | None = None,
    *,
    file_mode: int = 0o640,
    private_folders: PrivateFolders | None = None,
    begin_report: BeginReport = written_when_asked,
    until_decided: Callable[[], None] = lambda: None,
) -> Draft:
    """Write the release that `inputs` name where nobody sees it. One that is there already and sound is not written again.

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
        until_decided: waits for `decide_ahead` where that is under way, when nothing more can be done without it.

    Raises:
        PublishingError: there is no draft; the message says why and what to do.
    """
    identity = release_id(inputs)
    releases = destination / RELEASES
    folder_mode = file_mode | ((file_mode & 0o444) >> 2)
    try:
        for wanted in (destination, releases):
            wanted.mkdir(mode=folder_mode, parents=True, exist_ok=True)
        _clear_leftovers(releases)
    except OSError as fault:
        raise PublishingError(
            f"the published folder cannot be used: {fault.strerror or fault}", destination.name, "check its permissions"
        ) from fault
    place = releases / identity
    if place.is_dir() and not verify_release(place, rows=False):
        return Draft(identity, destination, None, _rows_of(place), file_mode, Protected().keep)
    tables = read_catalogue(manifest)
    _check_policy(tables, inputs.policy)
    incoming = releases / f"{_INCOMING}{identity}"
    try:
        with _faults_in_words(identity):
            incoming.mkdir()
            with _opened(warehouse) as connection:
                rows, keep = _write(
                    connection, incoming, tables, inputs, evidence, private_folders, begin_report, until_decided
                )
            _settle(incoming, file_mode)
    except BaseException:
        shutil.rmtree(incoming, ignore_errors=True)
        raise
    return Draft(identity, destination, incoming, rows, file_mode, keep)


def release(drafted: Draft, before_current: Callable[[Path], None] | None = None) -> Release:
    """Give a draft its name among the releases and make it current. Older releases are kept.

    Args:
        before_current: called with the release's folder once it stands whole, before readers find it.

    Raises:
        PublishingError: nothing was published. The former release stays current.
    """
    try:
        if drafted.incoming:
            with _faults_in_words(drafted.id):
                drafted.keep()
                _put_in_place(drafted.incoming, drafted.place)
    finally:
        drafted.discard()
    if before_current:
        before_current(drafted.place)
    pointer = point_to(drafted.destination, drafted.id, drafted.file_mode)
    return Release(drafted.id, drafted.place, drafted.rows, drafted.incoming is not None, pointer)


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
    """Publish the marts as the release that `inputs` name: its draft, and then at once the release. See `draft` and `release`.

    A release that is there already and sound is only made current again; a damaged one is written anew.

    Raises:
        PublishingError: nothing was published; the message says why and what to do. The former release stays current.
    """
    drafted = draft(
        warehouse,
        manifest,
        destination,
        inputs,
        evidence,
        file_mode=file_mode,
        private_folders=private_folders,
        begin_report=begin_report,
    )
    return release(drafted, before_current)


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
