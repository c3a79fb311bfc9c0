"""Research capacity: how many people of each profession do research, and how deeply; training, job plans and appraisal."""

from __future__ import annotations

from typing import Any

from publishing.report import wording
from publishing.report.charts import Bar, bars
from publishing.report.content import Block, Figure, Figures, Heading, Section, Text
from publishing.report.group_table import WHOLE_TRUST, Measure, group_bars, group_table
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import one, percent

_CAPACITY = "mart_research_capacity_month"
_TRAINING = "mart_training_month"
_PLANS = "mart_job_plan_appraisal_month"
TIERS = (
    ("t1", "T1 engaged", "research training in 24 months, GCP in date, or a research objective in the appraisal"),
    ("t2", "T2 delivering", "in the team of an open study"),
    ("t3", "T3 leading at site", "principal or associate principal investigator of an open study"),
    ("t4", "T4 leading", "chief investigator, or holder or co-applicant of a running award"),
    ("t5", "T5 funded time", "research hours in the job plan, or a running award with time"),
)
_RATES = (
    Measure("People", "headcount"),
    Measure("T1 engaged", "t1_rate", percent),
    Measure("T2 delivering", "t2_rate", percent),
    Measure("T3 leading at site", "t3_rate", percent),
    Measure("T4 leading", "t4_rate", percent),
    Measure("T5 funded time", "t5_rate", percent),
    Measure("Research-active", "research_active_rate", percent),
)
_PEOPLE = (
    Measure("People", "headcount"),
    *(Measure(name.split()[0], f"{tier}_headcount") for tier, name, _ in TIERS),
    Measure("Research-active", "research_active_headcount"),
    Measure("Research FTE", "research_fte", one),
    Measure("PIs", "pi_headcount"),
    Measure("Associate PIs", "associate_pi_headcount"),
)
_TRAINED = (
    Measure("People", "headcount"),
    Measure("Trained in 12 months", "research_training_12m_headcount"),
    Measure("Share", "research_training_12m_rate", percent),
    Measure("GCP in date", "gcp_in_date_headcount"),
    Measure("Awareness", "research_training_awareness_headcount"),
    Measure("Foundation", "research_training_foundation_headcount"),
    Measure("Intermediate", "research_training_intermediate_headcount"),
    Measure("Advanced", "research_training_advanced_headcount"),
    Measure("Mandatory training", "compliance_rate", percent),
)
_PLANNED = (
    Measure("In scope of job plans", "job_plan_scope_headcount"),
    Measure("Signed off", "job_plan_signed_off_headcount"),
    Measure("With research", "job_plan_research_headcount"),
    Measure("Research hours a week", "research_hours", one),
    Measure("In scope of appraisal", "appraisal_scope_headcount"),
    Measure("Appraised", "appraisal_compliance_rate", percent),
    Measure("Research objective", "research_objective_headcount"),
    Measure("Research interest", "research_interest_headcount"),
)


def section(tables: ReleaseTables) -> Section | None:
    if not tables.has(_CAPACITY):
        return None
    month = wording.month(tables.newest_month)
    whole, professions = tables.group_rows(_CAPACITY, "trust"), tables.group_rows(_CAPACITY, "profession")
    directorates = tables.group_rows(_CAPACITY, "directorate")
    if not whole and not professions:
        return None
    blocks: list[Block] = [
        Text(
            "Each tier counts its own evidence, so that a person may be in several. Research-active means T2, T3, T4 or T5."
        ),
        group_table(
            [*professions, *whole], f"Share of people in each tier by profession, {month}", _RATES, _CAPACITY
        ),
        _tier_figures(whole, professions, month),
        group_table([*professions, *whole], f"People in each tier by profession, {month}", _PEOPLE, _CAPACITY, is_folded=True),
        group_table([*directorates, *whole], f"Share of people in each tier by directorate, {month}", _RATES, _CAPACITY, first="Directorate"),
    ]  # fmt: skip
    return Section(
        "capacity",
        "Research capacity",
        f"How many people in post at the end of {month} take part in research, by profession and directorate.",
        (*blocks, *_training(tables, month), *_job_plans(tables, month)),
    )


def _tier_figures(of_trust: list[dict[str, Any]], professions: list[dict[str, Any]], month: str) -> Figures:
    row = of_trust[0] if of_trust else {}
    charts = [(f"{tier}_rate", name, words) for tier, name, words in TIERS]
    charts.insert(0, ("research_active_rate", "Research-active", "T2, T3, T4 or T5"))

    def figure(measure: str, name: str, words: str) -> Figure:
        trust = wording.cell(row, measure, percent)
        whole = Bar(WHOLE_TRUST, row[measure], trust.text) if trust.kind == "number" else None
        return Figure(
            id=f"capacity-{wording.slug(measure)}",
            title=name,
            subtitle=f"{words}; share of people, {month}{'; dotted line: whole trust' if whole else ''}",
            description=f"Bars of the share of each profession: {name}, {month}. Whole trust: {trust.text}. "
            "The table above holds the figures.",
            spec=bars(group_bars(professions, measure), "per cent of people", whole),
        )

    # Where every figure is hidden, the table says so and a chart would say no more.
    drawn = [chart for chart in charts if any(wording.shown(one, chart[0]) for one in (*professions, row))]
    return Figures(tuple(figure(*chart) for chart in drawn))


def _training(tables: ReleaseTables, month: str) -> list[Block]:
    if not tables.has(_TRAINING):
        return []
    rows = [*tables.group_rows(_TRAINING, "profession"), *tables.group_rows(_TRAINING, "trust")]
    return [
        Heading("Training"),
        Text(
            "Research training counts people with a completion in the last twelve months, by its level; a person may reach several levels. "
            "Mandatory training is the share of required competences achieved."
        ),
        group_table(rows, f"Training by profession, {month}", _TRAINED, _TRAINING),
    ]


def _job_plans(tables: ReleaseTables, month: str) -> list[Block]:
    if not tables.has(_PLANS):
        return []
    rows = [*tables.group_rows(_PLANS, "profession"), *tables.group_rows(_PLANS, "trust")]
    return [
        Heading("Job plans and appraisal"),
        Text("Not everyone has a job plan or is due an appraisal: figures are of the people in scope."),
        group_table(rows, f"Job plans and appraisal by profession, {month}", _PLANNED, _PLANS),
    ]
