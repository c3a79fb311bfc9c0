"""What may lie in the repository, and what never."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

TOP_LEVEL = {
    *("ingestion", "expectations", "dbt_project", "publishing", "synthetic", "orchestration", "tests", "docs"),
    *("benchmarks", ".ci", "pyproject.toml", "requirements.lock", "Makefile", "workspace.yaml", "README.md", "LICENSE"),
    *(
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        ".gitignore",
        ".editorconfig",
        ".env.example",
        ".pre-commit-config.yaml",
        ".sqlfluff",
    ),
    ".gitattributes",
}
#: Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.$}/-])/(home|Users|work|root|tmp|opt)/[A-Za-z0-9_.-]+",
    "an address of a package index": "|".join(
        ["pypi" + r"\.org", "files" + r"\.pythonhosted", "index" + r"-url\s+http", "conda" + r"\.anaconda"]
    ),
    "a private key": "BEGIN [A-Z ]*PRIVATE" + " KEY",
}
BINARY_OR_DATA = {".parquet", ".duckdb", ".xlsx", ".xls", ".gz", ".zip", ".sqlite", ".pyc", ".log"}
PICTURE = ".png"


def tracked_files() -> list[Path]:
    """Files that git tracks, or would; all files of the clone where git is missing."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git clone, so it is unknown which files belong to the repository")
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def test_top_level__holds_what_the_design_names() -> None:
    present = {file.relative_to(ROOT).parts[0] for file in tracked_files()}
    assert present <= TOP_LEVEL, f"unexpected at the top: {', '.join(sorted(present - TOP_LEVEL))}"


def test_tracked_files__are_text_and_small() -> None:
    faults = [
        str(file.relative_to(ROOT))
        for file in tracked_files()
        if file.suffix in BINARY_OR_DATA or (file.stat().st_size > 500_000)
    ]
    assert not faults, ", ".join(faults)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_tracked_files__hold_none(what: str) -> None:
    faults = []
    for file in (file for file in tracked_files() if file.suffix != PICTURE):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(FORBIDDEN[what], line):
                faults.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert not faults, "\n".join(faults)


def test_test_files__have_names_of_their_own() -> None:
    """pytest imports a test file by its bare name, so of two with one name the second is never run."""
    names = [file.name for file in tracked_files() if file.name.startswith("test_") and file.suffix == ".py"]
    assert len(names) == len(set(names)), (
        f"more than once: {', '.join(sorted({n for n in names if names.count(n) > 1}))}"
    )


def test_lock_file__pins_every_package_by_hash_and_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    unpinned = [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert not unpinned, f"not pinned by hash: {', '.join(unpinned)}"
    assert "://" not in text
    assert not re.search(r"^--", text, flags=re.MULTILINE)


def test_lock_file__holds_every_package_that_the_project_names() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower()
        for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }
    locked = set(
        re.findall(r"^([a-z0-9_.-]+)(?:\[[a-z,]+\])?==", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)
    )
    assert wanted <= locked, f"missing from the lock: {', '.join(sorted(wanted - locked))}"
