"""A warehouse that another program has open: said clearly, and left as it is."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import RcwError
from ingestion.ledger import Ledger
from orchestration.plan import BuildPlan
from orchestration.warehouse import open_warehouse, prepare
from tests.ingestion.delivering import settings_for


def test_warehouse__that_is_open_elsewhere_is_named(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    settings.warehouse_file.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("create table t as select 42 as a")
    script = f"import duckdb, sys; held = duckdb.connect({str(settings.warehouse_file)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"open"
        with pytest.raises(RcwError, match="open in another program") as error:
            open_warehouse(settings)
        assert "published/current/research_culture.duckdb" in str(error.value)
        other.communicate()
    with open_warehouse(settings) as connection:
        assert connection.execute("select a from t").fetchone() == (42,)


def test_warehouse__that_is_open_elsewhere_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    settings.warehouse_file.parent.mkdir(parents=True)
    script = f"import duckdb, time; held = duckdb.connect({str(settings.warehouse_file)!r}); print('open', flush=True); time.sleep(1)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"open"
        open_warehouse(settings).close()


def test_damaged_warehouse__is_built_anew_by_the_next_load(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    settings.warehouse_file.parent.mkdir(parents=True)
    settings.warehouse_file.write_bytes(b"no database, but as long as one would be" * 400)
    ledger = Ledger(settings)
    plan = prepare(settings, ledger, BuildPlan(date(2025, 3, 1), date(2025, 3, 1), is_full=False, is_needed=True))
    assert plan.is_full
    assert ledger.get_state("building")
    ledger.close()
    open_warehouse(settings).close()


def test_warehouse__that_is_damaged_is_named_with_the_remedy(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    settings.warehouse_file.parent.mkdir(parents=True)
    settings.warehouse_file.write_bytes(b"no database, but as long as one would be" * 400)
    with pytest.raises(RcwError, match="delete it"):
        open_warehouse(settings)
