"""What every process of the product does first."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc, os, sys
from orchestration.own_process import settle
settle(has_pandas={has_pandas})
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
