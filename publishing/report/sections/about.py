"""How to read the report: marks in the tables, protection of small numbers, and what the figures cannot say."""

from __future__ import annotations

from publishing.policy import DisclosurePolicy
from publishing.report import wording
from publishing.report.content import Bullets, Section
from publishing.report.release_tables import ReleaseTables


def _of_counts(policy: DisclosurePolicy) -> tuple[str, ...]:
    if policy.rounding is None:
        return ("0 is a true zero.",)
    base = policy.rounding.base
    return (
        f"Counts of people and of what they do, FTE, days and hours are rounded to the nearest {base}, each by itself: the parts of a "
        f"total need not add up to it, and 0 stands for fewer than {base / 2:g}. Rates are computed from the rounded figures and are "
        "rough for small groups. Figures of studies and money are not rounded.",
    )


def section(tables: ReleaseTables, policy: DisclosurePolicy, release: str) -> Section:
    staff, survey = policy.staff.hidden_up_to, policy.survey.hidden_up_to
    months = wording.listed([wording.month(day) for day in tables.provisional])
    others = [code for code in tables.trusts() if code != tables.trust_code]
    of_others = f"The release holds other trusts as well ({wording.listed(others)}); rcw report --trust makes theirs."
    return Section(
        "about",
        "How to read this report",
        "What the marks mean, what is left out, and what the figures cannot say.",
        (
            Bullets(
                (
                    f"“suppressed” stands where a figure is hidden so that nobody can be recognised: it is about 1 to {staff} staff or "
                    f"1 to {survey} survey respondents, or such a figure could be worked out from it. It is never zero and never "
                    "blank.",
                    "“n/a” stands where there is no figure: it was not collected, or is not defined, such as a rate of nobody.",
                    *_of_counts(policy),
                    f"{months} are provisional: later deliveries may change them.",
                    "Headcount is people with a substantive post at the end of the month. Bank and honorary staff are not counted.",
                    "Rates of small groups move a lot by chance. A difference between two groups or two months is no proof of a change.",
                    "Survey answers come from those who chose to answer. They are anonymous and cannot be set against research activity "
                    "person by person.",
                    "Nothing here shows cause and effect.",
                    f"Every figure comes from the tables of release {release}, named under each table; the same release always "
                    "gives the same report.",
                    *([of_others] if others else []),
                )
            ),
        ),
    )
