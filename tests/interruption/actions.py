"""What is interrupted at each of its changes of a file: functions that `warm.py` calls by name, each over a home."""

from __future__ import annotations

from pathlib import Path

from ingestion.forgetting.forget import forget
from ingestion.forgetting.person import of_number
from ingestion.identity import key_fingerprint, stored_fingerprint
from ingestion.key_rotation.rotate import rotate_key
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from ingestion.raw_store import sweep
from orchestration.run_lock import run_lock
from publishing.record import keep_record
from publishing.release import publish, put_back
from publishing.releases import remove_older
from tests.ingestion.delivering import KEY, settings_for
from tests.publishing_support import release_inputs

NEW_KEY = b"another key for tests only, 32 bytes"


def publish_month(home: str, month: str, kept: int | None = None) -> None:
    """What the last step of a load does: release, record, pointer, retention."""
    place = Path(home)
    publish(
        place / "warehouse.duckdb",
        place / "manifest.json",
        place / "published",
        release_inputs(newest_month=month),
        before_current=lambda made: keep_record(place / "releases", made, [], {}, None),
    )
    remove_older(place / "published", place / "releases", kept)


def put_back_release(home: str, made: str) -> None:
    """What the last step of a rebuild does."""
    put_back(Path(made), Path(home) / "published")


def land_everything(home: str, landing: str) -> None:
    """Files in landing to raw storage, the vault and the ledger."""
    settings = settings_for(Path(home), landing=Path(landing), pseudonym_key=KEY.decode())
    with run_lock(settings):
        sweep(settings)
        ledger = Ledger(settings)
        try:
            land(settings, ledger, KEY, look(settings))
        finally:
            ledger.close()


def forget_number(home: str, landing: str, number: str) -> None:
    """A person out of raw storage and the vault."""
    settings = settings_for(Path(home), landing=Path(landing), pseudonym_key=KEY.decode())
    with run_lock(settings):
        forget(settings, of_number(KEY, "RVN", number))


def replace_key(home: str, landing: str) -> None:
    """Every stored pseudonym from one key to another, unless the other is in force already, as `rcw rekey` asks first."""
    settings = settings_for(Path(home), landing=Path(landing), pseudonym_key=KEY.decode())
    with run_lock(settings):
        if stored_fingerprint(settings) != key_fingerprint(NEW_KEY):
            rotate_key(settings, KEY, NEW_KEY)
