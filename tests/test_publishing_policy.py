"""Where the thresholds of the small-number policy come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.errors import PublishingError
from publishing.policy import load_policy

SETTING = "RCW_PUBLISH_STAFF_HIDDEN_UP_TO"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(SETTING, raising=False)


def test_threshold__is_that_of_the_policy_file_where_nothing_is_set() -> None:
    assert load_policy().staff.hidden_up_to == 7


def test_threshold__is_read_from_the_env_file_like_every_setting() -> None:
    Path(".env").write_text(f"{SETTING}=11\n", encoding="utf-8")
    assert load_policy().staff.hidden_up_to == 11


def test_threshold__in_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"{SETTING}=11\n", encoding="utf-8")
    monkeypatch.setenv(SETTING, "9")
    assert load_policy().staff.hidden_up_to == 9


@pytest.mark.parametrize("value", ["0", "-3", "few"])
def test_threshold__that_is_no_number_of_people_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, value)
    with pytest.raises(PublishingError, match=SETTING):
        load_policy()
