"""Some hundred and fifty faulty deliveries through one landing: each is refused, rejected or read as the rules say, and said so."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ingestion.contract import contracts
from ingestion.delivery import Delivery
from ingestion.explain import Problem, read_problems
from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from ingestion.table import Finding
from orchestration.delivery_report import lines_of, report_on
from tests.faulty_deliveries import files, headers, values
from tests.faulty_deliveries.case import text
from tests.ingestion.delivering import KEY, cells, settings_for

CASES = {case.name: case for case in (*files.CASES, *headers.CASES, *values.CASES)}
SOUND_MONTH = date(2020, 1, 1)


@dataclass(frozen=True)
class Fate:
    """What became of a case: the ledger's entry and findings, the rejected rows, and what a person reads."""

    delivery: Delivery
    findings: list[Finding]
    problems: list[Problem]
    said: str


@dataclass(frozen=True)
class Landed:
    fates: dict[str, Fate]
    sound: list[Delivery]
    current: set[str]
    printed: str


def month_of(order: int) -> date:
    return date(2021 + order // 12, order % 12 + 1, 1)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """One landing: a sound file of every extract, and each case under a month of its own."""
    home = tmp_path_factory.mktemp("faulty")
    settings = settings_for(home)
    for extract in contracts():
        put(home, extract, f"{extract}_{SOUND_MONTH:%Y-%m}.csv", text(cells(extract)))
    months = {name: month_of(order) for order, name in enumerate(CASES)}
    for name, case in CASES.items():
        file_name = case.file_name.format(extract=case.extract, month=f"{months[name]:%Y-%m}")
        put(home, case.extract, file_name, case.content)
    ledger, printed = Ledger(settings), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        result = land(settings, ledger, KEY, look(settings))
    assert not result.problems
    deliveries = list(ledger.deliveries().values())
    by_slot = {(d.key.extract, d.key.reporting_month): d for d in deliveries}
    findings = {outcome.delivery.delivery_id: outcome.findings for outcome in result.outcomes}
    fates = {}
    for name, case in CASES.items():
        delivery = by_slot[case.extract, months[name]]
        report = report_on(settings, ledger, [delivery])
        quarantine = ledger.quarantine_file(delivery)
        fates[name] = Fate(
            delivery,
            findings[delivery.delivery_id],
            [problem for _, problem in read_problems([quarantine])] if quarantine.exists() else [],
            "\n".join(f"{heading}: {line}" for heading, line in lines_of(report)),
        )
    sound = [d for d in deliveries if d.key.reporting_month == SOUND_MONTH]
    current = set(ledger.current().values())
    ledger.close()
    return Landed(fates, sound, current, printed.getvalue())


def put(home: Path, extract: str, name: str, content: bytes) -> None:
    file = home / "landing" / extract / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def test_cases__are_many_and_of_every_extract() -> None:
    assert len(CASES) == len(files.CASES) + len(headers.CASES) + len(values.CASES) >= 120


@pytest.mark.parametrize("name", CASES)
def test_faulty_delivery__ends_as_the_rules_say(landed: Landed, name: str) -> None:
    case, fate = CASES[name], landed.fates[name]
    delivery = fate.delivery
    assert delivery.is_accepted == case.is_accepted, delivery.refusal
    assert (delivery.rows_delivered, delivery.rows_accepted, delivery.rows_rejected) == case.rows
    assert delivery.rows_delivered == delivery.rows_accepted + delivery.rows_rejected
    first = {problem.line: (problem.column, problem.reason) for problem in reversed(fate.problems)}
    assert tuple(first[line] for line in sorted(first)) == case.reasons
    for check, column in (case.found or {}).items():
        assert any(f.check == check and column in (None, f.column) for f in fate.findings), fate.findings
    assert (delivery.delivery_id in landed.current) == case.is_accepted


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.says])
def test_faulty_delivery__is_told_with_file_place_expectation_and_remedy(landed: Landed, name: str) -> None:
    case, fate = CASES[name], landed.fates[name]
    for words in (fate.delivery.file_name, *case.says):
        assert words in fate.said
    assert "Traceback" not in fate.said
    assert "Error" not in fate.said


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case == values.CASES[0]])
def test_sound_delivery__needs_no_word(landed: Landed, name: str) -> None:
    assert landed.fates[name].said == ""


def test_sound_deliveries__are_untouched_by_the_faulty_ones(landed: Landed) -> None:
    assert {d.key.extract for d in landed.sound} == set(contracts())
    assert all((d.rows_accepted, d.rows_rejected) == (40, 0) for d in landed.sound)
    assert {d.delivery_id for d in landed.sound} <= landed.current


def test_landing__prints_nothing_by_itself(landed: Landed) -> None:
    assert landed.printed == ""
