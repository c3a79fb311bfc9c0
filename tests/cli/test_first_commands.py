"""What somebody in a hurry types first: a synthetic trust into a folder that is not empty, twice, of another size, or stopped halfway."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from orchestration import demo
from synthetic import trust
from tests.cli.conftest import Rcw

SMALL = ("--staff", "20", "--months", "1")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("command", ["demo", "synth"])
def test_synthetic_trust__does_not_mix_with_other_files(rcw: Rcw, command: str) -> None:
    rcw.set(PSEUDONYM_KEY=None)
    rcw.put("hr_leavers/leavers_2025-03.csv", "a trust's own file")
    before = contents(rcw.home)
    answer = rcw(command, *SMALL)
    assert (answer.code, "is not empty" in answer.err, "rcw load" in answer.err) == (2, True, True)
    assert contents(rcw.home) == before


def test_synth__takes_a_folder_of_hidden_files_for_an_empty_one(rcw: Rcw) -> None:
    rcw.put(".DS_Store")
    assert rcw("synth", *SMALL).code == 0
    assert (rcw("synth", *SMALL).code, "is not empty" in rcw("synth", *SMALL).err) == (2, True)


def test_synth__that_was_stopped_is_written_anew(rcw: Rcw, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rcw("synth", "--staff", "20", "--months", "2").code == 0
    whole = contents(rcw.landing)
    rcw.set(HOME=str(rcw.home.parent / "other"))
    write_columns, written = trust.write_columns, []

    def stopping(landing: Path, extract: str, *rest: Any) -> int:
        written.append(extract)
        if len(written) == 20:
            raise KeyboardInterrupt
        return write_columns(landing, extract, *rest)

    with monkeypatch.context() as stopped:
        stopped.setattr(trust, "write_columns", stopping)
        answer = rcw("synth", "--staff", "30", "--months", "3")
        assert answer.code == 130
        assert answer.err.strip().endswith("Stopped. Run the command again; a load goes on from where it was.")
    landing = rcw.home.parent / "other" / "landing"
    assert contents(landing)
    assert rcw("synth", "--staff", "20", "--months", "2").code == 0
    assert contents(landing) == whole


def test_demo__of_another_size_says_that_there_is_one(rcw: Rcw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "load_command", lambda *arguments, **options: 1)
    assert rcw("demo", *SMALL).code == 1
    before = contents(rcw.landing)
    answer = rcw("demo", "--staff", "500", "--months", "2")
    assert (answer.code, "(staff 20, months 1, seed 1)" in answer.out.replace("\n", " ")) == (1, True), answer.text
    assert "holds a synthetic trust already" not in rcw("demo", *SMALL).out
    assert contents(rcw.landing) == before
