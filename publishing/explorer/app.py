"""The pages of the explorer, as a Streamlit script: `streamlit run app.py -- FOLDER`. `rcw explore` starts it (`command`).

Pages only lay out what `released` and `indicators` read. Tables are plain HTML tables and charts images with words beside
them, so that a keyboard and a screen reader reach everything and nothing is fetched.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from publishing.explorer import drawing, indicators
from publishing.explorer.released import (
    Released,
    Row,
    Table,
    as_csv,
    cell,
    form,
    open_release,
    suppressed_note,
)
from publishing.report.wording import title_case
from publishing.sql import identifier

ROWS_OF_A_PAGE = 50
_FEW = 60
_STYLE = """
<style>
.stMainBlockContainer { padding-top: 3rem; }
.rcw-chart { width: 100%; max-width: 44rem; height: auto; }
.stTable th { white-space: nowrap; }
.stTable { overflow-x: auto; }
</style>
"""


@st.cache_resource(show_spinner=False)
def _opened(folder: str) -> Released:
    return open_release(Path(folder))


def _month(day: date) -> str:
    return f"{day:%B %Y}"


def _months(known: Sequence[date], name: str) -> tuple[date, date]:
    """First and last month of the period that the reader picks."""
    left, right = st.columns(2)
    first = left.selectbox("From", known, format_func=_month, key=f"{name}-from")
    later = [month for month in known if month >= first]
    last = right.selectbox("To", later, index=len(later) - 1, format_func=_month, key=f"{name}-to")
    return first, last


def _table(rows: Sequence[dict[str, str]]) -> None:
    st.table({name: [row[name] for row in rows] for name in rows[0]} if rows else {})


def _about(release: Released) -> None:
    with st.sidebar:
        st.markdown(f"**Release** `{release.id}`")
        st.caption(f"Provisional: {', '.join(release.provisional)}. Later deliveries may still change these months.")
        with st.expander("How to read the figures"):
            st.markdown("\n".join(f"- {caveat}" for caveat in release.caveats))
            st.markdown("- “suppressed” stands for a hidden figure, “–” for one that there is not.")


def _pick_series(release: Released) -> tuple[Row, Row]:
    catalogue = indicators.indicators(release)
    left, right = st.columns(2)
    about = left.selectbox(
        "Indicator",
        catalogue,
        format_func=lambda row: f"{row['indicator_code']}  {row['indicator_name']}",
        key="indicator",
    )
    groups = [
        {**group, "group_name": title_case(group["group_name"])}
        for group in indicators.groups(release, about["indicator_code"])
    ]
    names = {"trust": "Trust", "profession": "Profession", "directorate": "Directorate"}
    group = right.selectbox(
        "Group",
        groups,
        format_func=lambda row: f"{names.get(row['group_type'], row['group_type'])}: {row['group_name']}",
        key="group",
    )
    return about, group


def _headline(rows: Sequence[Row], about: Row) -> None:
    known = [row for row in rows if row["value"] is not None or row["value_is_suppressed"]]
    if not known:
        st.info("No month of this period has a figure.")
        return
    if all(row["value_is_suppressed"] for row in known):
        st.info("Every figure of this period is suppressed, so that nobody can be recognised.")
    newest = known[-1]
    shown = indicators.written(newest["value"], about, is_suppressed=bool(newest["value_is_suppressed"]))
    left, middle, right = st.columns(3)
    left.metric(f"Newest figure, {_month(newest['reporting_month'])}", shown)
    middle.metric("Target", indicators.written(newest["target"], about))
    right.metric("Benchmark", indicators.written(newest["benchmark"], about))


def indicator_page(release: Released) -> None:
    """One indicator of one group over a period: control chart, table, definition, where it came from."""
    st.title("Indicators")
    if not release.has(*indicators.NEEDS):
        st.info("This release has no scorecard. Its tables are on the page All tables.")
        return
    about, group = _pick_series(release)
    whole = indicators.series(release, about["indicator_code"], group)
    first, last = _months([row["reporting_month"] for row in whole], "series")
    rows = [row for row in whole if first <= row["reporting_month"] <= last]
    st.header(f"{about['indicator_name']}: {group['group_name']}")
    _headline(rows, about)
    words = indicators.in_words(rows, about, group["group_name"])
    spec = indicators.chart(rows, about)
    st.html(drawing.figure(spec, words))
    notes = [
        indicators.LIMITS.get(str(rows[-1]["limits_status"]), ""),
        "Solid line: mean; dashed: process limits; dash and dot: target. Circles: common cause; blue diamonds: improvement; orange"
        " squares: concern; purple triangles: a change that is neither; hollow: provisional. s: suppressed; ×: no figure.",
    ]
    st.caption(" ".join(filter(None, notes)))
    name = f"{about['indicator_code']}-{group['group_type']}-{group['group_code']}".replace("|", "-")
    left, right, _ = st.columns([1, 1, 3])
    left.download_button("Table as CSV", as_csv(rows), f"{name}.csv", "text/csv", key="csv")
    title = f"{about['indicator_name']}: {group['group_name']}"
    right.download_button("Chart as PNG", drawing.png(spec, title), f"{name}.png", "image/png", key="png")
    st.subheader("Table")
    _table(indicators.point_table(rows, about))
    _definition(about)
    _quality(release, about, group, first, last)


def _definition(about: Row) -> None:
    st.subheader("Definition")
    better = {"increase": "higher is better", "decrease": "lower is better"}.get(
        str(about["direction"]), "neither way is better"
    )
    st.markdown(
        f"{about['definition']}.\n\n"
        f"- Numerator: {about.get('numerator') or 'none'}\n- Denominator: {about.get('denominator') or 'none'}\n"
        f"- Unit: {about['unit']}; {better}\n- Source: `{about['source_mart']}`. {about.get('source_policy') or ''}\n"
        f"- Owner: {about.get('owner') or 'not named'}"
    )


def _quality(release: Released, about: Row, group: Row, first: date, last: date) -> None:
    st.subheader("Where it came from")
    table = indicators.source(release, about)
    if table is None or not table.extracts:
        st.markdown("The release does not say which extracts this indicator is made from.")
        return
    st.markdown(f"Made from the extracts {', '.join(f'`{extract}`' for extract in table.extracts)}.")
    _deliveries(release, table.extracts, str(group["trust_code"]), first, last)


def _deliveries(release: Released, extracts: Sequence[str], trust: str, first: date, last: date) -> None:
    came = indicators.deliveries(release, extracts, trust, first, last)
    calendar = release.tables["mart_load_calendar"]
    quality = release.tables["mart_data_quality"]
    missing = sum(1 for row in came if row["state"] != "current")
    rejected = sum(int(row["rows_rejected"] or 0) for row in came)
    hidden = sum(1 for row in came if row["rows_rejected_is_suppressed"])
    not_counted = f", those of **{hidden}** deliveries not counted, which are suppressed" if hidden else ""
    st.markdown(
        f"**{len(came)}** deliveries in the period; **{missing}** not there, **{rejected}** rows rejected{not_counted}."
    )
    with st.expander("Deliveries", expanded=False):
        _table(
            [
                {
                    "Month": f"{row['reporting_month']:%Y-%m}",
                    "Extract": row["extract"],
                    "State": row["state"],
                    "File": form(row["file_name"], calendar.fields["file_name"]),
                    "Replaced": form(row["replaced_count"], calendar.fields["replaced_count"]),
                    **{
                        name.replace("_", " ").capitalize(): cell(row, name, quality)
                        for name in ("rows_delivered", "rows_accepted", "rows_rejected")
                    },
                }
                for row in came
            ]
        )
    found = indicators.findings(release, extracts, trust, first, last)
    with st.expander("Findings and link rates", expanded=False):
        st.caption(
            "A link rate is the share of R&D people who could be linked to a member of staff, in per cent, by profession."
        )
        if not found:
            st.markdown("Nothing was found.")
        names = ("reporting_month", "extract", "check_name", "column_name", "reason_code", "severity", "n")
        _table([{quality.title(name): cell(row, name, quality) for name in names} for row in found[:200]])


def _filters(release: Released, table: Table) -> tuple[str, list[Any]]:
    """A condition that the reader's picks give, and its values."""
    conditions, values = ["true"], []
    with st.sidebar:
        st.subheader("Filters")
        for name, about in table.fields.items():
            if about["x-role"] not in ("key", "label") or about["type"] not in ("string", "boolean", "date", "integer"):
                continue
            column = identifier(name)
            known = [
                row[name]
                for row in release.rows(
                    f"select distinct {column} from {identifier(table.name)} where {column} is not null"
                    f" order by {column} limit {_FEW + 1}"
                )
            ]
            if not 1 < len(known) <= _FEW or name.endswith("_sk"):
                continue
            written = partial(form, about=about)
            picked = st.multiselect(table.title(name), known, format_func=written, key=f"{table.name}-{name}")
            if picked:
                conditions.append(f"{column} in ({', '.join('?' * len(picked))})")
                values += picked
    return " and ".join(conditions), values


def tables_page(release: Released) -> None:
    """Any table of the release, filtered, page by page."""
    st.title("All tables")
    names = sorted(release.tables)
    first = next((name for name in names if name.startswith("mart_")), names[0])
    name = st.selectbox("Table", names, index=names.index(first), key="table")
    table = release.tables[name]
    st.markdown(table.grain[:1].upper() + table.grain[1:])
    with st.expander("Rules, caveats and an example query"):
        st.markdown(table.description)
    condition, values = _filters(release, table)
    order = ", ".join(identifier(column) for column in table.key)
    rows = release.rows(f"select * from {identifier(name)} where {condition} order by {order}", values)
    pages = max(1, -(-len(rows) // ROWS_OF_A_PAGE))
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    page = int(left.number_input(f"Page of {pages}", 1, pages, 1, key=f"page-{name}"))
    right.download_button(f"All {len(rows):,} rows as CSV", as_csv(rows), f"{name}.csv", "text/csv", key="table-csv")
    if note := suppressed_note(rows):
        st.caption(note)
    part = rows[(page - 1) * ROWS_OF_A_PAGE : page * ROWS_OF_A_PAGE]
    if not part:
        st.info("No row fits these filters.")
    _table([{table.title(column): cell(row, column, table) for column in table.shown} for row in part])
    with st.expander("What the columns mean"):
        _table(
            [
                {
                    "Column": column,
                    "Label": table.title(column),
                    "Unit": str(table.fields[column].get("x-unit", "")),
                    "Meaning": str(table.fields[column]["description"]),
                }
                for column in table.fields
                if table.fields[column]["x-role"] != "flag"
            ]
        )


def quality_page(release: Released) -> None:
    """Every extract's deliveries by month: what came, what did not."""
    st.title("Data quality")
    if not release.has("mart_load_calendar", "mart_data_quality"):
        st.info("This release says nothing of its deliveries.")
        return
    calendar = release.rows("select * from mart_load_calendar order by trust_code, extract, reporting_month")
    trusts = sorted({row["trust_code"] for row in calendar})
    trust = st.selectbox("Trust", trusts, key="quality-trust") if len(trusts) > 1 else trusts[0]
    calendar = [row for row in calendar if row["trust_code"] == trust]
    first, last = _months(sorted({row["reporting_month"] for row in calendar}), "quality")
    within = [row for row in calendar if first <= row["reporting_month"] <= last]
    months = sorted({row["reporting_month"] for row in within})[-12:]
    st.subheader("Deliveries of the last twelve months of the period")
    state = {(row["extract"], row["reporting_month"]): row["state"] for row in within}
    _table(
        [
            {"Extract": extract, **{f"{month:%Y-%m}": state.get((extract, month), "–") for month in months}}
            for extract in sorted({row["extract"] for row in within})
        ]
    )
    st.caption("–: not expected that month and none came.")
    _deliveries(release, sorted({row["extract"] for row in within}), trust, first, last)


def show(folder: Path) -> None:
    """The whole application on the release in a folder."""
    st.set_page_config(page_title="Research culture explorer", layout="wide", initial_sidebar_state="expanded")
    st.html(_STYLE)
    release = _opened(str(folder))
    pages = [
        st.Page(lambda: indicator_page(release), title="Indicators", url_path="indicators", default=True),
        st.Page(lambda: tables_page(release), title="All tables", url_path="tables"),
        st.Page(lambda: quality_page(release), title="Data quality", url_path="quality"),
    ]
    page = st.navigation(pages)
    _about(release)
    page.run()


if __name__ == "__main__":
    show(Path(sys.argv[1]))
