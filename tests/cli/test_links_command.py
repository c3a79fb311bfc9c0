"""`rcw links`: rates without names, the queue in the vault, decisions that come back. All people here are invented."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from orchestration.plan import marks
from orchestration.session import LoadSession
from tests.cli.conftest import Rcw
from tests.ingestion.delivering import as_csv, cells, settings_for
from tests.ingestion.landed_home import Home

STAFF = [
    {"Employee Number": "701", "Assignment Number": "701", "Last Name": "Quimby", "First Name": "Robert"},
    {"Employee Number": "702", "Assignment Number": "702", "Last Name": "Quimby", "First Name": "Robert"},
    {"Employee Number": "703", "Assignment Number": "703", "Last Name": "Wetherby", "First Name": "Gwendolen"},
]
TEAM = [
    {"Person": "Quimby, Bob", "Email": "", "ORCID": "", "Employee Number": ""},
    {"Person": "Pelham, Gwendolen", "Email": "", "ORCID": "", "Employee Number": ""},
    {"Person": "Wetherby, Gwendolen", "Email": "", "ORCID": "", "Employee Number": ""},
]
NAMES = ("quimby", "pelham", "wetherby", "gwendolen")


@pytest.fixture
def landed(rcw: Rcw) -> Rcw:
    """A home whose deliveries are taken and whose warehouse is not built: links need none."""
    rcw.put("hr_assignments/x_2025-03.csv", as_csv(cells("hr_assignments", STAFF)))
    rcw.put("rd_study_team/x_2025-03.csv", as_csv(cells("rd_study_team", TEAM, sound=3)))
    Home(rcw.home).land()
    return rcw


@pytest.fixture
def queue(landed: Rcw) -> Path:
    assert landed("links", "--review").code == 0
    return landed.home / "vault" / "link_review.csv"


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def fill_in(file: Path, name: str, candidate: int, **cells: str) -> None:
    rows = rows_of(file)
    for row in rows:
        if row["rd_name"] == name and row["candidate"] in ("", str(candidate)):
            row.update(cells)
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")  # as a European Excel saves it
        writer.writeheader()
        writer.writerows(rows)


def test_links__of_a_home_without_loads_says_so(rcw: Rcw) -> None:
    answer = rcw("links")
    assert (answer.code, "Nothing has been loaded" in answer.err) == (2, True)


def test_links__gives_rates_and_no_names(landed: Rcw) -> None:
    answer = landed("links")
    assert answer.code == 0
    assert "R&D people by profession" in answer.out
    document = json.loads(landed("links", "--json").out)
    everyone = document["by_profession"][-1]
    assert everyone["group"] == "all"
    assert everyone["linked"] + everyone["review"] + everyone["outside"] == everyone["people"]
    assert not any(name in (answer.text + json.dumps(document)).lower() for name in NAMES)


def test_review__writes_names_into_the_vault_for_its_owner_alone(landed: Rcw, queue: Path) -> None:
    assert stat.S_IMODE(queue.stat().st_mode) == 0o600
    pair = [row for row in rows_of(queue) if row["rd_name"] == "Quimby, Bob"]
    assert [row["candidate"] for row in pair] == ["1", "2"]
    assert {row["staff_name"] for row in pair} == {"Quimby, Robert"}
    assert "forename nickname" in pair[0]["evidence"]
    assert not any(row["rd_name"] == "Wetherby, Gwendolen" for row in rows_of(queue))
    answer = landed("links", "--review", "--with-linked")
    assert any(row["rd_name"] == "Wetherby, Gwendolen" for row in rows_of(queue))
    assert not any(name in answer.text.lower() for name in NAMES)


def test_review__elsewhere_warns(landed: Rcw, tmp_path: Path) -> None:
    answer = landed("links", "--review", "--file", str(tmp_path / "queue.csv"))
    assert answer.code == 0
    assert "lies outside the vault" in answer.err
    assert (tmp_path / "queue.csv").is_file()


def test_review__does_not_overwrite_decisions_that_were_not_taken_over(landed: Rcw, queue: Path) -> None:
    fill_in(queue, "Quimby, Bob", 1, decision="same")
    before = queue.read_bytes()
    answer = landed("links", "--review")
    assert (answer.code, queue.read_bytes()) == (2, before)
    assert "would overwrite them" in answer.err


def test_decide__records_and_the_next_comparison_follows(landed: Rcw, queue: Path) -> None:
    fill_in(queue, "Quimby, Bob", 1, decision="same", decided_by="MB", reason="knows him")
    answer = landed("links", "--decide", str(queue))
    assert (answer.code, answer.out) == (0, "Recorded 1 decision (1 same), which the next rcw load follows.\n")
    assert "There is no new decision" in landed("links", "--decide", str(queue)).out
    assert landed("links", "--review").code == 0  # what was taken over may be written over
    assert "Quimby, Bob" not in {row["rd_name"] for row in rows_of(queue)}
    lines = (landed.home / "vault" / "audit.log").read_text().splitlines()
    assert [line.split("\t")[2] for line in lines] == [
        "rcw links --review", "rcw links --decide", "rcw links --decide", "rcw links --review",
    ]  # fmt: skip
    assert not any(name in "".join(lines).lower() for name in NAMES)


def test_decide__by_employee_number(landed: Rcw, queue: Path) -> None:
    fill_in(queue, "Pelham, Gwendolen", 1, decision="same", employee_number="703")
    assert "1 same" in landed("links", "--decide", str(queue), "--by", "MB").out
    everyone = json.loads(landed("links", "--json").out)["by_profession"][-1]
    assert everyone["review"] < everyone["people"]


@pytest.mark.parametrize(
    ("cells", "options", "message"),
    [
        ({"decision": "yes", "decided_by": "MB"}, [], "line 2: 'yes' is no decision"),
        ({"decision": "same"}, [], "nobody has signed it"),
        ({"decision": "same", "employee_number": "999"}, ["--by", "MB"], "HR has nobody with this employee number"),
    ],
)
def test_decide__with_a_mistake_records_nothing(
    landed: Rcw, queue: Path, cells: dict[str, str], options: list[str], message: str
) -> None:
    fill_in(queue, rows_of(queue)[0]["rd_name"], 1, **cells)
    answer = landed("links", "--decide", str(queue), *options)
    assert answer.code == 2
    assert message in answer.err
    assert not (landed.home / "vault" / "link_decisions.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--decide", "nowhere.csv"], "There is no file"),
        (["--review", "--decide", "x.csv"], "not both"),
        (["--file", "x.csv"], "belong to --review"),
        (["--by", "MB"], "belongs to --decide"),
    ],
)
def test_links__wrong_usage_is_said_plainly(landed: Rcw, arguments: list[str], message: str) -> None:
    answer = landed("links", *arguments)
    assert (answer.code, message in answer.err) == (2, True)


def test_decide__of_a_file_that_is_no_queue_says_which_column_is_missing(landed: Rcw, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("name,decision\nA,same\n", encoding="utf-8")
    answer = landed("links", "--decide", str(tmp_path / "x.csv"))
    assert (answer.code, "researcher_key is missing" in answer.err) == (2, True)


def test_decisions__make_the_next_load_due_and_change_the_releases_name(landed: Rcw, queue: Path) -> None:
    def state() -> tuple[object, str | None]:
        session = LoadSession(settings_for(landed.home))
        try:
            return marks(session.ledger), session.release_id()
        finally:
            session.close()

    before = state()
    fill_in(queue, "Quimby, Bob", 1, decision="outside", decided_by="MB")
    landed("links", "--decide", str(queue))
    after = state()
    assert before[0] != after[0]
    assert before[1] != after[1]
