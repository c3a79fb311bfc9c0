"""Two releases of a synthetic trust, a month apart, read together by a stranger: nothing that either hides can be worked out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from synthetic.trust import write_trust
from tests.disclosure.reader import SHARES, Release, knowledge_of
from tests.releases.one_process import Home

FIRST, MONTHS, LAST = "2025-01", 4, "2025-04"
MARTS = (
    "mart_workforce_month",
    "mart_research_capacity_month",
    "mart_training_month",
    "mart_job_plan_appraisal_month",
    "mart_equity",
)


@dataclass(frozen=True)
class Two:
    """`before` and `after` are folders of releases; `home` holds the private figures of the second."""

    before: Path
    after: Path
    home: Home


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """A trust over the end of a financial year; the last month comes when the others have been published."""
    files = tmp_path_factory.mktemp("files")
    write_trust(files, staff=250, months=MONTHS, first_month=FIRST, seed=11)
    home = Home(tmp_path_factory.mktemp("home"))
    shutil.copytree(files, home.landing, ignore=shutil.ignore_patterns(f"*{LAST}*"))
    home.load()
    before = home.release()
    shutil.copytree(files, home.landing, dirs_exist_ok=True)
    home.load()
    assert home.release() != before
    return Two(before, home.release(), home)


def _true_figures(home: Home) -> dict[tuple[str, ...], float]:
    """Counts of the private marts by measure, kind of group, code and month."""
    figures: dict[tuple[str, ...], float] = {}
    with duckdb.connect(str(home.settings.warehouse_file), read_only=True) as connection:
        for table in MARTS:
            result = connection.execute(f"select * from marts.{table}")
            names = [about[0] for about in result.description or []]
            for values in result.fetchall():
                row = dict(zip(names, values, strict=True))
                kind, code = (
                    row.get("group_type", row.get("characteristic")),
                    row.get("group_code", row.get("category_code")),
                )
                for measure, value in row.items():
                    if isinstance(value, int) and not isinstance(value, bool) and measure not in SHARES:
                        figures[measure, str(kind), str(code), str(row["reporting_month"])] = value
    return figures


def _with_all_but_small(release: Release, home: Home) -> Release:
    """The same release, had only numbers of 1 to 7 been hidden in it."""
    figures = _true_figures(home)
    for name in sorted(release.hidden & figures.keys()):
        if not 1 <= figures[name] <= 7:
            release.hidden.discard(name)
            release.shown[name] = figures[name]
    return release


@pytest.mark.slow
def test_tables_of_a_release__agree_on_what_is_hidden(two: Two) -> None:
    for folder in (two.before, two.after):
        assert Release(folder).contradictions() == set()


@pytest.mark.slow
def test_month_published_before__looks_the_same_in_the_next_release(two: Two) -> None:
    before, after = Release(two.before), Release(two.after)
    assert before.hidden & after.shown.keys() == set()
    assert after.hidden & before.shown.keys() == set()
    assert all(after.shown.get(name) == value for name, value in before.shown.items())


@pytest.mark.slow
def test_reader_of_both_releases__works_no_hidden_figure_out(two: Two) -> None:
    """A stranger who takes a group that has lost its last people for one that was empty before knows nothing of it."""
    true = _true_figures(two.home)
    known = knowledge_of([Release(two.before), Release(two.after)])
    assert known.impossible() == []
    found = known.given_away()
    mistaken = {name[1:] for name, value in found.items() if name[0] == "headcount" and abs(true[name] - value) > 1e-3}
    assert {name for name in found if name[1:] not in mistaken} == set()


@pytest.mark.slow
def test_reader_of_a_month__does_not_know_that_a_small_figure_is_small(two: Two) -> None:
    """Whatever is nested in it or it is nested in. Of people who join and leave groups no sum is certain."""
    true, found = _true_figures(two.home), {}
    for month in sorted({name[3] for name in true}):
        release = Release(two.after)
        release.shown = {name: value for name, value in release.shown.items() if name[3] == month}
        release.hidden = {name for name in release.hidden if name[3] == month}
        small = [n for n in release.hidden if 1 <= true.get(n, 0) <= 7 and n[0] not in ("joiners", "leavers")]
        found |= knowledge_of([release]).surely_below(8, small)
    assert found == {}


@pytest.mark.slow
def test_rows_of_the_files_of_leavers__are_hidden_with_the_leavers_and_alike_in_both(two: Two) -> None:
    query = """
        select distinct files.reporting_month, trust.leavers_is_suppressed, files.rows_delivered is null, files.rows_accepted is null
        from main.mart_data_quality as files inner join main.mart_workforce_month as trust
            on files.reporting_month = trust.reporting_month and trust.group_type = 'trust'
        where files.extract = 'hr_leavers' order by 1
    """
    found = []
    for folder in (two.before, two.after):
        with duckdb.connect(str(folder / "research_culture.duckdb"), read_only=True) as connection:
            found.append(connection.execute(query).fetchall())
    before, after = found
    assert (len(before), len(after)) == (MONTHS - 1, MONTHS)
    assert before == after[:-1]
    assert any(leavers for _, leavers, *_ in after)
    assert all(delivered and accepted for _, leavers, delivered, accepted in after if leavers)


@pytest.mark.slow
def test_reader__would_work_figures_out_if_only_small_numbers_were_hidden(two: Two) -> None:
    """The stranger is worth his name."""
    release = _with_all_but_small(Release(two.after), two.home)
    known = knowledge_of([release], ["headcount", "joiners", "leavers"])
    assert known.impossible() == []
    assert len(known.given_away()) >= 10
