"""No name, address, staff number or birth date stands anywhere but in landing and the vault: searched for, not assumed."""

from __future__ import annotations

import base64
import gzip
import io
import logging
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from synthetic import Truth
from tests.ingestion.delivering import KEY, settings_for
from tests.privacy.planting import write_planted_trust
from tests.privacy.searching import Traces, search, traces_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    landing = tmp_path_factory.mktemp("planted") / "landing"
    return landing, write_planted_trust(landing, staff=60, months=2)


@pytest.fixture(scope="module")
def traces(planted: tuple[Path, Truth]) -> Traces:
    landing, truth = planted
    return traces_of(truth, landing)


@dataclass(frozen=True)
class Landed:
    """A home into which every planted file was landed, and all that was said meanwhile."""

    home: Path
    said: str


@pytest.fixture(scope="module")
def landed(planted: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> Landed:
    home, said = tmp_path_factory.mktemp("home"), io.StringIO()
    settings = settings_for(home, landing=planted[0])
    listener = logging.StreamHandler(said)
    logging.getLogger().addHandler(listener)
    ledger = Ledger(settings)
    with redirect_stdout(said), redirect_stderr(said):
        result = land(settings, ledger, KEY, look(settings))
    ledger.close()
    logging.getLogger().removeHandler(listener)
    assert len(result.refused) >= 25
    assert sum(outcome.delivery.rows_rejected for outcome in result.outcomes if outcome.delivery.is_accepted) >= 20
    return Landed(home, said.getvalue() + repr(result))


def test_landing__holds_what_is_searched_for(planted: tuple[Path, Truth], traces: Traces) -> None:
    landing, truth = planted
    everything = b"\n".join(file.read_bytes().replace(b"\0", b"") for file in landing.rglob("*.csv"))
    found = traces.found_in(everything)
    for canary in truth.canaries:
        assert {canary["email"], canary["ni_number"].lower(), canary["employee_number"]} <= found
    assert {"quetzalcoatlus", "xylophonist"} <= found
    staff = {number.decode() for number in traces.numbers if not number.startswith(b"19")}  # the others are birth dates
    assert len(staff) >= 50
    assert staff <= found


def test_raw_storage_and_ledger__hold_no_trace_of_a_person(landed: Landed, traces: Traces) -> None:
    betrayed, searched = search(landed.home, traces, left_out=[landed.home / "vault"])
    assert betrayed == []
    assert searched > 60
    assert {"raw", "ledger.sqlite"} <= {path.name for path in landed.home.iterdir()}


def test_messages_of_a_load__hold_no_trace_of_a_person(landed: Landed, traces: Traces) -> None:
    assert "rows were rejected" in landed.said
    assert traces.found_in(landed.said.encode()) == set()


def test_vault__is_kept_from_others_and_has_nothing_left_of_the_work(landed: Landed) -> None:
    files = [path for path in (landed.home / "vault").rglob("*") if path.is_file()]
    assert files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert not list((landed.home / "vault" / "work").iterdir())


def test_vault__holds_no_numbers_or_birth_dates(landed: Landed, traces: Traces) -> None:
    births = frozenset(text for text in traces.texts if text[:1].isdigit())
    assert births
    betrayed, searched = search(landed.home / "vault", Traces(births, traces.numbers, traces.digests))
    assert betrayed == []
    assert searched


def test_refused_file__leaves_no_identities(landed: Landed) -> None:
    ledger = Ledger(settings_for(landed.home))
    accepted = {d.delivery_id for d in ledger.deliveries().values() if d.is_accepted}
    ledger.close()
    stored = {file.stem.removeprefix("delivery=") for file in (landed.home / "vault" / "identities").rglob("*.parquet")}
    assert stored
    assert stored <= accepted


# --- the search itself -------------------------------------------------------------------------------------------------------


def write_text(file: Path, text: str) -> None:
    file.write_text(f"before {text} after", encoding="utf-8")


def write_wide_text(file: Path, text: str) -> None:
    file.write_bytes(f"before {text} after".encode("utf-16"))


def write_gzip(file: Path, text: str) -> None:
    file.write_bytes(gzip.compress(text.encode()))


def write_parquet(file: Path, text: str) -> None:
    duckdb.execute(
        f"copy (select i, case i when 7 then ? else 'x' || i end as t from range(9000) r(i)) to '{file}' (format parquet, compression zstd)",
        [text],
    )


def write_sqlite(file: Path, text: str) -> None:
    with sqlite3.connect(file) as database:
        database.execute("create table t (a)")
        database.execute("insert into t values (?)", [text])


def write_duckdb(file: Path, text: str) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table t as select i, ? as a from range(5000) r(i)", [text])


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (write_text, "a.json"),
        (write_wide_text, "a.log"),
        (write_gzip, "a.gz"),
        (write_parquet, "a.parquet"),
        (write_sqlite, "a.sqlite"),
        (write_duckdb, "a.duckdb"),
    ],
)
@pytest.mark.parametrize(
    "what",
    ["name", "address", "number", "NI number", "birth date", "hash", "Base64", "hexadecimals", "entities", "backwards"],
)
def test_search__finds_every_kind_of_trace_in_every_kind_of_file(
    tmp_path: Path,
    traces: Traces,
    planted: tuple[Path, Truth],
    write: Callable[[Path, str], None],
    name: str,
    what: str,
) -> None:
    canary = planted[1].canaries[0]
    text = {
        "name": canary["surname"],
        "address": canary["email"].upper(),
        "number": f"#{canary['employee_number']}",
        "NI number": canary["ni_number"],
        "birth date": "1961-02-03",
        "hash": next(iter(traces.digests)).decode(),
        "Base64": base64.b64encode(f"x{canary['email']} and more".encode()).decode(),
        "hexadecimals": canary["ni_number"].encode().hex(),
        "entities": "".join(f"&#{ord(letter)};" for letter in canary["email"]),
        "backwards": canary["ni_number"][::-1],
    }[what]
    write(tmp_path / name, text)
    assert search(tmp_path, traces)[0] != []


# --- the whole way -----------------------------------------------------------------------------------------------------------


#: Commands that show something, as they are given; the last is asked about a person, whose number it reads.
LOOKS = (
    "status", "status --json", "quarantine hr_assignments --limit 5000", "quarantine rd_study_team --json", "links", "links --review",
    "releases --deliveries", "verify current", "disclosure", "alerts --dry-run", "publish", "load --json",
    "trace mart_workforce_month group_type=trust group_code=RVN reporting_month=2025-03 --limit 1000",
    "trace mart_research_capacity_month group_type=trust group_code=RVN reporting_month=2025-02 --json",
    "forget --from - --dry-run",
)  # fmt: skip


@pytest.mark.slow
def test_home_after_a_load__holds_no_trace_of_a_person(tmp_path: Path) -> None:
    home, scratch, user = tmp_path / "home", tmp_path / "scratch", tmp_path / "user"
    scratch.mkdir()
    user.mkdir()
    truth = write_planted_trust(home / "landing", staff=120, months=3)
    traces = traces_of(truth, home / "landing")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RCW_")}
    environment |= {
        "RCW_HOME": str(home),
        "RCW_PSEUDONYM_KEY": KEY.decode(),
        "TMPDIR": str(scratch),
        "HOME": str(user),
        "PYTHONPATH": str(ROOT),
    }
    said = b""
    for command in ("load", *LOOKS):
        run = subprocess.run(
            [sys.executable, "-m", "orchestration.cli", *command.split()],
            cwd=tmp_path,
            env=environment,
            input=truth.canaries[0]["employee_number"].encode(),
            capture_output=True,
            check=False,
        )
        assert run.returncode in (0, 1), (command, run.stderr.decode())
        assert run.stdout, command
        said += run.stdout + run.stderr
    assert b"Traceback" not in said
    assert traces.found_in(said) == set()
    assert (home / "published" / "CURRENT").is_file(), said.decode()
    betrayed, searched = search(tmp_path, traces, left_out=[home / "vault", home / "landing"])
    assert betrayed == []
    assert searched > 200
