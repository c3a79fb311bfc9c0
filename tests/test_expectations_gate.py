"""The decision of the gate, dbt's tests as results, and the evidence page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.evidence import render_evidence, write_evidence
from expectations.gate import CheckResult, DeliveryLine, GateReport, dbt_test_results

BLOCKING = CheckResult(
    id="raw.hr_assignments.RVN.2025-03.key_is_unique",
    border="raw",
    table="raw.hr_assignments",
    month=date(2025, 3, 1),
    name="key_is_unique",
    meaning="Rows repeat the extract's key.",
    severity="blocking",
    success=False,
    observed="2 of 600 rows (0.333 %)",
    unexpected_count=2,
    rows=600,
    example_rows=(5, 42),
    how_to_see="select 1",
)
WARNING = replace(BLOCKING, id="marts.mart_training_month.from_2025-03.x", border="marts", name="x", severity="warning")
PASSED = replace(BLOCKING, id="raw.hr_leavers.RVN.2025-03.y", name="y", success=True)
LINE = DeliveryLine("RVN", "hr_leavers", date(2025, 3, 1), "d1", "hr_leavers_2025-03.csv", "current", 40, 39, 1)


def report(*results: CheckResult, **changes: Any) -> GateReport:
    return GateReport("load-2025-03-abc", results, (LINE,), **changes)


def test_gate__is_closed_by_a_blocking_failure_alone() -> None:
    assert report(PASSED, WARNING).is_closed is False
    assert report(PASSED, BLOCKING).is_closed is True


def test_gate__is_opened_by_a_waiver_that_is_recorded() -> None:
    waived = report(BLOCKING, waivers=frozenset({BLOCKING.id, "raw.hr_leavers.RVN.2024-01.old"}))
    assert not waived.is_closed
    assert waived.waived_failures == [BLOCKING]
    assert waived.unused_waivers == ["raw.hr_leavers.RVN.2024-01.old"]
    assert BLOCKING.id in render_evidence(waived)
    assert waived.as_metadata()["waived_failures"][0]["id"] == BLOCKING.id


def test_message_of_a_closed_gate__says_which_check_which_table_how_many_rows_and_how_to_see() -> None:
    message = report(BLOCKING).message()
    for part in ("raw.hr_assignments", "key_is_unique", "2 of 600 rows", "select 1", "5, 42", "former release stays"):
        assert part in message
    assert f"RCW_GATE_WAIVERS={BLOCKING.id}" in message


def dbt_run(status: str, failures: int | None = 0) -> list[CheckResult]:
    test = "test.research_culture.unique_dim_staff_staff_sk"
    manifest = {
        "nodes": {
            "model.research_culture.dim_staff": {"resource_type": "model", "name": "dim_staff", "schema": "core"},
            test: {
                "resource_type": "test",
                "name": "unique_dim_staff_staff_sk",
                "description": "",
                "attached_node": "model.research_culture.dim_staff",
                "config": {},
                "schema": "test_failures",
                "alias": "unique_dim_staff_staff_sk",
                "depends_on": {"nodes": ["model.research_culture.dim_staff"]},
            },
        }
    }
    results = [
        {"unique_id": test, "status": status, "failures": failures, "message": "Got CANARY"},
        {"unique_id": "model.research_culture.dim_staff", "status": "success"},
    ]
    return dbt_test_results({"results": results}, manifest, date(2025, 3, 1))


def test_dbt_test_in_a_file_of_its_own__stands_with_the_first_table_it_reads() -> None:
    test = {
        "resource_type": "test",
        "name": "assert_rows_reconcile",
        "config": {},
        "depends_on": {"nodes": ["source.research_culture.raw.delivery", "model.research_culture.dim_staff"]},
    }
    model = {"resource_type": "model", "name": "dim_staff", "schema": "core"}
    nodes = {"model.research_culture.dim_staff": model, "test.a": test}
    (found,) = dbt_test_results({"results": [{"unique_id": "test.a", "status": "pass"}]}, {"nodes": nodes}, None)
    assert (found.table, found.id) == ("core.dim_staff", "dbt.dim_staff.all_months.assert_rows_reconcile")


def test_failed_dbt_test__says_which_deliveries_its_tables_are_made_of() -> None:
    stage, core = "model.research_culture.stg_esr__leaver", "model.research_culture.fct_leaver"
    sources = ["source.research_culture.raw.delivery", "source.research_culture.raw.hr_leavers"]
    test = {"resource_type": "test", "name": "fct_leaver_is_sound", "config": {}, "schema": "t", "alias": "t"}
    nodes = {
        stage: {"name": "stg_esr__leaver", "schema": "staging", "depends_on": {"nodes": sources}},
        core: {"name": "fct_leaver", "schema": "core", "depends_on": {"nodes": [stage]}},
        "test.a": test | {"depends_on": {"nodes": [core]}},
    }
    (found,) = dbt_test_results({"results": [{"unique_id": "test.a", "status": "fail"}]}, {"nodes": nodes}, None)
    assert found.meaning == (
        "A dbt test of the warehouse failed. See its rows, then the deliveries of hr_leavers: rcw status names the files, rcw "
        "quarantine hr_leavers their rejected rows. If the deliveries are right, the model it tests is wrong."
    )


@pytest.mark.parametrize(
    ("status", "failures", "success", "severity"),
    [
        ("pass", 0, True, "blocking"),
        ("fail", 3, False, "blocking"),
        ("warn", 3, False, "warning"),
        ("error", None, False, "blocking"),
    ],
)
def test_dbt_test__becomes_a_result(status: str, failures: int | None, success: bool, severity: str) -> None:
    (found,) = dbt_run(status, failures)
    assert (found.success, found.severity) == (success, severity)
    assert found.id == "dbt.dim_staff.from_2025-03.unique_dim_staff_staff_sk"
    assert found.table == "core.dim_staff"
    assert ("test_failures" in found.how_to_see) == (status in ("fail", "warn"))
    assert "CANARY" not in repr(found)


def test_evidence__is_one_self_contained_page(tmp_path: Path) -> None:
    file = write_evidence(report(BLOCKING, WARNING, PASSED), tmp_path)
    assert file == tmp_path / "evidence" / "load-2025-03-abc.html"
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    page = file.read_text(encoding="utf-8")
    assert not re.search(r"https?://|//[a-z]|src=|@import|url\(|<script|<link", page)
    for part in ("Closed", "key is unique", "Rows repeat the extract", "hr_leavers_2025-03.csv", 'lang="en-GB"'):
        assert part in page


def test_evidence__is_the_same_for_the_same_load(tmp_path: Path) -> None:
    shuffled = report(PASSED, WARNING, BLOCKING)
    assert render_evidence(report(BLOCKING, WARNING, PASSED)) == render_evidence(shuffled)


def test_evidence__puts_the_gravest_failure_first() -> None:
    page = render_evidence(report(PASSED, replace(WARNING, border="raw"), BLOCKING))
    states = re.findall(r'class="state (\w+)"', page)
    assert states == ["blocks", "warning", "blocks", "warning", "passed"]


def test_evidence__tells_a_failure_of_many_months_once_newest_first() -> None:
    earlier = replace(BLOCKING, id="raw.hr_assignments.RVN.2025-02.key_is_unique", month=date(2025, 2, 1))
    page = render_evidence(report(earlier, BLOCKING))
    assert page.count(BLOCKING.meaning.replace("'", "&#39;")) == 1
    assert page.index(BLOCKING.id) < page.index(earlier.id)


def test_evidence__escapes_what_it_is_given() -> None:
    page = render_evidence(GateReport("load", (), (replace(LINE, file_name="<script>alert(1)</script>.csv"),)))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_evidence__refuses_a_load_id_that_leaves_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="load id"):
        write_evidence(GateReport("../elsewhere", ()), tmp_path)
