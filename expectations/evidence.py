"""The evidence page: one self-contained HTML file a load, from the gate's results alone.

It names no outside host and needs no script, shows no value from a cell, and has no clock in it: the same load gives
the same page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from expectations.gate import GateReport
from expectations.result import Border, CheckResult

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
    borders = [(title, about, _ordered(report, border)) for border, title, about in BORDERS]
    lines = sorted(report.deliveries, key=lambda line: (line.trust_code, line.extract, line.reporting_month))
    page = environment.get_template("evidence.jinja")
    return page.render(report=report, borders=borders, deliveries=lines, state=lambda result: _state(report, result))


def _ordered(report: GateReport, border: Border) -> list[CheckResult]:
    """Failures first, the gravest first of all."""
    order = ["blocks", "waived", "warning", "passed"]
    of_border: Iterable[CheckResult] = (result for result in report.results if result.border == border)
    return sorted(of_border, key=lambda result: (order.index(_state(report, result)), result.id))


def _state(report: GateReport, result: CheckResult) -> str:
    if result.success:
        return "passed"
    if result.severity == "warning":
        return "warning"
    return "waived" if result.id in report.waivers else "blocks"
