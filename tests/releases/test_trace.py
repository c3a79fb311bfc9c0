"""A trace leads to the lines of the files, and these lines give the figure again; nobody is named on the way."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.errors import RcwError
from ingestion.settings import Settings
from orchestration.tracing.command import Bench, opened, trace
from orchestration.tracing.rows import ranges
from orchestration.tracing.subject import sums, ways
from publishing.published_table import PublishedTable
from tests.cli import conftest as command_line
from tests.cli.conftest import Rcw
from tests.homes import CORRECTED, KEY
from tests.homes import Rcw as Home

TRUST = ("group_type=trust", "group_code=RVN", f"reporting_month={CORRECTED}")


@pytest.fixture
def rcw(loaded: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rcw:
    """The command line over a home in which a month's absences were corrected. It only reads."""
    return command_line.over(loaded.home, KEY, monkeypatch, capsys)


def _traced(rcw: Rcw, *arguments: str) -> Any:
    found = rcw("trace", *arguments, "--json")
    assert found.code == 0, found.text
    return json.loads(found.out)


def _lines(rcw: Rcw, found: Any, extract: str) -> list[dict[str, str]]:
    """The delivered lines that a trace names, by the labels of the file."""
    taken = []
    for delivery in found["deliveries"]:
        if delivery["extract"] == extract:
            with (rcw.landing / extract / delivery["file"]).open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.reader(stream))
            spans = [[int(number) for number in span.split("-")] for span in delivery["line_ranges"]]
            numbers = [number for span in spans for number in range(span[0], span[-1] + 1)]
            assert len(numbers) == delivery["lines"]
            taken += [dict(zip(rows[0], rows[number - 1], strict=True)) for number in numbers]
    return taken


def _figures(found: Any) -> dict[str, Any]:
    return {measure["measure"]: measure["value"] for measure in found["measures"]}


def _agree(found: Any, measure: str) -> set[str]:
    """Tables whose rows add up to the measure."""
    assert all(one["agrees"] for one in found["sums"]), found["sums"]
    return {one["table"] for one in found["sums"] if one["measure"] == measure}


def test_headcount__is_the_people_of_the_lines(rcw: Rcw) -> None:
    found = _traced(rcw, "mart_workforce_month", *TRUST, "--measure", "headcount")
    people = {row["Employee Number"] for row in _lines(rcw, found, "hr_assignments")}
    assert len(people) == _figures(found)["headcount"] > 0
    assert _agree(found, "headcount") == {"core.fct_staff_month", "raw.hr_assignments"}
    assert {delivery["extract"] for delivery in found["deliveries"]} == {"hr_assignments"}


def test_sickness__is_of_the_people_of_the_lines(rcw: Rcw) -> None:
    found = _traced(rcw, "mart_workforce_month", *TRUST, "--measure", "sickness_rate")
    assert _agree(found, "fte_days_lost") == {"core.fct_staff_month"}
    figures = _figures(found)
    assert figures["sickness_rate"] == pytest.approx(100 * figures["fte_days_lost"] / figures["fte_days_available"])
    lines = _lines(rcw, found, "hr_absence")
    assert {row["Absence Category"] for row in lines} == {"Sickness"}
    [delivery] = [one for one in found["deliveries"] if one["extract"] == "hr_absence"]
    assert (delivery["file"], delivery["version"]) == (f"hr_absence_{CORRECTED}_v2.csv", 2)
    with duckdb.connect(str(rcw.home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        sick = connection.execute(
            "select sickness_headcount from core.fct_workforce_group_month where group_type = 'trust' "
            "and reporting_month = cast(? as date)",
            [f"{CORRECTED}-01"],
        ).fetchone()
    assert len({row["Employee Number"] for row in lines}) == (sick or (0,))[0]


def test_training__is_the_lines_that_are_required_and_achieved(rcw: Rcw) -> None:
    found = _traced(rcw, "mart_training_month", *TRUST, "--measure", "compliance_rate")
    lines, figures = _lines(rcw, found, "training_compliance"), _figures(found)
    required = [row for row in lines if row["Required"] == "Yes"]
    assert len(required) == figures["required_count"] > 0
    assert len([row for row in required if row["Achieved"] == "Yes"]) == figures["achieved_count"]
    for measure in ("required_count", "achieved_count"):
        assert _agree(found, measure) == {"core.fct_training_requirement_month", "raw.training_compliance"}


def test_recruitment__is_what_the_lines_add_up_to(rcw: Rcw) -> None:
    release = rcw.home / "published" / "current" / "mart_portfolio_study_month.parquet"
    project, recruited = duckdb.execute(
        "select project_id, recruited_to_date from read_parquet(?) where reporting_month = cast(? as date) "
        "order by recruited_to_date desc nulls last limit 1",
        [str(release), f"{CORRECTED}-01"],
    ).fetchone() or (None, 0)
    key = (f"project_id={project}", f"reporting_month={CORRECTED}")
    found = _traced(rcw, "mart_portfolio_study_month", *key, "--measure", "recruited_to_date")
    lines = _lines(rcw, found, "rd_recruitment")
    assert {row["Project ID"] for row in lines} == {project}
    assert sum(int(row["Recruited"]) for row in lines) == recruited == _figures(found)["recruited_to_date"]
    assert _agree(found, "recruited_to_date") == {"core.fct_recruitment_report", "raw.rd_recruitment"}


def test_trace__for_people_names_files_and_lines_and_nobody(rcw: Rcw) -> None:
    text = rcw("trace", "mart_workforce_month", *TRUST, "--limit", "100000").out
    assert "not for sharing" in text
    assert f"hr_absence_{CORRECTED}_v2.csv" in text
    with duckdb.connect(str(rcw.home / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        keys = connection.execute(
            "select distinct staff_key from core.fct_staff_month union all "
            "select distinct assignment_key from core.fct_assignment_month"
        ).fetchall()
    assert len(keys) > 200
    assert not [key for (key,) in keys if key in text]
    for file in (rcw.landing / "hr_assignments").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                assert row["Employee Number"] not in text
                assert row["Last Name"] not in text


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["mart_nothing", "a=b"], 2, "is no mart; there are"),
        (["mart_workforce_month", "group=trust"], 2, "its key is trust_code, group_type, group_code, reporting_month"),
        (["mart_workforce_month", "trust"], 2, "expected COLUMN=VALUE"),
        (["mart_workforce_month", "group_type=trust"], 2, "reporting_month=..."),
        (["mart_workforce_month", *TRUST, "--measure", "happiness"], 2, "it has headcount"),
        (["mart_workforce_month", "group_type=trust", "group_code=XXX"], 1, "group_code there is one of RVN"),
        (["mart_workforce_month", "reporting_month=1999-01"], 1, "2025-01-01"),
        (["mart_workforce_month", "reporting_month=x' or '1'='1"], 1, "has no row with"),
    ],
)
def test_trace__of_what_there_is_not_says_what_there_is(rcw: Rcw, arguments: list[str], code: int, said: str) -> None:
    found = rcw("trace", *arguments)
    assert (found.code, said in found.err, found.out) == (code, True, ""), found.err


def test_trace__of_an_empty_home_says_so(rcw: Rcw, tmp_path: Path) -> None:
    rcw.set(HOME=str(tmp_path))
    found = rcw("trace", "mart_workforce_month", *TRUST)
    assert (found.code, "Run rcw load first" in found.err) == (2, True)


# --- every mart, in this process ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench(loaded: Home) -> Iterator[Bench]:
    settings = Settings(home=loaded.home, pseudonym_key=KEY, _env_file=None)  # type: ignore[arg-type]
    with opened(settings) as bench:
        yield bench


def _keys(bench: Bench, table: PublishedTable, rows: int) -> list[list[str]]:
    """Keys of rows from all over a mart."""
    listed = ", ".join(table.key)
    found = bench.connection.execute(
        f"select {listed} from {table.schema}.{table.name} order by md5(concat({listed})) limit {rows}"
    ).fetchall()
    return [[f"{name}={value}" for name, value in zip(table.key, row, strict=True)] for row in found]


@pytest.mark.parametrize("rows", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_every_mart__can_be_traced_and_adds_up(bench: Bench, rows: int) -> None:
    assert len(bench.tables) > 15
    summed = set()
    for table in bench.tables:
        for key in [] if table.is_derived else _keys(bench, table, rows):
            found = trace(bench, table.name, key, None, 3)
            wrong = [one for one in found.sums if not one.agrees]
            assert not wrong, (table.name, key, wrong)
            summed |= {(table.name, one.measure) for one in found.sums}
            assert found.core or found.raw or found.whole or table.name.startswith("dim_")
    assert len(summed) > (25 if rows > 1 else 20)


def test_derived_row__is_traced_by_the_row_that_its_figure_is_taken_from(bench: Bench) -> None:
    found = trace(bench, "mart_scorecard_month", ["indicator_code=W4", *TRUST], None, 3)
    assert (found.subject.mart, found.measures[0].name) == ("mart_workforce_month", "sickness_rate")
    with pytest.raises(RcwError, match="one of R1, R2"):
        trace(bench, "mart_scorecard_month", list(TRUST), None, 3)


def test_sums__are_of_measures_that_there_are(bench: Bench) -> None:
    measures = {table.name: {column.name for column in table.columns} for table in bench.tables}
    assert {mart: set(named) - measures[mart] for mart, named in sums().items() if set(named) - measures[mart]} == {}
    assert set(ways()["months_back"]) <= set().union(*measures.values())


@pytest.mark.parametrize(("numbers", "runs"), [([], []), ([2], ["2"]), ([2, 3, 4, 9, 11, 12], ["2-4", "9", "11-12"])])
def test_ranges__are_runs_of_lines(numbers: list[int], runs: list[str]) -> None:
    assert ranges(numbers) == runs
