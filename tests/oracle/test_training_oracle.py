"""Training figures of the mart against a calculation from the landing files by other means."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from synthetic.trust import write_trust
from tests.oracle.loading import load, mart

IN_POST = {"Active Assignment", "Internal Secondment", "Acting Up"}
SUBSTANTIVE = {"Permanent", "Fixed Term Temp", "Locum"}
EXTRACTS = ("hr_assignments", "training_compliance", "training_research")
MONTHS = [f"2024-{month:02d}" for month in range(4, 12)]
LEVELS = ("awareness", "foundation", "intermediate", "advanced")


def read(landing: Path, extract: str) -> dict[str, pd.DataFrame]:
    """The files of an extract by month, the highest version of each; all values text."""
    found = {}
    for file in sorted((landing / extract).glob("*.csv")):
        found[re.search(r"\d{4}-\d{2}", file.name)[0]] = pd.read_csv(file, dtype=str, keep_default_na=False)
    return found


def date(text: str) -> pd.Timestamp | None:
    return pd.Timestamp(pd.to_datetime(text, format="%d-%b-%Y")) if re.match(r"\d", text) else None


def slug(text: str) -> str:
    return "_".join(re.findall("[a-z0-9]+", text.lower())) or "not_recorded"


def people_of(assignments: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """(directorate by person, person by in-post substantive assignment) of one snapshot."""
    kept = assignments[
        assignments["Assignment Status"].isin(IN_POST)
        & assignments["Assignment Category"].isin(SUBSTANTIVE)
        & (assignments["FTE"].astype(float) > 0)
    ]
    directorate, best = {}, {}
    for row in kept.to_dict("records"):
        number, _, suffix = row["Assignment Number"].partition("-")
        rank = (row["Primary Assignment"] != "Yes", -float(row["FTE"]), int(number), int(suffix or 1))
        person = row["Employee Number"]
        if person not in best or rank < best[person]:
            best[person], directorate[person] = rank, slug(row["Org L3"])
    return directorate, dict(zip(kept["Assignment Number"], kept["Employee Number"], strict=True))


def expected_month(landing: Path, month: str) -> dict[tuple[str, str], dict[str, object]]:
    """The mart's measures of one month for the trust and its directorates."""
    start = pd.Timestamp(f"{month}-01")
    end = start + pd.offsets.MonthEnd(0)
    directorate, person_of = people_of(read(landing, "hr_assignments")[month])
    compliance = {m: rows for m, rows in read(landing, "training_compliance").items() if m <= month}
    research = read(landing, "training_research")
    done = pd.concat(research.values()).drop_duplicates(["Employee Number", "Course", "Completion Date"], keep="last")
    groups = {("trust", "RVN"): set(directorate)}
    for person, name in directorate.items():
        groups.setdefault(("directorate", name), set()).add(person)
    gcp, reached = set(), {level: set() for level in (*LEVELS, "any")}
    for row in done.to_dict("records"):
        completed, person = date(row["Completion Date"]), row["Employee Number"]
        if completed > end:
            continue
        if re.search(r"\bgcp\b|good clinical practice", row["Course"].lower()):
            expiry = date(row["Expiry Date"]) or completed + pd.DateOffset(months=24)
            if expiry >= end:
                gcp.add(person)
        if completed >= start - pd.DateOffset(months=11):
            reached["any"].add(person)
            reached.setdefault(row["Level"].lower(), set()).add(person)
    required: list[tuple[str, bool]] = []
    if compliance:
        rows = compliance[max(compliance)]
        rows = rows[(rows["Required"] == "Yes") & rows["Assignment Number"].isin(list(person_of))]
        required = [
            (person_of[number], achieved == "Yes")
            for number, achieved in zip(rows["Assignment Number"], rows["Achieved"], strict=True)
        ]
    is_collected = any(delivered <= month for delivered in research)
    found = {}
    for group, people in groups.items():
        flags = [achieved for person, achieved in required if person in people]
        count = {name: len(people & some) if is_collected else None for name, some in reached.items()}
        found[group] = {
            "headcount": len(people),
            "required_count": len(flags) if compliance else None,
            "achieved_count": sum(flags) if compliance else None,
            "compliance_rate": 100 * sum(flags) / len(flags) if flags else None,
            "gcp_in_date_headcount": len(people & gcp) if is_collected else None,
            "research_training_12m_headcount": count["any"],
            "research_training_12m_rate": 100 * count["any"] / len(people) if is_collected else None,
        } | {f"research_training_{level}_headcount": count[level] for level in LEVELS}
    return found


def assert_mart_agrees(landing: Path, home: Path) -> None:
    rows = [row for row in mart(home, "mart_training_month") if row["group_type"] in {"trust", "directorate"}]
    found = {(f"{row['reporting_month']:%Y-%m}", row["group_type"], row["group_code"]): row for row in rows}
    for month in MONTHS:
        expected = expected_month(landing, month)
        groups = {key[1:] for key, row in found.items() if key[0] == month and row["headcount"]}
        assert groups == set(expected), month
        for group, measures in expected.items():
            row = found[(month, *group)]
            for name, value in measures.items():
                where = f"{month} {group} {name}"
                if value is None:
                    assert pd.isna(row[name]), where
                else:
                    assert row[name] == pytest.approx(value, rel=1e-12), where


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small trust whose compliance starts late and skips a month, and whose first research training is delivered late."""
    folder = tmp_path_factory.mktemp("training") / "landing"
    write_trust(folder, staff=250, months=len(MONTHS), first_month=MONTHS[0], seed=11)
    for other in folder.iterdir():
        if other.name not in EXTRACTS:
            shutil.rmtree(other)
    for month in ("2024-04", "2024-05", "2024-08"):
        (folder / "training_compliance" / f"training_compliance_{month}.csv").unlink()
    files = {month: folder / "training_research" / f"training_research_{month}.csv" for month in MONTHS}
    late = pd.concat([pd.read_csv(files[month], dtype=str, keep_default_na=False) for month in MONTHS[:3]])
    files[MONTHS[0]].unlink()
    files[MONTHS[1]].unlink()
    employees = list(people_of(read(folder, "hr_assignments")["2024-11"])[0])[:6]
    edges = [
        (employees[0], "GCP Refresher", "30-Sep-2022", "", "Foundation"),  # policy ends on the last day of a month
        (employees[1], "GCP Refresher", "29-Sep-2022", "", "Foundation"),  # and on the day before
        (employees[2], "Good Clinical Practice", "01-Jan-2020", "31-Oct-2024", "Basic"),
        (employees[3], "Statistics", "31-Oct-2023", "", "Advanced"),
        (employees[4], "Statistics", "01-Nov-2023", "", "Advanced"),
        (employees[5], "GCLP Essentials", "01-Nov-2023", "", "Awareness"),
    ]
    extra = pd.DataFrame(edges, columns=["Employee Number", "Course", "Completion Date", "Expiry Date", "Level"])
    pd.concat([late, extra]).fillna("").to_csv(files[MONTHS[2]], index=False)
    repeated = pd.read_csv(files[MONTHS[4]], dtype=str, keep_default_na=False)
    pd.concat([repeated, extra.assign(Level="Intermediate").iloc[3:4]]).fillna("").to_csv(files[MONTHS[4]], index=False)
    return folder


@pytest.fixture(scope="module")
def home(landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    load(landing, folder, "mart_training_month")
    return folder


def test_training_mart__equals_a_calculation_from_the_files(landing: Path, home: Path) -> None:
    assert_mart_agrees(landing, home)


def test_training_mart__redelivered_month_reaches_the_month_computed_from_it(landing: Path, home: Path) -> None:
    folder = landing / "training_compliance"
    rows = pd.read_csv(folder / "training_compliance_2024-07.csv", dtype=str, keep_default_na=False)
    rows["Achieved"] = ["Yes" if index % 3 else "No" for index in range(len(rows))]
    rows.to_csv(folder / "training_compliance_2024-07_v2.csv", index=False)
    load(landing, home, "mart_training_month")
    assert_mart_agrees(landing, home)
