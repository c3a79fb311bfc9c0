"""The contract of an extract: one YAML file, read once, followed by everything else.

What belongs here: the shape of a contract and how it is loaded. What does not: how a value is read (`cast`), where a
file lies (`landing`), how a row is stored (`raw_store`). The reader, the casts, the rejection reasons, the dbt source
YAML, the dictionary page and the synthetic writer all take their columns from these classes.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.identifiers import IdentifierForm
from ingestion.rules_file import read_rules

CONTRACTS_FOLDER = Path(__file__).parent / "contracts"
READING_RULES_FILE = Path(__file__).parent / "reading_rules.yml"

Kind = Literal["snapshot", "events", "restated"]
About = Literal["staff", "respondents"]
ColumnType = Literal["text", "code", "identifier", "category", "integer", "decimal", "date", "month", "boolean"]
Requirement = Literal["value", "column", "no"]
Pii = Literal[
    "staff_number",  # -> staff_key
    "assignment_number",  # -> assignment_key, assignment_rank
    "surname",  # -> vault only
    "forename",  # -> vault only
    "email",  # -> vault only
    "orcid",  # -> vault only
    "birth_date",  # -> age_band
    "researcher",  # -> researcher_key, researcher_name_key ("Surname, Given", with what identifies the row's person)
    "investigator",  # -> principal_investigator_key ("Surname, Given", a name alone)
    "researcher_list",  # -> vault only
    "author_list",  # -> author_keys ("Surname, Given; ...", in order)
    "orcid_list",  # -> vault only (one for each place of the author list)
    "unlinked_name",  # -> nowhere: a name that nobody is linked by
]
ReasonCode = Literal[
    "missing_required",
    "bad_type",
    "bad_date",
    "bad_row_shape",
    "out_of_range",
    "not_in_set",
    "duplicate_key",
    "unknown_reference",
    "inconsistent",
    "forbidden_value",
]

_SQL_TYPE = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "identifier": "VARCHAR",
    "category": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "date": "DATE",
    "month": "DATE",
    "boolean": "BOOLEAN",
}

#: Columns that stand in raw storage in place of a personal one, by kind of personal data: name, SQL type, description.
PSEUDONYMS: dict[str, list[tuple[str, str, str]]] = {
    "staff_number": [
        ("staff_key", "VARCHAR", "Pseudonym of the member of staff (keyed hash of trust and employee number)")
    ],
    "assignment_number": [
        ("assignment_key", "VARCHAR", "Pseudonym of the assignment (keyed hash of trust and assignment number)"),
        ("assignment_rank", "BIGINT", "Place of the assignment number among the person's in this file, lowest first"),
    ],
    "birth_date": [("age_band", "VARCHAR", "ESR age band at the end of the reporting month, or unknown")],
    "researcher": [
        ("researcher_key", "VARCHAR", "Pseudonym of the R&D person, from the strongest identifier of the row"),
        ("researcher_name_key", "VARCHAR", "Pseudonym of the name alone, to recognise it again within one project"),
    ],
    "investigator": [
        ("principal_investigator_key", "VARCHAR", "Pseudonym of the investigator's name; equals a researcher_name_key"),
    ],
    "surname": [],
    "forename": [],
    "email": [],
    "orcid": [],
    "researcher_list": [],
    "author_list": [
        ("author_keys", "VARCHAR", "Pseudonyms of the listed R&D people in their order, separated by semicolons"),
    ],
    "orcid_list": [],
    "unlinked_name": [],
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def normalise_header(label: str) -> str:
    """The form in which headers are compared: lower-case letters and digits only (`#` and `.` fall away alike)."""
    return re.sub(r"[^a-z0-9]", "", label.lower())


class Column(_Strict):
    """One column as delivered. `name` is its canonical name; `label` the header that the extract bears."""

    label: str
    name: str
    description: str
    type: ColumnType
    aliases: tuple[str, ...] = ()
    required: Requirement = "column"
    pii: Pii | None = None
    values: tuple[str, ...] = ()  # closed set: anything else is `not_in_set`
    value_aliases: dict[str, str] = Field(default_factory=dict)  # as delivered -> value of the set
    known_values: tuple[str, ...] = ()  # open set: anything else is kept and reported as drift
    minimum: float | None = None
    maximum: float | None = None
    width: int | None = None  # fixed width of a numeric code that loses its zeros in spreadsheets
    symbols: tuple[str, ...] = ()  # characters that may stand in a number and mean nothing: £ and %
    # Identifiers only: a value that does not match is dropped and reported; the row stays, unless it needs the value.
    pattern: str | None = None
    # Likewise, where a pattern does not say enough; the value takes the form's one spelling.
    form: IdentifierForm | None = None
    position: int | None = None  # field of the row, from 1, in a file without a header

    @model_validator(mode="after")
    def _sets_belong_to_categories(self) -> Column:
        if (self.values or self.known_values) and self.type != "category":
            raise ValueError(f"{self.name}: only a category has a set of values")
        return self

    @property
    def drops_bad_values(self) -> bool:
        """Whether a value that cannot be read is dropped and reported while its row stays."""
        return self.required != "value" and (self.pattern is not None or self.form is not None)

    @property
    def sql_type(self) -> str:
        return _SQL_TYPE[self.type]

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """Every normalised header under which the column is found."""
        return tuple(dict.fromkeys(normalise_header(label) for label in (self.label, *self.aliases)))


class Family(_Strict):
    """Columns known by a pattern (survey questions). They are stored long: one raw row a respondent and question."""

    pattern: str
    name_column: str
    value_column: str
    at_least: int = 1
    example_headers: tuple[str, ...]
    description: str
    known_in: str | None = None  # the file of the repository that says what each question means

    def matches(self, header: str) -> str | None:
        """The question code that a header names, or None. Case, spaces and punctuation do not matter: `Org 01` is org_01."""
        text = re.sub("[^a-z0-9]+", "_", header.lower()).strip("_")
        return text if re.fullmatch(self.pattern, text) else None

    def nearly_matches(self, header: str) -> str | None:
        """The question code that a header of another form holds, or None: `24d` and `q24d_20XX` are near q24d."""
        text = re.sub("[^a-z0-9]+", "_", header.lower()).strip("_")
        letters = re.match("[a-z]*", self.example_headers[0].lower())
        begun = re.match(f"({self.pattern})_", text)
        return self.matches(f"{letters.group() if letters else ''}{text}") or (begun.group(1) if begun else None)


class RowRule(_Strict):
    """A rule over a whole row. The row is rejected with `reason` where `violated` (SQL over canonical names) is true."""

    name: str
    violated: str
    reason: ReasonCode = "inconsistent"
    column: str
    expectation: str


class RowWarning(_Strict):
    """What makes an accepted row doubtful. It is counted and said with its lines; the row stays.

    `where` is SQL over canonical names and `month_end`, the last day of the reporting month. It may look at the file's other accepted rows
    by window functions, and is asked before people are pseudonymised. `says` follows the lines and the column. Of staff the name begins
    with `person_`: a release protects its small counts.
    """

    name: str
    where: str
    column: str
    says: str


class Contract(_Strict):
    """What one extract must look like. `key` holds canonical names; rows that repeat it are `duplicate_key`."""

    extract: str
    title: str
    description: str
    version: int
    kind: Kind
    system: str
    owner: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    family: Family | None = None
    row_rules: tuple[RowRule, ...] = ()
    row_warnings: tuple[RowWarning, ...] = ()
    null_tokens: tuple[str, ...] = ()
    total_tokens: tuple[str, ...] = ()  # first cells of rows that sum up others, beside those of the reading rules
    forbidden_headers: tuple[str, ...] = ()  # normalised, beside those of the reading rules
    is_anonymous: bool = False  # surveys: a column that would identify a respondent may not be delivered either
    max_rejected_pct: float = 5.0
    expected_every_month: bool = True
    rows_about: About | None = None  # a row is one of these people, or something that one did: few rows are few people
    empty_means: str | None = None  # what a file with a header and no rows says; where it says nothing it is refused
    effect_date: str | None = None  # events used by their own date: a file reaches back to its earliest
    recomputes_months: bool = True  # false where only tables that are built whole read the extract
    has_header: bool = True
    fields: int | None = None  # how many fields a row has in a file without a header

    @model_validator(mode="after")
    def _names_are_unique_and_known(self) -> Contract:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.extract}: a column name stands twice")
        known = set(names)
        if self.family:
            known |= {self.family.name_column, self.family.value_column}
        concerned = {rule.column for rule in self.row_rules} | {warning.column for warning in self.row_warnings}
        unknown = (set(self.key) | concerned | ({self.effect_date} if self.effect_date else set())) - known
        if unknown:
            raise ValueError(f"{self.extract}: unknown columns {sorted(unknown)}")
        return self

    @model_validator(mode="after")
    def _positions_stand_in_for_a_header(self) -> Contract:
        positions = [column.position for column in self.columns if column.position is not None]
        if self.has_header and (positions or self.fields):
            raise ValueError(f"{self.extract}: a file with a header is read by its labels, not by positions")
        if not self.has_header:
            distinct = set(positions)
            if len(distinct) != len(self.columns) or min(distinct) < 1 or max(distinct) > (self.fields or 0):
                raise ValueError(f"{self.extract}: each column needs a position of its own, from 1 to `fields`")
        return self

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def forbids(self, header: str) -> bool:
        """Whether a column of this header, which is none of the contract's, may not be delivered at all."""
        normal = normalise_header(header)
        return normal in self.forbidden_headers or bool(_forbidden(self.is_anonymous).fullmatch(normal))

    @property
    def required_headers(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required != "no")

    @property
    def raw_columns(self) -> list[tuple[str, str, str]]:
        """Columns of the extract's raw Parquet as (name, SQL type, description): pseudonyms in place of personal data."""
        found = [
            ("trust_code", "VARCHAR", "ODS code of the trust that delivered the file"),
            ("reporting_month", "DATE", "First day of the month that the file reports"),
            ("_delivery_id", "VARCHAR", "The delivery (file) that the row came in"),
            ("_row_number", "BIGINT", "Line of the row in the delivered file"),
        ]
        for column in self.columns:
            if column.pii:
                found += PSEUDONYMS[column.pii]
            else:
                found.append((column.name, column.sql_type, column.description))
        if self.family:
            found.append((self.family.name_column, "VARCHAR", "Code of the question or item, from the column header"))
            found.append((self.family.value_column, "VARCHAR", "Answer as delivered, blank as NULL"))
        return found


class ReadingRules(_Strict):
    """Rules of `reading_rules.yml`, the same for every extract."""

    header_search_rows: int
    null_tokens: tuple[str, ...]
    suppressed_tokens: tuple[str, ...]
    open_dates: tuple[str, ...]
    open_years: tuple[int, ...]
    trailer_tokens: tuple[str, ...]
    total_tokens: tuple[str, ...]
    date_formats: tuple[str, ...]
    two_digit_year_floor: int
    plausible_dates_from: str
    plausible_years_ahead: int
    excel_serial_range: tuple[int, int]
    month_formats: tuple[str, ...]
    true_tokens: tuple[str, ...]
    false_tokens: tuple[str, ...]
    max_value_characters: int
    forbidden_headers: tuple[str, ...]  # patterns over a whole normalised header
    identifying_headers: tuple[str, ...]  # likewise, of anonymous extracts
    forbidden_values: dict[str, str]


@cache
def reading_rules() -> ReadingRules:
    return ReadingRules.model_validate(read_rules(READING_RULES_FILE))


@cache
def _forbidden(is_anonymous: bool) -> re.Pattern[str]:
    rules = reading_rules()
    return re.compile("|".join([*rules.forbidden_headers, *(rules.identifying_headers if is_anonymous else ())]))


@cache
def contracts() -> dict[str, Contract]:
    """All contracts by extract name, in alphabetical order.

    Raises:
        ValueError: a contract file is malformed or bears another extract's name.
    """
    found: dict[str, Contract] = {}
    for file in sorted(CONTRACTS_FOLDER.glob("*.yml")):
        contract = Contract.model_validate(read_rules(file))
        if contract.extract != file.stem:
            raise ValueError(f"{file.name} holds the contract of {contract.extract}")
        found[contract.extract] = contract
    return found
