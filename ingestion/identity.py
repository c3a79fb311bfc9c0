"""The pseudonym key and the hashes made with it.

A pseudonym is the first 16 bytes, in hex, of HMAC-SHA-256(key, text). The key reaches DuckDB as two bound variables
(the padded keys of the HMAC construction, RFC 2104), never as text of a statement, so it can stand in no message or log.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

import duckdb

from ingestion.errors import RcwError
from ingestion.settings import Settings

SHORTEST_KEY_BYTES = 16
_BLOCK_BYTES = 64  # block size of SHA-256


def default_key_file(settings: Settings) -> Path:
    return settings.key_file or settings.home / "pseudonym.key"


def make_key_file(file: Path) -> None:
    """Write a new random key, readable by its owner alone.

    Raises:
        RcwError: the file is there already.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RcwError(f"There is a key at {file} already; a new one would change every pseudonym.") from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32) + "\n")


def make_home_key(settings: Settings) -> Path:
    """Make the key of a new home; where it lies.

    Raises:
        RcwError: the home has or had a key.
    """
    file = default_key_file(settings)
    if (made_with := stored_fingerprint(settings)) and not file.exists():
        raise RcwError(
            f"{settings.home} was made with another key (fingerprint {made_with}), and would refuse a new one. Put that key back at "
            f"{file}, or set RCW_HOME to a new folder. docs/runbooks/lost-key.md says what each means."
        )
    make_key_file(file)
    return file


def is_key_of(settings: Settings, key: bytes) -> bool:
    """Whether this is the key that the home was made with.

    Raises:
        RcwError: the home is new, so that no key can be compared.
    """
    made_with = stored_fingerprint(settings)
    if made_with is None:
        raise RcwError(f"Nothing has been loaded into {settings.home} yet, so it has no key to compare with.")
    return key_fingerprint(key) == made_with


def read_key(settings: Settings) -> bytes:
    """The pseudonym key from the environment or the key file.

    Raises:
        RcwError: no key, a short key, or a key file that others can read.
    """
    if settings.pseudonym_key is not None:
        return long_enough(settings.pseudonym_key.get_secret_value().strip().encode(), "RCW_PSEUDONYM_KEY")
    file = default_key_file(settings)
    if not file.is_file():
        if made_with := stored_fingerprint(settings):
            raise RcwError(
                f"The pseudonym key of {settings.home} (fingerprint {made_with}) is not here, so nothing was done. Expected "
                f"RCW_PSEUDONYM_KEY or a key file at {file}. Do not make a new one: look for the copy, and try what you find with "
                "rcw key --check FILE. docs/runbooks/lost-key.md says what to do if there is none."
            )
        raise RcwError(
            f"There is no pseudonym key. Expected RCW_PSEUDONYM_KEY or a key file at {file}. "
            "To make one: rcw key. Keep a copy in a safe place: without it pseudonyms cannot be made again."
        )
    return read_key_file(file)


def read_key_file(file: Path) -> bytes:
    """A key from a file that its owner alone can read.

    Raises:
        RcwError: the file cannot be read, others can read it, or it holds a short key.
    """
    try:
        if os.name == "posix" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise RcwError(f"The key file {file} can be read by others. Expected mode 600: chmod 600 '{file}'.")
        return long_enough(file.read_bytes().strip(), str(file))
    except OSError as error:
        raise RcwError(f"The key file {file} cannot be read: {error.strerror}.") from None


def long_enough(key: bytes, where: str) -> bytes:
    if len(key) < SHORTEST_KEY_BYTES:
        raise RcwError(f"The pseudonym key in {where} is too short: at least {SHORTEST_KEY_BYTES} bytes are needed.")
    return key


def pseudonym(key: bytes, text: str) -> str:
    """The pseudonym of a text: 32 hex characters."""
    return hmac.new(key, text.encode(), hashlib.sha256).digest()[:16].hex()


def key_fingerprint(key: bytes) -> str:
    """What may be stored and shown of a key, to recognise it again: 16 hex characters."""
    return pseudonym(key, "fingerprint of the pseudonym key")[:16]


def fingerprint_file(settings: Settings) -> Path:
    return settings.vault_folder / "key.fingerprint"


def key_changes_file(settings: Settings) -> Path:
    """When the key was changed: fingerprints only, a line each time."""
    return settings.vault_folder / "key_changes.csv"


def stored_fingerprint(settings: Settings) -> str | None:
    """Fingerprint of the key that this home was made with; None for a new home."""
    file = fingerprint_file(settings)
    return (file.read_text(encoding="ascii").strip() or None) if file.exists() else None


def check_fingerprint(settings: Settings, key: bytes) -> None:
    """Compare the key with the one that this home was made with; store its fingerprint at first use.

    Raises:
        RcwError: the key has changed.
    """
    fingerprint, stored = key_fingerprint(key), stored_fingerprint(settings)
    if stored is None:
        file = fingerprint_file(settings)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_suffix(".draft")
        draft.write_text(fingerprint + "\n", encoding="ascii")
        draft.replace(file)  # whole or not at all: half a fingerprint would refuse the right key
    elif stored != fingerprint:
        changes = key_changes_file(settings)
        if changes.exists() and f",{fingerprint}," in changes.read_text(encoding="ascii"):
            raise RcwError(
                f"This is a former pseudonym key: rcw rekey has replaced it in {settings.home}, so nothing was changed. Give the "
                "new key (RCW_PSEUDONYM_KEY or RCW_KEY_FILE)."
            )
        raise RcwError(
            f"The pseudonym key is not the one that {settings.home} was made with, so nothing was changed: people would get new "
            "pseudonyms and look like leavers and joiners. Give the former key (RCW_PSEUDONYM_KEY or RCW_KEY_FILE), or start a "
            "new RCW_HOME. To replace a key on purpose: rcw rekey."
        )


def bind_key(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Make the macro `pseudonym(text)` in a connection."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
    connection.execute("set variable hmac_inner = ?", [bytes(b ^ 0x36 for b in block)])
    connection.execute("set variable hmac_outer = ?", [bytes(b ^ 0x5C for b in block)])
    connection.execute(
        "create or replace temp macro pseudonym(text) as "
        "left(sha256(getvariable('hmac_outer') || unhex(sha256(getvariable('hmac_inner') || encode(text)))), 32)"
    )
