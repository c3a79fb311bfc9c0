"""`rcw explore` ends its server with itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

_SERVES = "import os, time; print(os.getpid(), flush=True); time.sleep(120)"
_EXPLORES = f"""
import sys
from pathlib import Path
from publishing.explorer import command
command.find_spec = lambda name: name
command.arguments = lambda folder, port: [sys.executable, "-c", {_SERVES!r}]
sys.exit(command.explore(Path(sys.argv[1]), None, opens_browser=False))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_a_request_to_end__ends_the_server_too(made: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _EXPLORES, str(made)], stdout=subprocess.PIPE, text=True) as explorer:
        assert explorer.stdout is not None
        server = int(explorer.stdout.readline())
        time.sleep(0.5)
        explorer.send_signal(signal.SIGTERM)
        try:
            assert explorer.wait(30) == 0
            with pytest.raises(ProcessLookupError):
                os.kill(server, 0)
        finally:
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
