"""What the explorer reads of a release, and how it writes it for people."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from publishing.errors import PublishingError
from publishing.explorer import command, indicators
from publishing.explorer.released import as_csv, cell, form, open_release
from tests.explorer.made_release import MONTHS, SUPPRESSED_MONTH

NURSING = {"trust_code": "RVN", "group_type": "profession", "group_code": "nursing"}


def test_cell__tells_hidden_from_absent_and_writes_numbers_in_their_format(made: Path) -> None:
    table = open_release(made).tables["mart_workforce_month"]
    row = {"headcount": 1200, "headcount_is_suppressed": False, "fte": 1093.25, "turnover_rate_12m": None}
    assert cell(row, "headcount", table) == "1,200"
    assert cell(row, "fte", table) == "1,093.2"
    assert cell(row, "turnover_rate_12m", table) == "–"
    assert cell({"headcount": None, "headcount_is_suppressed": True}, "headcount", table) == "suppressed"
    assert form(date(2025, 4, 1), table.fields["reporting_month"]) == "2025-04"
    assert form(True, {}) == "yes"


def test_series__has_every_month_and_names_the_suppressed_one(made: Path) -> None:
    release = open_release(made)
    (about, *_) = indicators.indicators(release)
    rows = indicators.series(release, "R1", NURSING)
    assert [row["reporting_month"] for row in rows] == MONTHS
    by_month = {row["Month"]: row for row in indicators.point_table(rows, about)}
    assert by_month[f"{SUPPRESSED_MONTH:%Y-%m}"]["Figure"] == "suppressed"
    assert by_month[f"{SUPPRESSED_MONTH:%Y-%m}"]["Numerator"] == "suppressed"
    assert by_month["2025-01"]["Figure"] == "20.0%"
    assert by_month["2025-01"]["Mean"] == "21.0%"
    words = indicators.in_words(rows, about, "Nursing")
    assert words == (
        "Control chart of Engaged with research, Nursing, April 2024 to November 2025. Newest figure 21.0% in November 2025;"
        " mean 21.0%, process limits 17.0% and 25.0%; 1 months are suppressed."
    )


def test_deliveries__say_what_is_missing_and_what_was_rejected(made: Path) -> None:
    release = open_release(made)
    came = indicators.deliveries(release, ["hr_assignments"], "RVN", MONTHS[2], MONTHS[4])
    assert [(row["reporting_month"], row["state"], row["rows_rejected"]) for row in came] == [
        (MONTHS[4], "current", 2),
        (MONTHS[3], "missing", None),
        (MONTHS[2], "current", 2),
    ]
    assert [row["rows_rejected_is_suppressed"] for row in came] == [False, None, False]
    found = indicators.findings(release, ["hr_assignments"], "RVN", MONTHS[4], MONTHS[4])
    assert [(row["check_name"], row["n"]) for row in found] == [("link_rate", 91), ("rejected_rows", 2)]


def test_csv__opens_in_excel_and_runs_nothing() -> None:
    text = as_csv([{"name": "=1+1", "month": date(2025, 4, 1), "n": None, "flag": True, "share": -5.5}])
    assert text == b"\xef\xbb\xbfname,month,n,flag,share\n'=1+1,2025-04-01,,true,-5.5\n"


def test_release__opens_no_file_outside_its_folder(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "private.csv"
    other.write_text("name\nsecret\n", encoding="utf-8")
    with pytest.raises(duckdb.PermissionException):
        open_release(made).rows(f"select * from read_csv('{other.as_posix()}')")


def test_folder_without_a_release__is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(PublishingError, match="there is no release to explore"):
        open_release(tmp_path)


def test_explorer_without_streamlit__says_how_to_install_it(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(PublishingError, match=r"(?s)needs Streamlit.*\[explore\]"):
        command.explore(made, None, opens_browser=False)


def test_server__is_told_to_stay_on_this_machine_and_to_send_nothing(made: Path) -> None:
    given = command.arguments(made, 8765)
    assert {"--server.address=127.0.0.1", "--browser.gatherUsageStats=false", "--server.headless=true"} <= set(given)
    assert given[-2:] == ["--", str(made)]
