"""Which delivery of a month is current: versions, conflicts, withdrawals, files that have gone, and files still being written."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from ingestion import contract
from ingestion.landing import LandingFile
from ingestion.raw_store import ROWS
from tests.ingestion.landed_home import Home, content

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "landing").mkdir()
    return Home(tmp_path)


# --- versions --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", permutations(["a_2025-03.csv", "b_2025-03_v2.csv", "c_2025-03_v10.csv"]))
def test_highest_version__is_current_in_any_order_of_arrival(home: Home, order: tuple[str, ...]) -> None:
    for name in order:
        home.land(name)
    assert home.current == {"2025-03": "c"}
    assert home.statuses == {"a": "replaced", "b": "replaced", "c": "current"}


def test_new_version__replaces_its_own_month_and_extract_only(home: Home) -> None:
    home.land("a_2025-03.csv", "b_2025-04.csv")
    home.land("c_2025-03_v2.csv")
    assert home.current == {"2025-03": "c", "2025-04": "b"}


def test_same_bytes_again__are_skipped(home: Home) -> None:
    assert len(home.land("a_2025-03.csv").outcomes) == 1
    assert home.land().outcomes == []
    home.remove("a_2025-03.csv")
    assert home.land("a_again_2025-03.csv").outcomes == []
    assert home.current == {"2025-03": "a"}


def test_same_bytes_under_two_names__are_one_delivery_and_no_conflict(home: Home) -> None:
    assert len(home.land("a_2025-03.csv", "a_copy_2025-03.csv").outcomes) == 1
    assert (home.current, home.conflicts) == ({"2025-03": "a"}, {})


def test_former_content__under_a_higher_version_is_current_again(home: Home) -> None:
    home.land("a_2025-03.csv", "b_2025-03_v2.csv")
    home.land("a_after_all_2025-03_v3.csv")
    assert home.current == {"2025-03": "a"}
    assert home.statuses == {"a": "current", "b": "replaced"}


def test_same_bytes_under_another_month__are_a_delivery_of_their_own(home: Home) -> None:
    result = home.land("a_2025-03.csv", "a_2025-04.csv")
    assert len({outcome.delivery.delivery_id for outcome in result.outcomes}) == 2
    assert home.current == {"2025-03": "a", "2025-04": "a"}


def test_same_bytes_of_another_trust__are_a_delivery_of_their_own(home: Home) -> None:
    home.put("a_2025-03.csv", folder="RDY/hr_leavers")
    home.land("a_2025-03.csv")
    with home.ledger() as ledger:
        assert {slot.trust_code for slot in ledger.current()} == {"RVN", "RDY"}
        assert len(set(ledger.current().values())) == 2


def test_older_delivery__stays_in_the_ledger_and_in_raw_storage(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.land("b_2025-03_v2.csv")
    with home.ledger() as ledger:
        assert [d.file_name for d in ledger.deliveries().values()] == ["a_2025-03.csv", "b_2025-03_v2.csv"]
        assert [file.parent.name for file in ledger.raw_files()["hr_leavers"][1]] == [
            f"delivery={d}" for d in ledger.current().values()
        ]
    assert len(list((home.path / "raw").rglob(ROWS))) == 2


def test_landing_files__are_never_changed_moved_or_deleted(home: Home) -> None:
    files = home.put("a_2025-03.csv", "bad_2025-04.csv", "b_2025-05.csv", "c_2025-05.csv")
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}
    home.land()
    assert {
        file: (file.read_bytes(), file.stat().st_mtime_ns) for file in (home.landing / "hr_leavers").iterdir()
    } == before


# --- conflicts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", permutations(["a_2025-03.csv", "b_2025-03.csv"]))
def test_conflict__takes_neither_where_the_month_had_nothing(home: Home, names: tuple[str, str]) -> None:
    home.put(*names)
    home.land()
    assert home.current == {}
    assert home.conflicts == {"2025-03": "a_2025-03.csv, b_2025-03.csv"}


def test_conflict__leaves_the_month_what_it_had(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.land("b_2025-03_v2.csv", "c_2025-03_v2.csv")
    assert home.current == {"2025-03": "a"}
    assert list(home.conflicts) == ["2025-03"]
    home.land()
    assert home.current == {"2025-03": "a"}


def test_conflict__with_the_current_file_keeps_it(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.land("b_2025-03.csv")
    assert home.current == {"2025-03": "a"}
    assert list(home.conflicts) == ["2025-03"]


def test_conflict__of_lower_versions_is_none(home: Home) -> None:
    home.land("a_2025-03.csv", "b_2025-03.csv", "c_2025-03_v2.csv")
    assert (home.current, home.conflicts) == ({"2025-03": "c"}, {})


@pytest.mark.parametrize("settled_by", ["a higher version", "removing the other", "withdrawing the other"])
def test_conflict__is_settled(home: Home, settled_by: str) -> None:
    home.land("a_2025-03.csv", "b_2025-03.csv")
    if settled_by == "a higher version":
        home.put("b_2025-03_v2.csv")
    elif settled_by == "removing the other":
        home.remove("a_2025-03.csv")
    else:
        home.withdraw("a")
    home.land()
    assert (home.current, home.conflicts) == ({"2025-03": "b"}, {})


@pytest.mark.parametrize("scope", [{"extracts": {"hr_absence"}}, {"months": {APRIL}}])
def test_conflict__stays_open_while_other_extracts_or_months_are_loaded(home: Home, scope: dict[str, set[str]]) -> None:
    home.land("a_2025-03.csv", "b_2025-03.csv")
    home.land("c_2025-04.csv", **scope)  # type: ignore[arg-type]
    assert "2025-03" not in home.current
    assert list(home.conflicts) == ["2025-03"]


def test_conflict__whose_files_have_both_gone_takes_neither(home: Home) -> None:
    home.land("a_2025-03.csv", "b_2025-03.csv")
    home.remove("a_2025-03.csv", "b_2025-03.csv")
    home.land()
    home.land()
    assert home.current == {}
    home.land("a_2025-03.csv")
    assert (home.current, home.conflicts) == ({"2025-03": "a"}, {})


def test_conflict__is_not_taken_when_the_delivery_before_is_withdrawn(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.land("b_2025-03_v2.csv", "c_2025-03_v2.csv")
    home.withdraw("a")
    home.land()
    assert home.current == {}
    assert list(home.conflicts) == ["2025-03"]


# --- files that have gone --------------------------------------------------------------------------------------------------


def test_file_that_has_gone__stays_current(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.remove("a_2025-03.csv")
    home.land()
    assert home.current == {"2025-03": "a"}


def test_file_that_has_gone__stays_current_beside_an_older_version(home: Home) -> None:
    home.land("a_2025-03.csv", "b_2025-03_v2.csv")
    home.remove("b_2025-03_v2.csv")
    home.land()
    home.land()
    assert home.current == {"2025-03": "b"}


@pytest.mark.parametrize("name", ["c_2025-03.csv", "c_2025-03_v2.csv", "c_2025-03_v3.csv"])
def test_file_that_has_gone__gives_way_to_the_next_that_arrives(home: Home, name: str) -> None:
    home.land("b_2025-03_v2.csv")
    home.remove("b_2025-03_v2.csv")
    home.land(name)
    home.land()
    assert home.current == {"2025-03": "c"}


def test_file_that_has_gone__does_not_give_way_to_one_that_is_refused(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.remove("a_2025-03.csv")
    home.land("bad_2025-03_v2.csv")
    assert home.current == {"2025-03": "a"}


# --- refused and withdrawn -------------------------------------------------------------------------------------------------


def test_refused_version__leaves_the_one_before(home: Home) -> None:
    home.land("a_2025-03.csv")
    result = home.land("bad_2025-03_v2.csv")
    assert len(result.refused) == 1
    assert home.current == {"2025-03": "a"}
    assert home.statuses == {"a": "current", "bad": "rejected"}


def test_refused_delivery__without_one_before_leaves_the_month_missing(home: Home) -> None:
    home.land("a_2025-03.csv", "bad_2025-04.csv")
    assert home.current == {"2025-03": "a"}


def test_withdrawn_delivery__falls_back_to_the_one_before(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.land("b_2025-03_v2.csv")
    home.withdraw("b")
    home.land()
    assert home.current == {"2025-03": "a"}
    assert home.statuses == {"a": "current", "b": "withdrawn"}


def test_withdrawn_delivery__falls_back_to_one_whose_file_has_gone(home: Home) -> None:
    for name in ("a_2025-03.csv", "b_2025-03.csv", "c_2025-03.csv"):
        home.land(name)
        home.remove(name)
    home.withdraw("c")
    home.land()
    assert home.current == {"2025-03": "b"}
    home.withdraw("c", "b")
    home.land()
    assert home.current == {"2025-03": "a"}


def test_withdrawn_delivery__without_one_before_leaves_the_month_missing(home: Home) -> None:
    home.land("a_2025-03.csv")
    home.withdraw("a")
    home.land()
    assert home.current == {}
    assert home.statuses == {"a": "withdrawn"}


@pytest.mark.parametrize("is_gone", [False, True])
def test_withdrawal__that_is_taken_back_restores_the_delivery(home: Home, is_gone: bool) -> None:
    home.land("a_2025-03.csv", "b_2025-03_v2.csv")
    if is_gone:
        home.remove("a_2025-03.csv", "b_2025-03_v2.csv")
    home.withdraw("a", "b")
    home.land()
    assert home.current == {}
    home.withdraw()
    home.land()
    assert home.current == {"2025-03": "b"}


def test_withdrawn_before_it_arrives__is_never_current(home: Home) -> None:
    home.withdraw("a")
    home.land("a_2025-03.csv")
    assert (home.current, home.statuses) == ({}, {"a": "withdrawn"})


def test_withdrawal__holds_for_extracts_and_months_that_are_not_loaded_now(home: Home) -> None:
    home.land("a_2025-03.csv", "b_2025-03_v2.csv")
    home.withdraw("b")
    home.land(extracts={"hr_absence"})
    assert home.current == {"2025-03": "a"}


@pytest.fixture
def contract_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The contract of leavers, in a folder of contracts where it may be changed."""
    folder = shutil.copytree(contract.CONTRACTS_FOLDER, tmp_path / "contracts")
    monkeypatch.setattr(contract, "CONTRACTS_FOLDER", folder)
    yield folder / "hr_leavers.yml"
    monkeypatch.undo()
    contract.contracts.cache_clear()


def test_refused_delivery__is_read_again_under_a_new_version_of_its_contract(home: Home, contract_file: Path) -> None:
    [file] = home.put("a_2025-03.csv")
    file.write_bytes(file.read_bytes().replace(b"Leaving Reason", b"Why They Left"))
    assert "lacks Leaving Reason" in str(home.land().refused[0].delivery.refusal)
    assert home.land().outcomes == []
    text = contract_file.read_text(encoding="utf-8")
    text = text.replace("version: 1", "version: 2").replace("[Termination Reason,", "[Why They Left,")
    contract_file.write_text(text, encoding="utf-8")
    contract.contracts.cache_clear()
    assert len(home.land().outcomes) == 1
    assert (home.current, home.statuses) == ({"2025-03": "a"}, {"a": "current"})
    with home.ledger() as ledger:
        assert [finding for finding in ledger.findings() if finding[1] == "missing_column"] == []
    assert home.land().outcomes == []


# --- scope -----------------------------------------------------------------------------------------------------------------


def test_months_outside_the_range__are_left_alone(home: Home) -> None:
    home.put("a_2025-03.csv", "b_2025-04.csv")
    home.land(months={APRIL})
    assert home.current == {"2025-04": "b"}
    home.land(months={MARCH})
    assert home.current == {"2025-03": "a", "2025-04": "b"}


# --- files still being written ---------------------------------------------------------------------------------------------


def test_young_file__is_left_for_the_next_run(home: Home) -> None:
    [young, old] = home.put("a_2025-03.csv", "b_2025-04.csv")
    os.utime(old, (time.time() - 61, time.time() - 61))
    result = home.land(settle_seconds=60)
    assert [file.path for file in result.left_for_next_run] == [young]
    assert home.current == {"2025-04": "b"}


def test_file_that_grows_while_it_is_read__is_left_for_the_next_run(home: Home) -> None:
    def grow(file: LandingFile) -> None:
        with file.path.open("ab") as handle:
            handle.write(b"\r\n")

    result = home.land("a_2025-03.csv", on_file=grow)
    assert (len(result.left_for_next_run), result.outcomes, home.current) == (1, [], {})
    with home.ledger() as ledger:
        assert not ledger.deliveries()
    assert len(home.land().outcomes) == 1
    assert home.current == {"2025-03": "a"}


def test_file_that_vanishes_while_it_is_read__disturbs_nothing(home: Home) -> None:
    def vanish(file: LandingFile) -> None:
        if file.name.startswith("a"):
            file.path.unlink()

    result = home.land("a_2025-03.csv", "b_2025-04.csv", on_file=vanish)
    assert [outcome.delivery.file_name for outcome in result.outcomes] == ["b_2025-04.csv"]
    assert home.current == {"2025-04": "b"}


def test_file_that_was_replaced_in_place__is_seen(home: Home) -> None:
    [file] = home.put("a_2025-03.csv")
    home.land()
    file.write_bytes(content("b"))
    home.land()
    with home.ledger() as ledger:
        assert len(ledger.deliveries()) == 2
        assert [ledger.deliveries()[d].arrival for d in ledger.current().values()] == [2]


# --- what the warehouse sees -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", permutations(["a_2025-03.csv", "bad_2025-03_v2.csv", "b_2025-04.csv"]))
def test_control_tables__are_the_same_in_any_order_of_arrival(
    home: Home, tmp_path: Path, order: tuple[str, ...]
) -> None:
    for name in order:
        home.land(name)
    other = Home(tmp_path / "other")
    other.land("a_2025-03.csv", "bad_2025-03_v2.csv", "b_2025-04.csv")
    with home.ledger() as one, other.ledger() as all_at_once:
        assert one.control_rows() == all_at_once.control_rows()


def test_raw_storage__is_the_same_bytes_in_every_home(home: Home, tmp_path: Path) -> None:
    home.land("a_2025-03.csv")
    other = Home(tmp_path / "other")
    other.land("a_2025-03.csv")
    for file in (home.path / "raw").rglob("*.parquet"):
        assert file.read_bytes() == (other.path / "raw" / file.relative_to(home.path / "raw")).read_bytes()
