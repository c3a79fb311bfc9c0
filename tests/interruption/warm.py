"""A process that has imported what a load needs, and forks one command after the other from it.

Imports are most of what a small load costs. A forked command is a process group of its own all the same: it can be killed
as a whole, at any moment or at its n-th change of a file. Requests and answers are lines of JSON; `killing.py` writes them.
What to import stands in the arguments.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

#: Audit events of CPython that change the file system, and where in their arguments the path stands.
CHANGES = {
    "os.rename": 0,
    "os.remove": 0,
    "os.rmdir": 0,
    "os.mkdir": 0,
    "os.symlink": 1,
    "os.link": 1,
    "os.chmod": 0,
    "os.truncate": 0,
    "sqlite3.connect": 0,
    "open": 0,
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Changes:
    """Counts the changes of files below a folder; kills the process group just before the n-th."""

    def __init__(self, folder: str, ignored: list[str], die_at: int | None) -> None:
        self.folder, self.ignored, self.die_at = folder, tuple(ignored), die_at
        self._numbers = itertools.count(1)  # threads change files at once, and `+= 1` would lose some
        self.count = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        place = CHANGES.get(event)
        if place is None or (event == "open" and not (arguments[2] or 0) & _WRITES):
            return
        path = arguments[place]
        if isinstance(path, (str, os.PathLike)):
            name = os.fspath(path)
            if isinstance(name, str) and name.startswith(self.folder) and not name.startswith(self.ignored):
                number = next(self._numbers)
                self.count = max(self.count, number)
                if number == self.die_at:
                    os.killpg(0, signal.SIGKILL)


def _redirect(out: str, err: str) -> None:
    for number, file in ((1, out), (2, err)):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _run(request: dict[str, Any]) -> int:
    """In the child: the function asked for; its exit code."""
    _redirect(request["out"], request["err"])
    os.environ.update(request["environment"])
    changes = Changes(request["folder"], request["ignored"], request["die_at"])
    sys.addaudithook(changes)
    module, _, name = request["target"].partition(":")
    sys.argv = ["rcw", *request["arguments"]]
    code = 0
    try:
        code = getattr(importlib.import_module(module), name)(*request["given"]) or 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    Path(request["counted"]).write_text(str(changes.count), encoding="utf-8")
    return code


def serve() -> None:
    for name in sys.argv[1:]:
        importlib.import_module(name)
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            with suppress(PermissionError):
                os.setpgid(0, 0)
            code = 99
            try:
                code = _run(request)
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(child, child)  # whoever comes first, so that the answer names a group
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
