"""A release is written while the marts are judged; what the gate does not let through leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ingestion.errors import RcwError
from orchestration.drafting import Drafter
from publishing.release import Draft


def _nothing() -> None:
    pass


def _draft(folder: Path, until_decided: Callable[[], None]) -> Draft:
    until_decided()
    incoming = folder / "releases" / ".incoming-2026-03-abc"
    incoming.mkdir(parents=True)
    (incoming / "mart.csv").write_text("a\n", encoding="utf-8")
    return Draft("2026-03-abc", folder, incoming, {}, 0o600, _nothing)


def test_a_draft__is_written_once_it_is_decided_what_is_hidden(tmp_path: Path) -> None:
    decided, drafter = threading.Event(), Drafter()
    drafter.start(lambda: assert_(decided.wait(10)), partial(_draft, tmp_path))
    assert drafter.is_under_way
    assert not list(tmp_path.iterdir())
    decided.set()
    drafter.wait_until_decided()
    assert (drafter.finish().incoming or tmp_path).is_dir()
    assert not drafter.is_under_way


def test_a_draft_that_nobody_wants__is_gone(tmp_path: Path) -> None:
    drafter = Drafter()
    drafter.start(_nothing, partial(_draft, tmp_path))
    drafter.close()
    assert not list((tmp_path / "releases").iterdir())
    drafter.close()  # twice does no harm


def test_what_goes_wrong__is_said_to_who_asks_for_the_draft_and_to_nobody_else(tmp_path: Path) -> None:
    def fails() -> None:
        raise RcwError("no memory")

    drafter = Drafter()
    drafter.start(fails, partial(_draft, tmp_path))
    drafter.wait_until_decided()  # it is not waited for ever
    with pytest.raises(RcwError, match="no memory"):
        drafter.finish()
    drafter.start(fails, partial(_draft, tmp_path))
    drafter.close()
    assert not list(tmp_path.iterdir())


def test_two_starts__write_one_draft(tmp_path: Path) -> None:
    drafter = Drafter()
    for _ in range(2):
        drafter.start(_nothing, partial(_draft, tmp_path))
    drafter.finish().discard()
    assert not list((tmp_path / "releases").iterdir())


def assert_(holds: bool) -> None:
    assert holds
