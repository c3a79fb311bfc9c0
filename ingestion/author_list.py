"""Lists of authors in one cell, and the ORCIDs that stand beside them, as SQL.

What belongs here: how such a list is split and paired. How an author becomes a pseudonym is `pseudonymise`.
"""

from __future__ import annotations

from ingestion.identifiers import orcid_sql


def places_sql(text: str) -> str:
    """The trimmed parts of a list; a blank part keeps its place."""
    return f"list_transform(string_split({text}, ';'), lambda part: trim(part))"


def is_paired_sql(authors: str, orcids: str) -> str:
    """Whether each ORCID can be given to its author: there are as many places, a semicolon at the authors' end aside."""
    ended = rf"regexp_replace({authors}, '[;\s]+$', '')"
    return f"len({places_sql(orcids)}) in (len({places_sql(authors)}), len({places_sql(ended)}))"


def has_bad_orcid_sql(orcids: str) -> str:
    return f"len(list_filter({places_sql(orcids)}, lambda place: place <> '' and {orcid_sql('place')} is null)) > 0"


def authors_sql(authors: str, orcids: str | None) -> str:
    """The list of (person, orcid) in its order; NULL for no list. Without `orcids`, or where they pair with nobody, none has one."""
    orcid = "cast(null as varchar)"
    if orcids:
        orcid = f"case when {is_paired_sql(authors, orcids)} then {orcid_sql(f'{places_sql(orcids)}[i]')} end"
    place = f"{{'person': {places_sql(authors)}[i], 'orcid': {orcid}}}"
    listed = f"list_transform(range(1, len({places_sql(authors)}) + 1), lambda i: {place})"
    return f"list_filter({listed}, lambda author: author.person <> '')"
