"""Commands that are killed with their whole process group, and a reader who looks all the while."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.conftest import ROOT
from tests.homes import KEY

#: What a whole load imports.
OF_A_LOAD = ("dagster", "dagster_dbt", "dbt.cli.main", "dbt.adapters.duckdb", "great_expectations", "pandas", "duckdb")
COMMAND = "orchestration.cli:main"
#: Dagster's storage, dbt's artefacts and logs say how a load went; nothing of a release follows from them.
ASIDE = ("dagster", "dbt", "logs", "reports")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (negative: killed), what it said, and how often it had changed a file."""

    code: int
    out: str
    err: str
    changes: int

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


@dataclass
class Running:
    """A command under way."""

    pid: int
    warm: Warm

    def kill(self) -> None:
        """Kill the process group; a command that has ended already stays as it is."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    @property
    def is_over(self) -> bool:
        """Whether the command has come to its end by itself."""
        return self.warm.counted.exists()

    def said(self) -> str:
        return self.warm.err.read_text(encoding="utf-8") if self.warm.err.exists() else ""

    def end(self) -> Ended:
        code = int(self.warm.answer())
        counted = self.warm.counted
        changes = int(counted.read_text(encoding="utf-8")) if counted.exists() else 0
        return Ended(code, self.warm.out.read_text(encoding="utf-8"), self.said(), changes)


@dataclass
class Warm:
    """The forking process of `warm.py`. One command at a time."""

    folder: Path
    imported: tuple[str, ...] = OF_A_LOAD
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RCW_")}
        environment["PYTHONPATH"] = str(ROOT)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.interruption.warm", *self.imported],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.answer() == "ready"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def err(self) -> Path:
        return self.folder / "err"

    @property
    def counted(self) -> Path:
        return self.folder / "counted"

    def answer(self) -> str:
        stream: IO[str] | None = self.process.stdout
        assert stream is not None
        line = stream.readline().strip()
        assert line, "the forking process has ended"
        return line

    def start(
        self,
        home: Path,
        *arguments: str,
        target: str = COMMAND,
        given: Sequence[Any] = (),
        die_at: int | None = None,
        environment: dict[str, str] | None = None,
    ) -> Running:
        for file in (self.out, self.err, self.counted):
            file.unlink(missing_ok=True)
        request = {
            "target": target,
            "arguments": arguments,
            "given": given,
            "die_at": die_at,
            "folder": str(home),
            "ignored": [str(home / name) for name in ASIDE],
            "environment": {"RCW_HOME": str(home), "RCW_PSEUDONYM_KEY": KEY, **(environment or {})},
            "out": str(self.out),
            "err": str(self.err),
            "counted": str(self.counted),
        }
        stream: IO[str] | None = self.process.stdin
        assert stream is not None
        stream.write(json.dumps(request) + "\n")
        stream.flush()
        return Running(int(self.answer()), self)

    def __call__(self, home: Path, *arguments: str, **how: Any) -> Ended:
        return self.start(home, *arguments, **how).end()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)


def wait_until(running: Running, is_there: Callable[[str], bool], seconds: float = 600) -> None:
    """Wait until a command has said something, or is over without having said it."""
    end = time.monotonic() + seconds
    while not (is_there(running.said()) or running.is_over) and time.monotonic() < end:
        time.sleep(0.005)


@contextmanager
def read_all_the_while(published: Path, folder: Path) -> Iterator[None]:
    """A reader in a process of its own polls the current release without pause; whatever it ever found wrong fails the test."""
    found, stop = folder / "reader", folder / "stop"
    stop.unlink(missing_ok=True)
    command = [sys.executable, str(Path(__file__).with_name("reader.py")), str(published), str(stop)]
    with found.open("w", encoding="utf-8") as stream:
        reader = subprocess.Popen(command, stdout=stream)
        try:
            yield
        finally:
            stop.touch()
            code = reader.wait(120)
    said = found.read_text(encoding="utf-8")
    assert code == 0, said
    looks, releases = json.loads(said.splitlines()[-1])
    assert looks > 0
    assert releases
