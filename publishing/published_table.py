"""What a published table is: its columns, who stands behind each figure, and which figures are computed from others.

How the dbt project says it is read in `catalogue`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from publishing.disclosure.structure import Structure
from publishing.policy import Kind

Role = Literal["key", "label", "measure", "flag", "support"]
Subject = Literal["workforce", "training", "survey", "research", "portfolio", "quality", "scorecard", "dimension"]
ROW_FLAG = "is_suppressed"


def flag(measure: str) -> str:
    """Name of the column that says whether the measure is suppressed."""
    return f"{measure}_{ROW_FLAG}"


@dataclass(frozen=True)
class Complement:
    """The people of `of` who are not in `part`; both are counts of people."""

    of: str
    part: str


@dataclass(frozen=True)
class Disclosure:
    """How many people stand behind a measure, and what it is computed from.

    `people` are of the measure's kind; `respondents` of a survey, where the measure counts those in some of its rows.
    """

    kind: Kind
    people: tuple[str, ...] = ()
    complement: Complement | None = None
    computed_from: tuple[str, ...] = ()
    respondents: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[str, ...]:
        """Every column that counts people for this measure."""
        named = (self.complement.of, self.complement.part) if self.complement else ()
        return tuple(dict.fromkeys((*self.people, *self.respondents, *named)))


@dataclass(frozen=True)
class Rounding:
    """What becomes of a measure where what is shown about people is rounded. SQL is over published columns of the table.

    Attributes:
        to_base: condition on the rows whose figure becomes the nearest multiple of the base.
        equals: what the figure then is, from the rounded figures of its table.
        over: number of people that it is a mean or a share of; it goes to steps as coarse as a sum over them, rounded.
        to: step that it is rounded to, in its own unit.
        exact, hidden: why it stays as it is, or is not shown.
    """

    to_base: str | None = None
    equals: str | None = None
    over: str | None = None
    to: float | None = None
    exact: str | None = None
    hidden: str | None = None


@dataclass(frozen=True)
class PublishedColumn:
    """A column. `label`, `unit` and `rounded` stand only where its name means something else than in other tables."""

    name: str
    type: str
    description: str
    role: Role
    disclosure: Disclosure | None = None
    label: str | None = None
    unit: str | None = None
    rounded: Rounding | None = None


@dataclass(frozen=True)
class PublishedTable:
    """A table of the release. `columns` are all of the model's, those of role `support` included; `extracts` is what it is
    made from, directly or through other models. A `derived` table is computed from the published form of others and bears
    its flags as columns of its own. `referred_to_by` are names, beside those of its key, by which other
    tables refer to a dimension; `wider_than` are dimensions that need not hold all of the table's values. `structure` is how
    its figures add up.
    """

    name: str
    schema: str
    description: str
    subject: Subject
    key: tuple[str, ...]
    columns: tuple[PublishedColumn, ...]
    hidden_when: tuple[str, ...] = ()
    extracts: tuple[str, ...] = ()
    is_derived: bool = False
    referred_to_by: tuple[str, ...] = ()
    wider_than: tuple[str, ...] = ()
    is_date_table: bool = False
    structure: Structure = field(default_factory=Structure)

    @property
    def published(self) -> tuple[PublishedColumn, ...]:
        """Columns that leave the warehouse: the key in its order, labels, measures."""
        by_name = {column.name: column for column in self.columns}
        rest = [c for role in ("label", "measure") for c in self.columns if c.role == role and c.name not in self.key]
        return (*(by_name[name] for name in self.key), *rest)

    @property
    def suppressible(self) -> tuple[PublishedColumn, ...]:
        return tuple(column for column in self.columns if column.disclosure)

    @property
    def flagged(self) -> tuple[str, ...]:
        """Measures that bear a flag, in the order of the columns."""
        if self.is_derived:
            flags = {column.name for column in self.columns if column.role == "flag"}
            return tuple(column.name for column in self.columns if flag(column.name) in flags)
        return tuple(column.name for column in self.suppressible)

    @property
    def released(self) -> tuple[PublishedColumn, ...]:
        """Columns of the released table: the published ones, a flag for each suppressible measure, the row's flag."""
        flags = [
            PublishedColumn(flag(name), "BOOLEAN", f"True where {name} is suppressed for small numbers", "label")
            for name in self.flagged
        ]
        if flags:
            flags.append(
                PublishedColumn(ROW_FLAG, "BOOLEAN", "True where any measure of the row is suppressed", "label")
            )
        return (*self.published, *flags)


def suppression_order(table: PublishedTable) -> list[list[PublishedColumn]]:
    """Suppressible measures in levels, each computed only from measures of earlier levels.

    Raises:
        ValueError: measures are computed from one another in a circle.
    """
    waiting = {column.name: column for column in table.suppressible}
    levels: list[list[PublishedColumn]] = []
    while waiting:
        ready = [c for c in waiting.values() if c.disclosure and not set(c.disclosure.computed_from) & set(waiting)]
        if not ready:
            raise ValueError(f"{', '.join(sorted(waiting))}: computed from one another in a circle")
        levels.append(ready)
        for column in ready:
            del waiting[column.name]
    return levels
