"""The dbt project built over empty extracts, and then its unit tests: `python -m tests.empty_build`, in a process of its own.

dbt keeps state in its process, and takes the paths of the warehouse and of what it writes from the environment. Both commands
run in one process, since its imports and the reading of the project cost as much as all these empty tables.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from orchestration.code_identity import DBT_PROJECT

#: Unit tests come after: one about an incremental model looks at the table that is already there.
COMMANDS = (
    ("build", "--exclude-resource-type", "unit_test", "exposure"),
    ("test", "--select", "test_type:unit"),
)


def results(target: Path) -> list[Path]:
    """Where each command's `run_results.json` is kept."""
    return [target / f"run_results_of_{command[0]}.json" for command in COMMANDS]


def main() -> None:
    from dbt.cli.main import dbtRunner

    target = Path(os.environ["DBT_TARGET_PATH"])
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    silent = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
    for command, kept in zip(COMMANDS, results(target), strict=True):
        done = dbtRunner().invoke([*command, *places, *silent])
        if done.exception:
            sys.exit(f"dbt {' '.join(command)}: {done.exception}")
        (target / "run_results.json").rename(kept)


if __name__ == "__main__":
    main()
