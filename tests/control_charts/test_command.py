"""`rcw spc` on files as an analyst has them."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from publishing.control_charts.charts import POINT_COLUMNS, SERIES_COLUMNS, profiles
from publishing.control_charts.command import chart_file
from publishing.errors import PublishingError

PROFILE = profiles()["plot_the_dots"]
MONTHS = [f"{2024 + month // 12}-{month % 12 + 1:02}-01" for month in range(14)]
LEVEL = [5.0, 7.0, 6.0, 8.0, 5.5, 7.5, 6.5, 4.5, 6.0, 7.0, 5.0, 6.2, 7.1, 5.9]


def written(folder: Path, name: str = "series.csv") -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series_file(folder: Path, text: str) -> Path:
    file = folder / "mine.csv"
    file.write_text(text, encoding="utf-8")
    return file


def level(series: str = "a") -> str:
    return "".join(f"{series},{month},{value}\n" for month, value in zip(MONTHS, LEVEL, strict=True))


def test_command__writes_points_and_series(tmp_path: Path) -> None:
    file = series_file(tmp_path, "series_id,date,value\n" + level("a") + level("b"))
    run = [
        sys.executable,
        "-m",
        "orchestration.cli",
        "spc",
        str(file),
        "--out",
        str(tmp_path / "out"),
        "--profile",
        "mdc_excel",
    ]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "Charted 2 series (2 ok)" in done.stdout
    points, series = written(tmp_path / "out", "points.csv"), written(tmp_path / "out")
    assert (tuple(points[0]), tuple(series[0])) == (POINT_COLUMNS, SERIES_COLUMNS)
    assert len(points) == 28
    assert [row["variation_icon"] for row in series] == ["common_cause", "common_cause"]


def test_other_spellings__are_read(tmp_path: Path) -> None:
    rows = "".join(f"a;{m[8:]}/{m[5:7]}/{m[:4]};{v}\n" for m, v in zip(MONTHS, LEVEL, strict=True))
    chart_file(series_file(tmp_path, "\ufeffSeries ID;Date;Value\n" + rows), PROFILE, tmp_path)
    assert len(written(tmp_path, "points.csv")) == 14


def test_screening__can_be_switched(tmp_path: Path) -> None:
    file = series_file(tmp_path, "series_id,date,value\n" + level() + "a,2025-03-01,40\n")
    widths = []
    for screens in (True, False):
        chart_file(file, PROFILE, tmp_path, screens)
        widths.append(float(written(tmp_path, "points.csv")[0]["upl"]))
    assert widths[0] < widths[1]


def test_rebase_without_a_value__moves_to_the_next_point_with_notice(tmp_path: Path) -> None:
    rows = "a,2024-01-01,1,\na,2024-02-01,2,\na,2024-03-01,,true\na,2024-04-01,4,\na,2024-05-01,3,\n"
    charted = chart_file(series_file(tmp_path, "series_id,date,value,rebase\n" + rows), PROFILE, tmp_path)
    assert [row["rebase_group"] for row in written(tmp_path, "points.csv")] == ["0", "0", "0", "1", "1"]
    assert "2024-03-01" in charted.notices[0]


@pytest.mark.parametrize(
    "content",
    [
        ("series_id;date;value\n" + level().replace(",", ";").replace(".", ",")).encode(),
        ("series_id\tdate\tvalue\n" + level().replace(",", "\t")).encode("utf-16"),
        ("Waiting times\r\n\r\nseries_id,date,value\r\n" + level().replace("\n", "\r\n")).encode("cp1252"),
        ("series_id,date,value\n" + "".join(sorted(level().splitlines(True), key=lambda line: line[::-1]))).encode(),
        ("series_id,date,value,target\n" + level()).encode(),  # an optional cell left out at the end of each row
        ("x," * 97 + "series_id,date,value\n" + "".join("," * 97 + line for line in level().splitlines(True))).encode(),
    ],
    ids=["semicolons and decimal commas", "UTF-16", "a title above", "unordered", "short rows", "100 columns"],
)
def test_file_as_programs_write_it__gives_the_same_chart(tmp_path: Path, content: bytes) -> None:
    chart_file(series_file(tmp_path, "series_id,date,value\n" + level()), PROFILE, tmp_path / "plain")
    file = tmp_path / "other.csv"
    file.write_bytes(content)
    chart_file(file, PROFILE, tmp_path / "other")
    assert written(tmp_path / "other", "points.csv") == written(tmp_path / "plain", "points.csv")


@pytest.mark.parametrize("day", ["2024-04", "01/04/2024", "20240401", "01-Apr-2024", "Apr-24", "April 2024", "45383"])
def test_dates_as_people_write_them__are_read(tmp_path: Path, day: str) -> None:
    chart_file(series_file(tmp_path, f"series_id,date,value\na,{day},5\n"), PROFILE, tmp_path)
    assert written(tmp_path, "points.csv")[0]["date"] == "2024-04-01"


def test_rebase_that_no_point_follows__is_said(tmp_path: Path) -> None:
    rows = "a,2024-01-01,1,\na,2024-02-01,,true\n"
    charted = chart_file(series_file(tmp_path, "series_id,date,value,rebase\n" + rows), PROFILE, tmp_path)
    assert charted.notices == ("a: 2024-02-01 starts a new segment but has no value; no point with a value follows.",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("series_id,date\na,2024-01-01\n", "there is no column value"),
        ("series_id,date,value\n", "there are no rows"),
        ("series_id,date,value\na,2024-01-01,1\na,01/01/2024,2\n", "the same date twice in one series: lines 2, 3"),
        ("series_id,date,value\na,2024-13-01,1\n", "date is none that can be read"),
        ("series_id,date,value\na,2024-01-01,many\n", "value is no number: line 2"),
        ("series_id,date,value\na,2024-01-01,inf\n", "value is no number: line 2"),
        ("series_id,date,value\n,2024-01-01,1\n", "series_id is empty: line 2"),
        ("series_id,date,value,rebase\na,2024-01-01,1,maybe\n", "rebase is neither true nor false"),
        ("series_id,date,value,improvement_direction\na,2024-01-01,1,up\n", "improvement_direction is none of"),
        (
            "series_id,date,value,fix_after_n_points\na,2024-01-01,1,11\n",
            "fix_after_n_points is no whole number of at least 12",
        ),
        (
            "series_id,date,value,fix_after_n_points\na,2024-01-01,1,99999999999\n",
            "fix_after_n_points is no whole number",
        ),
        ("series_id,date,value\na,2024-01-01,1\na,2024-02-01\na,2024-03-01,1,2\n", "the header has: lines 3, 4"),
        ("series_id,date,value,value\na,2024-01-01,1,2\n", "two columns value"),
        ("", "the file is empty"),
        ("series_id,date,value,target\na,2024-01-01,1,high\n", "target is no number"),
        (
            "series_id,date,value,improvement_direction\na,2024-01-01,1,increase\na,2024-02-01,1,decrease\n",
            "improvement_direction differs within a series",
        ),
    ],
)
def test_file_that_cannot_be_charted__is_refused_with_its_lines(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PublishingError) as refused:
        chart_file(series_file(tmp_path, text), PROFILE, tmp_path / "out")
    assert said in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_binary_file__is_refused_without_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(PublishingError):
        chart_file(file, PROFILE, tmp_path / "out")


def test_series_named_like_a_formula__cannot_run_in_a_spreadsheet(tmp_path: Path) -> None:
    chart_file(series_file(tmp_path, 'series_id,date,value\n"=1+1",2024-01-01,1\n'), PROFILE, tmp_path)
    assert written(tmp_path)[0]["series_id"] == "'=1+1"
