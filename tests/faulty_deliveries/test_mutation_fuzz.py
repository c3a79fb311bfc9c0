"""Mutated files, many of them: each has an outcome in words, in bounded time, and disturbs no other delivery."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest

from ingestion.contract import contracts
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from orchestration.delivery_report import lines_of, report_on
from tests.faulty_deliveries.case import text
from tests.faulty_deliveries.mutations import mutated
from tests.ingestion.delivering import KEY, cells, settings_for

SEED = int(os.environ.get("RCW_FUZZ_SEED", "1"))
SECONDS_A_FILE = 60  # of one processor, on a slow machine; a file of eight rows takes a hundredth of it


def fuzz(home: Path, seed: int, files: int) -> None:
    """Land a sound file of every extract and then mutated ones, each under a month of its own."""
    rng, settings, extracts = Random(seed), settings_for(home), sorted(contracts())
    for extract in extracts:
        put(home, extract, "sound_2020-01.csv", text(cells(extract, sound=8)))
    for number in range(files):
        year, month = divmod(number, 12)
        extract = rng.choice(extracts)
        put(home, extract, f"mutated_{1900 + year % 100}-{month + 1:02}_v{year // 100 + 1}.csv", mutated(extract, rng))
    ledger = Ledger(settings)
    try:
        used = time.process_time()
        result = land(settings, ledger, KEY, look(settings))
        assert time.process_time() - used < SECONDS_A_FILE * files
        assert not result.problems
        assert not result.left_for_next_run
        deliveries = [outcome.delivery for outcome in result.outcomes]
        for delivery in deliveries:
            assert delivery.rows_delivered == delivery.rows_accepted + delivery.rows_rejected
            assert delivery.is_accepted == (delivery.refusal is None)
            if delivery.file_name.startswith("sound"):
                assert (delivery.rows_accepted, delivery.rows_rejected) == (8, 0)
                assert ledger.current()[delivery.slot] == delivery.delivery_id
        said = lines_of(report_on(settings, ledger, deliveries))
    finally:
        ledger.close()
    assert sum(not d.is_accepted for d in deliveries) > files / 20
    assert sum(d.is_accepted for d in deliveries) > files / 20
    for _, line in said:
        assert "Traceback" not in line
        assert "Error" not in line
        assert len(line) < 5000


def put(home: Path, extract: str, name: str, content: bytes) -> None:
    file = home / "landing" / extract / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def test_some_mutated_files__have_an_outcome_and_disturb_nothing(tmp_path: Path) -> None:
    fuzz(tmp_path, SEED, 60)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_many_mutated_files__have_an_outcome_and_disturb_nothing(tmp_path: Path, part: int) -> None:
    fuzz(tmp_path, 1000 * SEED + part, 400)
