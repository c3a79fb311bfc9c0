"""What a load leaves behind belongs to the account that ran it, and holds no secret."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ingestion.identity import key_fingerprint
from tests.homes import KEY, Rcw


def written(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if not path.is_relative_to(home / "landing") and not path.is_symlink()]


@pytest.mark.skipif(os.name != "posix", reason="rights of others are a matter of POSIX")
def test_files__are_open_to_nobody_else(loaded: Rcw) -> None:
    opened = [path for path in written(loaded.home) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert opened == []
    assert len(written(loaded.home)) > 100


def test_key__stands_in_no_file(loaded: Rcw) -> None:
    block = KEY.encode().ljust(64, b"\0")
    secrets = [
        KEY.encode(),
        KEY.encode().hex().encode(),
        bytes(b ^ 0x36 for b in block),
        bytes(b ^ 0x5C for b in block),
        bytes(b ^ 0x36 for b in block).hex().encode(),
    ]
    files = [path for path in written(loaded.home) if path.is_file()]
    assert not [path for path in files if any(secret in path.read_bytes() for secret in secrets)]
    assert key_fingerprint(KEY.encode()) in (loaded.home / "vault" / "key.fingerprint").read_text(encoding="ascii")


def test_commands__show_no_secret(loaded: Rcw) -> None:
    token = "a-token-that-nobody-may-see"
    secrets = {
        "RCW_ALERT_WEBHOOK_URL": f"https://hooks.example/{token}",
        "RCW_ALERT_SMTP_PASSWORD": token,
        "RCW_NEW_PSEUDONYM_KEY": token,
    }
    for command in (["status"], ["status", "--json"], ["alerts", "--dry-run"], ["load", "--dry-run"], ["releases"]):
        done = loaded(*command, **secrets)
        assert done.returncode == 0, done.stderr
        assert token not in done.stdout + done.stderr
        assert KEY not in done.stdout + done.stderr
