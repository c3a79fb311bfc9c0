"""Small trusts made of people, their marts, and what the protector makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from publishing.catalogue import read_catalogue
from publishing.policy import load_policy
from publishing.protected import PrivateFolders, protect
from publishing.published_table import PublishedTable
from publishing.sql import identifier
from tests.disclosure import attacker
from tests.publishing_support import column, create_mart, manifest, model

KEY = {"trust_code": "varchar", "group_type": "varchar", "group_code": "varchar", "reporting_month": "date"}
Row = dict[str, Any]


def staff_mart(name: str, measures: Mapping[str, list[str]], **adds_up: Any) -> dict[str, Any]:
    """A mart by group and month; of each measure the counts of people behind it."""
    columns = {key: column(kind, "key") for key, kind in KEY.items()}
    for measure, people in measures.items():
        kind = "double" if measure.endswith(("fte", "_hours")) else "bigint"
        columns[measure] = column(kind, "measure", people=people)
    structure = {
        "hierarchy": "people",
        "groups": ["group_type", "group_code"],
        "period": ["reporting_month"],
        "size": "headcount",
        "sums": list(measures),
        **adds_up,
    }
    return model(name, columns, list(KEY), adds_up=structure)


WORKFORCE = staff_mart(
    "mart_workforce",
    {
        "headcount": ["headcount"],
        "fte": ["headcount"],
        "joiners": ["headcount", "joiners"],
        "leavers": ["headcount", "leavers"],
    },
    together=[["headcount", "fte"], ["joiners", "leavers"]],
    within=["joiners <= headcount"],
    balance={"stock": "headcount", "joined": "joiners", "left": "leavers"},
)
RESEARCH = staff_mart(
    "mart_research",
    {
        "headcount": ["headcount"],
        "active_headcount": ["headcount", "active_headcount"],
        "leading_headcount": ["headcount", "leading_headcount"],
    },
    within=["leading_headcount <= active_headcount <= headcount"],
)


@dataclass(frozen=True)
class Person:
    profession: str
    directorate: str
    band: str
    gender: str
    fte: float
    active: bool
    leading: bool


def _groups(person: Person) -> list[tuple[str, str]]:
    return [
        ("trust", "T"),
        ("profession", person.profession),
        ("directorate", person.directorate),
        ("directorate_profession", f"{person.directorate}|{person.profession}"),
        ("pay_band_group", person.band),
        ("gender", person.gender),
    ]


def make_people(seed: int, staff: int, months: int) -> list[dict[int, Person]]:
    """People in post by number, at the end of each month; some leave, join and become active."""
    chance = np.random.default_rng(seed)

    def new() -> Person:
        active = bool(chance.random() < 0.35)
        # Uneven on purpose: a few large groups and many small ones.
        return Person(
            profession=f"p{int(chance.geometric(0.4)) % 5}",
            directorate=f"d{int(chance.geometric(0.45)) % 4}",
            band=f"b{int(chance.geometric(0.5)) % 4}",
            gender=str(chance.choice(["f", "m", "x"], p=[0.7, 0.27, 0.03])),
            fte=float(chance.choice([0.5, 0.8, 1.0])),
            active=active,
            leading=active and bool(chance.random() < 0.4),
        )

    people = {number: new() for number in range(staff)}
    found = [people]
    for month in range(1, months):
        stay = {number: person for number, person in found[-1].items() if chance.random() > 0.06}
        stay |= {10_000 * month + number: new() for number in range(int(chance.poisson(0.06 * staff)))}
        found.append(stay)
    return found


def rows_of(history: list[dict[int, Person]]) -> dict[str, list[Row]]:
    """Rows of the two marts."""
    marts: dict[str, list[Row]] = {"mart_workforce": [], "mart_research": []}
    members: list[dict[tuple[str, str], dict[int, Person]]] = []
    for people in history:
        of_month: dict[tuple[str, str], dict[int, Person]] = {}
        for number, person in people.items():
            for group in _groups(person):
                of_month.setdefault(group, {})[number] = person
        members.append(of_month)
    met: set[tuple[str, str]] = set()
    for month, of_month in enumerate(members):
        met |= of_month.keys()  # as marts do, a group has rows from the month on in which somebody is in it first
        for kind, code in sorted(met):
            now, before = of_month.get((kind, code), {}), members[month - 1].get((kind, code), {}) if month else {}
            key = {
                "trust_code": "T",
                "group_type": kind,
                "group_code": code,
                "reporting_month": date(2025, month + 1, 1),
                "headcount": len(now),
            }
            marts["mart_workforce"].append(
                {
                    **key,
                    "fte": sum(person.fte for person in now.values()),
                    "joiners": len(now.keys() - before.keys()) if month else None,
                    "leavers": len(before.keys() - now.keys()) if month else None,
                }
            )
            marts["mart_research"].append(
                {
                    **key,
                    "active_headcount": sum(person.active for person in now.values()),
                    "leading_headcount": sum(person.leading for person in now.values()),
                }
            )
    return marts


def protected(
    models: Iterable[dict[str, Any]],
    rows: Mapping[str, list[Row]],
    policy: Mapping[str, str] | None = None,
    *,
    home: Path | None = None,
    release: str = "",
    beside: Sequence[str] = (),
    late: Sequence[Row] = (),
) -> dict[str, list[Row]]:
    """The rows of each table as they would be published.

    Args:
        late: rows of `core.late`, which `adds_up.restated` may name.
        home: where decisions and the ledger are kept; `release` and `beside` as for `publishing.protected.protect`.
    """
    private = PrivateFolders(home / "disclosure", home / "reports") if home else None
    nodes = list(models)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as release")
        for node in nodes:
            create_mart(connection, node, [])
            names = list(node["columns"])
            values = [[row.get(name) for name in names] for row in rows[node["name"]]]
            marks = ", ".join("?" * len(names))
            if values:
                connection.executemany(f"insert into {node['schema']}.{node['name']} values ({marks})", values)
        connection.execute("create schema if not exists core")
        columns = [
            *(f"{name} {kind}" for name, kind in KEY.items()),
            "as_at_month date",
            "active_headcount bigint",
            "leading_headcount bigint",
        ]
        connection.execute(f"create table core.late ({', '.join(columns)})")
        if late:
            connection.executemany(
                f"insert into core.late values ({', '.join('?' * len(columns))})", [list(row.values()) for row in late]
            )
        tables: list[PublishedTable] = read_catalogue(manifest(*nodes))
        with protect(connection, "release", tables, load_policy(policy or {}), private, release, beside) as protected:
            found = {}
            for table in tables:
                result = connection.execute(f"select * from release.main.{identifier(table.name)}")
                names = [about[0] for about in result.description or []]
                found[table.name] = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    protected.keep()
    return found


def true_figures(rows: Mapping[str, list[Row]]) -> dict[attacker.Name, float]:
    """Every figure of private marts by measure, kind of group, code and month."""
    return {
        (measure, row["group_type"], row["group_code"], str(row["reporting_month"])): value
        for table in rows.values()
        for row in table
        for measure, value in row.items()
        if isinstance(value, (int, float))
    }


def seen_together(
    releases: Sequence[Mapping[str, list[Row]]], true: Sequence[Mapping[attacker.Name, float]]
) -> attacker.Knowledge:
    """What an attacker knows from releases who even knows which figures a correction has changed, and by no value.

    A changed figure is another figure in the later release, marked by asterisks; any other is one, wherever it is shown.

    Args:
        true: every figure of the private marts of each release (`true_figures`).
    """
    together = attacker.Knowledge()
    values: dict[attacker.Name, list[float | None]] = {}
    for release, figures in zip(releases, true, strict=True):
        one, names = seen(release), {}
        for name in {*one.known, *one.hidden, *(name for terms, _, _ in one.facts for name in terms)}:
            met = values.setdefault(name, [])
            if figures.get(name) not in met:
                met.append(figures.get(name))
            names[name] = (*name[:-1], name[-1] + "*" * met.index(figures.get(name)))
        together.known |= {names[name]: value for name, value in one.known.items()}
        together.hidden |= {names[name] for name in one.hidden}
        together.whole |= {names.get(name, name) for name in one.whole}
        for terms, low, high in one.facts:
            together.facts.append(({names[name]: factor for name, factor in terms.items()}, low, high))
    return together


def seen(*releases: Mapping[str, list[Row]]) -> attacker.Knowledge:
    """What an attacker knows from the two marts of releases that all still stand."""
    knowledge = attacker.Knowledge()
    groups: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for release in releases:
        for rows in release.values():
            measures = [name.removesuffix("_is_suppressed") for name in rows[0] if name.endswith("_is_suppressed")]
            for row in rows:
                group, month = (row["group_type"], row["group_code"]), str(row["reporting_month"])
                for measure in measures:
                    if not measure or measure == "is_suppressed":
                        continue
                    hidden = row[f"{measure}_is_suppressed"]
                    if row[measure] is None and not hidden:
                        continue
                    name = (measure, *group, month)
                    knowledge.see(name, None if hidden else row[measure], is_whole=measure != "fte")
                    groups.setdefault((measure, month), set()).add(group)
    for (measure, month), of in groups.items():
        attacker.add_up(knowledge, measure, month, sorted(of))
    months = sorted({month for _, month in groups})
    for before, month in pairwise(months):
        attacker.balance(knowledge, before, month, sorted(groups["headcount", month]))
    for month in months:
        for part, whole in (("leading_headcount", "active_headcount"), ("active_headcount", "headcount")):
            for group in groups.get((part, month), ()):
                knowledge.at_most((part, *group, month), (whole, *group, month))
    return knowledge
