"""What a load says once of a file that its contract does not foresee: new, vanished and renamed columns and questions, new values of a set."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.landing import look
from ingestion.ledger import Ledger
from ingestion.load import land
from orchestration.delivery_report import lines_of, report_on
from tests.ingestion.delivering import KEY, as_csv, cells, settings_for, table_without


class Loads:
    """Loads of one home, and what each of them says of drift."""

    def __init__(self, home: Path) -> None:
        self.settings = settings_for(home)

    def __call__(self, extract: str, **tables: list[list[str]]) -> list[str]:
        """Load tables named `m` and month, such as `m2025_01`, and `_v2`; the lines that are said of drift."""
        folder = self.settings.landing_folder / extract
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            month, _, version = name.removeprefix("m").replace("_", "-", 1).partition("_")
            file = folder / f"{extract}_{month}{'_' * bool(version)}{version}.csv"
            file.write_text(as_csv(table), encoding="utf-8", newline="")
        ledger = Ledger(self.settings)
        try:
            result = land(self.settings, ledger, KEY, look(self.settings))
            deliveries = ledger.deliveries()
            loaded = [deliveries[outcome.delivery.delivery_id] for outcome in result.outcomes]
            lines = lines_of(report_on(self.settings, ledger, loaded))
        finally:
            ledger.close()
        start = next((i for i, (heading, _) in enumerate(lines) if heading == "Drift"), len(lines))
        return [text for _, text in lines[start:]]


@pytest.fixture
def loads(tmp_path: Path) -> Loads:
    return Loads(tmp_path)


def with_header(extract: str, **names: str) -> list[list[str]]:
    """A sound table with headers replaced; a former header is written with `_` for a blank."""
    header, *rows = cells(extract)
    former = {before.replace("_", " "): after for before, after in names.items()}
    assert set(former) <= set(header)
    return [[former.get(label, label) for label in header], *rows]


def test_new_column__is_said_once_with_the_lines_to_add(loads: Loads) -> None:
    table = cells("hr_leavers", [{"Exit Interview": "Held"}])
    assert loads("hr_leavers", m2025_01=cells("hr_leavers")) == []
    assert loads("hr_leavers", m2025_02=table) == [
        "hr_leavers/hr_leavers_2025-02.csv: the column Exit Interview is unknown and holds data; it was not loaded",
        "in ingestion/contracts/hr_leavers.yml, with a higher version:",
        "  - {label: Exit Interview, name: exit_interview, type: text, required: 'no', description: what it holds}",
    ]
    assert loads("hr_leavers", m2025_03=table[:20]) == []


def test_vanished_column__is_said_once(loads: Loads) -> None:
    table = table_without("hr_leavers", "Destination On Leaving")
    assert loads("hr_leavers", m2025_01=cells("hr_leavers")) == []
    assert loads("hr_leavers", m2025_02=table) == [
        "hr_leavers/hr_leavers_2025-02.csv: the column Destination On Leaving no longer comes; ask whether it was dropped on purpose"
    ]
    assert loads("hr_leavers", m2025_03=table[:20]) == []
    assert loads("hr_leavers", m2025_04=cells("hr_leavers"), m2025_05=table[:25], m2025_06=table[:26]) == [
        "hr_leavers/hr_leavers_2025-05.csv (and 1 more): the column Destination On Leaving no longer comes; ask whether it was dropped "
        "on purpose"
    ]


def test_column__that_never_came_is_not_missed(loads: Loads) -> None:
    assert loads("hr_leavers", m2025_01=table_without("hr_leavers", "Destination On Leaving")) == []


def test_renamed_column__is_said_once_with_the_alias_to_add(loads: Loads) -> None:
    loads("hr_leavers", m2025_01=cells("hr_leavers"))
    said = loads("hr_leavers", m2025_02=with_header("hr_leavers", Destination_On_Leaving="Destination After Leaving"))
    assert said == [
        "hr_leavers/hr_leavers_2025-02.csv: the column Destination After Leaving is unknown, so it was not loaded; perhaps "
        "Destination On Leaving was renamed",
        "in ingestion/contracts/hr_leavers.yml, with a higher version:",
        "  destination_on_leaving: aliases: [Destination After Leaving]",
    ]


def test_new_value_of_an_open_set__is_said_once_with_the_set_to_write(loads: Loads) -> None:
    table = cells("hr_establishment", [{"Staff Group": "Registered Scientists"}])
    loads("hr_establishment", m2025_01=cells("hr_establishment"))
    said = loads("hr_establishment", m2025_02=table)
    assert said[0].endswith(
        "Staff Group holds values that are not known yet, which count as unmapped: Registered Scientists"
    )
    assert said[0].startswith("hr_establishment/hr_establishment_2025-02.csv: ")
    assert said[2].startswith("  staff_group: known_values: [Additional Clinical Services,")
    assert said[2].endswith("Students, Registered Scientists]")
    assert loads("hr_establishment", m2025_03=table[:20]) == []


def test_new_value__that_could_be_a_person_is_told_by_its_line(loads: Loads) -> None:
    groups = ["Smithers, Waylon 20499999", "Registered Scientists", "Nursing Waylon", "Space"]
    said = loads(
        "hr_establishment", m2025_02=cells("hr_establishment", [{"Staff Group": one} for one in groups], sound=1)
    )
    assert said[0].endswith(
        "which count as unmapped: Registered Scientists; and 3 that are not shown, for they may name people: see lines 2, 4, 5 of "
        "hr_establishment/hr_establishment_2025-02.csv"
    )
    assert said[2].endswith(
        "Students, Registered Scientists, "
        "(line 4 of hr_establishment/hr_establishment_2025-02.csv), (line 2 of hr_establishment/hr_establishment_2025-02.csv), (line 5 of hr_establishment/hr_establishment_2025-02.csv)]"
    )
    assert not any(word in "".join(said) for word in ("Smithers", "Waylon", "Space", "2049"))


def test_people_under_the_header_of_a_set__are_not_told(loads: Loads) -> None:
    changes = [{"Applicant": f"{surname}, Gemma"} for surname in ("Beynon", "Awarder", "Griffiths")]
    header, *rows = cells("rd_awards", changes, sound=20)
    swapped = [{"Applicant": "Status", "Status": "Applicant"}.get(label, label) for label in header]
    said = "".join(loads("rd_awards", m2025_02=[swapped, *rows]))
    assert "which count as unmapped" in said
    assert not any(word in said for word in ("Gemma", "Beynon", "Awarder", "Griffiths"))


def test_new_value_much_like_a_known_one__is_an_alias_by_its_line(loads: Loads) -> None:
    said = loads("hr_establishment", m2025_02=cells("hr_establishment", [{"Staff Group": "Studemts"}]))
    assert said[-1].startswith("  staff_group: value_aliases: {")
    assert said[-1].endswith(", (line 2 of hr_establishment/hr_establishment_2025-02.csv): Students}")


# --- questions of surveys ----------------------------------------------------------------------------------------------------


def wave(year: int, *questions: str) -> list[list[str]]:
    changes = [{"Survey Year": str(year)} | dict.fromkeys(questions, "2")] * 3
    return cells("survey_nss", changes, sound=0)


def test_vanished_question__is_said_once_with_the_file_before_it(loads: Loads) -> None:
    assert loads("survey_nss", m2024_03=wave(2023, "q12b", "q12c")) == []
    assert loads("survey_nss", m2025_03=wave(2024, "q12b"), m2026_03=wave(2025)) == [
        "survey_nss/survey_nss_2025-03.csv: the question q12c no longer comes, which survey_nss_2024-03.csv had; scores that need more "
        "than what is left are not computed. Ask whether this is on purpose; see that "
        "dbt_project/seeds/survey/map_question_concept.csv says so",
        "survey_nss/survey_nss_2026-03.csv: the question q12b no longer comes, which survey_nss_2025-03.csv had; scores that need more "
        "than what is left are not computed. Ask whether this is on purpose; see that "
        "dbt_project/seeds/survey/map_question_concept.csv says so",
    ]
    assert loads("survey_nss", m2027_03=wave(2026)) == []
    assert loads("survey_nss", m2026_03_v2=[*wave(2025)[:3]]) == []


def test_new_question__is_said_once(loads: Loads) -> None:
    loads("survey_nss", m2024_03=wave(2023))
    [said] = loads("survey_nss", m2025_03=wave(2024, "q33", "q34a"))
    assert said.startswith(
        "survey_nss/survey_nss_2025-03.csv: the questions q33, q34a are new since survey_nss_2024-03.csv"
    )
    assert loads("survey_nss", m2026_03=wave(2025, "q33", "q34a")) == []


@pytest.mark.parametrize("header", ["24d", "q24d_20XX", "Q24d 2025"])
def test_question_without_its_letter__is_told_as_that_question(loads: Loads, header: str) -> None:
    loads("survey_nss", m2024_03=wave(2023, "q24d"))
    said = loads("survey_nss", m2025_03=wave(2024, header))
    assert said[0] == (
        f"survey_nss/survey_nss_2025-03.csv: the column {header} is no question as this extract names them, so it was not loaded; "
        "perhaps q24d was meant: name it so in the file"
    )
    assert said[1].startswith("survey_nss/survey_nss_2025-03.csv: the question q24d no longer comes")


def test_new_question__whose_words_nobody_knows_is_counted_and_not_named(loads: Loads) -> None:
    def rcc(wave: str, *items: str) -> list[list[str]]:
        return cells("survey_rcc", [{"Wave": wave} | dict.fromkeys(items, "Yes")] * 3, sound=0)

    loads("survey_rcc", m2024_03=rcc("2024"))
    [said] = loads("survey_rcc", m2025_03=rcc("2025", "barrier_funds", "barrier_smithers_waylon"))
    assert said.startswith(
        "survey_rcc/survey_rcc_2025-03.csv: the question barrier_funds and 1 question whose name nobody knows (see the file's header) are "
        "new since survey_rcc_2024-03.csv"
    )
    assert "smithers" not in said
