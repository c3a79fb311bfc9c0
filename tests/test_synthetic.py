"""The synthetic trust: files that follow the contracts, the same for the same seed, and consistent in themselves."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from ingestion.contract import contracts
from synthetic import Truth, write_trust
from synthetic.files import write_columns

STAFF, MONTHS = 200, 13


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    landing = tmp_path_factory.mktemp("trust") / "landing"
    return landing, write_trust(landing, staff=STAFF, months=MONTHS, seed=3)


def rows_of(file: Path) -> list[dict[str, str]]:
    contract = contracts()[file.parent.name]
    labels = {column.position: column.label for column in contract.columns}
    fields = [labels.get(place, f"field {place}") for place in range(1, (contract.fields or 0) + 1)]
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, fieldnames=None if contract.has_header else fields))


def digests(landing: Path) -> dict[str, str]:
    files = sorted(file for file in landing.rglob("*.csv"))
    return {str(file.relative_to(landing)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.mark.parametrize("extract", sorted(name for name, contract in contracts().items() if contract.has_header))
def test_headers__are_the_labels_of_the_contract(trust: tuple[Path, Truth], extract: str) -> None:
    landing, _ = trust
    contract = contracts()[extract]
    labels = [column.label for column in contract.columns]
    files = sorted((landing / extract).glob("*.csv"))
    assert files
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream))
        assert header[: len(labels)] == labels
        assert all(contract.family and contract.family.matches(name) for name in header[len(labels) :])


@pytest.mark.parametrize("extract", sorted(contracts()))
def test_keys__are_unique_within_a_file_and_required_values_present(trust: tuple[Path, Truth], extract: str) -> None:
    landing, _ = trust
    contract = contracts()[extract]
    key = [contract.column(name).label for name in contract.key]
    required = [column.label for column in contract.columns if column.required == "value"]
    for file in sorted((landing / extract).glob("*.csv")):
        rows = rows_of(file)
        keys = [tuple(row[label] for label in key) for row in rows]
        assert len(set(keys)) == len(keys), file.name
        assert all(row[label] for row in rows for label in required), file.name


@pytest.mark.parametrize("extract", sorted(contracts()))
def test_categories__hold_values_of_the_contract(trust: tuple[Path, Truth], extract: str) -> None:
    landing, _ = trust
    for column in contracts()[extract].columns:
        allowed = set(column.values) | set(column.known_values) | {""}
        if len(allowed) > 1:
            for file in sorted((landing / extract).glob("*.csv")):
                assert {row[column.label] for row in rows_of(file)} <= allowed


def test_truth__counts_the_rows_of_every_file(trust: tuple[Path, Truth]) -> None:
    landing, truth = trust
    for extract, months in truth.rows.items():
        assert {f"{extract}_{month}.csv" for month in months} == {file.name for file in (landing / extract).iterdir()}
        for month, rows in months.items():
            assert len(rows_of(landing / extract / f"{extract}_{month}.csv")) == rows


def test_same_seed__same_bytes(trust: tuple[Path, Truth], tmp_path: Path) -> None:
    landing, truth = trust
    again = write_trust(tmp_path / "landing", staff=STAFF, months=MONTHS, seed=3)
    assert digests(tmp_path / "landing") == digests(landing)
    assert again == truth


def test_longer_run__begins_with_the_same_files(trust: tuple[Path, Truth], tmp_path: Path) -> None:
    landing, _ = trust
    write_trust(tmp_path / "landing", staff=STAFF, months=MONTHS - 4, seed=3)
    shorter, longer = digests(tmp_path / "landing"), digests(landing)
    assert shorter.items() <= longer.items()


def test_other_seed__other_people(trust: tuple[Path, Truth], tmp_path: Path) -> None:
    landing, _ = trust
    write_trust(tmp_path / "landing", staff=STAFF, months=1, seed=4)
    file = Path("hr_assignments") / "hr_assignments_2024-04.csv"
    assert (tmp_path / "landing" / file).read_bytes() != (landing / file).read_bytes()


def test_truth_folder__may_not_lie_in_landing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="outside landing"):
        write_trust(tmp_path, staff=50, months=1, truth_folder=tmp_path / "truth")


def test_unknown_fault__is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no_such_fault"):
        write_trust(tmp_path, staff=50, months=1, faults={"no_such_fault": 1.0})


def test_on_month__is_called_when_the_files_of_the_month_are_there(tmp_path: Path) -> None:
    seen: list[str] = []

    def look(month: str) -> None:
        assert (tmp_path / "hr_assignments" / f"hr_assignments_{month}.csv").exists()
        seen.append(month)

    write_trust(tmp_path, staff=60, months=3, on_month=look)
    assert seen == ["2024-04", "2024-05", "2024-06"]


def test_trust_so_small_that_a_month_has_no_study__has_files_with_a_header_alone(tmp_path: Path) -> None:
    write_columns(tmp_path, "rd_cpms_studies", 24_301, {})
    [file] = tmp_path.rglob("*.csv")
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1
