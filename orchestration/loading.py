"""`rcw load` and `rcw publish`: look, decide whether there is work, run the job, say what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape

from ingestion.delivery import Delivery
from ingestion.errors import RcwError
from ingestion.landing import WITHDRAWN_FILE, Landing, LandingFile, LandingProblem, look
from ingestion.load import identify
from ingestion.places import shelf
from ingestion.raw_store import DeliveryKey
from ingestion.settings import Settings, load_settings
from orchestration.answers import DONE, REFUSED, WRONG, as_json_text
from orchestration.delivery_report import DeliveryReport, lines_of, report_on
from orchestration.months import FIRST_MONTH, months_between
from orchestration.run_lock import run_lock
from orchestration.session import LoadSession
from orchestration.watched import Watch, watched
from publishing.pointer import RELEASES

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)
#: Of the gate's warnings; the page has all.
_WARNINGS_SHOWN = 10


@dataclass(frozen=True)
class Pending:
    """What a look at landing found before anything was changed."""

    landing: Landing
    new: list[LandingFile]
    left_for_next_run: list[LandingFile]
    unreadable: list[str]
    idle_withdrawals: list[str]


def find_pending(session: LoadSession, first: date | None, last: date | None) -> Pending:
    """Files in landing that the ledger does not know, within a range of months."""
    landing = _within_reach(session.settings, session.look())
    chosen = [
        f
        for f in landing.files
        if (first is None or f.reporting_month >= first) and (last is None or f.reporting_month <= last)
    ]
    known = session.ledger.taken()
    identified, result = identify(session.settings, session.ledger, chosen)
    new = [
        file
        for file, sha256 in identified
        if DeliveryKey(file.trust_code, file.extract, file.reporting_month, sha256).delivery_id not in known
    ]
    unreadable = [f"{p.where} {p.message}" for p in result.problems]
    idle: list[str] = []
    if chosen == list(landing.files) and not (unreadable or result.left_for_next_run):
        there = {sha256 for _, sha256 in identified} | {d.key.sha256 for d in session.ledger.deliveries().values()}
        idle = [sha256 for sha256 in landing.withdrawn if sha256 not in there]
    return Pending(landing, new, result.left_for_next_run, unreadable, idle)


def _within_reach(settings: Settings, landing: Landing) -> Landing:
    """Landing without files of months that cannot have ended, or that lie before the first partition: misnamed, most likely."""
    oldest, newest = date.fromisoformat(FIRST_MONTH), datetime.now(UTC).date().replace(day=1)
    taken = tuple(file for file in landing.files if oldest <= file.reporting_month <= newest)
    misnamed = [
        LandingProblem(
            f"{shelf(settings, file)}/{file.name}",
            f"names a month before {oldest:%Y-%m} or in the future; rename the file",
        )
        for file in landing.files
        if file not in taken
    ]
    return replace(landing, files=taken, problems=(*landing.problems, *misnamed))


def load_command(first: date | None, last: date | None, *, dry_run: bool, as_json: bool) -> int:
    """Load and publish. Returns the exit code: 0 done, 1 something was refused or the gate is closed, 2 the machine failed."""
    settings = load_settings()
    if dry_run:
        return _dry_run(settings, first, last, as_json)
    with watched(settings) as watch:
        return _load(settings, watch, first, last, as_json)


def _dry_run(settings: Settings, first: date | None, last: date | None, as_json: bool) -> int:
    if not settings.home.exists():
        raise RcwError(f"There is nothing at {settings.home} yet; a dry run looks at a home that has been loaded.")
    with run_lock(settings):
        look(settings)
        session = LoadSession(settings)
        try:
            return _say_pending(settings, find_pending(session, first, last), as_json)
        finally:
            session.close()


def _load(settings: Settings, watch: Watch, first: date | None, last: date | None, as_json: bool) -> int:
    started = time.monotonic()
    with run_lock(settings):
        look(settings)  # a missing landing folder is said before a missing key
        session = LoadSession(settings)
        try:
            pending = find_pending(session, first, last)
            watch.problems = _problems(pending)
            watch.begin(new_files=len(pending.new), left_for_next_run=len(pending.left_for_next_run))
            last_arrival = max((d.arrival for d in session.ledger.deliveries().values()), default=0)
            session.settle(pending.landing, first, last)
            if not pending.new and not session.plan().is_needed:
                code = _nothing_new(session, pending, as_json)
                if code is not None:
                    watch.outcome = "nothing new"
                    return code
            months = [file.reporting_month for file in pending.new] or [
                s.reporting_month for s in session.ledger.current()
            ]
            if not months:
                watch.outcome = "nothing new"
                return _empty(settings, pending, as_json)
        finally:
            session.close()
        standing = _standing(settings)
        outcome = _run(settings, first or min(months), last or max(months))
        watch.outcome = "published" if outcome.is_success else "not published"
        watch.fault = None if outcome.is_success else outcome.message
        _say_removed(standing - _standing(settings))
        return _report(settings, pending, outcome, last_arrival, time.monotonic() - started, as_json)


def _standing(settings: Settings) -> set[str]:
    """The releases whose files are there."""
    return {folder.name for folder in (settings.published_folder / RELEASES).glob("[!.]*")}


def _say_removed(releases: set[str]) -> None:
    if releases:
        err.print(
            f"Removed the files of {len(releases)} older releases (RCW_RELEASES_KEPT): {', '.join(sorted(releases))}. "
            "rcw rebuild makes them again."
        )


def _run(settings: Settings, first: date, last: date) -> Any:
    from orchestration.progress_display import shown
    from orchestration.run import run_monthly_load
    from orchestration.workers import begun

    with begun(settings, months_between(first, last)), shown(err):
        return run_monthly_load(settings, first, last)


def _say_pending(settings: Settings, pending: Pending, as_json: bool) -> int:
    if as_json:
        out.print_json(
            as_json_text(
                {"new": [f"{shelf(settings, f)}/{f.name}" for f in pending.new], "problems": _problems(pending)}
            )
        )
        return DONE
    for file in pending.new:
        out.print(plain(f"would load  {shelf(settings, file):24} {file.reporting_month:%Y-%m}  {file.name}"))
    out.print(f"{len(pending.new)} new files. Nothing was changed.")
    _say_problems(settings, pending)
    return DONE


def _problems(pending: Pending) -> list[str]:
    return [f"{p.where} {p.message}" for p in pending.landing.problems] + pending.unreadable


def _say_problems(settings: Settings, pending: Pending) -> None:
    for problem in _problems(pending):
        err.print(f"[bold]Not taken[/bold]: {plain(problem)}")
    for file in pending.left_for_next_run:
        err.print(f"Left for the next run (still being written): {plain(f'{shelf(settings, file)}/{file.name}')}")
    for text in _noticed(pending):
        err.print(f"[bold]Noticed[/bold]: {text}")


def _noticed(pending: Pending) -> list[str]:
    return [
        f"{WITHDRAWN_FILE} lists {sha256[:12]}…, which is no file that is here or was loaded; copy the SHA-256 of the file again"
        for sha256 in pending.idle_withdrawals
    ]


def plain(text: str) -> str:
    """A text as it is on the screen: no markup, and no control characters (a file name may hold any)."""
    return escape("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text))


def _conflicts(session: LoadSession) -> list[str]:
    return [
        f"{shelf(session.settings, slot)} {slot.reporting_month:%Y-%m}: {files} bear the same version and differ, so neither is taken. Give the right "
        "one a higher version (_v2), or remove the other."
        for slot, files in session.ledger.conflicts().items()
    ]


def _nothing_new(session: LoadSession, pending: Pending, as_json: bool) -> int | None:
    """Say that there is nothing to do, or None where a release is still to be published."""
    wanted, published = session.release_id(), session.published_id()
    gate = session.ledger.get_state("gate") or {}
    conflicts = _conflicts(session)
    refused = bool(_problems(pending) or conflicts)
    if wanted is None or wanted == published:
        if as_json:
            document = {"new": 0, "release": published, "problems": _problems(pending) + conflicts}
            out.print_json(as_json_text(document | {"noticed": _noticed(pending)}))
        else:
            for conflict in conflicts:
                err.print(f"[bold]Conflict[/bold]: {plain(conflict)}")
            _say_problems(session.settings, pending)
            if published:
                out.print(f"Nothing new in {session.settings.landing_folder}. Release {published} is current.")
            else:
                out.print(f"Nothing new in {session.settings.landing_folder}. There is no release yet.")
        return REFUSED if refused else DONE
    if gate.get("release") == wanted and gate.get("is_closed"):
        err.print(plain(gate["message"]))
        err.print(f"Evidence: {gate['page']}")
        return REFUSED
    return None


def _empty(settings: Settings, pending: Pending, as_json: bool) -> int:
    if as_json:
        document = {"new": 0, "release": None, "problems": _problems(pending), "noticed": _noticed(pending)}
        out.print_json(as_json_text(document))
    else:
        _say_problems(settings, pending)
        out.print(f"There is nothing to load in {settings.landing_folder}.")
    return REFUSED if _problems(pending) else DONE


def _report(
    settings: Settings, pending: Pending, outcome: Any, last_arrival: int, seconds: float, as_json: bool
) -> int:
    session = LoadSession(settings)
    try:
        loaded = [d for d in session.ledger.deliveries().values() if d.arrival > last_arrival]
        refused = [d for d in loaded if not d.is_accepted]
        conflicts = _conflicts(session)
        report = report_on(settings, session.ledger, loaded)
        said = report.as_document()
        document = said | {
            "noticed": said["noticed"] + _noticed(pending),
            "deliveries": len(loaded),
            "rows_delivered": sum(d.rows_delivered for d in loaded),
            "rows_accepted": sum(d.rows_accepted for d in loaded),
            "rows_rejected": sum(d.rows_rejected for d in loaded),
            "problems": _problems(pending),
            "conflicts": conflicts,
            "is_published": outcome.is_success,
            "release": session.published_id(),
            "message": outcome.message,
            "seconds": round(seconds, 1),
            "warnings": _warnings(session, loaded),
        }
        if as_json:
            out.print_json(as_json_text(document))
        else:
            _say_report(session, loaded, report, conflicts, outcome, seconds)
            _say_warnings(session, loaded)
            _say_problems(settings, pending)
    finally:
        session.close()
    if outcome.is_fault:
        return WRONG
    return DONE if outcome.is_success and not (refused or conflicts or _problems(pending)) else REFUSED


def _say_report(
    session: LoadSession,
    loaded: list[Delivery],
    report: DeliveryReport,
    conflicts: list[str],
    outcome: Any,
    seconds: float,
) -> None:
    accepted, rejected = sum(d.rows_accepted for d in loaded), sum(d.rows_rejected for d in loaded)
    out.print(
        f"Loaded {len(loaded) - len(report.refused)} deliveries: {accepted:,} rows accepted, {rejected:,} rejected ({seconds:.0f} s)."
    )
    for heading, text in lines_of(report):
        err.print(f"[bold]{heading}[/bold]: {plain(text)}" if heading else f"  {plain(text)}")
    for conflict in conflicts:
        err.print(f"[bold]Conflict[/bold]: {plain(conflict)}")
    if outcome.is_success:
        out.print(f"Published release {session.published_id()} in {session.settings.published_folder / 'current'}")
    else:
        err.print(plain(outcome.message))
        gate = session.ledger.get_state("gate") or {}
        if gate.get("page"):
            err.print(f"Evidence: {gate['page']}")
        former = session.published_id()
        err.print(
            f"Nothing was published; {f'release {former} stays current' if former else 'there is no release yet'}."
        )


def _warnings(session: LoadSession, loaded: list[Delivery]) -> list[dict[str, Any]]:
    """Warnings of the gate about the deliveries of this load, and about what was built."""
    gate = session.ledger.get_state("gate") or {}
    if gate.get("release") != session.release_id():  # this load did not come to the gate
        return []
    tables = {(f"raw.{d.key.extract}", d.key.reporting_month.isoformat()) for d in loaded}
    return [w for w in gate.get("warnings", []) if w["border"] != "raw" or (w["table"], w["month"]) in tables]


def _say_warnings(session: LoadSession, loaded: list[Delivery]) -> None:
    warnings = _warnings(session, loaded)
    for warning in warnings[:_WARNINGS_SHOWN]:
        where = f"{warning['table'].removeprefix('raw.')} {(warning['month'] or '')[:7]}".strip()
        said = f"{where}: {warning['meaning']} ({warning['observed']})"
        err.print(f"[bold]Warning[/bold]: {plain(said)}")
    gate = session.ledger.get_state("gate") or {}
    if warnings and not gate["is_closed"]:
        err.print(f"Warnings stop no release ({len(warnings)} in all). Evidence: {gate['page']}")


def publish_command(*, as_json: bool) -> int:
    """Gate and release for the warehouse as it stands."""
    settings = load_settings()
    with run_lock(settings):
        session = LoadSession(settings)
        try:
            if session.plan().is_needed:
                raise RcwError("The warehouse does not follow the deliveries yet. Run rcw load, which also publishes.")
            report, page = session.gate()
            if report.is_closed:
                err.print(plain(report.message()))
                err.print(f"Evidence: {page}")
                return REFUSED
            standing = _standing(settings)
            release = session.publish()
            _say_removed(standing - _standing(settings))
            document = {"release": release.id, "folder": str(release.folder), "is_new": release.is_new}
            if as_json:
                out.print_json(as_json_text(document))
            else:
                word = "Published" if release.is_new else "Already published:"
                out.print(f"{word} release {release.id} in {settings.published_folder / 'current'}")
            return DONE
        finally:
            session.close()
