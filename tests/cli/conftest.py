from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.cli import main
from tests.ingestion.delivering import KEY


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Rcw:
    """The command line over a home of its own, in this process."""

    home: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    def set(self, **variables: str | None) -> None:
        """Set environment variables `RCW_…`; None takes one away."""
        for name, value in variables.items():
            if value is None:
                self.monkeypatch.delenv(f"RCW_{name}", raising=False)
            else:
                self.monkeypatch.setenv(f"RCW_{name}", value)

    def put(self, place: str, content: str = "x") -> Path:
        file = self.landing / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    def __call__(self, *arguments: str) -> Answer:
        """Run a command. Whatever happens, people see no traceback and no key."""
        self.monkeypatch.setattr(sys, "argv", ["rcw", *arguments])
        self.capture.readouterr()
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        answer = Answer(code, *self.capture.readouterr())
        assert "Traceback" not in answer.text
        assert KEY.decode() not in answer.text
        return answer


@pytest.fixture
def rcw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rcw:
    """A home with a key and an empty landing folder."""
    monkeypatch.chdir(tmp_path)
    command = over(tmp_path / "home", KEY.decode(), monkeypatch, capsys)
    command.landing.mkdir(parents=True)
    return command


def over(home: Path, key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rcw:
    """The command line over a home with this key, and no other setting."""
    for name in [name for name in os.environ if name.startswith("RCW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    command = Rcw(home, monkeypatch, capsys)
    command.set(HOME=str(home), PSEUDONYM_KEY=key)
    return command
