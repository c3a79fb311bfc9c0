"""Which code made a release: the version, and a fingerprint of every file that can change a figure."""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from pathlib import Path

VERSION = "0.2.0"
REPOSITORY = Path(__file__).parent.parent
DBT_PROJECT = REPOSITORY / "dbt_project"

#: Orchestration too: it decides which months are computed anew, which links count and what the marts are told of deliveries.
_FOLDERS = ("ingestion", "dbt_project", "expectations", "publishing", "orchestration")
_NOT_CODE = {"target", "logs", "__pycache__", "dbt_packages"}
_NO_CODE_ENDS_SO = (".pyc", ".md", "~")


@cache
def code_fingerprint(folders: tuple[str, ...] = _FOLDERS) -> str:
    """SHA-256 (first 16 hex) over names and contents of the code, line ends aside, so a checkout on Windows is the same."""
    digest = hashlib.sha256(VERSION.encode())
    digest.update(
        (REPOSITORY / "requirements.lock").read_bytes().replace(b"\r\n", b"\n")
    )  # DuckDB's version decides bytes
    for folder in folders:
        for file in sorted((REPOSITORY / folder).rglob("*")):
            parts = file.relative_to(REPOSITORY).parts
            if file.is_file() and _is_code(parts):
                digest.update("/".join(parts).encode() + b"\0")
                digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]


def _is_code(parts: tuple[str, ...]) -> bool:
    """Whatever lies in the packages counts, whatever its kind: a template or a font of the report decides bytes as well."""
    is_hidden = any(part.startswith(".") for part in parts)
    return not (is_hidden or _NOT_CODE.intersection(parts) or parts[-1].endswith(_NO_CODE_ENDS_SO))


def judging_fingerprint() -> str:
    """Fingerprint of what judges a delivery: a delivery is judged again only when that has changed."""
    return code_fingerprint(("ingestion/contracts", "expectations"))


def code_commit() -> str | None:
    """The commit that is checked out, where the code lies in a clone. The fingerprint decides; this helps to find it again."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(REPOSITORY), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
