"""What every process of the product does first and last, the command and those that work beside it."""

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

#: Python's 700 make it look through everything it has imported again and again (5 to 10 % of a load), and it finds little.
_OBJECTS_BEFORE_COLLECTING = 100_000


def settle() -> None:
    """Set up this process."""
    os.umask(0o077)  # whatever is written belongs to this user alone
    # Sums over short vectors: more threads would wait for each other, and the last digits would depend on how many there are.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING, *gc.get_threshold()[1:])


def keep_pandas_out() -> None:
    """Make `import pandas` fail in this process as if it were not installed.

    DuckDB imports it when it first binds a parameter, to know its missing values: 0.4 s in each process that has no other use
    for it.
    """
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]  # how Python writes it


def end(code: int) -> NoReturn:
    """End this process with an exit code, and leave its memory to the machine: taking it apart takes the longer the more it has imported."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)
