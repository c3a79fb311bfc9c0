"""What every process of the product does first and last."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import gc, os, sys
from orchestration.own_process import keep_pandas_out, settle
settle()
if not {has_pandas}:
    keep_pandas_out()
import duckdb
with duckdb.connect() as connection:
    assert connection.execute("select ? || 'b'", ["a"]).fetchone() == ("ab",)
print(bool(sys.modules.get("pandas")), oct(os.umask(0)), gc.get_threshold()[0] > 700)
"""


def _said(has_pandas: bool) -> str:
    command = [sys.executable, "-c", SCRIPT.format(has_pandas=has_pandas)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_process_binds_parameters_without_pandas() -> None:
    assert _said(has_pandas=False) == "False 0o77 True"


def test_a_process_that_has_pandas_may_import_it() -> None:
    assert _said(has_pandas=True) == "True 0o77 True"


def test_a_process_ends_with_its_code_after_what_waits_for_its_end() -> None:
    script = (
        "import atexit\nfrom orchestration.own_process import end\n"
        "atexit.register(print, 'last words')\nprint('first', end=' ')\nend(3)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (3, "first last words\n", "")


def test_a_process_ends_with_its_code_where_nobody_reads_what_it_said() -> None:
    script = "from orchestration.own_process import end\nprint('said')\nend(3)"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=buffered, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        said = run.stderr.read()
    assert (run.returncode, said) == (3, b"")
