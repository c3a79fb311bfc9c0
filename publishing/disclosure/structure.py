"""How the figures of a published table add up, as `config.meta.adds_up` of its model says it.

Only what is declared is here. Which declared sums hold to the last person, and which leave a remainder, is seen in the
figures (`cells`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ingestion.rules_file import read_rules

HIERARCHIES_FILE = Path(__file__).parent / "hierarchies.yml"
_ENTRIES = {
    "hierarchy", "groups", "period", "item", "size", "sums", "once", "shown_by", "wholes", "together", "within", "follows",
    "unions", "disjoint", "balance", "moving_sums", "years", "outside", "item_sums", "computed_items", "ranked", "loose", "alone",
    "repeats", "restated",
}  # fmt: skip


@dataclass(frozen=True)
class Hierarchy:
    """Kinds of groups and which add up to which; see `hierarchies.yml`."""

    whole: str
    parts: tuple[str, ...]
    crossed: Mapping[str, tuple[str, str]]
    separator: str
    ladder: tuple[str, ...]
    whole_code: str | None = None


@dataclass(frozen=True)
class Balance:
    """stock = stock of the month before + joined - left, in every group."""

    stock: str
    joined: str
    left: str


@dataclass(frozen=True)
class Follows:
    """The figure is one of a monthly table: `measure` of the same group, in the month named by a column or so far back."""

    measure: str
    month: str | None = None
    months_back: int = 0


@dataclass(frozen=True)
class Restated:
    """Measures of a month that the files of later months change.

    Attributes:
        by: table of the warehouse, as `schema.table`, with the columns of the group and the period, and of each measure how much
            larger it is than it was.
        as_at: its column with the month up to which files had been read then.
    """

    by: str
    as_at: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Repeated:
    """Measures of another table that a line repeats: in the newest month of its period, or in every month of it.

    Attributes:
        from_the_first: in every month from the first that the table has to the end of the period.
        group_type: kind of the groups that it adds up, where it is not the whole.
        month: the table's column with the month; `only`: columns of it with the value that its rows have.
    """

    table: str
    measures: tuple[str, ...]
    every_month: bool = False
    from_the_first: bool = False
    group_type: str | None = None
    month: str = "reporting_month"
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Among:
    """A measure counts, on the rows of a condition in SQL, some of what `of` counts."""

    of: str
    where: str


@dataclass(frozen=True)
class Repeats:
    """A table whose rows repeat figures of monthly tables.

    Attributes:
        by: column that says which line a row is; `lines` are those that repeat something.
        first, last: columns with the first and last month of the row's period, which lasts `months`.
        group_type: kind of the group whose figures the lines repeat.
        measures: hidden with the figures that they repeat.
        former: a measure that is the one of the period before -> that measure.
        all_or_none: lines that are hidden in every period where one hides them, since sums over several periods are published.
        undefined: a measure -> those that it is computed from: where they are hidden, that it is NULL would tell that nothing
            stands behind it.
        among: a measure -> what it counts some of, and is hidden with.
    """

    by: str
    first: str
    last: str
    months: int
    group_type: str
    measures: tuple[str, ...]
    lines: Mapping[str, Repeated]
    former: Mapping[str, str] = field(default_factory=dict)
    all_or_none: tuple[str, ...] = ()
    undefined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    among: Mapping[str, Among] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        sources = {name for of in self.undefined.values() for name in of} | {about.of for about in self.among.values()}
        return {
            self.by, self.first, self.last, *self.measures, *self.former, *self.former.values(), *self.undefined, *self.among,
            *sources,
        }  # fmt: skip


@dataclass(frozen=True)
class Structure:
    """What ties the figures of a table to one another and to other tables.

    Attributes:
        hierarchy: name of the hierarchy of its groups; None where its figures stand alone.
        groups: the columns with the kind and the code of a row's group.
        period: columns that name the period; figures of one quantity, group and period are one in every table.
        item: further columns of the key; each of their values has sums of its own.
        size: the measure that counts the people of the group.
        sums: measures that add up over the hierarchy; of some of them the parts may exceed or miss the whole.
        once: measures that are the same for every item, or for the items of the named columns.
        shown_by: a count that is not published -> the share that gives it away.
        wholes: a measure of the whole that stands on every row -> the measure that it is the whole of.
        together: measures hidden and shown together, since either tells of the other.
        within: (part, whole) of counts of the same group.
        unions: a count -> counts of the same group that, with those who are in several of them, make it up.
        disjoint: a count -> counts of the same group and item within it that have nobody in common. Whether they make up the
            count, or leave some out, is seen in the figures.
        follows: measures that are figures of a monthly table.
        balance: the stock and its flows, month by month; `moving_sums`: a sum over months -> (measure, months).
        years: a measure of a financial year -> the measure of a monthly table that is the same in the month that ends the year,
            which is the last of the columns of `period`.
        outside: a measure that equals another in every group of a kind, and in the groups crossed with it, except in one, where it
            is 0.
        item_sums: (column, value of the whole, value of the parts, column of what is added up).
        computed_items: an item -> the items that it is computed from, and that it would give away.
        ranked: a measure -> (measure that it ranks, columns within which); published as the place among what is shown.
        loose: measures of `sums` whose parts need not make up the whole, since people move between them.
        alone: measures that no sum ties to another, nor to a count beside `people`.
        repeats: figures of other tables that rows of the table repeat (`repeated`).
        restated: measures that later months change, though nothing is corrected.
    """

    hierarchy: str | None = None
    groups: tuple[str, ...] = ()
    period: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    size: str | None = None
    sums: tuple[str, ...] = ()
    once: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shown_by: Mapping[str, str] = field(default_factory=dict)
    wholes: Mapping[str, str] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    unions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    disjoint: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    follows: Mapping[str, Follows] = field(default_factory=dict)
    balance: Balance | None = None
    moving_sums: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    years: Mapping[str, str] = field(default_factory=dict)
    outside: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    item_sums: tuple[str, str, str, str] | None = None
    computed_items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranked: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    loose: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    repeats: Repeats | None = None
    restated: Restated | None = None

    @property
    def counted(self) -> tuple[str, ...]:
        """Columns whose values are figures of their own, published or given away by a share."""
        return (*self.sums, *self.once, *self.shown_by)

    @property
    def linked(self) -> list[tuple[str, ...]]:
        """Measures of which one bounds the other or makes it up."""
        made_of = [(measure, *parts) for of in (self.unions, self.disjoint) for measure, parts in of.items()]
        return [*self.within, *made_of, *((measure, of) for measure, (of, _) in self.outside.items()), *self.together]

    @property
    def equated(self) -> dict[str, str]:
        """Measure -> the one that an equation within each group ties it to, which is not equated itself."""
        of_group = {part: whole for whole, parts in self.disjoint.items() for part in parts}
        return of_group | {measure: of for measure, (of, _) in self.outside.items()}

    @property
    def classified(self) -> set[str]:
        """Measures of the table that need no further word."""
        return {*self.sums, *self.once, *self.shown_by.values(), *self.wholes, *self.follows, *self.alone}


@cache
def hierarchies(file: Path = HIERARCHIES_FILE) -> Mapping[str, Hierarchy]:
    document = read_rules(file)
    return {
        name: Hierarchy(
            whole=about["whole"],
            parts=tuple(about["parts"]),
            crossed={kind: (of[0], of[1]) for kind, of in about["crossed"].items()},
            separator=about["separator"],
            ladder=tuple(about["ladder"]),
            whole_code=about.get("whole_code"),
        )
        for name, about in document.items()
    }


def _chain(text: str) -> list[tuple[str, str]]:
    """`a <= b <= c` as (part, whole) of every pair, neighbours or not."""
    names = [name.strip() for name in text.split("<=")]
    return [(part, whole) for place, part in enumerate(names) for whole in names[place + 1 :]]


def _repeats(meta: Mapping[str, Any]) -> Repeats:
    lines = {name: Repeated(**about | {"measures": tuple(about["measures"])}) for name, about in meta["lines"].items()}
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in meta.items()}
    undefined = {name: tuple(of) for name, of in meta.get("undefined", {}).items()}
    among = {name: Among(**about) for name, about in meta.get("among", {}).items()}
    return Repeats(**given | {"lines": lines, "undefined": undefined, "among": among})


def read_structure(meta: Mapping[str, Any], columns: Sequence[str]) -> Structure:
    """The structure that `adds_up` declares.

    Raises:
        ValueError: an entry is unknown, or names no column of the table.
    """
    unknown = sorted(set(meta) - _ENTRIES)
    if unknown:
        raise ValueError(f"adds_up has unknown entries {', '.join(unknown)}")
    name = meta.get("hierarchy")
    if name is not None and name not in hierarchies():
        raise ValueError(f"hierarchy {name!r} is none of {', '.join(hierarchies())}")
    structure = Structure(
        hierarchy=name,
        groups=tuple(meta.get("groups", ())),
        period=tuple(meta.get("period", ())),
        item=tuple(meta.get("item", ())),
        size=meta.get("size"),
        sums=tuple(meta.get("sums", ())),
        once={measure: tuple(of) for measure, of in meta.get("once", {}).items()},
        shown_by=dict(meta.get("shown_by", {})),
        wholes=dict(meta.get("wholes", {})),
        together=tuple(tuple(names) for names in meta.get("together", ())),
        within=tuple(pair for text in meta.get("within", ()) for pair in _chain(text)),
        unions={measure: tuple(of) for measure, of in meta.get("unions", {}).items()},
        disjoint={measure: tuple(of) for measure, of in meta.get("disjoint", {}).items()},
        follows={measure: Follows(**about) for measure, about in meta.get("follows", {}).items()},
        balance=Balance(**meta["balance"]) if "balance" in meta else None,
        moving_sums={name: (about["of"], int(about["months"])) for name, about in meta.get("moving_sums", {}).items()},
        years=dict(meta.get("years", {})),
        outside={name: (about["of"], about["group"]) for name, about in meta.get("outside", {}).items()},
        item_sums=tuple(meta["item_sums"]) if "item_sums" in meta else None,
        computed_items={name: tuple(of) for name, of in meta.get("computed_items", {}).items()},
        ranked={name: (about["by"], tuple(about["within"])) for name, about in meta.get("ranked", {}).items()},
        loose=tuple(meta.get("loose", ())),
        alone=tuple(meta.get("alone", ())),
        repeats=_repeats(meta["repeats"]) if "repeats" in meta else None,
        restated=Restated(**meta["restated"] | {"measures": tuple(meta["restated"]["measures"])})
        if "restated" in meta
        else None,
    )
    if name is not None and len(structure.groups) != 2:
        raise ValueError("adds_up needs `groups`: the columns with the kind and the code of a group")
    named = {*structure.groups, *structure.period, *structure.item, *structure.counted, *structure.classified}
    named |= structure.repeats.columns if structure.repeats else set()
    named |= {
        name for of in (structure.unions, structure.disjoint) for whole, parts in of.items() for name in (whole, *parts)
    }
    named |= set(structure.restated.measures) if structure.restated else set()
    missing = sorted(named - set(columns))
    if missing:
        raise ValueError(f"adds_up names {', '.join(missing)}, which the table does not have")
    return structure
