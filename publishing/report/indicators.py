"""The indicators of the scorecard as the release holds them: of the whole trust, or of every group of a kind.

How they are drawn is in `indicator_chart`, what the report says of them in `sections`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from publishing.report import wording
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import Form, Row
from publishing.sql import literal

_NEEDS = ("dim_indicator", "mart_scorecard_month", "mart_spc_point")
#: Published figures under which a chart is not drawn: it would show no more than the table.
FEWEST_POINTS = 3


@dataclass(frozen=True)
class Indicator:
    """An indicator of one group: what it is, its rows in the scorecard by month, and its chart.

    Attributes:
        group: name of the group; empty for the whole trust.
    """

    code: str
    name: str
    domain: str
    about: Row
    scores: tuple[Row, ...]
    points: tuple[Row, ...]
    group: str = ""

    @property
    def latest(self) -> Row:
        """The newest row of the scorecard with a figure, shown or hidden; empty without one."""
        return _newest(self.scores)

    @property
    def form(self) -> Form:
        return form_of(self.about)

    @property
    def suffix(self) -> str:
        return "%" if self.about.get("unit") == "percent" else ""

    @property
    def variation(self) -> str:
        return str(self.latest.get("variation_icon") or "")

    @property
    def assurance(self) -> str:
        return str(self.latest.get("assurance_icon") or "")

    @property
    def has_chart(self) -> bool:
        """Whether enough figures are published for a chart to say more than the table."""
        return sum(wording.shown(point, "value") for point in self.points) >= FEWEST_POINTS

    @property
    def exceptions(self) -> str:
        """How often published months were on the other side of the target than the limits let expect; empty without one.

        Where the limits let expect either, how often the target was met.
        """
        judged = [row for row in self.scores if row.get("is_target_met") is not None and wording.shown(row, "value")]
        counted, verb = (False, "missed") if self.assurance == "pass" else (True, "met")
        found = [row["reporting_month"] for row in judged if row["is_target_met"] is counted]
        if not judged or not self.assurance or (not found and self.assurance != "inconsistent"):
            return ""
        last = f", last in {wording.month(found[-1])}" if found else ""
        return f"{verb} in {wording.number(len(found))} of {wording.plural(len(judged), 'month')}{last}"

    @property
    def has_crossed_target(self) -> bool:
        """Whether the newest figure lies on the other side of the target than the limits, of earlier months, let expect."""
        is_met = self.latest.get("is_target_met")
        return is_met is not None and self.assurance in ("pass", "fail") and is_met is (self.assurance == "fail")


def form_of(about: Row) -> Form:
    """How figures of an indicator are printed, by its unit and decimals."""
    decimals, suffix = int(about.get("decimals") or 0), "%" if about.get("unit") == "percent" else ""
    return lambda value: f"{wording.number(value, decimals)}{suffix}"


def trust_indicators(tables: ReleaseTables) -> list[Indicator]:
    """The indicators of the trust in the order of the catalogue; none where the release has no scorecard."""
    if not tables.has(*_NEEDS):
        return []
    catalogue = tables.rows("select * from dim_indicator order by sort_order, indicator_code")
    of_trust = "trust_code = $trust and group_type = 'trust'"
    scores = _by_indicator(tables, f"select * from mart_scorecard_month where {of_trust}")
    points = _by_indicator(tables, f"select * from mart_spc_point where {of_trust}")
    return [
        Indicator(
            about["indicator_code"], about["indicator_name"], about["domain"], about,
            scores.get(about["indicator_code"], ()), points.get(about["indicator_code"], ()),
        )
        for about in catalogue
    ]  # fmt: skip


def profession_indicators(tables: ReleaseTables, code: str) -> list[Indicator]:
    """One indicator of each profession that it is given for, in the order of professions."""
    if not tables.has(*_NEEDS):
        return []
    catalogue = tables.rows(f"select * from dim_indicator where indicator_code = {literal(code)}")
    where = f"trust_code = $trust and group_type = 'profession' and indicator_code = {literal(code)}"
    scores = _by_group(tables, f"select * from mart_scorecard_month where {where}")
    points = _by_group(tables, f"select * from mart_spc_point where {where}")
    order = tables.rows("select profession_code from professions order by sort_order, profession_code")
    known = [str(row["profession_code"]) for row in order]
    return [
        Indicator(
            code, about["indicator_name"], about["domain"], about, scores.get(group, ()), of_group,
            str(of_group[-1]["group_name"]),
        )
        for about in catalogue
        for group, of_group in sorted(
            points.items(), key=lambda item: (known.index(item[0]) if item[0] in known else len(known), item[0])
        )
    ]  # fmt: skip


def _by_indicator(tables: ReleaseTables, sql: str) -> dict[str, tuple[Row, ...]]:
    rows = tables.rows(f"{sql} order by indicator_code, reporting_month")
    return {code: tuple(of_one) for code, of_one in groupby(rows, key=lambda row: str(row["indicator_code"]))}


def _by_group(tables: ReleaseTables, sql: str) -> dict[str, tuple[Row, ...]]:
    rows = tables.rows(f"{sql} order by group_code, reporting_month")
    return {code: tuple(of_one) for code, of_one in groupby(rows, key=lambda row: str(row["group_code"]))}


def _newest(rows: Sequence[Row]) -> Row:
    known = [row for row in rows if row["value"] is not None or wording.is_suppressed(row, "value")]
    return known[-1] if known else {}
