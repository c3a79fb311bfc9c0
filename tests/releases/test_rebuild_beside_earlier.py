"""A release that was protected beside an earlier one is made again: decided anew, from what the ledger knows of the earlier."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orchestration.rebuild import CannotRebuild, rebuilt, record_of
from publishing.earlier_releases import beside_of
from publishing.identity import ReleaseInputs
from synthetic.trust import write_trust
from tests.releases.one_process import Home

pytestmark = pytest.mark.slow  # two loads and two rebuilds
CORRECTED = "2025-03"
PLAIN = {"publish_report": False}


@dataclass(frozen=True)
class Beside:
    """A home whose second release, of a corrected month, was protected beside its `first`."""

    home: Home
    first: Path
    second: Path


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Beside:
    home = Home(tmp_path_factory.mktemp("home"), options=PLAIN)
    write_trust(home.landing, staff=200, months=2, first_month="2025-03", seed=11)
    home.load()
    first = home.release()
    folder = home.landing / "hr_assignments"
    header, *rows = (folder / f"hr_assignments_{CORRECTED}.csv").read_text(encoding="utf-8-sig").splitlines(True)
    corrected = [header, *(row for number, row in enumerate(rows) if number % 40)]
    (folder / f"hr_assignments_{CORRECTED}_v2.csv").write_text("".join(corrected), encoding="utf-8")
    later = replace(home, options={**PLAIN, "publish_beside_earlier": True})
    later.load()
    return Beside(home, first, later.release())


def _content(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_release__is_made_again_to_the_byte_and_the_ledger_stays_as_it_is(beside: Beside) -> None:
    settings = beside.home.settings  # the setting itself is not asked for: the record says it
    record = record_of(settings, beside.second.name)
    assert beside_of(ReleaseInputs.from_document(record.inputs)) == (beside.first.name,)
    ledger = _content(settings.disclosure_decisions)
    with rebuilt(settings, record) as made:
        assert _content(made) == _content(beside.second)
    assert _content(settings.disclosure_decisions) == ledger


def test_it_is_decided_anew__not_taken_from_what_the_home_kept(beside: Beside, tmp_path: Path) -> None:
    home = replace(beside.home, path=tmp_path / "home")
    shutil.copytree(beside.home.path, home.path, symlinks=True)
    decisions = home.settings.disclosure_decisions
    for kept in decisions.glob("*.json"):
        kept.write_text("{}", encoding="utf-8")
    (decisions / "releases" / f"{beside.second.name}.json").unlink()
    with rebuilt(home.settings, record_of(home.settings, beside.second.name)) as made:
        assert _content(made) == _content(beside.second)


def test_without_the_ledger__it_is_refused_before_anything_is_built(beside: Beside, tmp_path: Path) -> None:
    home = replace(beside.home, path=tmp_path / "home")
    shutil.copytree(beside.home.path, home.path, symlinks=True)
    shutil.rmtree(home.settings.disclosure_decisions)
    record = record_of(home.settings, beside.second.name)
    with (
        pytest.raises(CannotRebuild, match=f"Disclosure control: .*{beside.first.name}"),
        rebuilt(home.settings, record),
    ):
        pass
    assert not home.settings.rebuild_folder.exists()
