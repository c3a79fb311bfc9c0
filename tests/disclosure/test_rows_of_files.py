"""Rows of files in which a row is a person, or what a person did: their counts tell no number that the trust hides.

`mart_data_quality` is the real one; the tables that its rows repeat are stand-ins with the same names and measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ingestion.contract import contracts
from publishing.catalogue import read_catalogue
from publishing.disclosure.structure import Repeated
from tests.disclosure.trusts import WORKFORCE, Row, make_people, protected, rows_of
from tests.publishing_support import column, model
from tests.test_publishing_metadata import described_models

TABLES = {
    table.name: table
    for table in read_catalogue({"nodes": {model["name"]: model for model in described_models()}})
}  # fmt: skip
(NODE,) = (model for model in described_models() if model["name"] == "mart_data_quality")
REPEATS = TABLES["mart_data_quality"].structure.repeats
assert REPEATS
LINES = REPEATS.lines
ROWS = ("rows_delivered", "rows_accepted", "rows_rejected")
JANUARY, FEBRUARY = "2025-01-01", "2025-02-01"


def _stand_in(table: str) -> dict[str, Any]:
    """A table of which `few` people stand behind every measure."""
    of_table = [line for line in LINES.values() if line.table == table]
    keys = {"trust_code": "varchar", "group_type": "varchar", "group_code": "varchar"}
    keys |= {name: "varchar" for line in of_table for name in line.only} | {line.month: "date" for line in of_table}
    measures = {name for line in of_table for name in line.measures}
    columns = {name: column(kind, "key") for name, kind in keys.items()}
    columns |= {name: column("bigint", "measure", people=["few"]) for name in sorted(measures)}
    return model(table, columns | {"few": column("bigint", "support")}, list(keys))


def _figure(line: Repeated, month: str, people: int) -> Row:
    """The trust's figures of a month, which so many people stand behind."""
    key = {"trust_code": "T", "group_type": "trust", "group_code": "T", line.month: month}
    return {**key, **line.only, **dict.fromkeys(line.measures, 120), "few": people}


def _delivery(extract: str, accepted: int, rejected: int = 0, month: str = JANUARY, **about: Any) -> list[Row]:
    """A file with what was found in it: that its rows reconcile, rows that were rejected, and a value that is new."""
    file = f"{extract}{month}{about}"
    rows = {"rows_delivered": accepted + rejected, "rows_accepted": accepted, "rows_rejected": rejected}
    whose = contracts()[extract].rows_about
    fewest = accepted or rejected
    found = [("rows_reconciled", 0), ("drift_value", 3), *([("rejected_rows", rejected)] if rejected else [])]
    return [
        {
            "trust_code": "T", "extract": extract, "reporting_month": month, "delivery_id": file, "status": "current",
            "check_name": check, "n": n, "severity": "info", "data_quality_sk": f"{file}{check}", "people": 0,
            "people_counted": 0, "staff_rows": fewest if whose == "staff" else 0,
            "respondent_rows": fewest if whose == "respondents" else 0, **rows, **about,
        }
        for check, n in found
    ]  # fmt: skip


def _published(rows: Sequence[Row], figures: Sequence[tuple[str, Row]] = ()) -> list[Row]:
    names = {line.table for line in LINES.values()}
    private = {name: [row for extract, row in figures if LINES[extract].table == name] for name in names}
    tables = protected([NODE, *map(_stand_in, sorted(names))], private | {"mart_data_quality": list(rows)})
    return tables["mart_data_quality"]


def _hidden(rows: Sequence[Row]) -> set[tuple[str, bool]]:
    """Each file, and whether its rows are hidden: all three counts of them or none, with what was found among them."""
    for row in rows:
        flags = {name: row[f"{name}_is_suppressed"] for name in (*ROWS, "n")}
        assert all((row[name] is None) is hidden for name, hidden in flags.items())
        assert len({flags[name] for name in ROWS}) == 1
        assert flags["n"] is (flags["rows_delivered"] and row["check_name"] != "rows_reconciled")
        assert row["is_suppressed"] is any(flags.values())
    return {(row["delivery_id"], row["rows_delivered_is_suppressed"]) for row in rows}


@pytest.mark.parametrize("extract", sorted(LINES))
def test_count_of_rows__goes_with_the_figure_of_the_trust_that_it_is(extract: str) -> None:
    """Not small itself, but a few people stand behind the figure."""
    rows = _delivery(extract, 120)
    hidden = _published(rows, [(extract, _figure(LINES[extract], JANUARY, 5))])
    assert {is_hidden for _, is_hidden in _hidden(hidden)} == {True}
    shown = _published(rows, [(extract, _figure(LINES[extract], JANUARY, 120))])
    assert {row["rows_delivered"] for row in shown} == {120}
    assert not any(row["is_suppressed"] for row in shown)


def test_every_file_of_the_month__is_hidden_and_none_of_another() -> None:
    leavers = LINES["hr_leavers"]
    rows = [
        *_delivery("hr_leavers", 12),
        *_delivery("hr_leavers", 11, 1, status="replaced"),
        *_delivery("hr_leavers", 0, 12, status="rejected"),
        *_delivery("hr_leavers", 30, month=FEBRUARY),
    ]
    figures = [("hr_leavers", _figure(leavers, JANUARY, 5)), ("hr_leavers", _figure(leavers, FEBRUARY, 30))]
    found = _published(rows, figures)
    _hidden(found)
    assert {(str(row["reporting_month"]), row["rows_delivered_is_suppressed"]) for row in found} == {
        (JANUARY, True),
        (FEBRUARY, False),
    }


@pytest.mark.parametrize(
    ("extract", "accepted", "rejected", "is_hidden"),
    [
        ("hr_absence", 7, 0, True),
        ("hr_absence", 8, 0, False),
        ("hr_absence", 7, 200, True),
        ("hr_absence", 0, 7, True),
        ("hr_absence", 0, 0, False),
        ("survey_nss", 9, 0, True),
        ("survey_nss", 10, 0, False),
        ("rd_project_sites", 3, 1, False),
        ("bench_pulse", 1, 0, False),
    ],
)
def test_small_number_of_rows__is_hidden_where_they_are_about_people(
    extract: str, accepted: int, rejected: int, is_hidden: bool
) -> None:
    """Also of files that no published figure repeats. A survey has its own threshold."""
    assert {hidden for _, hidden in _hidden(_published(_delivery(extract, accepted, rejected)))} == {is_hidden}


def test_wave_that_is_delivered_again__is_hidden_in_the_later_month_too() -> None:
    rows = [*_delivery("survey_nqps", 40), *_delivery("survey_nqps", 41, month=FEBRUARY)]
    found = _published(rows, [("survey_nqps", _figure(LINES["survey_nqps"], JANUARY, 5))])
    assert {is_hidden for _, is_hidden in _hidden(found)} == {True}


def test_wave_of_one_survey__hides_no_rows_of_another() -> None:
    rows = [*_delivery("survey_nqps", 40), *_delivery("survey_nss", 40)]
    found = _published(rows, [("survey_nqps", _figure(LINES["survey_nqps"], JANUARY, 5))])
    assert {row["extract"] for row in found if row["rows_delivered_is_suppressed"]} == {"survey_nqps"}


def test_counts_of_r_and_d_people__do_not_go_with_the_rows() -> None:
    """They are protected by themselves."""
    (row, *_) = _delivery("rd_awards", 120)
    linked = {**row, "check_name": "researchers_linked", "n": 40, "people": 40, "people_counted": 40}
    (found,) = _published([linked], [("rd_awards", _figure(LINES["rd_awards"], JANUARY, 5))])
    assert (found["n"], found["rows_accepted"]) == (40, None)


@pytest.mark.parametrize("seed", range(4))
def test_file_with_a_row_a_leaver__tells_no_hidden_number_of_leavers(seed: int) -> None:
    """Trusts of 60 to 240 people, whose leavers are protected with everything else."""
    rows = rows_of(make_people(seed, 60 * (seed + 1), 4))["mart_workforce"]
    leavers = {str(row["reporting_month"]): row["leavers"] for row in rows if row["group_type"] == "trust"}
    files = [row for month, n in leavers.items() if n is not None for row in _delivery("hr_leavers", n, month=month)]
    workforce = {**WORKFORCE, "name": "mart_workforce_month", "alias": "mart_workforce_month"}
    others = [_stand_in(name) for name in sorted({line.table for line in LINES.values()} - {"mart_workforce_month"})]
    tables = {node["name"]: [] for node in others} | {"mart_workforce_month": rows, "mart_data_quality": files}
    found = protected([NODE, workforce, *others], tables)
    of_trust = {
        str(row["reporting_month"]): row["leavers_is_suppressed"]
        for row in found["mart_workforce_month"]
        if row["group_type"] == "trust"
    }
    is_hidden = {str(row["reporting_month"]): row["rows_delivered_is_suppressed"] for row in found["mart_data_quality"]}
    assert is_hidden == {month: of_trust[month] for month in is_hidden}
    assert any(is_hidden.values()) or seed == 3


def test_every_figure_that_rows_repeat__is_published_and_can_be_hidden() -> None:
    assert {extract for extract in LINES if contracts()[extract].rows_about is None} == set()
    for line in LINES.values():
        of_table = {column.name for column in TABLES[line.table].published}
        assert set(line.measures) <= {column.name for column in TABLES[line.table].suppressible}
        assert {"trust_code", "group_type", line.month, *line.only} <= of_table
