"""What the report says is what the tables of the release say."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from publishing.errors import PublishingError
from publishing.report.charts import Bar, bars
from publishing.report.release_tables import opened
from publishing.report.write import write_report
from publishing.sql import literal
from tests.homes import Rcw
from tests.report.reading import Page
from tests.report.releases import HIDDEN, INPUTS, TRUST, small_release, write_release


def test_figures__are_those_of_the_tables(page: Page) -> None:
    rates = page.table("Share of people in each tier by profession, March 2026")
    assert rates.column("People") == {
        "Medical and dental": "100",
        "Nursing": "900",
        "Psychology and psychological therapies": "234",
        "Whole trust": "1,234",
    }
    assert rates.column("Research-active")["Medical and dental"] == "60.0%"
    assert rates.column("T1 engaged")["Whole trust"] == "40.2%"
    assert page.table("Workforce by profession").column("Sickness")["Whole trust"] == "4.6%"


def test_a_suppressed_figure__is_said_to_be_so_and_a_missing_one_otherwise(page: Page) -> None:
    leading = page.table("Share of people in each tier by profession").column("T4 leading")
    assert leading["Nursing"] == "suppressed"
    assert leading["Psychology and psychological therapies"] == "n/a"
    assert leading["Medical and dental"] == "0.0%"


def test_a_figure_under_a_flag__stands_nowhere(reported: Path) -> None:
    for form in (str(HIDDEN), f"{HIDDEN:,}", f"{HIDDEN:,}.0%"):
        assert form not in (reported / "report.html").read_text(encoding="utf-8")


def test_summary__counts_with_published_figures_only(page: Page) -> None:
    assert (
        "In March 2026, 200 of 1,234 people in post (16.2%) were research-active, against 15.0% twelve months before"
        in " ".join(page.words.split())
    )
    assert "1 of 2 expected deliveries are missing (hr_absence)" in page.words


def test_no_summary_sentence__claims_a_cause(page: Page) -> None:
    words = page.words.lower()
    assert not [
        claim for claim in ("because of research", "leads to better", "thanks to", "due to research") if claim in words
    ]
    assert "do not show cause and effect" in words


def test_every_table__is_of_the_release_and_named(page: Page, reported: Path) -> None:
    named = {word for word in page.words.split() if word.startswith(("mart_", "dim_"))}
    assert named
    assert {name.strip(".,") for name in named} <= {file.stem for file in reported.glob("*.parquet")}


def test_the_tables_of_a_release__are_all_that_can_be_read(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "release", small_release())
    secret = tmp_path / "warehouse.parquet"
    duckdb.sql("select 42 as canary").write_parquet(secret.as_posix())
    with opened(folder, TRUST, "2026-03", ["2026-02", "2026-03"]) as tables:
        with pytest.raises(duckdb.PermissionException):
            tables.rows(f"select * from read_parquet({literal(secret.as_posix())})")
        with pytest.raises(duckdb.PermissionException):
            tables.rows("select * from read_csv('/etc/passwd')")


def test_a_table_of_another_version__is_said_in_words(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "release", small_release())
    duckdb.sql("select 'RVN' as trust_code").write_parquet((folder / "mart_equity.parquet").as_posix())
    with pytest.raises(PublishingError, match="does not hold what the report shows"):
        write_report(folder, INPUTS)


def test_an_unknown_trust__is_named_with_those_there_are(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "release", small_release())
    with pytest.raises(PublishingError, match=f"nothing about trust RXX(.|\n)*{TRUST}"):
        write_report(folder, INPUTS, trust_code="RXX")


def test_an_empty_release__still_has_a_report(tmp_path: Path) -> None:
    files = write_report(write_release(tmp_path / "release", {}), INPUTS)
    assert "How to read this report" in files[0].read_text(encoding="utf-8")


def test_report_of_a_load__shows_every_group_as_its_mart_has_it(loaded: Rcw) -> None:
    release = loaded.release()
    page = Page((release / "report.html").read_text(encoding="utf-8"))
    rows = duckdb.sql(
        "select group_type, group_name, headcount, headcount_is_suppressed, research_active_rate, research_active_rate_is_suppressed"
        f" from read_parquet({literal((release / 'mart_research_capacity_month.parquet').as_posix())})"
        " where group_type in ('profession', 'directorate')"
        " and reporting_month = (select max(reporting_month) from"
        f" read_parquet({literal((release / 'mart_research_capacity_month.parquet').as_posix())}))"
    ).fetchall()
    assert rows
    for kind in ("profession", "directorate"):
        table = page.table(f"Share of people in each tier by {kind}")
        people, rates = table.column("People"), table.column("Research-active")
        of_kind = {row[1]: row[2:] for row in rows if row[0] == kind}
        assert set(people) - {"Whole trust"} == set(of_kind)
        for name, (headcount, is_hidden, rate, rate_is_hidden) in of_kind.items():
            assert people[name] == ("suppressed" if is_hidden else f"{headcount:,}")
            wanted = "suppressed" if rate_is_hidden else "n/a" if rate is None else f"{rate:.1f}%"
            assert rates[name] == wanted


def test_line_of_the_whole_trust__is_named_where_it_is_drawn(page: Page) -> None:
    assert "dotted line: whole trust" in page.words


def test_figures_beside_bars__stand_clear_of_the_line_of_the_whole() -> None:
    spec = bars([Bar("Medical", 14.0, "14.0%")], "per cent", Bar("Whole trust", 16.0, "16.0%"))
    drawn = [layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    assert [mark.get("stroke") for mark in drawn] == ["#ffffff", None]
