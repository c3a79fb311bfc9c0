"""The one form in which an identifier is kept, as SQL over its text.

What belongs here: identifiers whose spelling varies beyond what a pattern can say, or that carry a check character. Plain
shapes (IRAS, CPMS) are patterns of the contract.
"""

from __future__ import annotations

from typing import Literal, assert_never

IdentifierForm = Literal["orcid", "publication", "staff_number", "person_name"]

_STAFF_NUMBER = r"^[\pL0-9 ./_-]*[1-9][\pL0-9 ./_-]*$"
#: What else stands in place of a number: one that was rounded or has a fraction, and a date.
_NO_STAFF_NUMBER = "|".join(
    [
        r"[0-9](\.[0-9]+)?[eE][0-9]{1,2}",
        r"[0-9]+\.[0-9]+",
        r"[0-9]{1,2}[-/ .]([0-9]{1,2}|\pL{3,9})[-/ .](19|20)?[0-9]{2}",
        r"(19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}",
    ]
)

_DOI_PREFIX = r"^(https?://)?((dx\.)?doi\.org/|doi:\s*)"
_PMID_PREFIX = r"^((https?://)?pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?\s*)"


def identifier_sql(form: IdentifierForm, text: str) -> str:
    """The identifier that a text holds; NULL where it holds none that is valid."""
    match form:
        case "orcid":
            return orcid_sql(text)
        case "publication":
            return publication_sql(text)
        case "staff_number":
            return staff_number_sql(text)
        case "person_name":
            return person_name_sql(text)
        case _:
            assert_never(form)


def staff_number_sql(text: str) -> str:
    """The number of a person or a post as it stands; NULL where it would run people together or make one up.

    That is a number which a spreadsheet rounded (2.04E+07) or grouped (20,400,000), one with a fraction, nought, an error (########), a
    word (unknown) or a word with fewer figures than letters (Vacant1), a date.
    """
    letters, figures = (f"length(regexp_replace({text}, '{others}', '', 'g'))" for others in (r"[^\pL]", "[^0-9]"))
    is_none = f"(regexp_full_match({text}, '{_NO_STAFF_NUMBER}') or ({letters} > 2 and {letters} > {figures}))"
    return f"case when regexp_matches({text}, '{_STAFF_NUMBER}') and not {is_none} then {text} end"


def person_name_sql(text: str) -> str:
    """The name of a person, or of several, as it stands; NULL where it holds no Latin letter to know it by: `?`, a number, another script."""
    return f"case when regexp_matches(lower(strip_accents({text})), '[a-z]') then {text} end"


def orcid_sql(text: str) -> str:
    """An ORCID as 0000-0002-1825-0097, whether delivered so, bare or as an address; NULL if its check character is wrong.

    ISO/IEC 7064 MOD 11-2: each of the first 15 digits is added to the total, which is then doubled. The digit at place i is thus
    doubled 16 - i times.
    """
    bare = rf"regexp_replace(regexp_replace(upper({text}), '^(HTTPS?://)?(WWW\.)?ORCID\.ORG/', ''), '[- ]', '', 'g')"
    digit = f"coalesce(try_cast(substr({bare}, digit_at, 1) as integer), 0)"
    total = f"list_sum(list_transform(range(1, 16), lambda digit_at: {digit} * (1 << (16 - digit_at))))"
    check = f"substr('0123456789X', cast((12 - {total} % 11) % 11 as integer) + 1, 1)"
    parts = " || '-' || ".join(f"substr({bare}, {start}, 4)" for start in (1, 5, 9, 13))
    return f"case when regexp_matches({bare}, '^[0-9]{{15}}[0-9X]$') and right({bare}, 1) = {check} then {parts} end"


def publication_sql(text: str) -> str:
    """A DOI without its resolver and in lower case, or the digits of a PMID. Any other id of a publication stays as it is."""
    doi = f"lower(regexp_replace({text}, '{_DOI_PREFIX}', '', 'i'))"
    pmid = f"regexp_replace({text}, '{_PMID_PREFIX}', '', 'i')"
    return (
        rf"case when starts_with({doi}, '10.') then {doi} when regexp_matches({pmid}, '^[0-9]{{1,9}}(\.0+)?/?$') "
        rf"then regexp_extract({pmid}, '^[0-9]+') else {text} end"
    )
