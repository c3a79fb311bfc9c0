"""What people decide about links, and the file in which it stands. All people here are invented."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ingestion.errors import RcwError
from ingestion.researcher_link.decide import Answer, Known, decisions_of
from ingestion.researcher_link.decisions import (
    Decision,
    Standing,
    append_decisions,
    fingerprint,
    read_decisions,
    standing,
)
from tests.linking.people import CROWD, Researcher, Staff, linked, verdict

ANN, BO = Staff("ann", "Ash", "Ann", "ann.ash@avon.nhs.uk"), Staff("bo", "Birch", "Bo", "bo.birch@avon.nhs.uk")
R = Researcher("r", "Ash, Ann", "ann.ash@avon.nhs.uk")
KNOWN = Known(
    "RVN",
    frozenset({("RVN", "r"), ("RVN", "q")}),
    frozenset({("RVN", "ann"), ("RVN", "bo")}),
    lambda trust, number: {"101": "ann", "102": "bo"}.get(number, "nobody"),
)


def decided(decision: str, staff: str | None = None) -> Standing:
    return Standing("RVN", "r", decision, staff)


def line(decision: str, staff: str = "", researcher: str = "r", at: str = "t1") -> Decision:
    return Decision(at, "MB", "RVN", researcher, decision, staff, "seen the CV")


def answer(decision: str, staff: str = "ann", researcher: str = "r", number: str = "", by: str = "MB") -> Answer:
    return Answer(2, "RVN", researcher, staff, decision, number, by, "")


# --- what a decision does --------------------------------------------------------------------------------------------------


def test_same__overrides_every_evidence() -> None:
    assert verdict(R, ANN, BO, decisions=[decided("same", "bo")]) == ("bo", "decision", "overridden")


def test_outside__overrides_every_evidence() -> None:
    assert verdict(R, ANN, BO, decisions=[decided("outside")]) == (None, "decision", "outside")


def test_different__rules_one_member_of_staff_out_and_leaves_the_rest_to_the_evidence() -> None:
    assert verdict(R, ANN, BO, decisions=[decided("different", "ann")])[0] is None
    pair = [Staff("a", "Quimby", "Robert"), Staff("b", "Quimby", "Robert")]
    found = verdict(Researcher("r", "Quimby, Robert"), *pair, decisions=[decided("different", "a")])
    assert found == ("b", "name", "linked")


def test_decision__for_a_person_who_has_vanished_from_rd_changes_nothing() -> None:
    gone = [Standing("RVN", "gone", "same", "ann"), Standing("RVN", "gone", "different", "bo")]
    assert linked([ANN, *CROWD], [R], gone) == linked([ANN, *CROWD], [R])


def test_decision__for_a_member_of_staff_whom_hr_no_longer_has_is_for_review() -> None:
    assert verdict(R, ANN, decisions=[decided("same", "gone")]) == (None, "decision", "review")


def test_decision__makes_an_orcid_known() -> None:
    orcid = "0000-0002-1825-0097"
    rows = [Researcher("r", "Ash, Ann", orcid=orcid), Researcher("q", "A. A.", orcid=orcid)]
    assert linked([ANN, BO], rows, [decided("same", "bo")])["q"][2:4] == ("bo", "orcid")
    assert linked([ANN, BO], rows, [decided("outside")])["q"][6] == "outside"


# --- the file ---------------------------------------------------------------------------------------------------------------


def test_file__is_appended_to_and_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "vault" / "link_decisions.csv"
    assert read_decisions(file) == []
    append_decisions(file, [line("same", "ann")])
    before = file.read_bytes()
    append_decisions(file, [line("different", "ann", at="t2")])
    assert file.read_bytes().startswith(before)
    assert [d.decision for d in read_decisions(file)] == ["same", "different"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["t3,MB,RVN,r,perhaps,ann,\n", "t3,MB,RVN\n"])
def test_file__that_was_damaged_stops_with_its_line(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "link_decisions.csv"
    append_decisions(file, [line("same", "ann")])
    with file.open("a") as out:
        out.write(damage)
    with pytest.raises(RcwError, match="Line 3"):
        read_decisions(file)


def test_later_decision__wins() -> None:
    made = [line("same", "ann"), line("outside"), line("same", "bo")]
    assert standing(made) == [decided("same", "bo")]
    assert standing([*made, line("different", "bo")]) == [decided("different", "bo")]
    assert standing([line("different", "ann"), line("same", "ann")]) == [decided("same", "ann")]
    assert standing([line("outside"), line("different", "ann")]) == [decided("different", "ann"), decided("outside")]


def test_fingerprint__follows_what_stands_and_not_who_decided_when() -> None:
    first, again = [line("same", "ann")], [line("outside"), line("same", "ann", at="t9")]
    assert fingerprint(standing(first)) == fingerprint(standing(again))
    assert fingerprint(standing(first)) != fingerprint(standing([line("outside")]))
    assert fingerprint([]) == "none"


# --- taking a queue over ------------------------------------------------------------------------------------------------------


def test_answers__become_decisions_once() -> None:
    new, stood = decisions_of([answer("same"), answer("", researcher="q")], KNOWN, [], "t1", None)
    assert (new, stood) == ([Decision("t1", "MB", "RVN", "r", "same", "ann", "")], 0)
    assert decisions_of([answer("Same")], KNOWN, standing(new), "t2", None) == ([], 1)


def test_employee_number__says_whom_same_means_in_place_of_the_candidate() -> None:
    [decision], _ = decisions_of([answer("same", number="102")], KNOWN, [], "t1", None)
    assert decision.staff_key == "bo"


def test_outside__names_no_member_of_staff_and_several_candidates_say_it_once() -> None:
    new, _ = decisions_of([answer("outside"), answer("outside", "bo")], KNOWN, [], "t1", None)
    assert [(d.decision, d.staff_key) for d in new] == [("outside", "")]


def test_same_and_different__may_stand_side_by_side_of_two_candidates() -> None:
    new, _ = decisions_of([answer("same"), answer("different", "bo")], KNOWN, [], "t1", None)
    assert [(d.decision, d.staff_key) for d in new] == [("same", "ann"), ("different", "bo")]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([answer("yes")], "line 2: 'yes' is no decision; expected same, different, outside"),
        ([answer("same", researcher="gone")], "in no current extract"),
        ([answer("same", staff="")], "needs to say whom"),
        ([answer("same", staff="gone")], "in no HR extract"),
        ([answer("same", number="999")], "HR has nobody with this employee number"),
        ([answer("outside", by="")], "nobody has signed it"),
        ([answer("same"), answer("same", "bo")], "lines 2, 2: they say different things"),
        ([answer("same"), answer("outside")], "they say different things"),
        ([answer("same"), answer("different")], "they say different things"),
    ],
)
def test_answers__with_a_mistake_are_refused_as_a_whole_with_line_and_reason(
    answers: list[Answer], message: str
) -> None:
    with pytest.raises(RcwError, match="Nothing was recorded") as refused:
        decisions_of([answer("outside", researcher="q"), *answers], KNOWN, [], "t1", None)
    assert message in str(refused.value)


def test_signature__may_come_with_the_command() -> None:
    [decision], _ = decisions_of([answer("outside", by="")], KNOWN, [], "t1", "RD")
    assert decision.decided_by == "RD"
