"""Surveys: scores of the staff survey and pulse survey beside their benchmark, and by profession."""

from __future__ import annotations

from itertools import groupby
from math import sqrt

from publishing.report import wording
from publishing.report.charts import Whisker, scores
from publishing.report.content import ABSENT, Block, Cell, Column, Figure, Figures, Heading, Section, Table, Text
from publishing.report.release_tables import ReleaseTables
from publishing.report.wording import Row, percent, two

_NEEDS = ("mart_survey_score", "dim_survey_score")
INSTRUMENTS = {"NSS": "NHS Staff Survey", "NQPS": "National Quarterly Pulse Survey"}
#: Scores that the trust asked about: burnout, development, appraisals, engagement, morale.
ASKED_FOR = ("PP4_2", "PP5_1", "PP5_2", "theme_engagement", "theme_morale")
_NORMAL_95 = 1.96


def newest_scores(tables: ReleaseTables, instrument: str) -> list[Row]:
    """Scores of the whole trust in the newest wave of an instrument that has any, in the order of the instrument."""
    return list(
        tables.rows(
            "select m.*, d.score_name, d.score_level, d.status from mart_survey_score m"
            " join dim_survey_score d using (instrument, score_code)"
            f" where m.trust_code = $trust and m.group_type = 'trust' and m.instrument = '{instrument}'"
            " and m.wave = (select max(wave) from mart_survey_score w where w.trust_code = $trust and w.instrument = m.instrument)"
            " order by d.sort_order, m.score_code"
        )
    )


def interval(row: Row) -> tuple[float, float] | None:
    """95 % interval of a mean score, from its published n and standard deviation."""
    if not all(wording.shown(row, name) for name in ("mean", "sd", "n")) or not row["n"]:
        return None
    half = _NORMAL_95 * row["sd"] / sqrt(row["n"])
    return row["mean"] - half, row["mean"] + half


def against_benchmark(row: Row) -> str:
    """`above`, `below`, or `close` where the benchmark lies inside the interval; empty without one."""
    found = interval(row)
    if found is None or row.get("benchmark_mean") is None:
        return ""
    return "below" if found[1] < row["benchmark_mean"] else "above" if found[0] > row["benchmark_mean"] else "close"


def section(tables: ReleaseTables) -> Section | None:
    if not tables.has(*_NEEDS):
        return None
    blocks: list[Block] = []
    for instrument, name in INSTRUMENTS.items():
        rows = newest_scores(tables, instrument)
        if rows:
            blocks += _instrument(tables, instrument, name, rows)
    if not blocks:
        return None
    return Section(
        "surveys",
        "Survey scores",
        "Scores run from 0 to 10 and a higher score is always better: a high burnout score means little burnout. Surveys are anonymous "
        "and never linked to people.",
        tuple(blocks),
    )


def _instrument(tables: ReleaseTables, instrument: str, name: str, rows: list[Row]) -> list[Block]:
    wave = str(rows[0]["wave"])
    response = wording.cell(rows[0], "response_rate", percent)
    held = [row for row in rows if row["benchmark_mean"] is not None]
    organisations = max((int(row["benchmark_organisations"] or 0) for row in held), default=0)
    beside = (
        f" The benchmark is the mean of {wording.plural(organisations, 'published organisation')}."
        if organisations
        else ""
    )
    answered = wording.cell(rows[0], "respondents")
    who = (
        f"{answered.text} people answered"
        if answered.kind == "number"
        else "how many people answered is suppressed, since small numbers could be worked out from it"
    )
    share = f", a response rate of {response.text}" if response.kind == "number" else ""
    intro = (
        f"{wave}: {who}{share}. Local "
        f"figures are {rows[0]['weighting']}; published benchmarks may be weighted, so small differences mean little.{beside}"
    )
    return [
        Heading(f"{name}, {wave}"),
        Text(intro),
        Figures(tuple(_figures(instrument, name, wave, rows))),
        _table(name, wave, rows),
        *_by_profession(tables, instrument, name, wave),
    ]


def _figures(instrument: str, name: str, wave: str, rows: list[Row]) -> list[Figure]:
    """Themes and elements in one chart, their parts in another."""
    found = []
    for is_part, of_kind in groupby(sorted(rows, key=_is_part), key=_is_part):
        listed = list(of_kind)
        title = "Sub-scores" if is_part else "Elements and themes"
        whiskers = [_whisker(row) for row in listed]
        found.append(
            Figure(
                id=f"survey-{instrument.lower()}-{'parts' if is_part else 'wholes'}",
                title=f"{title}, {wave}",
                subtitle="circle: trust, with 95% interval; open diamond: benchmark",
                description=f"{name} {wave}: mean of each score with its 95% interval, beside the benchmark. "
                f"{_benchmark_words(listed)} The table below holds the figures.",
                spec=scores(whiskers, "mean score, 0 to 10", _domain(whiskers)),
            )
        )
    return found


def _is_part(row: Row) -> bool:
    return str(row["score_level"]) == "sub_score"


def _benchmark_words(rows: list[Row]) -> str:
    counts = {side: sum(against_benchmark(row) == side for row in rows) for side in ("above", "close", "below")}
    if not any(counts.values()):
        return "No benchmark."
    return f"{counts['above']} above the benchmark, {counts['close']} close to it, {counts['below']} below."


def _whisker(row: Row) -> Whisker:
    label, found = str(row["score_name"]), interval(row)
    if not wording.shown(row, "mean"):
        return Whisker(label, None, gap="suppressed" if wording.is_suppressed(row, "mean") else "n/a")
    low, high = found or (None, None)
    return Whisker(label, row["mean"], low, high, row["benchmark_mean"])


def _domain(whiskers: list[Whisker]) -> tuple[float, float]:
    drawn = [n for w in whiskers for n in (w.value, w.low, w.high, w.other) if n is not None] or [0.0, 10.0]
    return max(0.0, float(int(min(drawn)))), min(10.0, float(int(max(drawn)) + 1))


def _interval_cell(row: Row) -> Cell:
    found = interval(row)
    if found is None:
        return wording.cell(row, "mean", two) if not wording.shown(row, "mean") else ABSENT
    return Cell(f"{two(found[0])} to {two(found[1])}", "number")


def _table(name: str, wave: str, rows: list[Row]) -> Table:
    words = {"above": "above", "below": "below", "close": "no clear difference", "": ""}
    return Table(
        f"{name} {wave}: scores of the trust",
        (
            Column("Score", "text"), Column("People"), Column("Mean"), Column("95% interval"), Column("Benchmark"),
            Column("Against benchmark", "text"),
        ),
        tuple(
            (
                Cell(str(row["score_name"])),
                wording.cell(row, "n"),
                wording.cell(row, "mean", two),
                _interval_cell(row),
                wording.cell(row, "benchmark_mean", two),
                Cell(words[against_benchmark(row)]) if against_benchmark(row) else ABSENT,
            )
            for row in rows
        ),
        "mart_survey_score",
        "Above or below: the benchmark lies outside the interval, which is made from the published n and standard deviation.",
    )  # fmt: skip


def _by_profession(tables: ReleaseTables, instrument: str, name: str, wave: str) -> list[Block]:
    rows = tables.rows(
        "select m.*, d.score_name from mart_survey_score m join dim_survey_score d using (instrument, score_code)"
        " left join professions p on p.profession_code = m.group_code"
        f" where m.trust_code = $trust and m.group_type = 'profession' and m.instrument = '{instrument}' and m.wave = '{wave}'"
        " order by p.sort_order nulls last, m.group_name, m.group_code, d.sort_order"
    )
    codes = [code for code in ASKED_FOR if any(row["score_code"] == code for row in rows)]
    if not codes:
        return []
    names = {row["score_code"]: str(row["score_name"]) for row in rows}
    groups = [
        (group, {r["score_code"]: r for r in of_group})
        for group, of_group in groupby(rows, key=lambda r: r["group_name"])
    ]
    return [
        Table(
            f"{name} {wave}: mean scores by profession",
            (Column("Profession", "text"), Column("Respondents"), *(Column(names[code]) for code in codes)),
            tuple(
                (
                    Cell(str(group)),
                    wording.cell(next(iter(by_score.values())), "respondents"),
                    *(wording.cell(by_score[c], "mean", two) if c in by_score else ABSENT for c in codes),
                )
                for group, by_score in groups
            ),
            "mart_survey_score",
        )
    ]
