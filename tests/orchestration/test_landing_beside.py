"""Files are landed by a process beside the load, begun before it is known who will wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingestion.contract import contracts
from ingestion.errors import RcwError
from orchestration.landing import Lander, Scope
from orchestration.months import months_between
from tests.ingestion.landed_home import EXTRACT, Home

MARCH, APRIL, MAY = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)
BOTH = months_between(MARCH, APRIL)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.put("a_2025-03.csv", "b_2025-04.csv")
    return made


@pytest.fixture
def lander() -> Iterator[Lander]:
    lander = Lander()
    yield lander
    lander.close()


def test_months_between__are_all_first_days_over_a_new_year() -> None:
    assert months_between(date(2024, 11, 1), date(2025, 2, 1)) == {
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    }


def test_scope__of_every_extract_is_that_of_all() -> None:
    assert Scope.of(list(contracts()), [MARCH]) == Scope.of(None, {MARCH})
    assert Scope.of([EXTRACT], [MARCH]) != Scope.of(None, {MARCH})


def test_what_was_begun__is_what_the_run_gets(home: Home, lander: Lander) -> None:
    settings, told = home.settings(), []
    lander.begin(settings, Scope.of(None, BOTH))
    result = lander.finish(settings, Scope.of(None, BOTH), lambda extract, file: told.append((extract, file)))
    assert [outcome.delivery.file_name for outcome in result.outcomes] == ["a_2025-03.csv", "b_2025-04.csv"]
    assert told == [(EXTRACT, "a_2025-03.csv"), (EXTRACT, "b_2025-04.csv")]
    assert home.current == {"2025-03": "a", "2025-04": "b"}


def test_run_of_other_months__gets_these(home: Home, lander: Lander) -> None:
    home.put("c_2025-05.csv")
    lander.begin(home.settings(), Scope.of(None, BOTH))
    result = lander.finish(home.settings(), Scope.of(None, [MAY]), None)
    assert [outcome.delivery.file_name for outcome in result.outcomes] == ["c_2025-05.csv"]
    assert home.current == {"2025-03": "a", "2025-04": "b", "2025-05": "c"}


@pytest.mark.parametrize("is_begun", [True, False])
def test_what_is_wrong__is_said_for_people(home: Home, lander: Lander, is_begun: bool) -> None:
    settings, scope = home.settings(pseudonym_key="short"), Scope.of(None, BOTH)
    if is_begun:
        lander.begin(settings, scope)
    with pytest.raises(RcwError, match="RCW_PSEUDONYM_KEY") as said:
        lander.finish(settings, scope, None)
    assert said.value.__cause__ is None


def test_what_a_killed_load_left__is_swept_before_files_are_taken(home: Home, lander: Lander) -> None:
    settings = home.settings()
    left = settings.work_folder / "half" / "rows.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"torn")
    lander.begin(settings, Scope.of(None, BOTH))
    lander.finish(settings, Scope.of(None, BOTH), None)
    assert not left.exists()
    assert len(home.current) == 2
