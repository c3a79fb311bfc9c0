"""Each step killed at each of its changes of a file, one after the other: what is read meanwhile is whole, and once more is enough.

The quick tests kill at a few of the changes, the first and the last among them; the slow ones at every one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.identity import key_fingerprint, stored_fingerprint
from ingestion.suppressed import read_suppressed
from orchestration.run_lock import run_lock
from publishing.releases import list_releases
from publishing.verify import verify_release
from tests.interruption.actions import NEW_KEY
from tests.interruption.killing import Warm
from tests.interruption.reader import look
from tests.publishing_support import DIMENSION, SURVEY, WORKFORCE, write_manifest, write_warehouse
from tests.vault import conftest as small_homes
from tests.vault.stored import StoredHome, employee_numbers

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills a process group")

small_trust, landed_once = small_homes.small_trust, small_homes.landed_once
FEW, EVERY = 5, 1000
#: At how many of the changes a step is killed, spread evenly over them.
tried_at = pytest.mark.parametrize("tried", [FEW, pytest.param(EVERY, marks=pytest.mark.slow)])


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    warm = Warm(tmp_path_factory.mktemp("warm"), ("duckdb", "tests.interruption.actions"))
    yield warm
    warm.close()


def each_change(
    warm: Warm, before: Path, folder: Path, action: str, *given: Any, check: Callable[[Path], None], tried: int
) -> tuple[Path, int]:
    """The home after an undisturbed action. `check` is called after each kill, and after the action was done again.

    Args:
        before: the home before; copies of it are changed. `given`: arguments of the action after the home.
    """
    target = f"tests.interruption.actions:{action}"
    home = folder / "home"

    def again() -> Path:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(before, home, symlinks=True)
        return home

    done = warm(again(), target=target, given=(str(home), *given))
    assert done.code == 0, done.err
    changes = done.changes
    assert changes > 3
    undisturbed = folder / "undisturbed"
    home.rename(undisturbed)
    last = min(tried, changes) - 1
    for change in (1 + place * (changes - 1) // last for place in range(last + 1)):
        killed = warm(again(), target=target, given=(str(home), *given), die_at=change)
        # With several threads an action needs now a few changes more, now a few less: it may be over before the last ones.
        assert killed.was_killed or (killed.code == 0 and killed.changes < change), (change, killed.err)
        check(home)
        done = warm(home, target=target, given=(str(home), *given))
        assert done.code == 0, (change, done.err)
        check(home)
        assert content(home) == content(undisturbed), change
    return undisturbed, changes


def content(home: Path) -> dict[str, str]:
    """Hashes of all that counts of a home: not of the database file of the ledger, nor of records that hold a time."""
    found = {}
    for file in sorted(home.rglob("*")):
        name = file.relative_to(home).as_posix()
        if file.is_symlink():
            found[name] = str(file.readlink())
        elif file.is_file() and not name.startswith(("ledger", "releases/", "rcw.lock", "vault/")):
            found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
        elif file.is_file():
            found[name.removesuffix("-wal").removesuffix("-shm")] = ""
    return found


# --- publication -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the releases of January and February, the latter current."""
    home = tmp_path_factory.mktemp("published")
    write_warehouse(home)
    write_manifest(home, WORKFORCE, SURVEY, DIMENSION)
    for month in ("2026-01", "2026-02"):
        done = warm(home, target="tests.interruption.actions:publish_month", given=(str(home), month))
        assert done.code == 0, done.err
    return home


def _readable(home: Path) -> None:
    """What a reader sees is whole, and so is every release that stands under its name."""
    look(home / "published" / "current")
    for release in list_releases(home / "published", home / "releases"):
        if release.has_files:
            assert verify_release(release.folder, rows=False) == []


@tried_at
def test_publication__killed_at_each_change_shows_the_former_release_or_the_new_one(
    warm: Warm, published: Path, tmp_path: Path, tried: int
) -> None:
    done, changes = each_change(warm, published, tmp_path, "publish_month", "2026-03", 2, check=_readable, tried=tried)
    assert changes > 10
    assert len(list((done / "published" / "releases").iterdir())) == 2
    assert len(list((done / "releases").iterdir())) == 3


def _damage(home: Path) -> Path:
    """The current release with a file cut off, one gone, and one that is a stranger's."""
    release = (home / "published" / "current").resolve()
    for name in ("mart_survey_score.csv", "dim_profession.parquet"):
        file = release / name
        file.write_bytes(file.read_bytes()[:50])
    (release / "mart_workforce_month.csv").unlink()
    (release / "Thumbs.db").write_text("x", encoding="utf-8")
    return release


@pytest.mark.parametrize(
    ("way", "tried"),
    [("publish_month", FEW), pytest.param("publish_month", EVERY, marks=pytest.mark.slow), ("put_back_release", FEW)],
)
def test_damaged_current_release__is_mended_while_readers_are_in_it(
    way: str, tried: int, warm: Warm, published: Path, tmp_path: Path
) -> None:
    before, made = tmp_path / "before", tmp_path / "made"
    shutil.copytree(published, before, symlinks=True)
    sound = (published / "published" / "current").resolve()
    shutil.copytree(sound, made / sound.name)
    damaged = _damage(before)
    untouched = {
        file.name: file.read_bytes() for file in damaged.iterdir() if (sound / file.name).exists()
        and file.read_bytes() == (sound / file.name).read_bytes()
    }  # fmt: skip
    given: tuple[Any, ...] = ("2026-02",) if way == "publish_month" else (str(made / sound.name),)

    def still_there(home: Path) -> None:
        current = home / "published" / "current"
        assert {name: (current / name).read_bytes() for name in untouched} == untouched

    if (
        way == "put_back_release"
    ):  # it moves what was made, so it cannot be done a second time; the rebuild makes it again
        done = warm(before, target="tests.interruption.actions:put_back_release", given=(str(before), *given))
        assert done.code == 0, done.err
    else:
        before, _ = each_change(warm, before, tmp_path, way, *given, check=still_there, tried=tried)
    assert verify_release(before / "published" / "releases" / sound.name) == []


# --- landing, forgetting, another key ----------------------------------------------------------------------------------------


@tried_at
def test_landing__killed_at_each_change_stores_what_an_undisturbed_one_stores(
    warm: Warm, small_trust: tuple[Path, object], tmp_path: Path, tried: int
) -> None:
    landing, before = tmp_path / "landing", tmp_path / "before"
    for extract in ("hr_absence", "hr_assignments", "rd_study_team"):
        shutil.copytree(small_trust[0] / extract, landing / extract)
    before.mkdir()
    expected = []

    def complete(home: Path) -> None:
        """Every delivery that the ledger knows has its files."""
        stored = StoredHome(home, landing)
        if (home / "ledger.sqlite").exists():
            expected.append(len(stored.deliveries()))
            assert len(list((home / "raw").rglob("rows.parquet"))) >= expected[-1]

    done, _ = each_change(warm, before, tmp_path, "land_everything", str(landing), check=complete, tried=tried)
    assert 6 in expected
    # Files are read two at a time, so at which change each becomes a delivery differs from one landing to the next.
    assert len(set(expected)) > (3 if tried == EVERY else 1)
    assert len(StoredHome(done, landing).deliveries()) == 6


@pytest.mark.parametrize(
    ("action", "tried"),
    [
        ("forget_number", FEW),
        pytest.param("forget_number", EVERY, marks=pytest.mark.slow),
        pytest.param("replace_key", 8, marks=pytest.mark.slow),
    ],
)
def test_rewriting__killed_at_each_change_has_happened_wholly_or_not_at_all(
    action: str, tried: int, warm: Warm, landed_once: StoredHome, tmp_path: Path
) -> None:
    landing = landed_once.landing
    given = (employee_numbers(landing, "2025-02")[7],) if action == "forget_number" else ()
    former, seen = landed_once.files(), []

    def whole(home: Path) -> None:
        stored = StoredHome(home, landing)
        with run_lock(stored.settings):
            pass
        is_done = bool(read_suppressed(stored.settings)) or stored_fingerprint(stored.settings) == key_fingerprint(
            NEW_KEY
        )
        seen.append(is_done)
        assert (stored.files() != former) == is_done
        assert not (home / "vault" / "rewriting").exists()

    each_change(warm, landed_once.path, tmp_path, action, str(landing), *given, check=whole, tried=tried)
    assert set(seen) == {False, True}
