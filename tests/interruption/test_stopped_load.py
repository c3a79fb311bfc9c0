"""A person stops a load (Ctrl-C) while the release is being written: it says so, leaves no draft behind, and the next load publishes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.homes import KEY, Rcw


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a console's Ctrl-C cannot be sent to one process")
def test_a_load_that_a_person_stops__leaves_no_draft_and_the_next_one_publishes(loaded: Rcw, tmp_path: Path) -> None:
    rcw = loaded.copy(tmp_path / "home")
    releases = rcw.home / "published" / "releases"
    wanted = rcw.release()
    shutil.rmtree(wanted)
    variables = {k: v for k, v in os.environ.items() if not k.startswith("RCW_")}
    variables |= {"RCW_HOME": str(rcw.home), "RCW_PSEUDONYM_KEY": KEY}
    command = [sys.executable, "-m", "orchestration.cli", "load"]
    load = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 600
    while load.poll() is None and time.monotonic() < until and not list(releases.glob(".incoming*")):
        time.sleep(0.01)
    load.send_signal(signal.SIGINT)
    _, said = load.communicate(timeout=600)
    assert load.returncode == 130, said
    assert "Stopped." in said
    assert "Traceback" not in said
    assert not list(releases.iterdir())
    done = rcw("load")
    assert done.returncode == 0, done.stdout + done.stderr
    assert rcw.release() == wanted
