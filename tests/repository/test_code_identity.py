"""What a release names as its code: every file that can decide a byte of it, and nothing that changes by itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration import code_identity
from tests.conftest import ROOT

PACKAGES = ("ingestion", "dbt_project", "expectations", "publishing", "orchestration")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository of the same shape."""
    (tmp_path / "requirements.lock").write_text("duckdb==1\n", encoding="utf-8")
    for package in PACKAGES:
        (tmp_path / package / "inner").mkdir(parents=True)
        (tmp_path / package / "inner" / "one.py").write_text("a = 1\nb = 2\n", encoding="utf-8")
    monkeypatch.setattr(code_identity, "REPOSITORY", tmp_path)
    return tmp_path


def fingerprint() -> str:
    code_identity.code_fingerprint.cache_clear()
    return code_identity.code_fingerprint()


@pytest.fixture(autouse=True)
def _own_answer() -> object:
    yield
    code_identity.code_fingerprint.cache_clear()


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", ["new.py", "page.jinja", "style.css", "report.typ", "font.woff2", "words.json"])
def test_fingerprint__follows_every_kind_of_file(clone: Path, package: str, name: str) -> None:
    before = fingerprint()
    (clone / package / name).write_bytes(b"x")
    with_it = fingerprint()
    (clone / package / name).write_bytes(b"y")
    assert len({before, with_it, fingerprint()}) == 3


@pytest.mark.parametrize(
    "name", ["__pycache__/one.cpython-311.pyc", "target/manifest.json", ".one.py.swp", "one.py~", "README.md"]
)
def test_fingerprint__does_not_follow_what_comes_and_goes(clone: Path, name: str) -> None:
    before = fingerprint()
    file = clone / "ingestion" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x")
    assert fingerprint() == before


def test_fingerprint__is_the_same_with_line_ends_of_windows(clone: Path) -> None:
    before = fingerprint()
    for file in clone.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert fingerprint() == before


def test_fingerprint__follows_the_locked_packages(clone: Path) -> None:
    before = fingerprint()
    (clone / "requirements.lock").write_text("duckdb==2\n", encoding="utf-8")
    assert fingerprint() != before


@pytest.mark.skipif(shutil.which("git") is None, reason="asks git which files are tracked")
def test_packages__that_a_load_imports_are_all_in_the_fingerprint() -> None:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no clone")
    with_code = {
        Path(name).parts[0]
        for name in listed.stdout.splitlines()
        if Path(name).suffix in (".py", ".sql") and "/" in name
    }
    assert with_code - {"tests", "benchmarks", "synthetic"} == set(PACKAGES)
