"""`rcw rekey`: another pseudonym key for a home, and what follows from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ingestion.errors import RcwError
from ingestion.identity import (
    check_fingerprint,
    default_key_file,
    key_fingerprint,
    long_enough,
    read_key,
    read_key_file,
    stored_fingerprint,
)
from ingestion.key_rotation.rotate import Rotation, rotate_key
from ingestion.settings import Settings, load_settings
from ingestion.vault_audit import note_use
from orchestration.after_rewriting import rebuild_and_publish
from orchestration.answers import DONE, as_json_text
from orchestration.loading import err, out, plain
from orchestration.progress import Progress
from orchestration.progress_display import shown
from orchestration.run_lock import run_lock


def _new_key(settings: Settings, file: Path | None) -> bytes:
    if file:
        return read_key_file(file.expanduser().absolute())
    if settings.new_pseudonym_key is None:
        raise RcwError("There is no new key. Give --new-key-file FILE (mode 600), or set RCW_NEW_PSEUDONYM_KEY.")
    return long_enough(settings.new_pseudonym_key.get_secret_value().strip().encode(), "RCW_NEW_PSEUDONYM_KEY")


def rekey_command(
    new_key_file: Path | None, *, carry_unknown: bool, publish: bool, dry_run: bool, as_json: bool
) -> int:
    """Replace the key. Run again after an interruption, it goes on where it stopped."""
    settings = load_settings()
    new = _new_key(settings, new_key_file)
    if not settings.ledger_file.exists():
        raise RcwError(
            f"Nothing has been loaded into {settings.home} yet, so no key has to be replaced. Load with the new key."
        )
    with run_lock(settings):
        rotation = Rotation()
        if stored_fingerprint(settings) != key_fingerprint(new):
            old = read_key(settings)
            check_fingerprint(settings, old)
            with shown(err):
                rotation = rotate_key(
                    settings,
                    old,
                    new,
                    carry_unknown=carry_unknown,
                    dry_run=dry_run,
                    on_progress=lambda what, done, of: Progress.current().say(what, "", done, of),
                )
            note_use(
                settings,
                "rcw rekey --dry-run" if dry_run else "rcw rekey",
                "replacing the pseudonym key",
                rotation.pseudonyms,
            )
        is_given = read_key(settings) == new
        code, document = DONE, {"pseudonyms": rotation.pseudonyms, "files": rotation.files, "found": rotation.found}
        document |= {"unknown": rotation.unknown, "key_fingerprint": key_fingerprint(new), "dry_run": dry_run}
        if not dry_run and publish:
            with shown(err):
                code, published = rebuild_and_publish(
                    settings.model_copy(update={"pseudonym_key": SecretStr(new.decode("utf-8", "surrogateescape"))})
                )
            document |= published
    if as_json:
        out.print_json(as_json_text(document))
    else:
        _say(settings, rotation, document, None if is_given else _where_to_put(settings, new_key_file))
    return code


def _where_to_put(settings: Settings, new_key_file: Path | None) -> str:
    if new_key_file and settings.pseudonym_key is None:
        return f"From now on set RCW_KEY_FILE={new_key_file}, or put the new key into {default_key_file(settings)}."
    return "From now on give the new key in RCW_PSEUDONYM_KEY, or in a file that RCW_KEY_FILE names."


def _say(settings: Settings, rotation: Rotation, document: dict[str, Any], to_do: str | None) -> None:
    where = ", ".join(f"{n:,} from {source}" for source, n in rotation.found.items())
    explained = f"{rotation.pseudonyms:,} pseudonyms in {rotation.files} files ({where or 'nothing explains them'})"
    if document["dry_run"]:
        out.print(f"Would change {explained}. Nothing was changed.")
        if rotation.unknown:
            out.print(
                f"{rotation.unknown:,} of them are explained by nothing that is left; without landing files that name these people, "
                "--carry-unknown is needed."
            )
        return
    if rotation.files:
        out.print(f"Changed {explained}.")
        if rotation.unknown:
            out.print(
                f"{rotation.unknown:,} people keep their history, but will not be recognised when they are delivered again."
            )
    else:
        out.print("The new key is in force already.")
    if rotation.installed:
        out.print(f"The new key is now in {rotation.installed}, in place of the former one.")
    elif to_do:
        out.print(to_do)
    out.print("Keep the former key in its safe place for as long as you keep backups that were made under it.")
    if "message" in document:
        err.print(plain(str(document["message"])))
    if document.get("release"):
        out.print(f"Published release {document['release']} in {settings.published_folder / 'current'}")
    elif "release" not in document:
        out.print("The next rcw load builds the warehouse anew and publishes.")
