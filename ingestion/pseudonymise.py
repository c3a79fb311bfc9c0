"""What stands in raw storage in place of a person, and what the vault keeps to tell people apart.

Names, e-mails and ORCIDs go to the vault alone; numbers and birth dates are stored nowhere. A researcher is known by the
strongest identifier of the row (employee number, else e-mail, else ORCID, else name), so that one person keeps one key
however the name is spelt. The vault names these things alike in every extract: `researcher_key`, `researcher_name_key`,
`person`, `email`, `orcid`, `staff_key`; of a list of authors it has one row each.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.author_list import authors_sql, places_sql
from ingestion.contract import Column, Contract, Pii

VAULT_KINDS = {
    "surname",
    "forename",
    "email",
    "orcid",
    "researcher",
    "investigator",
    "researcher_list",
    "author_list",
}


def _keyed(scope: str, text: str) -> str:
    """Pseudonym of a text within the trust; `scope` keeps kinds of identifiers apart (none for employee numbers)."""
    return f"case when {text} is not null then pseudonym(getvariable('trust_code') || '|' || {scope}{text}) end"


def staff_key_sql(text: str) -> str:
    return _keyed("", text)


def assignment_key_sql(text: str) -> str:
    return _keyed("'assignment|' || ", text)


def number_key_sql(text: str) -> str:
    """Key of an R&D person who is known by employee number."""
    return _keyed("'number|' || ", text)


def email_key_sql(text: str) -> str:
    return _keyed("'email|' || ", f"lower({text})")


def orcid_key_sql(orcid: str) -> str:
    return _keyed("'orcid|' || ", orcid)


def name_key_sql(text: str) -> str:
    """Key of a name alone: case, accents, hyphens and punctuation make no difference."""
    plain = f"trim(regexp_replace(lower(strip_accents({text})), '[^a-z]+', ' ', 'g'))"
    return _keyed("'name|' || ", f"nullif({plain}, '')")


def listed_names_sql(text: str) -> str:
    """The names of a cell that holds several people, as a list in their order."""
    return f"list_filter({places_sql(text)}, lambda name: regexp_matches(lower(strip_accents(name)), '[a-z]'))"


_IDENTIFIERS: tuple[Pii, ...] = ("staff_number", "email", "orcid")


def pseudonym_columns(contract: Contract, columns: list[Column]) -> dict[str, str]:
    """Raw column -> SQL over `judged`, for the personal columns that the file holds."""
    by_kind = {column.pii: column.name for column in columns if column.pii}
    made: dict[str, str] = {}
    for column in contract.columns:
        value = f"v_{column.name}" if any(c.name == column.name for c in columns) else "cast(null as varchar)"
        match column.pii:
            case "staff_number":
                made["staff_key"] = "staff_number.pseudonym" if value.startswith("v_") else value
            case "assignment_number":
                made["assignment_key"] = "assignment_number.pseudonym"
                made["assignment_rank"] = _assignment_rank_sql(value, by_kind.get("staff_number"))
            case "birth_date":
                made["age_band"] = _age_band_sql(value) if value.startswith("v_") else "'unknown'"
            case "researcher":
                made["researcher_key"] = _researcher_key_sql(value, by_kind)
                made["researcher_name_key"] = name_key_sql(value)
            case "investigator":
                made["principal_investigator_key"] = name_key_sql(value)
            case "author_list":
                made |= _author_columns(value, by_kind.get("orcid_list"))
            case _:
                continue
    return made


def pseudonym_joins(columns: list[Column]) -> list[str]:
    """Joins to `judged` that give each different number its pseudonym once, however many rows bear it."""
    keyed = {"staff_number": staff_key_sql("v"), "assignment_number": assignment_key_sql("v")}
    return [
        f"left join (select v, {keyed[column.pii]} as pseudonym from (select distinct v_{column.name} as v from judged)) "
        f"as {column.pii} on v_{column.name} = {column.pii}.v"
        for column in columns
        if column.pii in keyed
    ]


def _assignment_rank_sql(value: str, staff_number: str | None) -> str:
    """Order by the number before the suffix, then by the suffix as a number (none = 1); accepted rows only."""
    base = f"regexp_extract({value}, '^(.*?)(-[0-9]+)?$', 1)"
    suffix = f"coalesce(try_cast(regexp_extract({value}, '-([0-9]+)$', 1) as bigint), 1)"
    person = f"v_{staff_number}" if staff_number else "null"
    return (
        f"row_number() over (partition by {person}, len(problems) = 0 "
        f"order by try_cast({base} as bigint) nulls last, {base}, {suffix}, _row_number)"
    )


def _age_sql(birth: str) -> str:
    """Age in whole years at the end of the reporting month."""
    end = "getvariable('month_end')"
    had_birthday = f"(month({birth}) * 100 + day({birth}) <= month({end}) * 100 + day({end}))"
    return f"(year({end}) - year({birth}) - case when {had_birthday} then 0 else 1 end)"


def implausible_age_sql(birth: str) -> str:
    """Whether a birth date makes nobody who could be staff: under 15 or over 100."""
    return f"coalesce({_age_sql(birth)} not between 15 and 100, false)"


def _age_band_sql(birth: str) -> str:
    """ESR age band at the end of the reporting month; `unknown` where the age is implausible or there is no date."""
    age = _age_sql(birth)
    low = f"(5 * ((({age}) - 1) // 5) + 1)"
    return (
        f"case when {birth} is null or {implausible_age_sql(birth)} then 'unknown' when {age} <= 20 then '<=20 Years' "
        f"when {age} >= 71 then '>=71 Years' else {low} || '-' || ({low} + 4) || ' Years' end"
    )


def _researcher_key_sql(value: str, by_kind: Mapping[Pii, str]) -> str:
    number, email, orcid = (by_kind.get(kind) for kind in _IDENTIFIERS)
    keys = []
    if number:
        keys.append(number_key_sql(f"v_{number}"))
    if email:
        keys.append(email_key_sql(f"v_{email}"))
    if orcid:
        keys.append(orcid_key_sql(f"v_{orcid}"))
    keys.append(name_key_sql(value))
    return f"coalesce({', '.join(keys)})"


def listed_keys_sql(text: str) -> str:
    """Keys of the names of a list; only the vault keeps them."""
    return f"list_transform({listed_names_sql(text)}, lambda name: {name_key_sql('name')})"


def _author_columns(authors: str, orcids: str | None) -> dict[str, str]:
    """`authors`, the list of (person, orcid, name_key, key) that the vault is made from, and the keys that raw storage holds."""
    listed = authors_sql(authors, f"v_{orcids}" if orcids else None)
    name_key = name_key_sql("one.person")
    key = f"coalesce({orcid_key_sql('one.orcid')}, {name_key})"
    keyed = f"{{'person': one.person, 'orcid': one.orcid, 'name_key': {name_key}, 'key': {key}}}"
    return {
        "authors": f"list_transform({listed}, lambda one: {keyed})",
        "author_keys": "array_to_string(list_transform(authors, lambda one: coalesce(one.key, '')), ';')",
    }


def vault_columns(columns: list[Column]) -> list[str]:
    """What the vault keeps of each row: the pseudonyms, and the personal texts that linking needs."""
    kinds = {column.pii for column in columns}
    kept = []
    if "staff_number" in kinds:
        kept.append("staff_key")
    if "assignment_number" in kinds:
        kept += ["assignment_key", "assignment_rank"]
    if "researcher" in kinds:
        kept += ["researcher_key", "researcher_name_key"]
    if "investigator" in kinds:
        kept.append("principal_investigator_key")
    if "author_list" in kinds:
        kept.append("unnest(range(1, len(authors) + 1)) as author_position")
        fields = {"researcher_key": "key", "researcher_name_key": "name_key", "person": "person", "orcid": "orcid"}
        kept += [f"unnest(authors).{field} as {name}" for name, field in fields.items()]
    kept += [f"{listed_keys_sql(f'v_{c.name}')} as researcher_keys" for c in columns if c.pii == "researcher_list"]
    texts = {
        c.name: "person" if c.pii == "researcher" else c.name for c in columns if c.pii in VAULT_KINDS - {"author_list"}
    }
    return kept + [f"v_{name} as {kept_as}" for name, kept_as in texts.items()]
