"""Which member of staff an R&D person is: exact evidence only, decided over the vault's files.

What belongs here: the tiers of evidence and the verdict for each R&D person. What does not: how a pseudonym is made, what
the vault keeps and for how long, and human decisions, which overrule these verdicts. Nothing that identifies a person
leaves this module: its rows hold pseudonyms, a method and a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

LinkRow = tuple[str, str, str | None, str, float, float, str]

_STAFF_COLUMNS = ("trust_code", "staff_key", "work_email")
_TEAM_COLUMNS = ("trust_code", "researcher_key", "staff_key", "email")
_SITE_COLUMNS = ("trust_code", "principal_investigator_key")

# An address without a local part and a domain is no address. Two members of staff with one address (a shared mailbox, a
# rehire under a new number) leave no runner-up behind: the margin is 0 and a person decides.
_LINK_SQL = """
with researcher as (
    select trust_code, researcher_key, staff_key, email from team where researcher_key is not null
    union all
    select trust_code, principal_investigator_key, null, null from site where principal_investigator_key is not null
),
staff_address as (
    select distinct trust_code, staff_key, lower(trim(work_email)) as email
    from staff
    where regexp_matches(trim(work_email), '^[^@]+@[^@]+$')
),
staff_domain as (
    select distinct trust_code, split_part(email, '@', 2) as domain from staff_address
),
address as (
    select distinct trust_code, researcher_key, lower(trim(email)) as email
    from researcher
    where regexp_matches(trim(email), '^[^@]+@[^@]+$')
),
by_number as (
    select researcher.trust_code, researcher.researcher_key,
        min(staff.staff_key) as staff_key, count(distinct staff.staff_key) as candidates
    from researcher
    inner join staff
        on researcher.trust_code = staff.trust_code and researcher.staff_key = staff.staff_key
    group by all
),
by_email as (
    select address.trust_code, address.researcher_key,
        min(staff_address.staff_key) as staff_key, count(distinct staff_address.staff_key) as candidates
    from address
    inner join staff_address
        on address.trust_code = staff_address.trust_code and address.email = staff_address.email
    group by all
),
elsewhere as (
    select address.trust_code, address.researcher_key
    from address
    left join staff_domain
        on address.trust_code = staff_domain.trust_code and split_part(address.email, '@', 2) = staff_domain.domain
    where address.trust_code in (select trust_code from staff_domain)
    group by all
    having count(staff_domain.domain) = 0
),
evidence as (
    select person.trust_code, person.researcher_key,
        coalesce(by_number.staff_key, by_email.staff_key) as staff_key,
        coalesce(by_number.candidates, by_email.candidates, 0) as candidates,
        case
            when by_number.staff_key is not null then 'employee_number'
            when by_email.staff_key is not null then 'email'
            else 'none'
        end as link_method,
        elsewhere.researcher_key is not null as is_elsewhere
    from (select distinct trust_code, researcher_key from researcher) as person
    left join by_number using (trust_code, researcher_key)
    left join by_email using (trust_code, researcher_key)
    left join elsewhere using (trust_code, researcher_key)
)
select trust_code, researcher_key,
    case when candidates = 1 then staff_key end as staff_key,
    link_method,
    cast(case link_method when 'employee_number' then 1.0 when 'email' then 0.99 else 0.0 end as double) as link_score,
    cast(case when candidates > 1 or link_method = 'none' then 0.0
        when link_method = 'employee_number' then 1.0 else 0.99 end as double) as link_margin,
    case when candidates = 1 then 'linked' when candidates = 0 and is_elsewhere then 'outside' else 'review' end as link_status
from evidence
order by trust_code, researcher_key
"""


def _read(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], files: Sequence[Path]) -> None:
    """Make `table` (text columns) from the vault's Parquet files. A column that no file delivered is NULL throughout."""
    held: set[str] = set()
    if files:
        source = connection.read_parquet([file.as_posix() for file in files], union_by_name=True)
        held = set(source.columns)
    texts = [f"cast({name if name in held else 'null'} as varchar) as {name}" for name in columns]
    if files:
        source.project(", ".join(texts)).create(table)
    else:
        connection.execute(f"create table {table} as select {', '.join(texts)} where false")


def link_researchers(
    staff_files: Sequence[Path], team_files: Sequence[Path], site_files: Sequence[Path]
) -> list[LinkRow]:
    """Link each R&D person to a member of staff of the same trust: by employee number, else by exact e-mail.

    Args:
        staff_files: vault Parquet of `hr_assignments`, any months: trust_code, staff_key, work_email.
        team_files: vault Parquet of `rd_study_team`: trust_code, researcher_key, staff_key (by number), email.
        site_files: vault Parquet of `rd_project_sites`: trust_code, principal_investigator_key (known by name alone).

    Returns:
        One row per (trust_code, researcher_key), sorted, in the column order of `raw.researcher_link`. An employee number
        counts only if HR has the person in some month. Two candidates, or a name alone, are `review`; an address at a
        domain that none of the trust's staff has is `outside`.

    Raises:
        duckdb.Error: a vault file is unreadable.
    """
    with duckdb.connect(":memory:") as connection:
        _read(connection, "staff", _STAFF_COLUMNS, staff_files)
        _read(connection, "team", _TEAM_COLUMNS, team_files)
        _read(connection, "site", _SITE_COLUMNS, site_files)
        return connection.execute(_LINK_SQL).fetchall()
