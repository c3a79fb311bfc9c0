"""dbt's own documentation: who reads what is published, and pages that dbt makes of the project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.homes import EmptyWarehouse


def test_exposures__name_every_published_model_and_no_other(empty_warehouse: EmptyWarehouse) -> None:
    nodes = empty_warehouse.manifest["nodes"]
    published = {name for name, node in nodes.items() if node["config"].get("meta", {}).get("published") is True}
    exposures = empty_warehouse.manifest["exposures"].values()
    assert {exposure["name"] for exposure in exposures} == {"bi_tools", "explorer", "report"}
    for exposure in exposures:
        assert set(exposure["depends_on"]["nodes"]) == published, exposure["name"]


@pytest.mark.slow
def test_dbt_docs__are_generated(empty_warehouse: EmptyWarehouse, tmp_path: Path) -> None:
    project = str(ROOT / "dbt_project")
    command = [sys.executable, "-m", "dbt.cli.main", "docs", "generate", "--static"]
    environment = os.environ | {
        "RCW_WAREHOUSE_FILE": empty_warehouse.file.as_posix(),
        "DBT_TARGET_PATH": tmp_path.as_posix(),
        "DBT_LOG_PATH": (tmp_path / "logs").as_posix(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    options = ["--project-dir", project, "--profiles-dir", project]
    run = subprocess.run(
        [*command, *options], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    catalogue = json.loads((tmp_path / "catalog.json").read_text(encoding="utf-8"))
    documented = {name.split(".")[-1] for name in catalogue["nodes"]}
    assert {"mart_workforce_month", "dim_group"} <= documented
    assert (tmp_path / "static_index.html").stat().st_size > 100_000
