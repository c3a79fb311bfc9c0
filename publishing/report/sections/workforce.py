"""The workforce: staying, leaving, vacancies and sickness by profession and directorate."""

from __future__ import annotations

from publishing.report import wording
from publishing.report.content import Section
from publishing.report.group_table import Measure, group_table
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import one, percent

_MART = "mart_workforce_month"
_MEASURES = (
    Measure("People", "headcount"),
    Measure("FTE", "fte", one),
    Measure("Joiners, 12 months", "joiners_12m"),
    Measure("Leavers, 12 months", "leavers_12m"),
    Measure("Turnover", "turnover_rate_12m", percent),
    Measure("Stability", "stability_index_12m", percent),
    Measure("Vacancies", "vacancy_rate", percent),
    Measure("Sickness", "sickness_rate", percent),
    Measure("Stress-related", "s10_rate", percent),
)


def section(tables: ReleaseTables) -> Section | None:
    if not tables.has(_MART):
        return None
    month = wording.month(tables.newest_month)
    whole = tables.group_rows(_MART, "trust")
    if not whole:
        return None
    note = (
        "Turnover is leavers of twelve months over the mean of headcount at their start and end; stability is the share of those in "
        "post at the start who still are. A move between groups counts as leaving the group, not the trust."
    )
    return Section(
        "workforce",
        "Workforce",
        "Whether people stay, and how many days are lost to sickness. The figures stand beside those on research; they do not show "
        "that the one causes the other.",
        (
            group_table(
                [*tables.group_rows(_MART, "profession"), *whole], f"Workforce by profession, {month}", _MEASURES, _MART, note=note
            ),
            group_table(
                [*tables.group_rows(_MART, "directorate"), *whole],
                f"Workforce by directorate, {month}",
                _MEASURES,
                _MART,
                first="Directorate",
            ),
        ),
    )  # fmt: skip
