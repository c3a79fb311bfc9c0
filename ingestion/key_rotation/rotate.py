"""The rotation itself: what has to change, what it becomes, and the files written anew beside the old ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ingestion.contract import contracts
from ingestion.errors import RcwError
from ingestion.identity import default_key_file, fingerprint_file, key_changes_file, key_fingerprint
from ingestion.key_rotation.change import KeyChange
from ingestion.key_rotation.texts import learn_from_landing, learn_from_vault, search_numbers
from ingestion.landing import look
from ingestion.load import month_end, open_workbench
from ingestion.raw_store import ROWS, identity_files
from ingestion.researcher_link.decisions import decisions_file
from ingestion.researcher_link.review import review_file
from ingestion.rewriting import Rewriting
from ingestion.settings import Settings
from ingestion.stored_keys import key_columns, write_with_other_keys
from ingestion.suppressed import Suppressed, as_text, read_suppressed, suppressed_file

Progress = Callable[[str, int, int], None]
_PSEUDONYM = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_TEXTS_OF_PEOPLE = {
    "staff_number",
    "assignment_number",
    "email",
    "orcid",
    "researcher",
    "investigator",
    "researcher_list",
    "author_list",
}


@dataclass
class Rotation:
    """What a rotation has done, or would do: counts only."""

    pseudonyms: int = 0
    files: int = 0
    found: dict[str, int] = field(default_factory=dict)  # where the texts behind them were found
    unknown: int = 0  # pseudonyms of stored rows whose text was found nowhere
    installed: Path | None = None  # the key file of the home that now holds the new key


def rotate_key(
    settings: Settings,
    old_key: bytes,
    new_key: bytes,
    *,
    carry_unknown: bool = False,
    dry_run: bool = False,
    on_progress: Progress = lambda what, done, total: None,
) -> Rotation:
    """Change every stored pseudonym from the old key to the new one, or nothing at all.

    Call it under the run lock. The warehouse goes and is built anew by the next load.

    Args:
        carry_unknown: people whose number or name is found nowhere keep their history under a new pseudonym, and will not be
            recognised when they are delivered again.

    Raises:
        RcwError: somebody is found nowhere and `carry_unknown` is false. Nothing was changed.
    """
    with open_workbench(settings, old_key) as workbench:
        change = KeyChange(workbench, old_key, new_key)
        stored, suppressed = _want_stored(settings, change), read_suppressed(settings)
        lists = [file for file in (decisions_file(settings), review_file(settings)) if file.exists()]
        change.want_also((one.trust_code, "staff" if one.kind == "staff" else None, one.key) for one in suppressed)
        for file in lists:
            change.want_also((settings.trust_code, None, key.decode()) for key in _PSEUDONYM.findall(file.read_bytes()))
        result = Rotation(pseudonyms=change.missing(is_stored=True), files=len(stored))
        _learn(settings, change, on_progress)
        result.found, result.unknown = change.found, change.missing(is_stored=True)
        if dry_run:
            return result
        if result.unknown and not carry_unknown:
            raise RcwError(_nobody_found(result))
        change.carry()
        _write_all(settings, change, [*stored, *lists], suppressed, result, on_progress)
        return result


def _nobody_found(result: Rotation) -> str:
    return (
        f"{result.unknown} of {result.pseudonyms} pseudonyms cannot be changed, so nothing was: the number, name or address behind them "
        "stands neither in the vault nor in a landing file, and is no number of eight digits. Put a landing file back that names "
        "these people, or give --carry-unknown: their history stays together under new pseudonyms, but deliveries to come "
        "will show them as other people."
    )


def _stored_files(settings: Settings) -> list[Path]:
    raw = sorted(settings.raw_folder.rglob(ROWS)) if settings.raw_folder.exists() else []
    return [*raw, *identity_files(settings)]


def trust_of(file: Path) -> str:
    """The trust in the path of a stored file."""
    return next(part.partition("=")[2] for part in file.parts if part.startswith("trust_code="))


def _extract_of(settings: Settings, file: Path) -> str:
    place = file.relative_to(settings.home).parts
    return place[1] if place[0] == settings.raw_folder.name else place[2]


def _want_stored(settings: Settings, change: KeyChange) -> list[Path]:
    found = []
    for file in _stored_files(settings):
        if key_columns(change.connection, file):
            change.want(trust_of(file), file)
            found.append(file)
    return found


def _learn(settings: Settings, change: KeyChange, on_progress: Progress) -> None:
    vault = identity_files(settings)
    for n, file in enumerate(vault):
        on_progress("reading the vault", n, len(vault))
        contract = contracts().get(_extract_of(settings, file))
        if contract:
            learn_from_vault(change, contract, trust_of(file), file)
    if not settings.landing_folder.is_dir():
        files = []
    else:
        files = sorted(look(settings).files, key=lambda file: file.reporting_month, reverse=True)
    for n, landed in enumerate(files):
        contract = contracts()[landed.extract]
        if not any(column.pii in _TEXTS_OF_PEOPLE for column in contract.columns):
            continue
        if not change.missing():
            return
        on_progress("reading landing files", n, len(files))
        change.connection.execute("set variable month_end = ?::date", [month_end(landed.reporting_month)])
        learn_from_landing(change, contract, landed)
    search_numbers(change, on_progress)


def _write_all(
    settings: Settings,
    change: KeyChange,
    stored: list[Path],
    suppressed: list[Suppressed],
    result: Rotation,
    on_progress: Progress,
) -> None:
    rewriting = Rewriting(settings, "the pseudonym key was replaced")
    try:
        new = dict(change.connection.execute("select old, new from key_change").fetchall())
        for n, file in enumerate(stored):
            on_progress("writing with new pseudonyms", n, len(stored))
            if file.suffix == ".csv":
                rewriting.write(file, _PSEUDONYM.sub(lambda found: _changed(found, new), file.read_bytes()))
            else:
                write_with_other_keys(change.connection, file, rewriting.aside(file))
        if suppressed:
            kept = [replace(one, key=new[one.key]) for one in suppressed]
            rewriting.write(suppressed_file(settings), as_text(kept).encode())
        old, now = key_fingerprint(change.old_key), key_fingerprint(change.new_key)
        rewriting.write(key_changes_file(settings), _noted(key_changes_file(settings), old, now))
        if settings.pseudonym_key is None and default_key_file(settings) == settings.home / "pseudonym.key":
            result.installed = default_key_file(settings)
            rewriting.write(result.installed, change.new_key + b"\n")
        rewriting.write(fingerprint_file(settings), f"{now}\n".encode())
    except BaseException:
        rewriting.abandon()
        raise
    rewriting.commit()


def _changed(found: re.Match[bytes], new: dict[str, str]) -> bytes:
    return new.get(found.group().decode(), found.group().decode()).encode()


def _noted(file: Path, old: str, now: str) -> bytes:
    """The record of key changes with one line more."""
    former = file.read_bytes() if file.exists() else b"changed_at,former_fingerprint,fingerprint\n"
    return former + f"{datetime.now(UTC).isoformat(timespec='seconds')},{old},{now}\n".encode()
