"""A list without a header (`ref_trusts`) is read by the positions of its contract."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path

import pytest

from tests.ingestion.delivering import Taker, as_csv

ROOT = Path(__file__).parents[2]
PUBLISHED = (
    Path(os.environ.get("RCW_SHARED_DATA", ROOT.parent / "shared" / "data"))
    / "portfolio"
    / "ods_etr_trusts_2025-07.csv"
)


def line(code: str, opened: str = "20010401", closed: str = "", fields: int = 27) -> list[str]:
    row = [code, f"Trust {code}", "Y58", "QOX", "1 High Street", "", "", "Bath", "", "BA1 1AA", opened, closed]
    return row + [""] * (fields - len(row))


CODES = [f"R{number:02}" for number in range(30)]
ROWS = [line(code) for code in CODES]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_list_without_header__is_read_by_position(take: Taker, delimiter: str, encoding: str) -> None:
    taken = take.content("ref_trusts", as_csv(ROWS, delimiter).encode(encoding))
    assert (taken.delivery.rows_delivered, taken.delivery.rows_rejected) == (30, 0)
    first = taken.rows[0]
    assert (first["ods_code"], first["trust_name"], first["region_code"]) == ("R00", "Trust R00", "Y58")
    assert (first["icb_code"], first["open_date"], first["close_date"]) == ("QOX", date(2001, 4, 1), None)
    assert [row["_row_number"] for row in taken.rows] == list(range(1, 31))
    assert not taken.findings  # the fields that are not loaded, such as addresses, are no drift


def test_row_of_another_width__is_bad_row_shape(take: Taker) -> None:
    taken = take.content("ref_trusts", as_csv([*ROWS, line("R77", fields=29)]))
    assert taken.reasons == [(None, "bad_row_shape")]
    assert taken.quarantine[0]["_row_number"] == 31


def test_rows_are_judged_by_the_contract(take: Taker) -> None:
    many = [line(f"R{a}{b}") for a in "ABCDE" for b in "0123456789"]
    taken = take.content("ref_trusts", as_csv([*many, line("RA0"), line("RZZ", opened="1 April")]))
    assert taken.reasons == [("ods_code", "duplicate_key"), ("open_date", "bad_date")]


@pytest.mark.parametrize("content", ["R01,Trust\r\nR02,Trust\r\n", "a single text", as_csv([["x"] * 12] * 9)])
def test_file_of_another_width__is_refused_and_told_what_is_expected(take: Taker, content: str) -> None:
    assert "27 fields" in take.content("ref_trusts", content).refusal


def test_list_with_the_labels_as_header__is_read_by_them(take: Taker) -> None:
    header = ["Name", "Organisation Code", "Open Date", "National Grouping", "High Level Health Geography"]
    taken = take.content("ref_trusts", as_csv([header, ["Avon", "RVN", "19990401", "Y58", "QOX"]]))
    assert (taken.row["ods_code"], taken.row["open_date"]) == ("RVN", date(1999, 4, 1))


@pytest.mark.skipif(not PUBLISHED.exists(), reason=f"the published list is not at {PUBLISHED}")
def test_published_list__is_accepted_row_for_row(take: Taker) -> None:
    content = PUBLISHED.read_bytes()
    published = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    taken = take.content("ref_trusts", content)
    assert (taken.delivery.rows_accepted, taken.delivery.rows_rejected) == (len(published), 0) == (210, 0)
    found = {row["ods_code"]: row for row in taken.rows}
    assert {code: row["trust_name"] for code, row in found.items()} == {row[0]: row[1] for row in published}
    assert found["RVN"]["trust_name"] == "AVON AND WILTSHIRE MENTAL HEALTH PARTNERSHIP NHS TRUST"
    assert (found["RVN"]["region_code"], found["RVN"]["icb_code"]) == ("Y58", "QOX")
    assert "G6V2S" in found  # not every code has three characters
    assert sum(1 for row in found.values() if row["close_date"]) == 5
