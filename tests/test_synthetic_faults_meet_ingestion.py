"""Each synthetic fault is read, reported or rejected by ingestion as its registry entry says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingestion.contract import contracts
from ingestion.deliver import Outcome
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from ingestion.settings import Settings
from synthetic import Truth, write_trust
from synthetic.dates import month_of, month_text
from synthetic.faults import FAULTS
from synthetic.files import spoil_file

MONTH = "2025-03"
#: Months of the surveys that are not answered in the month in which the other faults are tried.
OTHER_MONTHS = ("2025-07", "2025-10")
KEY = b"a key of the tests only"
#: Share of rows spoilt, below the limit at which a delivery is rejected as a whole.
RATE, LIMIT = 0.03, 0.05
#: What an answer or a study status means is looked up in seeds, not by the reader.
KNOWN_ONLY_IN_THE_WAREHOUSE = {
    "invalid_answer_codes",
    "unmapped_status",
    "codes_for_missing",
    "options_as_dates",
    "ways_to_be_unsure",
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    landing = tmp_path_factory.mktemp("clean") / "landing"
    return landing, write_trust(landing, staff=150, months=1, first_month=MONTH, seed=5)


def take(home: Path, landing: Path) -> dict[tuple[str, str], Outcome]:
    """Outcomes by extract and month."""
    settings = Settings(home=home, landing=landing)
    ledger = Ledger(settings)
    try:
        result = land(settings, ledger, KEY, look(settings))
    finally:
        ledger.close()
    assert not result.problems
    keys = [outcome.delivery.key for outcome in result.outcomes]
    return {
        (key.extract, key.reporting_month.strftime("%Y-%m")): o for key, o in zip(keys, result.outcomes, strict=True)
    }


@pytest.fixture(scope="module")
def sources(clean: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, int]]:
    """A sound file of every extract that faults can spoil, with its rows."""
    found: dict[str, tuple[Path, int]] = {}
    trusts = [(*clean, MONTH)]
    for month in OTHER_MONTHS:
        landing = tmp_path_factory.mktemp("other") / "landing"
        trusts.append((landing, write_trust(landing, staff=60, months=1, first_month=month, seed=5), month))
    for landing, truth, month in trusts:
        for extract, rows in truth.rows.items():
            if month in rows and contracts()[extract].has_header:
                found.setdefault(extract, (landing / extract / f"{extract}_{month}.csv", rows[month]))
    return found


def extract_for(fault: str, sources: dict[str, tuple[Path, int]]) -> str:
    """The extract on which a fault is tried: assignments, else the largest that it can spoil."""
    usable = [name for name in sources if FAULTS[fault].applies(contracts()[name])]
    return max(usable, key=lambda name: (name == "hr_assignments", sources[name][1]))


def spoil_a_little(source: Path, rows: int, file: Path, extract: str, month: int, name: str) -> dict[str, object]:
    """Copy a file and spoil it: wholly where nothing is rejected, else so few rows that the delivery stays."""
    whole = FAULTS[name].scope == "file" or not FAULTS[name].outcome.startswith("row:")
    for seed in range(5, 200):
        shutil.copy(source, file)
        spoilt = spoil_file(file, extract, month, {name: 1.0 if whole else max(RATE, 1 / rows)}, seed=seed)
        if spoilt and (whole or spoilt[0]["rows"] == 1 or int(str(spoilt[0]["rows"])) <= LIMIT * rows):
            return spoilt[0]
    raise AssertionError(f"{name} spoils nothing in {extract}, or too much")


@pytest.fixture(scope="module")
def spoilt(
    sources: dict[str, tuple[Path, int]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[dict[str, object], Outcome]]:
    """What each fault did, and what became of the file: one load of one file a fault, each under a month of its own."""
    folder = tmp_path_factory.mktemp("spoilt")
    done: dict[str, dict[str, object]] = {}
    for order, name in enumerate(sorted(FAULTS)):
        extract, month = extract_for(name, sources), month_of(MONTH) + order
        (folder / "landing" / extract).mkdir(parents=True, exist_ok=True)
        file = folder / "landing" / extract / f"{extract}_{month_text(month)}.csv"
        done[name] = spoil_a_little(*sources[extract], file, extract, month, name)
    taken = take(folder / "home", folder / "landing")
    return {name: (fault, taken[str(fault["extract"]), str(fault["month"])]) for name, fault in done.items()}


def test_clean_trust__is_accepted_in_full_without_a_warning(clean: tuple[Path, Truth], tmp_path: Path) -> None:
    landing, truth = clean
    for (extract, _), outcome in take(tmp_path / "home", landing).items():
        delivery = outcome.delivery
        assert (delivery.rows_accepted, delivery.rows_rejected) == (truth.rows[extract][MONTH], 0), extract
        # A file of a handful of leavers may hold no day past the twelfth, which rightly leaves its format open.
        loud = [found for found in outcome.findings if found.severity != "info"]
        assert all(found.check == "ambiguous_dates_read_day_first" for found in loud), (extract, loud)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault__ends_as_the_registry_says(
    name: str, sources: dict[str, tuple[Path, int]], spoilt: dict[str, tuple[dict[str, object], Outcome]]
) -> None:
    expected, (planted, outcome) = FAULTS[name].outcome, spoilt[name]
    delivery, sound = outcome.delivery, sources[str(planted["extract"])][1]
    if expected == "delivery":
        assert not delivery.is_accepted
        assert delivery.refusal
        return
    assert delivery.is_accepted, delivery.refusal
    if expected.startswith("row:"):
        reasons = {found.reason for found in outcome.findings if found.check == "rejected_rows"}
        assert reasons == {expected.removeprefix("row:")}
        assert delivery.rows_rejected == planted["rows"]
        assert delivery.rows_delivered == delivery.rows_accepted + delivery.rows_rejected
    else:
        rows = sound + {"more": 1, "fewer": -1}.get(expected, 0) * int(str(planted["rows"]))
        assert (delivery.rows_accepted, delivery.rows_rejected) == (rows, 0)
        assert expected in ("read", "more", "fewer") or outcome.findings or name in KNOWN_ONLY_IN_THE_WAREHOUSE
