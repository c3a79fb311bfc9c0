"""The summary in plain words: sentences made by rule from published figures. No sentence says that one thing causes another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from publishing.report import wording
from publishing.report.content import Bullets, Cell, Notice, Section, Tile, Tiles
from publishing.report.group_table import largest, smallest
from publishing.report.indicators import Indicator, trust_indicators
from publishing.report.release_tables import ReleaseTables
from publishing.report.sections.board import half_words, newest_half
from publishing.report.sections.culture import ranked
from publishing.report.sections.equity import categories_now, side
from publishing.report.sections.portfolio import studies_now
from publishing.report.sections.quality import calendar
from publishing.report.sections.surveys import against_benchmark, newest_scores
from publishing.report.wording import number, percent, shown, signed

_CAPACITY, _TRAINING = "mart_research_capacity_month", "mart_training_month"
_NAMED, _TILES = 4, 4
#: Why an indicator is not judged, by `limits_status`; other reasons pass with time.
_UNJUDGED = {
    "of rolling twelve months (never judged: neighbouring months share eleven of them)": ("rolling",),
    "with a suppressed figure": ("suppressed",),
    "with figures that hardly vary": ("no_variation", "too_sparse"),
}


def tiles(tables: ReleaseTables) -> tuple[Tile, ...]:
    """The few figures that a reader should take away: the first four that are published."""
    found = [tile for tile in _candidates(tables) if tile.value.kind == "number"]
    return tuple(found[:_TILES])


def _candidates(tables: ReleaseTables) -> Iterator[Tile]:
    month = wording.month(tables.newest_month)
    capacity = tables.trust_row(_CAPACITY) if tables.has(_CAPACITY) else {}
    people, pis = wording.cell(capacity, "headcount").text, wording.cell(capacity, "pi_headcount").text
    yield Tile(
        "Research-active staff", wording.cell(capacity, "research_active_rate", percent), f"of {people} people, {month}"
    )
    non_medical = wording.cell(capacity, "non_medical_pi_pct", percent)
    yield Tile("Principal investigators who are not doctors", non_medical, f"of {pis} principal investigators")
    for line in newest_half(tables):
        if line["line_code"] == "participants_recruited":
            yield Tile("Participants recruited", wording.cell(line, "value"), half_words(line))
    if tables.has(_TRAINING):
        trained = wording.cell(tables.trust_row(_TRAINING), "research_training_12m_rate", percent)
        yield Tile("Research training in twelve months", trained, f"of people in post, {month}")
    is_open = sum(bool(row["is_open_in_month"]) for row in studies_now(tables))
    yield Tile("Studies open", Cell(number(is_open), "number" if is_open else "absent"), month)
    yield Tile("Engaged with research", wording.cell(capacity, "t1_rate", percent), f"of {people} people, {month}")


def statements(tables: ReleaseTables) -> tuple[str, ...]:
    """What the figures say, one sentence or two each; what is not published is not spoken of."""
    made = (
        _activity(tables),
        *_scorecard(trust_indicators(tables)),
        _professions(tables),
        _burnout(tables),
        _reasons(tables),
        _portfolio(tables),
        _equity(tables),
        _data(tables),
    )
    return tuple(sentence for sentence in made if sentence)


def for_poster(tables: ReleaseTables) -> tuple[str, ...]:
    """The statements that need no table beside them."""
    made = (_activity(tables), _professions(tables), _reasons(tables), _burnout(tables), _portfolio(tables))
    return tuple(sentence for sentence in made if sentence)


def section(tables: ReleaseTables) -> Section | None:
    sentences = statements(tables)
    if not sentences:
        return None
    return Section(
        "summary",
        "Summary",
        f"What the figures up to {wording.month(tables.newest_month)} say.",
        (
            Tiles(tiles(tables)),
            Bullets(sentences),
            Notice(
                "These figures show what is, not why. That two things change together, or that a team which does more research has less "
                "sickness, does not show that one leads to the other."
            ),
        ),
    )


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, 1)


def _activity(tables: ReleaseTables) -> str:
    if not tables.has(_CAPACITY):
        return ""
    now, before = tables.trust_row(_CAPACITY), tables.trust_row(_CAPACITY, _year_before(tables.newest_month))
    if not all(shown(now, name) for name in ("headcount", "research_active_headcount", "research_active_rate")):
        return ""
    sentence = (
        f"In {wording.month(tables.newest_month)}, {number(now['research_active_headcount'])} of {number(now['headcount'])} people in post "
        f"({percent(now['research_active_rate'])}) were research-active"
    )
    if not shown(before, "research_active_rate"):
        return f"{sentence}."
    change = now["research_active_rate"] - before["research_active_rate"]
    return f"{sentence}, against {percent(before['research_active_rate'])} twelve months before ({signed(change, 1)} percentage points)."


def _named(indicators: Sequence[Indicator]) -> str:
    names = [f"{indicator.name} ({indicator.form(indicator.latest['value'])})" for indicator in indicators]
    more = [wording.plural(len(names) - _NAMED, "other")] if len(names) > _NAMED else []
    return wording.listed([*names[:_NAMED], *more])


def _scorecard(indicators: Sequence[Indicator]) -> list[str]:
    charted = [indicator for indicator in indicators if indicator.variation]
    if not charted:
        return []
    kinds = {kind: [i for i in charted if i.variation.startswith(kind)] for kind in ("improvement", "concern")}
    rest, without = len(charted) - sum(map(len, kinds.values())), len(indicators) - len(charted)
    has = "has" if len(charted) == 1 else "have"
    judged = f"Of {wording.plural(len(indicators), 'indicator')}, {number(len(charted))} {has} enough months for a sound control chart."
    if without:
        judged += f" Not judged: {_unjudged([i for i in indicators if not i.variation])}."
    found = [judged]
    for kind, words in (("improvement", "better"), ("concern", "worse")):
        some = kinds[kind]
        if some:
            shows = "shows" if len(some) == 1 else "show"
            found.append(
                f"{number(len(some))} {shows} a change for the {words} that is more than chance: {_named(some)}."
            )
    if rest:
        found.append(
            f"{number(rest)} show no significant change: their ups and downs are what chance alone would bring."
        )
    return [" ".join(found), *_targets(indicators)]


def _unjudged(indicators: Sequence[Indicator]) -> str:
    """How many indicators have no icon for each reason."""
    reasons = [str(i.points[-1]["limits_status"]) if i.points else "" for i in indicators]
    counts = {words: sum(reason in of for reason in reasons) for words, of in _UNJUDGED.items()}
    counts["with too few figures yet"] = len(reasons) - sum(counts.values())
    return wording.listed([f"{number(many)} {words}" for words, many in counts.items() if many])


def _targets(indicators: Sequence[Indicator]) -> list[str]:
    """What the limits let expect of the targets, with the months that were otherwise; what has just crossed one stands apart."""
    assured = [indicator for indicator in indicators if indicator.assurance]
    words = {
        "pass": "expected to be met every time",
        "fail": "expected to be missed every time",
        "inconsistent": "may be met or missed, by chance",
    }
    kinds = {
        said: [i for i in assured if i.assurance == code and not i.has_crossed_target] for code, said in words.items()
    }
    kinds["crossed by the newest figure, while the limits rest on earlier months"] = [
        i for i in assured if i.has_crossed_target
    ]
    parts = [f"{said}: {wording.listed([_with_exceptions(i) for i in some])}" for said, some in kinds.items() if some]
    return [f"Targets {'; '.join(parts)}."] if parts else []


def _with_exceptions(indicator: Indicator) -> str:
    return f"{indicator.name} ({indicator.exceptions})" if indicator.exceptions else indicator.name


def _professions(tables: ReleaseTables) -> str:
    if not tables.has(_CAPACITY):
        return ""
    rows = tables.group_rows(_CAPACITY, "profession")
    top, bottom = largest(rows, "research_active_rate"), smallest(rows, "research_active_rate")
    hidden = sum(wording.is_suppressed(row, "research_active_rate") for row in rows)
    if not top or not bottom or top is bottom:
        return ""
    is_are = "is" if hidden == 1 else "are"
    rest = f" {wording.plural(hidden, 'profession')} {is_are} not shown, to protect small numbers." if hidden else ""
    return (
        f"Among professions the share of research-active people is largest in {top['group_name']} ({percent(top['research_active_rate'])}) "
        f"and smallest in {bottom['group_name']} ({percent(bottom['research_active_rate'])}).{rest}"
    )


def _burnout(tables: ReleaseTables) -> str:
    if not tables.has("mart_survey_score", "dim_survey_score"):
        return ""
    row = next(
        (row for row in newest_scores(tables, "NSS") if row["score_code"] == "PP4_2" and shown(row, "mean")), None
    )
    words = {
        "above": "better than the benchmark of {b} by more than sampling error",
        "below": "worse than the benchmark of {b} by more than sampling error",
        "close": "not clearly different from the benchmark of {b}",
    }
    if row is None or not against_benchmark(row):
        return ""
    held = words[against_benchmark(row)].format(b=wording.two(row["benchmark_mean"]))
    return (
        f"In the {row['wave']} staff survey the burnout score was {wording.two(row['mean'])} of 10, where more is better: {held}. Local figures "
        "are unweighted, so a small difference says little."
    )


def _reasons(tables: ReleaseTables) -> str:
    top = {
        block: [row for row in ranked(tables, block) if shown(row, "share")][:3] for block in ("barrier", "motivator")
    }
    if not all(top.values()):
        return ""
    named = {
        block: wording.listed([f"{row['item_name']} ({percent(row['share'])})" for row in rows])
        for block, rows in top.items()
    }
    return (
        f"In the {top['barrier'][0]['wave']} research culture survey the barriers named most were {named['barrier']}; the motivators named most "
        f"were {named['motivator']}."
    )


def _portfolio(tables: ReleaseTables) -> str:
    is_open = [row for row in studies_now(tables) if row["is_open_in_month"]]
    if not is_open:
        return ""
    judged = [row for row in is_open if row["on_track"] is not None]
    on_track = sum(bool(row["on_track"]) for row in judged)
    sentence = f"{wording.plural(len(is_open), 'study', 'studies')} were open; {number(on_track)} of {number(len(judged))} with a target were on track."
    line = next((row for row in newest_half(tables) if row["line_code"] == "participants_recruited"), None)
    if line and shown(line, "value"):
        sentence += f" {half_words(line)}: {wording.plural(int(line['value']), 'participant')}"
        before = f"; {number(line['previous_value'])} in the half before" if shown(line, "previous_value") else ""
        sentence += f"{before}."
    return sentence


def _equity(tables: ReleaseTables) -> str:
    rows = categories_now(tables)
    sides = {word: [row for row in rows if side(row) == word] for word in ("more", "less")}
    if not any(side(row) for row in rows):
        return ""
    if not any(sides.values()):
        return "No group of staff takes part in research clearly more or less often than in proportion to its size."
    names = {
        word: wording.listed([f"{row['category_name']} ({row['characteristic_name'].lower()})" for row in of][:6])
        for word, of in sides.items()
    }
    return (
        f"Research-active less often than in proportion, beyond chance: {names['less']}; more often: {names['more']}. Profession and pay band "
        "may lie behind such differences."
    )


def _data(tables: ReleaseTables) -> str:
    rows = calendar(tables)
    if not rows:
        return ""
    expected, there = sum(row["expected"] for row in rows), sum(row["there"] for row in rows)
    lacking = [str(row["extract"]) for row in rows if row["there"] < row["expected"]]
    months = wording.listed([wording.month(day) for day in tables.provisional])
    sentence = (
        f"All {number(expected)} expected deliveries are there."
        if not lacking
        else f"{number(expected - there)} of {number(expected)} expected deliveries are missing ({wording.listed(lacking)})."
    )
    return f"{sentence} {months} are provisional."
