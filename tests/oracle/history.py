"""Type 2 history worked out from monthly rows, person by person and month by month."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd


def _runs(months: dict[int, tuple[str, ...]]) -> list[tuple[int, int, tuple[str, ...]]]:
    """First and last place of each maximal run of equal attributes; a place without attributes ends a run."""
    starts = [place for place in sorted(months) if months.get(place - 1) != months[place]]
    ends = [place for place in sorted(months) if months.get(place + 1) != months[place]]
    assert all(first <= last for first, last in zip(starts, ends, strict=True))
    assert all(last < following for (_, last), (following, _) in pairwise(zip(starts, ends, strict=True)))
    return [(first, last, months[first]) for first, last in zip(starts, ends, strict=True)]


def _versions(frame: pd.DataFrame, keys: list[str], attributes: list[str]) -> list[tuple[tuple[str, ...], ...]]:
    """(key, attributes, (valid_from, valid_to)) of each version; months count by the snapshots delivered."""
    delivered = sorted(frame["reporting_month"].unique())
    place = {month: number for number, month in enumerate(delivered)}
    found = []
    for key, rows in frame.groupby(keys):
        values = rows[attributes].map(str).itertuples(index=False, name=None)
        months = dict(zip((place[month] for month in rows["reporting_month"]), values, strict=True))
        for first, last, described in _runs(months):
            until = str(pd.NaT) if last == len(delivered) - 1 else str(pd.Timestamp(delivered[last]))
            found.append((tuple(key), described, (str(pd.Timestamp(delivered[first])), until)))
    return found


def staff_versions(months: pd.DataFrame, columns: list[str]) -> set[tuple[str, ...]]:
    """Rows of dim_staff as texts, without its surrogate key, from one row a person and month."""
    attributes = [
        column
        for column in columns
        if column not in {"staff_version_sk", "trust_code", "staff_key", "valid_from", "valid_to", "is_current"}
    ]
    dated = {
        (*key, *described, *span, str(span[1] == "NaT"))
        for key, described, span in _versions(months, ["trust_code", "staff_key"], attributes)
    }
    order = ["trust_code", "staff_key", *attributes, "valid_from", "valid_to", "is_current"]
    place = [order.index(column) for column in columns if column != "staff_version_sk"]
    return {tuple(row[i] for i in place) for row in dated}


def organisation_versions(assignments: pd.DataFrame) -> set[tuple[str, ...]]:
    """Type, code, parent, name and span of the directorates and teams that anybody in post belongs to."""
    found = set()
    for kind, code, parent, name in (
        ("directorate", "directorate_code", "trust_code", "directorate_name"),
        ("team", "team_code", "directorate_code", "team_name"),
    ):
        units = assignments.groupby([code, parent, "reporting_month"], as_index=False)[name].min()
        for (unit, above), (named,), span in _versions(units, [code, parent], [name]):
            found.add((kind, unit, above, named, *span))
    return found
