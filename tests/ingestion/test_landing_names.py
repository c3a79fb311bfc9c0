"""What lies in landing: which names are taken as which extract, month and version, and which are named as unusable."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from ingestion.errors import RcwError
from ingestion.landing import Landing, look
from tests.ingestion.delivering import settings_for

SHA = "ab" * 32


def landing(home: Path, *places: str) -> Landing:
    for place in places:
        file = home / "landing" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x", encoding="utf-8")
    return look(settings_for(home))


@pytest.mark.parametrize(
    ("name", "month", "version"),
    [
        ("hr_leavers_2025-03.csv", "2025-03", 1),
        ("hr_leavers_202503.csv", "2025-03", 1),
        ("2025-03.xlsx", "2025-03", 1),
        ("ESR Leavers (RVN) 2025-03 final.CSV", "2025-03", 1),
        ("leavers_2025-03_v2.csv", "2025-03", 2),
        ("leavers_2025-03_V12.csv.gz", "2025-03", 12),
        ("v2_leavers_2025-03.csv", "2025-03", 1),
        ("leavers_2025-03-31.csv", "2025-03", 1),
        ("leavers_20250331_v3.xls", "2025-03", 3),
        ("leavers_2025-03_to_2025-03.csv", "2025-03", 1),
        ("survey_2025_2025-11.csv", "2025-11", 1),
        ("report_12345_2025-03.csv", "2025-03", 1),
        ("leavers2025-03", "2025-03", 1),
    ],
)
def test_file_name__tells_the_month_and_the_version(tmp_path: Path, name: str, month: str, version: int) -> None:
    found = landing(tmp_path, f"hr_leavers/{name}")
    assert not found.problems
    [file] = found.files
    assert (file.trust_code, file.extract) == ("RVN", "hr_leavers")
    assert (f"{file.reporting_month:%Y-%m}", file.version, file.name) == (month, version, name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("leavers.csv", "holds no month"),
        ("leavers_March.csv", "holds no month"),
        ("leavers_25-03.csv", "holds no month"),
        ("leavers_1850-03.csv", "holds no month"),
        ("leavers_120250.csv", "holds no month"),
        ("leavers_2025-13.csv", "does not exist"),
        ("leavers_2025-00.csv", "does not exist"),
        ("leavers_2025-03_2025-04.csv", "two different months"),
        ("leavers_202503_2025-04.csv", "two different months"),
    ],
)
def test_file_name__that_tells_no_one_month_is_not_taken_and_is_named(tmp_path: Path, name: str, message: str) -> None:
    found = landing(tmp_path, f"hr_leavers/{name}", "hr_leavers/good_2025-03.csv")
    assert [file.name for file in found.files] == ["good_2025-03.csv"]
    [problem] = found.problems
    assert problem.where == f"hr_leavers/{name}"
    assert message in problem.message


@pytest.mark.parametrize(
    "name",
    [
        ".hidden_2025-03.csv",
        "~$leavers_2025-03.xlsx",
        "leavers_2025-03.csv.tmp",
        "x_2025-03.part",
        "x_2025-03.FILEPART",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
    ],
)
@pytest.mark.parametrize("folder", ["hr_leavers/", "", "RVN/hr_leavers/"])
def test_passing_file__is_passed_over_silently(tmp_path: Path, folder: str, name: str) -> None:
    found = landing(tmp_path, f"{folder}{name}", "hr_leavers/good_2025-03.csv")
    assert [file.name for file in found.files] == ["good_2025-03.csv"]
    assert not found.problems


@pytest.mark.parametrize(
    ("place", "where", "message"),
    [
        ("hr_leaver/x_2025-03.csv", "hr_leaver", "is no extract; known are bench_pulse, bench_sickness"),
        ("RVN/x_2025-03.csv", "RVN", "is no extract"),
        ("RVN/payroll/x_2025-03.csv", "RVN/payroll", "is no extract"),
        ("RVN/hr_leavers/old/x_2025-03.csv", "RVN/hr_leavers/old", "is no file"),
        ("hr_leavers_2025-03.csv", "hr_leavers_2025-03.csv", "lies in no extract's folder"),
        ("hr_leavers/2025-03/x.csv", "hr_leavers/2025-03", "is no file"),
    ],
)
def test_place__where_nothing_is_expected_is_named(tmp_path: Path, place: str, where: str, message: str) -> None:
    found = landing(tmp_path, place)
    assert not found.files
    [problem] = found.problems
    assert problem.where == where
    assert message in problem.message


def test_loose_file__in_the_folder_of_a_trust_is_named(tmp_path: Path) -> None:
    found = landing(tmp_path, "RVN/hr_leavers/x_2025-03.csv", "RVN/hr_leavers_2025-04.csv")
    assert [(problem.where, problem.message) for problem in found.problems] == [
        ("RVN/hr_leavers_2025-04.csv", "lies in no extract's folder; move it into one")
    ]


@pytest.mark.parametrize("hidden", [".snapshots/x.csv", "RVN/.snapshots/x.csv", "hr_leavers/.snapshots/x.csv"])
def test_hidden_folder__is_passed_over_silently(tmp_path: Path, hidden: str) -> None:
    found = landing(tmp_path, hidden, "RVN/hr_leavers/x_2025-03.csv")
    assert (len(found.files), found.problems) == (1, ())


def test_folders_of_trusts__give_the_trust_of_their_files(tmp_path: Path) -> None:
    found = landing(
        tmp_path, "RVN/hr_leavers/a_2025-03.csv", "RDY/hr_leavers/a_2025-03.csv", "hr_absence/a_2025-03.csv"
    )
    assert [(file.trust_code, file.extract) for file in found.files] == [
        ("RDY", "hr_leavers"),
        ("RVN", "hr_absence"),
        ("RVN", "hr_leavers"),
    ]


def test_files__are_listed_by_trust_extract_month_and_version(tmp_path: Path) -> None:
    names = ["b_2025-04.csv", "a_2025-03_v2.csv", "c_2025-03.csv"]
    found = landing(tmp_path, *(f"hr_leavers/{name}" for name in names))
    assert [(file.reporting_month, file.version) for file in found.files] == [
        (date(2025, 3, 1), 1),
        (date(2025, 3, 1), 2),
        (date(2025, 4, 1), 1),
    ]


@pytest.mark.parametrize("target", ["file", "folder", "nothing", "itself"])
def test_link__that_leads_out_of_landing_is_not_taken(tmp_path: Path, target: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x_2025-03.csv").write_text("x", encoding="utf-8")
    link = tmp_path / "landing" / "hr_leavers" / "x_2025-03.csv"
    link.parent.mkdir(parents=True)
    link.symlink_to(
        {"file": outside / "x_2025-03.csv", "folder": outside, "nothing": outside / "gone", "itself": link}[target]
    )
    found = look(settings_for(tmp_path))
    assert not found.files
    assert [problem.where for problem in found.problems] == ["hr_leavers/x_2025-03.csv"]


def test_linked_folder_of_an_extract__that_leads_out_of_landing_is_not_taken(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x_2025-03.csv").write_text("x", encoding="utf-8")
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "hr_leavers").symlink_to(outside)
    assert not look(settings_for(tmp_path)).files


def test_landing__may_itself_be_a_link(tmp_path: Path) -> None:
    landing(tmp_path / "real", "hr_leavers/x_2025-03.csv")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "landing")
    assert len(look(settings_for(tmp_path, landing=tmp_path / "link")).files) == 1


def test_landing__that_is_not_there_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(RcwError, match=r"no landing folder at .*RCW_LANDING") as error:
        look(settings_for(tmp_path))
    assert error.value.exit_code == 2


def test_empty_landing__holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    assert look(settings_for(tmp_path)) == Landing((), (), {})


@pytest.mark.parametrize(
    "text", [f"sha256,reason\n{SHA},wrong month\n", f"\ufeffSHA256, Reason\r\n\r\n{SHA.upper()}, wrong month\r\n"]
)
def test_withdrawn__lists_hashes_with_their_reasons(tmp_path: Path, text: str) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "withdrawn.csv").write_text(text, encoding="utf-8")
    assert look(settings_for(tmp_path)).withdrawn == {SHA: "wrong month"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1"),
        (b"hash,why\n", "line 1"),
        (f"{SHA},no header\n".encode(), "line 1"),
        (f"sha256,reason\n{SHA},fine\nabc,short\n".encode(), "line 3"),
        (f"sha256,reason\n{SHA}\n".encode(), "line 2"),
        (f"sha256,reason\n{'x' * 64},no hex\n".encode(), "line 2"),
        (b"sha256,reason\n\xff\xfe\x00", "not readable text"),
    ],
)
def test_withdrawn__that_is_broken_stops_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "withdrawn.csv").write_bytes(content)
    with pytest.raises(RcwError, match=message) as error:
        look(settings_for(tmp_path))
    assert error.value.exit_code == 2
    assert "sha256,reason" in str(error.value)


def test_file_name__that_is_no_text_is_not_taken_and_is_named(tmp_path: Path) -> None:
    landing(tmp_path, "hr_leavers/good_2025-03.csv")
    (tmp_path / "landing" / "hr_leavers" / os.fsdecode(b"b\xe4d_2025-03.csv")).write_text("x", encoding="utf-8")
    found = look(settings_for(tmp_path))
    assert [file.name for file in found.files] == ["good_2025-03.csv"]
    [problem] = found.problems
    assert (problem.where, problem.message) == (
        "hr_leavers/b\ufffdd_2025-03.csv",
        "its name holds bytes that are no text; rename it",
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("leaver-20400097-2025-04.csv", "leaver-(masked)-2025-04.csv"),
        ("hr.20400097.2025-04.csv", "hr.(masked).2025-04.csv"),
        ("leaver_20400097_2025-04.csv", "leaver_(masked)_2025-04.csv"),
        ("leaver20400097smithers 2025-04.csv", "leaver(masked)smithers 2025-04.csv"),
        ("2025-04-20400097.csv", "2025-04-(masked).csv"),
        ("hr-2025-04-30.csv", "hr-2025-04-30.csv"),
        ("hr.20250430.csv", "hr.20250430.csv"),
        ("hr-202504301215.csv", "hr-202504301215.csv"),
    ],
)
def test_staff_number_in_a_file_name__is_masked_and_a_day_is_not(tmp_path: Path, name: str, shown: str) -> None:
    found = landing(tmp_path, f"hr_leavers/{name}")  # 20400097 reads as a month that does not exist
    assert [file.name for file in found.files] + [p.where.split("/")[1] for p in found.problems] == [shown]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_file_name__is_shown_as_one_line_that_reads_as_it_is_written(tmp_path: Path) -> None:
    names = ["new\nline 2025-03.csv", "\u202egnp.2025-04.csv", "red \x1b[31m 2025-05.csv", "a\u2028b.csv"]
    found = landing(tmp_path, *(f"hr_leavers/{name}" for name in names))
    shown = [file.name for file in found.files] + [problem.where for problem in found.problems]
    assert len(shown) == 4
    assert all(name.isprintable() for name in shown)


@pytest.mark.parametrize("name", ["OLD", "2024", "BAK", "TEST", "COPY", "archive"])
def test_folder__that_is_no_trust_is_passed_over_and_named(tmp_path: Path, name: str) -> None:
    found = landing(tmp_path, f"{name}/hr_leavers/x_2025-03.csv", "RDY/hr_leavers/x_2025-03.csv")
    assert [file.trust_code for file in found.files] == ["RDY"]
    [problem] = found.problems
    assert problem.where == name
    assert "no ODS code of an NHS trust" in problem.message
    assert "RCW_FURTHER_TRUSTS" in problem.message


def test_further_trust__is_read_where_the_settings_name_it(tmp_path: Path) -> None:
    landing(tmp_path, "7A4/hr_leavers/x_2025-03.csv", "ZT001/hr_leavers/x_2025-03.csv")
    settings = settings_for(tmp_path).model_copy(update={"further_trusts": "7A4, ZT001"})
    assert [file.trust_code for file in look(settings).files] == ["7A4", "ZT001"]


@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_withdrawn__that_is_no_file_stops(tmp_path: Path, kind: str) -> None:
    landing(tmp_path, "hr_leavers/x_2025-03.csv")
    place = tmp_path / "landing" / "withdrawn.csv"
    place.mkdir() if kind == "folder" else place.symlink_to(tmp_path / "gone.csv")
    with pytest.raises(RcwError, match="a folder, or a link to nothing") as error:
        look(settings_for(tmp_path))
    assert error.value.exit_code == 2
