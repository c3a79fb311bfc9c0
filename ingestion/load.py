"""Landing to raw, for a set of extracts and months: the step that the command line and Dagster both call."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

import duckdb

from ingestion.current_delivery import Present
from ingestion.deliver import Outcome, take_file
from ingestion.delivery import Slot
from ingestion.forgetting.remembered import keep_forgotten_out
from ingestion.identity import bind_key
from ingestion.landing import Landing, LandingFile, LandingProblem
from ingestion.ledger import HashedFile, Ledger
from ingestion.places import shelf
from ingestion.raw_store import DeliveryKey
from ingestion.settings import Settings
from ingestion.transient import is_passing, tried_again

Progress = Callable[[LandingFile], None]
#: A file up to this size is read beside others.
_SMALL_BYTES = 16 * 1024 * 1024


@dataclass
class LandResult:
    """What one look at landing brought."""

    outcomes: list[Outcome] = field(default_factory=list)
    left_for_next_run: list[LandingFile] = field(default_factory=list)
    problems: list[LandingProblem] = field(default_factory=list)

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.delivery.is_accepted]


def open_workbench(settings: Settings, key: bytes, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """The in-memory database in which files are read, with as many threads a query as the settings say, if nothing else is said.

    Its temporary files lie in the vault.
    """
    connection = duckdb.connect(
        config={
            "memory_limit": settings.memory_limit,
            "threads": threads or settings.threads,
            "temp_directory": settings.work_folder.as_posix(),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": True,
            "disabled_optimizers": "in_clause",  # it makes a join of every list of tokens, dearer than comparing
        }
    )
    bind_key(connection, key)
    return connection


def _hashed(file: LandingFile) -> HashedFile | None:
    """The file with its hash, or None if it changed or went while it was read."""
    try:
        before = file.path.stat()
        with file.path.open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        after = file.path.stat()
    except FileNotFoundError:
        return None
    unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return HashedFile(file.path, after, digest) if unchanged else None


def _may_be_under_way(settings: Settings, file: LandingFile) -> bool:
    """Whether a file changed so lately that somebody may still be writing it. A time far ahead is a wrong clock, not a new file."""
    age = time.time() - file.path.stat().st_mtime
    return -settings.settle_seconds < age < settings.settle_seconds


def identify(
    settings: Settings, ledger: Ledger, files: Iterable[LandingFile]
) -> tuple[list[tuple[LandingFile, str]], LandResult]:
    """Each file with its hash. Files still being written, or that cannot be opened, are told apart."""
    result, known, read = LandResult(), [], []
    for file in files:
        try:
            if _may_be_under_way(settings, file):
                result.left_for_next_run.append(file)
                continue
            sha256 = tried_again(partial(ledger.known_sha256, file.path))
            if sha256 is None:
                hashed = tried_again(partial(_hashed, file))
                if hashed is None:
                    result.left_for_next_run.append(file)
                    continue
                read.append(hashed)
                sha256 = hashed.sha256
        except FileNotFoundError:
            continue
        except PermissionError:
            where = f"{shelf(settings, file)}/{file.name}"
            result.problems.append(
                LandingProblem(where, "cannot be opened (no permission); allow this user to read it")
            )
            continue
        except OSError as error:
            if not is_passing(error):
                raise
            where = f"{shelf(settings, file)}/{file.name}"
            result.problems.append(
                LandingProblem(where, f"cannot be read now ({error.strerror}); it is left for the next run")
            )
            continue
        known.append((file, sha256))
    if read:
        ledger.remember_files(read)
    return known, result


def land(
    settings: Settings,
    ledger: Ledger,
    key: bytes,
    landing: Landing,
    *,
    extracts: Collection[str] | None = None,
    months: Collection[date] | None = None,
    on_file: Progress | None = None,
    only_known: bool = False,
) -> LandResult:
    """Take every new file of the given extracts and months (default: all) and settle which deliveries are current.

    Deliveries are a function of the files: each file present is taken once, in order of extract, month and version.

    Raises:
        RcwError: the list of people who were forgotten is not whole.
    """
    keep_forgotten_out(settings, ledger)

    def in_scope(slot: Slot) -> bool:
        return (extracts is None or slot.extract in extracts) and (months is None or slot.reporting_month in months)

    wanted = [file for file in landing.files if in_scope(_slot(file))]
    identified, result = identify(settings, ledger, wanted)
    result.problems += landing.problems
    known = ledger.taken()
    new: dict[str, tuple[LandingFile, str]] = {}  # of files that are alike the first
    for found in () if only_known else identified:
        if _delivery_id(*found) not in known:
            new.setdefault(_delivery_id(*found), found)
    with _taking(settings, key, list(new.values())) as take:
        for file, sha256 in identified:
            delivery_id = _delivery_id(file, sha256)
            if delivery_id in known or only_known:
                continue
            if on_file:
                on_file(file)
            outcome = take(file, sha256)
            if outcome is None:
                ledger.forget_file(file.path)
                result.left_for_next_run.append(file)
                continue
            ledger.add(outcome.delivery, outcome.findings)
            known.add(delivery_id)
            result.outcomes.append(outcome)
    present = [Present(_slot(file), file.version, file.name, _delivery_id(file, sha256)) for file, sha256 in identified]
    ledger.note_versions(present)
    ledger.settle(present, landing.withdrawn, in_scope)
    return result


@contextmanager
def _taking(
    settings: Settings, key: bytes, new: Sequence[tuple[LandingFile, str]]
) -> Iterator[Callable[[LandingFile, str], Outcome | None]]:
    """What takes a file into raw storage: its outcome, or None where it changed while it was read, so that nothing of it counts.

    Small files are read ahead, a few at a time: most of a month's are, and each takes longer to be planned than to be read. A
    large one is read alone, when it is asked for, since it is wanted in memory whole.
    """
    if not new:
        yield lambda file, sha256: None
        return
    sizes = sorted(((_size(file), n) for n, (file, _) in enumerate(new)), reverse=True)
    small = [n for size, n in sizes if size <= _SMALL_BYTES]  # the largest first
    threads = (
        1 if len(small) == len(new) else settings.threads
    )  # a second thread costs a short query more than it saves
    with open_workbench(settings, key, threads) as database, ThreadPoolExecutor(settings.threads) as pool:

        def take(file: LandingFile, sha256: str) -> Outcome | None:
            with database.cursor() as workbench:  # with temporary tables of its own
                bind_key(workbench, key)
                workbench.execute("set variable month_end = ?::date", [month_end(file.reporting_month)])
                outcome = take_file(workbench, settings, file, sha256)
            again = _hashed(file)
            return outcome if again is not None and again.sha256 == sha256 else None

        ahead = {new[n][0].path: pool.submit(take, *new[n]) for n in small}

        def taken(file: LandingFile, sha256: str) -> Outcome | None:
            begun = ahead.pop(file.path, None)
            return begun.result() if begun else take(file, sha256)

        try:
            yield taken
        finally:
            pool.shutdown(cancel_futures=True)


def _size(file: LandingFile) -> int:
    try:
        return file.path.stat().st_size
    except FileNotFoundError:
        return 0


def _slot(file: LandingFile) -> Slot:
    return Slot(file.trust_code, file.extract, file.reporting_month)


def _delivery_id(file: LandingFile, sha256: str) -> str:
    return DeliveryKey(file.trust_code, file.extract, file.reporting_month, sha256).delivery_id


def month_end(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
