"""Reads the database of a release as a stranger would: by the names of its columns and what the dictionary says of them.

Takes nothing from `publishing`. What is known: each figure shown, which are hidden, that kinds of groups add up, that stocks and
flows balance, that twelve months are the sum of twelve months, that a share is a part of its whole, and that a financial
year is the twelve months up to its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import duckdb

from tests.disclosure import attacker
from tests.disclosure.attacker import Knowledge, Name

#: Share in per cent: its part and its whole.
SHARES = {
    **{f"t{level}_rate": (f"t{level}_headcount", "headcount") for level in range(1, 6)},
    "research_active_rate": ("research_active_headcount", "headcount"),
    "non_medical_pi_pct": ("non_medical_pi_headcount", "pi_headcount"),
    "t2_gcp_in_date_rate": ("t2_gcp_in_date_headcount", "t2_headcount"),
    "appraisal_compliance_rate": ("appraisal_compliant_headcount", "appraisal_scope_headcount"),
    "compliance_rate": ("achieved_count", "required_count"),
    "research_training_12m_rate": ("research_training_12m_headcount", "headcount"),
    "turnover_rate_12m": ("leavers_12m", "headcount_mean_12m"),
    "stability_index_12m": ("stayers_12m", "headcount_start_12m"),
    "success_rate_12m": ("awarded_12m", "decided_12m"),
    "success_rate": ("awarded", "decided"),
    "award_success_rate_12m": ("award_awarded_12m", "award_decided_12m"),
}
LEVELS = ("awareness", "foundation", "intermediate", "advanced")
WITHIN = (
    ("research_active_headcount", "headcount"),
    ("t2_headcount", "research_active_headcount"),
    ("t3_headcount", "t2_headcount"),
    ("pi_headcount", "t3_headcount"),
    ("non_medical_pi_headcount", "pi_headcount"),
    ("associate_pi_headcount", "t3_headcount"),
    ("t4_headcount", "research_active_headcount"),
    ("t5_headcount", "research_active_headcount"),
    ("t1_headcount", "headcount"),
    ("t2_gcp_in_date_headcount", "t2_headcount"),
    ("t2_gcp_in_date_headcount", "gcp_in_date_headcount"),
    ("gcp_in_date_headcount", "t1_headcount"),
    ("research_training_12m_headcount", "t1_headcount"),
    *((f"research_training_{level}_headcount", "research_training_12m_headcount") for level in LEVELS),
    ("research_objective_headcount", "t1_headcount"),
    ("job_plan_research_headcount", "t5_headcount"),
    ("appraisal_scope_headcount", "headcount"),
    ("appraisal_compliant_headcount", "appraisal_scope_headcount"),
    ("research_objective_headcount", "appraisal_compliant_headcount"),
    ("research_interest_headcount", "appraisal_compliant_headcount"),
    ("job_plan_scope_headcount", "headcount"),
    ("job_plan_signed_off_headcount", "job_plan_scope_headcount"),
    ("job_plan_research_headcount", "job_plan_signed_off_headcount"),
    ("shortlisted", "applications"),
    ("awarded_12m", "decided_12m"),
    ("awarded", "decided"),
)
OF_YEAR = {
    "applications": "applications_12m",
    "decided": "decided_12m",
    "awarded": "awarded_12m",
    "outputs": "outputs_12m",
}
_PERIODS = ("reporting_month", "last_reporting_month")


class Release:
    """One release: the figures of groups that it shows and hides, by measure, kind and code of the group, and period."""

    def __init__(self, folder: Path) -> None:
        self.shown: dict[Name, float] = {}
        self.hidden: set[Name] = set()
        self.whole: set[Name] = set()
        with duckdb.connect(str(folder / "research_culture.duckdb"), read_only=True) as connection:
            tables = connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
            for (table,) in tables:
                self._read(connection, str(table))

    def _read(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        result = connection.execute(f'select * from main."{table}"')
        types = {about[0]: str(about[1]) for about in result.description or []}
        kind = "group_type" if "group_type" in types else "characteristic"
        code = "group_code" if "group_code" in types else "category_code"
        period = next((name for name in _PERIODS if name in types), None)
        if kind not in types or code not in types or period is None:
            return
        flagged = [name for name in types if f"{name}_is_suppressed" in types]
        if {"indicator_code", "wave", "score_code"} & types.keys():
            return  # several figures of a measure in one group and month; they have their own tests
        for values in result.fetchall():
            row = dict(zip(types, values, strict=True))
            for measure in flagged:
                name = (measure, str(row[kind]), str(row[code]), str(row[period]))
                if row[f"{measure}_is_suppressed"]:
                    self.hidden.add(name)
                elif row[measure] is not None:
                    self.shown[name] = float(row[measure])
                if "INT" in types[measure]:
                    self.whole.add(name)

    def contradictions(self) -> set[Name]:
        """Figures that one table shows and another hides."""
        return self.hidden & self.shown.keys()


def knowledge_of(releases: Iterable[Release], measures: Iterable[str] | None = None) -> Knowledge:
    """What a reader of all these releases knows of figures that none of them changed, save shares, which are put to use."""
    knowledge, shares = Knowledge(), dict[Name, float]()
    wanted = set(measures) if measures is not None else None
    for release in releases:
        for name, value in release.shown.items():
            if name[0] in SHARES:
                shares[name] = value
            elif wanted is None or name[0] in wanted:
                knowledge.see(name, value, is_whole=name in release.whole)
        for name in release.hidden:
            if name[0] not in SHARES and (wanted is None or name[0] in wanted):
                knowledge.see(name, None, is_whole=name in release.whole)
    _use_shares(knowledge, shares)
    groups: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for measure, kind, code, period in sorted(knowledge.known.keys() | knowledge.hidden):
        groups[measure, period].add((kind, code))
    holding = _sums_that_hold(knowledge, groups)
    for (measure, period), of in groups.items():
        for kind in holding.get(measure, ()):
            chosen = [group for group in sorted(of) if group[0] in ("trust", kind, *_over(kind))]
            attacker.add_up(knowledge, measure, period, chosen)
    months = sorted({period for measure, period in groups if measure == "headcount"})
    for before, month in pairwise(months):
        attacker.balance(knowledge, before, month, sorted(groups["headcount", month]))
    for total, of_months in (("joiners_12m", "joiners"), ("leavers_12m", "leavers")):
        for number in range(11, len(months)):
            window = months[number - 11 : number + 1]
            attacker.sum_of_months(knowledge, total, of_months, window, sorted(groups[total, months[number]]))
    for name in sorted(knowledge.known.keys() | knowledge.hidden):
        for part, whole in WITHIN:
            if name[0] == part and (whole, *name[1:]) in knowledge:
                knowledge.at_most(name, (whole, *name[1:]))
        monthly = (OF_YEAR.get(name[0], ""), *name[1:])
        if name[3][5:7] == "03" and monthly in knowledge and name[1] == "trust":
            knowledge.equal({name: 1.0, monthly: -1.0})
    return knowledge


def _over(kind: str) -> tuple[str, ...]:
    return ("directorate", "profession") if kind == "directorate_profession" else ()


def _use_shares(knowledge: Knowledge, shares: dict[Name, float]) -> None:
    for name, value in shares.items():
        part, whole = ((measure, *name[1:]) for measure in SHARES[name[0]])
        if part in knowledge and whole in knowledge:
            knowledge.equal({part: 100.0, whole: -value})


def _sums_that_hold(knowledge: Knowledge, groups: dict[tuple[str, str], set[tuple[str, str]]]) -> dict[str, set[str]]:
    """Kinds of groups that add up to the trust wherever all of them are shown, and are all shown at least once."""
    holds: dict[str, dict[str, bool]] = defaultdict(dict)
    for (measure, period), of in groups.items():
        for kind in {kind for kind, _ in of} - {"trust"}:
            parts = [knowledge.known.get((measure, kind, code, period)) for k, code in of if k == kind]
            wholes = [knowledge.known.get((measure, "trust", code, period)) for k, code in of if k == "trust"]
            if wholes and None not in (*parts, *wholes):
                is_sum = abs(sum(map(float, parts)) - sum(map(float, wholes))) < 1e-4  # type: ignore[arg-type]
                holds[measure][kind] = holds[measure].get(kind, True) and is_sum
    people = {"headcount", "research_active_headcount", "fte"}
    return {
        measure: {kind for kind in {k for k, _ in of} - {"trust"} if holds[measure].get(kind, measure in people)}
        for measure, of in _kinds(groups).items()
    }


def _kinds(groups: dict[tuple[str, str], set[tuple[str, str]]]) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for (measure, _), of in groups.items():
        found[measure] |= of
    return found
