"""`rcw explore`: starts Streamlit on this machine alone, with everything off that would reach out."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from publishing.errors import PublishingError

ADDRESS = "127.0.0.1"
_AWAKE_SECONDS = 1.0
INSTALL = 'pip install "research-culture-warehouse[explore]" (in a clone: .venv/bin/pip install -e ".[explore]")'
_OPTIONS = {
    "server.address": ADDRESS,
    "browser.serverAddress": ADDRESS,
    "server.headless": "true",  # Streamlit would ask for an e-mail address; the browser is opened here
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "global.developmentMode": "false",
    "theme.base": "light",
    "theme.primaryColor": "#005eb8",
    "theme.textColor": "#212b32",
    "theme.linkColor": "#005eb8",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def arguments(folder: Path, port: int) -> list[str]:
    """The command that serves a release."""
    script = Path(__file__).with_name("app.py")
    options = [f"--{name}={value}" for name, value in {**_OPTIONS, "server.port": str(port)}.items()]
    return [sys.executable, "-m", "streamlit", "run", str(script), *options, "--", str(folder)]


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((ADDRESS, port)) == 0


def _open_browser(port: int) -> None:
    for _ in range(120):
        if _answers(port):
            webbrowser.open(f"http://{ADDRESS}:{port}")
            return
        time.sleep(0.5)


def _interrupt(*_: object) -> None:
    """A request to end is taken as Ctrl-C is, so that the server ends too."""
    raise KeyboardInterrupt


def _ended(server: subprocess.Popen[bytes]) -> int:
    """Wait for the server, awake time and again: a signal that comes just before an endless wait would be heard only after it."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            return server.wait(_AWAKE_SECONDS)


def explore(folder: Path, port: int | None, *, opens_browser: bool) -> int:
    """Serve the explorer until it is stopped (Ctrl-C or SIGTERM). Returns 0 where it was stopped by the reader.

    Raises:
        PublishingError: Streamlit is not installed, there is no release in the folder, or the port is taken.
    """
    from publishing.explorer.released import open_release

    if find_spec("streamlit") is None:
        raise PublishingError("the explorer needs Streamlit, which is not installed", "rcw explore", f"run {INSTALL}")
    open_release(folder)
    chosen = port or free_port()
    if port and _answers(port):
        raise PublishingError(f"port {port} is taken", "rcw explore", "name another with --port, or none")
    if opens_browser:
        threading.Thread(target=_open_browser, args=(chosen,), daemon=True).start()
    with subprocess.Popen(arguments(folder, chosen), cwd=folder) as server:
        try:
            signal.signal(signal.SIGTERM, _interrupt)
            return _ended(server)
        except KeyboardInterrupt:
            server.terminate()
            return 0
