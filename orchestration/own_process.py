"""What every process of the product does first, the command and those that work beside it."""

import gc
import os
import sys

#: Python's 700 make it look through everything it has imported again and again: a tenth of a load, and it finds little.
_OBJECTS_BEFORE_COLLECTING = 100_000


def settle(*, has_pandas: bool) -> None:
    """Set up this process.

    Args:
        has_pandas: it may import pandas. DuckDB imports it when it first binds a parameter, to know its missing values: 0.4 s
            in each process that has no other use for it. Without it, `import pandas` fails as if it were not installed.
    """
    os.umask(0o077)  # whatever is written belongs to this user alone
    # Sums over short vectors: more threads would wait for each other, and the last digits would depend on how many there are.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING, *gc.get_threshold()[1:])
    if not has_pandas:
        sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]  # how Python writes it
