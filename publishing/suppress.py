"""Primary suppression: the SQL that turns a private mart into the relation that is published.

A measure is shown only when it is known to be safe: every count of people behind it is 0 or above the threshold. A count
that is missing where the measure is not, or that makes no sense, hides the measure. What must be hidden beside that is
decided in `publishing.disclosure` and only applied here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from publishing.policy import DisclosurePolicy
from publishing.published_table import ROW_FLAG, Disclosure, PublishedColumn, PublishedTable, flag, suppression_order
from publishing.sql import identifier

#: Ending of the columns of a relation of decisions about the measures of a row.
DECIDED = "_decision"
#: The measure is hidden, whatever its count; an earlier release shows the same figure, so that it is shown even if its group is
#: small now, unless the figure itself is small by the policy in force; nothing is decided.
HIDE, SHOW, NOTHING = "1", "2", "0"

#: Digits after the point of published DOUBLEs. The order in which an engine adds up changes the last bits of a sum; a
#: release must not depend on it. Far finer than any figure is meant.
DOUBLE_DECIMALS = 10


def _is_safe(count: str, hidden_up_to: int) -> str:
    return f"coalesce({count} = 0 or {count} > {hidden_up_to}, false)"


def _any(conditions: list[str]) -> str:
    return " or ".join(conditions) if conditions else "false"


def _hidden(column: PublishedColumn, table: PublishedTable, policy: DisclosurePolicy, decided: Collection[str]) -> str:
    """Condition under which the measure is hidden. Flags of the measures it is computed from must be in scope."""
    rules = column.disclosure or Disclosure("staff")
    thresholds = dict.fromkeys(rules.people, policy.threshold(rules.kind))
    thresholds |= dict.fromkeys(rules.respondents, policy.threshold("survey"))
    small = {count: f"not {_is_safe(identifier(count), threshold)}" for count, threshold in thresholds.items()}
    itself = [small.pop(column.name)] if column.name in small else []
    conditions = list(small.values())
    if rules.complement:
        rest = f"({identifier(rules.complement.of)} - {identifier(rules.complement.part)})"
        conditions.append(f"not {_is_safe(rest, policy.complement.hidden_up_to)}")
    # What is asked in a survey says nothing of a figure that is the same for every question.
    if column.name not in {*table.structure.once, *table.structure.follows}:
        conditions += [f"coalesce(({condition}), false)" for condition in table.hidden_when]
    if column.name in decided:
        decision = identifier(column.name + DECIDED)
        hidden = _any([*conditions, f"coalesce({decision} = '{HIDE}', false)"])
        conditions = [f"(({hidden}) and coalesce({decision} <> '{SHOW}', true))"]
    conditions += itself
    suppressible = {c.name for c in table.suppressible}
    sources = [identifier(flag(source)) for source in rules.computed_from if source in suppressible]
    conditions += sources

    # A NULL is "not collected" and bears no flag, unless everything it is computed from was collected and some of that
    # is hidden: then that it is undefined (no PI, nobody at the start) would give away a hidden zero.
    undefined = "false"
    if sources:
        known = [f"{identifier(name)} is not null" for name in rules.computed_from]
        counted = [f"{identifier(name)} is not null" for name in rules.counts]
        undefined = f"({_any(sources)}) and {' and '.join(dict.fromkeys((*known, *counted)))}"
    return f"case when {identifier(column.name)} is null then {undefined} else {_any(conditions)} end"


def place_among_shown(measure: str, table: PublishedTable) -> str:
    """SQL of a rank: the place among the figures that are shown, which tells nothing of the others."""
    by, within = table.structure.ranked[measure]
    shown = f"case when {identifier(flag(by))} then null else {identifier(by)} end"
    partition = ", ".join(identifier(name) for name in within)
    place = f"rank() over (partition by {partition} order by {shown} desc nulls last)"
    hidden = f"{identifier(flag(measure))} or {identifier(measure)} is null"
    return f"case when {hidden} then null else {place} end"


def tidy(figure: str) -> str:
    """A DOUBLE as it is published."""
    return f"round({figure}, {DOUBLE_DECIMALS}) + 0.0"  # adding zero turns -0.0 into 0.0


def shown_value(column: PublishedColumn, *, has_flag: bool) -> str:
    """Select item of a published column: rounded, and NULL where its flag is true."""
    name = identifier(column.name)
    shown = name
    if column.type == "DOUBLE":
        shown = tidy(name)
    if not has_flag:
        return f"{shown} as {name}"
    return f"case when {identifier(flag(column.name))} then null else {shown} end as {name}"


def _flagged(
    table: PublishedTable,
    policy: DisclosurePolicy,
    decisions: str | None = None,
    decided: Collection[str] = (),
    instead: str | None = None,
    further: Sequence[str] = (),
) -> tuple[str, str]:
    """`with …` that ends in the true figures and a flag for each measure; and the name of its last step."""
    columns = [f"mart.{identifier(c.name)}" for c in table.columns]
    columns = [
        f"cast({name} as {c.type}) as {identifier(c.name)}" for name, c in zip(columns, table.columns, strict=True)
    ]
    columns += [f"mart.{identifier(name)}" for name in further]
    source = f"{instead or f'{identifier(table.schema)}.{identifier(table.name)}'} as mart"
    if decisions and decided:
        columns += [f"decisions.{identifier(name + DECIDED)}" for name in sorted(decided)]
        key = " and ".join(f"mart.{identifier(name)} = decisions.{identifier(name)}" for name in table.key)
        source += f"\n    left join {decisions} as decisions\n        on {key}"
    listed = ",\n        ".join(columns)
    steps = [f"source as (\n    select\n        {listed}\n    from {source}\n)"]
    before = "source"
    for number, level in enumerate(suppression_order(table), start=1):
        flags = ",\n        ".join(f"{_hidden(c, table, policy, decided)} as {identifier(flag(c.name))}" for c in level)
        steps.append(f"flagged_{number} as (\n    select\n        *,\n        {flags}\n    from {before}\n)")
        before = f"flagged_{number}"
    return f"with {', '.join(steps)}", before


def flagged_sql(
    table: PublishedTable, policy: DisclosurePolicy, instead: str | None = None, further: Sequence[str] = ()
) -> str:
    """`select` of the true figures of a mart with the flags of primary suppression. Private: nothing of it is published.

    Args:
        instead: a relation with the columns of the mart that is read in its place, and with `further` ones.
    """
    steps, last = _flagged(table, policy, instead=instead, further=further)
    return f"{steps}\nselect *\nfrom {last}"


def published_sql(
    table: PublishedTable, policy: DisclosurePolicy, decisions: str | None = None, decided: Collection[str] = ()
) -> str:
    """`select` of the published relation: key, labels, measures (NULL where hidden), flags, `is_suppressed`.

    Reads the mart as `schema.table` of the connection's current database. Rows are in the order of the key.

    Args:
        decisions: a relation with the key and, for each measure in `decided`, whether it is to be hidden beside what
            primary suppression hides, or to be shown though its group is small.
    """
    steps, last = _flagged(table, policy, decisions, decided)
    shown = [
        f"{place_among_shown(column.name, table)} as {identifier(column.name)}"
        if column.name in table.structure.ranked
        else shown_value(column, has_flag=column.disclosure is not None)
        for column in table.published
    ]
    flags_of_row = [identifier(flag(column.name)) for column in table.suppressible]
    if flags_of_row:
        shown += [*flags_of_row, f"({_any(flags_of_row)}) as {ROW_FLAG}"]
    listed = ",\n    ".join(shown)
    key = ", ".join(identifier(name) for name in table.key)
    return f"{steps}\nselect\n    {listed}\nfrom {last}\norder by {key}"
