"""The environment is what the lock file says, nothing else, and fits together. (`test_tracked_files` looks at the lock itself.)"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distributions, version

import pytest

from tests.conftest import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.M)


def locked() -> dict[str, list[str]]:
    """Package -> versions; a package may be locked twice, for different machines."""
    found: dict[str, list[str]] = {}
    for name, pinned in _REQUIREMENT.findall(LOCK):
        found.setdefault(_plain(name), []).append(pinned)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_environment__holds_what_is_locked() -> None:
    wrong = []
    for name, versions in locked().items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue  # for another system or another Python
        if installed not in versions:
            wrong.append(f"{name} {installed}, locked {' or '.join(versions)}")
    assert wrong == []


@pytest.mark.slow
def test_environment__holds_nothing_else() -> None:
    own = {"research-culture-warehouse", "pip", "setuptools", "wheel"}
    others = {_plain(found.metadata["Name"]) for found in distributions()} - locked().keys() - own
    assert others == set()


@pytest.mark.slow
def test_packages__fit_together() -> None:
    run = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
