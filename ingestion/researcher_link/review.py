"""The queue of R&D people whom nobody could link for certain, as a CSV file that an R&D officer works through.

Names are visible in the file, so it belongs into the vault. What is written into it comes back through `decide`.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from ingestion.errors import RcwError
from ingestion.researcher_link.decide import read_answers
from ingestion.researcher_link.decisions import Standing
from ingestion.settings import Settings

#: What the officer fills in; the rest is for reading.
TO_FILL_IN = ("decision", "employee_number", "reason", "decided_by")
HEADER = (
    *("trust_code", "researcher_key", "rd_name", "rd_email", "rd_roles", "rd_extracts", "verdict"),
    *("candidate", "staff_key", "staff_name", "job_role", "team", "employed", "score", "evidence"),
    *TO_FILL_IN,
)
CANDIDATES = 3

_QUEUE_SQL = """
with person as (
    select
        trust_code, researcher_key,
        string_agg(distinct name, ' / ' order by name) as rd_name,
        string_agg(distinct email, ' / ' order by email) as rd_email,
        string_agg(distinct extract, ' / ' order by extract) as rd_extracts
    from researcher_delivered
    group by all
),
role as (
    select trust_code, researcher_key, string_agg(distinct role, ' / ' order by role) as rd_roles
    from researcher_role
    group by all
),
named as (
    select trust_code, staff_key,
        string_agg(distinct concat_ws(', ', surname, forename), ' / ' order by concat_ws(', ', surname, forename)) as staff_name
    from staff_delivered
    group by all
),
post as (
    select trust_code, staff_key, arg_max(job_role, (last_day, job_role)) as job_role, arg_max(team, (last_day, job_role)) as team,
        concat(strftime(min(first_day), '%Y-%m'), ' to ', case when max(last_day) < date '9999-01-01' then strftime(max(last_day), '%Y-%m') end)
            as employed
    from staff_post
    group by all
)
select
    verdict.trust_code, verdict.researcher_key, person.rd_name, person.rd_email, role.rd_roles, person.rd_extracts,
    verdict.link_status || ' by ' || verdict.link_method as verdict,
    scored_candidate.place as candidate, scored_candidate.staff_key, named.staff_name, post.job_role, post.team, post.employed,
    scored_candidate.score,
    concat_ws(
        '; ',
        'surname ' || replace(scored_candidate.surname_level, '_', ' '),
        'forename ' || scored_candidate.forename_level,
        case when abs(profession_bits) >= 0.5 then 'profession ' || case when profession_bits > 0 then 'for' else 'against' end end,
        case when abs(team_bits) >= 0.5 then 'team ' || case when team_bits > 0 then 'for' else 'against' end end,
        case when time_bits < 0 then 'employed at another time' end,
        case when address_bits < 0 then 'another address' end,
        case when number_bits < 0 then 'another employee number' end,
        case when training_bits > 0 then 'trained for research' end,
        case when claim_bits < 0 then 'likelier another person of R&D' end,
        case when known_bits > 0 then 'known to R&D otherwise' end
    ) as evidence
from verdict
inner join person using (trust_code, researcher_key)
left join role using (trust_code, researcher_key)
left join scored_candidate
    on verdict.trust_code = scored_candidate.trust_code
    and verdict.researcher_key = scored_candidate.researcher_key
    and scored_candidate.place <= ?
left join named on scored_candidate.trust_code = named.trust_code and scored_candidate.staff_key = named.staff_key
left join post on scored_candidate.trust_code = post.trust_code and scored_candidate.staff_key = post.staff_key
where verdict.link_status = 'review' or (? and verdict.link_status = 'linked' and verdict.link_method = 'name')
order by
    max(coalesce(scored_candidate.score, 0)) over (partition by verdict.trust_code, verdict.researcher_key) desc,
    verdict.trust_code, person.rd_name, verdict.researcher_key, scored_candidate.place
"""


def review_file(settings: Settings) -> Path:
    """Where the queue is written unless somebody says otherwise."""
    return settings.vault_folder / "link_review.csv"


def queue(connection: duckdb.DuckDBPyConnection, with_linked: bool = False) -> list[tuple[Any, ...]]:
    """Rows of the queue in the order of `HEADER` up to `evidence`, the surest first: one a candidate, or one without any.

    `connection` has gone through `link.compare`. `with_linked` adds those whom their name linked, so that they can be checked.
    """
    return connection.execute(_QUEUE_SQL, [CANDIDATES, with_linked]).fetchall()


def write_queue(file: Path, rows: list[tuple[Any, ...]], standing: Sequence[Standing] = ()) -> None:
    """Write the queue for its owner alone.

    Raises:
        RcwError: the file is there and somebody has written decisions into it that do not stand yet.
    """
    if file.exists() and _holds_new_decisions(file, standing):
        raise RcwError(
            f"{file} holds decisions, and a new queue would overwrite them. Take them over with rcw links --decide, or move the "
            "file away, and run the command again."
        )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as out:  # spreadsheets know UTF-8 by the mark
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for row in rows:
            writer.writerow([*(_shown(value) for value in row), *("" for _ in TO_FILL_IN)])


def _shown(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _holds_new_decisions(file: Path, standing: Sequence[Standing]) -> bool:
    stands = {(one.researcher_key, one.decision) for one in standing}
    try:
        return any(
            answer.decision and (answer.researcher_key, answer.decision.lower()) not in stands
            for answer in read_answers(file)
        )
    except RcwError:
        return True  # somebody's file, not a queue
