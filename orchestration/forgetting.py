"""`rcw forget`: a person out of everything that is stored, and named where landing still has them.

Who it is, is typed at a prompt or read from a file: what stands on a command line stays in the shell's history.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from ingestion.errors import RcwError
from ingestion.forgetting.forget import Forgotten, forget
from ingestion.forgetting.landing_places import LandingPlace, find_in_landing
from ingestion.forgetting.person import Person, find_person, of_number
from ingestion.identity import check_fingerprint, read_key
from ingestion.ledger import Ledger
from ingestion.places import place
from ingestion.settings import Settings, load_settings
from ingestion.suppressed import Suppressed, read_suppressed, suppressed_file
from ingestion.vault_audit import note_use
from orchestration.after_rewriting import rebuild_and_publish
from orchestration.answers import DONE, REFUSED, as_json_text
from orchestration.loading import err, out, plain
from orchestration.progress import Progress
from orchestration.progress_display import shown
from orchestration.run_lock import run_lock
from orchestration.warehouse import delivered_people

_SHOWN_LINES = 12


@dataclass(frozen=True)
class Request:
    """Who is to be forgotten: a file of employee numbers (`-` is standard input), or pseudonyms; none: a prompt."""

    numbers_from: str | None = None
    staff_keys: Sequence[str] = field(default_factory=tuple)
    researcher_keys: Sequence[str] = field(default_factory=tuple)
    trust_code: str | None = None


def _numbers(request: Request) -> list[str]:
    """Employee numbers as typed or delivered. No message ever repeats one."""
    if request.numbers_from and request.numbers_from != "-":
        file = Path(request.numbers_from).expanduser()
        if not file.is_file():
            raise RcwError(f"There is no file {file}. Expected one employee number on each line.")
        lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    elif request.numbers_from == "-" or (
        not sys.stdin.isatty() and not (request.staff_keys or request.researcher_keys)
    ):
        lines = sys.stdin.read().splitlines()
    elif request.staff_keys or request.researcher_keys:
        return []
    else:
        lines = [typer.prompt("Employee number (it is not shown)", hide_input=True, err=True)]
    numbers = [line.strip().removesuffix(".0") for line in lines if line.strip()]
    if not numbers:
        raise RcwError(
            "Nobody was named. Type an employee number at the prompt, or give a file with one on each line (--from FILE)."
        )
    return numbers


def _known_as(settings: Settings, key: bytes, request: Request) -> list[set[Suppressed]]:
    """For each person the pseudonyms that follow from what was given."""
    trust = request.trust_code or settings.trust_code
    people = [of_number(key, trust, number) for number in _numbers(request)]
    people += [{Suppressed(trust, "staff", given.strip().lower())} for given in request.staff_keys]
    return people + [{Suppressed(trust, "researcher", given.strip().lower())} for given in request.researcher_keys]


def forget_command(request: Request, *, publish: bool, sure: bool, dry_run: bool, as_json: bool) -> int:
    """Forget the people of a request. 0: done; 1: somebody is unknown, or the gate closed afterwards."""
    settings = load_settings()
    if not settings.ledger_file.exists():
        raise RcwError(f"Nothing has been loaded into {settings.home} yet, so nobody is stored there.")
    with run_lock(settings):
        key = read_key(settings)
        check_fingerprint(settings, key)
        known = _known_as(settings, key, request)
        people = _find(settings, known)
        keys = set().union(*(person.keys for person in people))
        possible = set().union(*(person.possible for person in people)) - {one.key for one in keys}
        with shown(err):
            expected = forget(settings, keys, dry_run=True, on_progress=_say_progress)
        unknown = _unknown(settings, known, expected)
        if unknown:
            return _say_unknown(settings, unknown, as_json)
        if not (dry_run or sure or as_json) and sys.stdin.isatty():
            _ask(settings, expected, len(people))
        done = expected
        if not dry_run:
            with shown(err):
                done = forget(settings, keys, on_progress=_say_progress)
        with shown(err):
            places = find_in_landing(settings, key, [one.key for one in keys], _say_progress)
        note_use(
            settings,
            "rcw forget --dry-run" if dry_run else "rcw forget",
            f"forgetting {len(people)} people",
            done.identities,
        )
        document = _document(settings, done, places, possible, dry_run)
        code = DONE
        if publish and not dry_run:
            with shown(err):
                code, published = rebuild_and_publish(settings)
            document |= published
    if as_json:
        out.print_json(as_json_text(document))
    else:
        _say(settings, document, places)
    return code


def _say_progress(what: str, done: int, of: int) -> None:
    Progress.current().say(what, "", done, of)


def _find(settings: Settings, known: Iterable[set[Suppressed]]) -> list[Person]:
    ledger = Ledger(settings)
    try:
        current = delivered_people(settings, ledger)
    finally:
        ledger.close()
    return [find_person(settings, one, current) for one in known]


def _unknown(settings: Settings, known: list[set[Suppressed]], expected: Forgotten) -> list[int]:
    """Which of the people given (from 1) are neither stored nor forgotten before: a mistyped number would hit somebody else."""
    suppressed, found = set(read_suppressed(settings)), []
    for position, one in enumerate(known, start=1):
        if one & suppressed:
            continue
        is_stored = forget(settings, one, dry_run=True).files > 0 if len(known) > 1 else expected.files > 0
        if not is_stored:
            found.append(position)
    return found


def _say_unknown(settings: Settings, unknown: list[int], as_json: bool) -> int:
    who = ", ".join(str(place) for place in unknown)
    message = (
        f"Nothing was changed: nobody stored in {settings.home} is the person given (place {who} of those given). Check the employee "
        "number and the trust (--trust)."
    )
    if as_json:
        out.print_json(as_json_text({"unknown": unknown, "message": message}))
    else:
        err.print(plain(message))
    return REFUSED


def _ask(settings: Settings, expected: Forgotten, people: int) -> None:
    out.print(f"{'Person' if people == 1 else f'{people} people'} found: {_counts(expected)}.")
    typer.confirm("This cannot be undone. Forget?", abort=True)


def _counts(done: Forgotten) -> str:
    return (
        f"{sum(done.rows.values()):,} rows and {sum(done.mentions.values()):,} mentions in {done.deliveries} deliveries, "
        f"{done.identities:,} rows of the vault"
    )


def _document(
    settings: Settings, done: Forgotten, places: list[LandingPlace], possible: set[str], dry_run: bool
) -> dict[str, Any]:
    ledger = Ledger(settings)
    try:
        deliveries = ledger.deliveries()
    finally:
        ledger.close()
    names = {d: place(settings, deliveries[d]) for d in deliveries}
    touched = sorted(done.rows.keys() | done.mentions.keys(), key=lambda d: names.get(d, d))
    return {
        "dry_run": dry_run,
        "counts": _counts(done),
        "deliveries": [
            {"delivery_id": d, "file": names.get(d), "rows": done.rows.get(d, 0), "mentions": done.mentions.get(d, 0)}
            for d in touched
        ],
        "landing": [{"file": one.file, "lines": one.lines} for one in places],
        "possible_researcher_keys": sorted(possible),
    }


def _say(settings: Settings, document: dict[str, Any], places: list[LandingPlace]) -> None:
    word = "Would forget" if document["dry_run"] else "Forgotten"
    out.print(f"{word}: {document['counts']}.{' Nothing was changed.' if document['dry_run'] else ''}")
    for one in document["deliveries"]:
        parts = [f"{one[what]} {what}" for what in ("rows", "mentions") if one[what]]
        out.print(plain(f"  {one['file'] or one['delivery_id']}: {', '.join(parts)}"))
    holding = [one for one in places if one.lines]
    if holding:
        out.print(
            f"[bold]Landing still holds the person[/bold] in {len(holding)} files of {settings.landing_folder}. They are the trust's own "
            "and were not changed; loading them again will not bring the person back:"
        )
        for one in holding:
            lines = one.lines or ()
            more = f" and {len(lines) - _SHOWN_LINES} more" if len(lines) > _SHOWN_LINES else ""
            out.print(plain(f"  {one.file}: line {', '.join(map(str, lines[:_SHOWN_LINES]))}{more}"))
    for one in places:
        if one.lines is None:
            out.print(plain(f"  {one.file}: cannot be read as its extract; look through it yourself"))
    if not document["dry_run"]:
        out.print(
            f"A new home made from these files would not know it: copy {suppressed_file(settings)} there before its first load."
        )
    if document["possible_researcher_keys"]:
        out.print(
            "R&D people of a like name, whom nobody could link for certain, were left. Where one of them is the person, run the command "
            "again with --researcher-key:"
        )
        for key in document["possible_researcher_keys"]:
            out.print(f"  {key}")
    if "message" in document:
        err.print(plain(str(document["message"])))
    if document.get("release"):
        out.print(f"Published release {document['release']} in {settings.published_folder / 'current'}")
    elif not document["dry_run"] and "release" not in document:
        out.print("The next rcw load builds the warehouse anew and publishes.")
