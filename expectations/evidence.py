"""The evidence page: one self-contained HTML file a load, from the gate's results alone.

It names no outside host and needs no script, shows no value from a cell, and has no clock in it: the same load gives
the same page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from expectations.gate import GateReport
from expectations.result import Border, CheckResult

State = Literal["blocks", "waived", "warning", "passed"]
STATES: tuple[State, ...] = ("blocks", "waived", "warning", "passed")

BORDERS: list[tuple[Border, str, str]] = [
    ("raw", "Raw in", "Each new delivery as a whole: against last month, its contract and common sense."),
    ("dbt", "In the warehouse", "The tests of the dbt project, between the two borders."),
    ("marts", "Marts out", "Every published table, before any of it is published."),
]


def write_evidence(report: GateReport, folder: Path) -> Path:
    """Write `<folder>/evidence/<load id>.html`, whole or not at all, and return its path.

    Args:
        folder: the reports folder (`$RCW_HOME/reports`).

    Raises:
        ValueError: the load id cannot be a file name.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", report.load_id):
        raise ValueError(f"a load id is made of letters, digits, dots, dashes and underscores, not {report.load_id!r}")
    target = folder / "evidence" / f"{report.load_id}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    unfinished.write_text(render_evidence(report), encoding="utf-8", newline="\n")
    unfinished.replace(target)
    return target


def render_evidence(report: GateReport) -> str:
    """The page as text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [_section(report, border, title, about) for border, title, about in BORDERS]
    lines = sorted(
        report.deliveries, key=lambda line: (line.trust_code, line.extract, line.reporting_month, line.delivery_id)
    )
    return environment.get_template("evidence.jinja").render(report=report, sections=sections, deliveries=lines)


@dataclass(frozen=True)
class Finding:
    """A check that failed on a table, in one month or several, newest first."""

    state: State
    results: tuple[CheckResult, ...]


@dataclass(frozen=True)
class CheckedTable:
    """All checks of one table, gravest first, and how many ended in each state."""

    name: str
    results: tuple[tuple[State, CheckResult], ...]
    counts: Mapping[State, int]
    months: int


@dataclass(frozen=True)
class Section:
    """One border on the page."""

    title: str
    about: str
    findings: tuple[Finding, ...]
    tables: tuple[CheckedTable, ...]


def _section(report: GateReport, border: Border, title: str, about: str) -> Section:
    found = sorted(
        ((_state(report, result), result) for result in report.results if result.border == border),
        key=lambda pair: (STATES.index(pair[0]), pair[1].id),
    )
    failed: dict[tuple[State, str, str], list[CheckResult]] = {}
    tables: dict[str, list[tuple[State, CheckResult]]] = {}
    for state, result in found:
        tables.setdefault(result.table, []).append((state, result))
        if state != "passed":
            failed.setdefault((state, result.table, result.name), []).append(result)
    findings = (
        Finding(state, tuple(sorted(results, key=lambda result: (result.month or date.min, result.id), reverse=True)))
        for (state, _, _), results in failed.items()
    )
    return Section(title, about, tuple(findings), tuple(_table(name, pairs) for name, pairs in tables.items()))


def _table(name: str, results: Sequence[tuple[State, CheckResult]]) -> CheckedTable:
    counts = Counter(state for state, _ in results)
    return CheckedTable(name, tuple(results), counts, len({result.month for _, result in results}))


def _state(report: GateReport, result: CheckResult) -> State:
    if result.success:
        return "passed"
    if result.severity == "warning":
        return "warning"
    return "waived" if result.id in report.waivers else "blocks"
