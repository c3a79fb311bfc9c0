"""From text to typed values: the SQL that a contract implies.

Each column `x` of the contract goes through three steps: `c_x` is its cleaned text (NULL for a null token, `s_x` true for a
suppressed one), `p_x` what the text reads as (NULL where it cannot be read; `f_x` true where it betrays a person), `v_x` the
value that is stored and `r_x` the reason code for which the column rejects its row. The statements hold names and rules,
never a value of the file.

Units and formats are those of the contract; the reading rules are in `reading_rules.yml`.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ingestion.contract import Column, Contract, reading_rules
from ingestion.identifiers import identifier_sql
from ingestion.raw_views import quote

_INVISIBLE = r"[\p{Cf}\x{00}-\x{08}\x{0e}-\x{1f}\x{7f}]"
_SPACES = r"[\s\x{0b}\x{85}\p{Z}]+"
_TIME = r"[T ](\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?|\d{6})$"
_AS_SPREADSHEETS_WRITE = r"^'?([0-9]+)\.0+$|^'([0-9])"  # 123.0, and '0123 so that the zero stays
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?$"
_THOUSANDS_CONTINENTAL = r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]*)?$"

#: The shape that a text must have before a format is tried: strptime alone would read 05/03/25 as the year 25.
_SHAPES = {
    "%Y-%m-%d": r"^\d{4}-\d{1,2}-\d{1,2}$",
    "%d/%m/%Y": r"^\d{1,2}/\d{1,2}/\d{4}$",
    "%m/%d/%Y": r"^\d{1,2}/\d{1,2}/\d{4}$",
    "%d-%m-%Y": r"^\d{1,2}-\d{1,2}-\d{4}$",
    "%d-%b-%Y": r"^\d{1,2}-[A-Za-z]{3}-\d{4}$",
    "%d-%b-%y": r"^\d{1,2}-[A-Za-z]{3}-\d{2}$",
    "%Y%m%d": r"^\d{8}$",
    "%Y-%m": r"^\d{4}-\d{1,2}$",
    "%b-%y": r"^[A-Za-z]{3}-\d{2}$",
    "%b-%Y": r"^[A-Za-z]{3}-\d{4}$",
    "%b %Y": r"^[A-Za-z]{3} \d{4}$",
    "%B %Y": r"^[A-Za-z]{4,9} \d{4}$",
    "%m/%Y": r"^\d{1,2}/\d{4}$",
    "%Y%m": r"^\d{6}$",
}
_MONTH_FIRST = "%m/%d/%Y"
_DAY_FIRST = "%d/%m/%Y"


@dataclass(frozen=True)
class DateChoice:
    """The format chosen for a date column, and whether the column leaves open if the day or the month stands first.

    It does where some dates would be others with the other first, and either none shows which is right or some show each.
    """

    format: str
    is_ambiguous: bool

    @property
    def is_month_first(self) -> bool:
        return self.format == _MONTH_FIRST


def _in(expression: str, tokens: tuple[str, ...]) -> str:
    return f"coalesce(upper({expression}) in ({', '.join(quote(token.upper()) for token in tokens)}), false)"


def clean_text_sql(source: str, is_plain: bool) -> str:
    """No invisible characters, NFC, white space trimmed and inner runs collapsed.

    A plain column (printable ASCII without double spaces, as nearly all are) only needs trimming.
    """
    if is_plain:
        return f"trim({source})"
    plain = f"nfc_normalize(regexp_replace({source}, {quote(_INVISIBLE)}, '', 'g'))"
    return f"trim(regexp_replace({plain}, {quote(_SPACES)}, ' ', 'g'))"


def cleaned_columns_sql(contract: Contract, name: str) -> str:
    """`c_x` and `s_x` from `t_x`, the clean text."""
    nulls = (*reading_rules().null_tokens, *contract.null_tokens)
    suppressed = _in(f"t_{name}", reading_rules().suppressed_tokens)
    return f"case when not ({_in(f't_{name}', nulls)} or {suppressed}) then t_{name} end as c_{name}, {suppressed} as s_{name}"


def number_sql(column: Column, text: str, decimal_comma: bool) -> str:
    """The number that a text reads as, NULL where it is none.

    In a column of whole numbers a comma before groups of three digits is one of thousands, whatever the file.
    """
    bare = text
    for symbol in column.symbols:
        bare = f"replace({bare}, {quote(symbol)}, '')"
    bare = f"trim({bare})"
    if decimal_comma:
        grouped, without_groups = _THOUSANDS_CONTINENTAL, f"replace(replace({bare}, '.', ''), ',', '.')"
        plain = f"replace({bare}, ',', '.')"
    else:
        grouped, without_groups, plain = _THOUSANDS, f"replace({bare}, ',', '')", bare
    number = f"case when regexp_matches({bare}, {quote(grouped)}) then {without_groups} else {plain} end"
    if decimal_comma and column.type == "integer":
        number = (
            f"case when regexp_matches({bare}, {quote(_THOUSANDS)}) then replace({bare}, ',', '') else {number} end"
        )
    return f"case when regexp_matches({number}, {quote(_NUMBER)}) then try_cast({number} as double) end"


def _date_sql(text: str, date_format: str) -> str:
    value = f"try_strptime({text}, {quote(date_format)})::date"
    if "%y" in date_format:  # DuckDB reads 00-68 as 2000-2068; the rule is 1930-2029
        last = reading_rules().two_digit_year_floor + 99
        value = f"case when year({value}) > {last} then ({value} - interval 100 year)::date else {value} end"
    return f"case when regexp_matches({text}, {quote(_SHAPES[date_format])}) then {value} end"


def _month_sql(text: str, month_format: str) -> str:
    """A month without a day: the first is put before it."""
    value = f"try_strptime('01 ' || {text}, {quote('%d ' + month_format)})::date"
    return f"case when regexp_matches({text}, {quote(_SHAPES[month_format])}) then {value} end"


def _serial_sql(text: str) -> str:
    low, high = reading_rules().excel_serial_range
    whole = f"try_cast(regexp_extract({text}, '^([0-9]{{5}})(\\.[0-9]+)?$', 1) as integer)"
    return f"case when {whole} between {low} and {high} then date '1899-12-30' + {whole} end"


def _without_time(text: str) -> str:
    return f"regexp_replace({text}, {quote(_TIME)}, '')"


def choose_date_formats(
    connection: duckdb.DuckDBPyConnection, contract: Contract, names: set[str]
) -> dict[str, DateChoice]:
    """For each date and month column of the table `cleaned`, the format that reads most values; ties go to the earlier one.

    Day-first goes before month-first, which is therefore taken only where it reads more than any other. Excel serials are read beside
    any format.
    """
    chosen: dict[str, DateChoice] = {}
    formats = reading_rules().date_formats
    for column in contract.columns:
        if column.type not in ("date", "month") or column.name not in names:
            continue
        text = _without_time(f"c_{column.name}")
        by_day, by_month = _date_sql("text", _DAY_FIRST), _date_sql("text", _MONTH_FIRST)
        conditions = [
            *(f"{_date_sql('text', f)} is not null" for f in formats),
            f"{by_day} <> {by_month}",
            f"{by_day} is not null and {by_month} is null",
            f"{by_month} is not null and {by_day} is null",
        ]
        counts = ", ".join(f"sum(n) filter ({condition})" for condition in conditions)
        row = connection.execute(  # a column of dates holds few different ones
            f"select {counts} from (select {text} as text, count(*) as n from cleaned where not is_misshapen "
            f"and c_{column.name} is not null group by 1)"
        ).fetchone()
        *read, differing, by_day_only, by_month_only = (int(count or 0) for count in row or ())
        by_format = dict(zip(formats, read, strict=True))
        best = max(formats, key=lambda f: by_format[f])
        is_settled = (by_day_only > 0) != (by_month_only > 0)
        chosen[column.name] = DateChoice(best, best in (_DAY_FIRST, _MONTH_FIRST) and differing > 0 and not is_settled)
    return chosen


def parsed_sql(column: Column, decimal_comma: bool, choice: DateChoice | None) -> str:
    """What the text `c_x` reads as; NULL where it is no such value."""
    text, rules = f"c_{column.name}", reading_rules()
    match column.type:
        case "decimal":
            return number_sql(column, text, decimal_comma)
        case "integer":
            number = number_sql(column, text, decimal_comma)
            return f"case when {number} = floor({number}) and abs({number}) < 9e15 then cast({number} as bigint) end"
        case "boolean":
            return f"case when {_in(text, rules.true_tokens)} then true when {_in(text, rules.false_tokens)} then false end"
        case "date":
            assert choice is not None
            bare = _without_time(text)
            return f"coalesce({_date_sql(bare, choice.format)}, {_serial_sql(bare)})"
        case "month":
            assert choice is not None
            bare = _without_time(text)
            months = [_month_sql(bare, f) for f in rules.month_formats]
            reads = ", ".join([*months, _date_sql(bare, choice.format), _serial_sql(bare)])
            return f"cast(date_trunc('month', coalesce({reads})) as date)"
        case "category":
            known = {value.lower(): value for value in (*column.values, *column.known_values)}
            known |= {alias.lower(): value for alias, value in column.value_aliases.items()}
            whens = " ".join(f"when {quote(delivered)} then {quote(value)}" for delivered, value in known.items())
            return f"case lower({text}) {whens} else {'null' if column.values else text} end"
        case "code" | "identifier":
            code = f"regexp_replace({text}, {quote(_AS_SPREADSHEETS_WRITE)}, '\\1\\2')"
            if column.width:
                short = f"^[0-9]{{1,{column.width}}}$"
                code = f"case when regexp_matches({code}, {quote(short)}) then lpad({code}, {column.width}, '0') else {code} end"
            if column.pattern:
                code = f"case when regexp_matches({code}, {quote(f'^({column.pattern})$')}) then {code} end"
            if column.form:
                code = identifier_sql(column.form, code)
            return code
        case "text":
            return identifier_sql(column.form, text) if column.form else text


def betrays_person_sql(column: Column) -> str:
    """Whether a column that is not meant for it holds an NI number or an e-mail address."""
    if column.type not in ("text", "code", "identifier", "category") or column.pii == "email":
        return "false"
    return holds_person_sql(f"c_{column.name}")


def holds_person_sql(text: str) -> str:
    """Whether a text holds an NI number or an e-mail address."""
    patterns = reading_rules().forbidden_values
    email = f"contains({text}, '@') and regexp_matches({text}, {quote(patterns['email'])})"
    return f"coalesce(regexp_matches({text}, {quote(patterns['ni_number'])}) or ({email}), false)"


def _is_open_date_sql(value: str) -> str:
    dates = ", ".join(f"date {quote(day)}" for day in reading_rules().open_dates)
    years = ", ".join(str(year) for year in reading_rules().open_years)
    return f"coalesce({value} in ({dates}) or year({value}) in ({years}), false)"


def implausible_date_sql(value: str) -> str:
    """Whether a date lies so far from the reporting month that it can only be a slip."""
    first, ahead = reading_rules().plausible_dates_from, reading_rules().plausible_years_ahead
    return f"({value} < date {quote(first)} or {value} > getvariable('month_end') + interval {ahead} year)"


def value_sql(column: Column) -> str:
    """The value that is stored: none for an open date or a text that betrays a person."""
    parsed = f"p_{column.name}"
    if column.type == "date":
        return f"case when not {_is_open_date_sql(parsed)} then {parsed} end"
    return f"case when not f_{column.name} then {parsed} end"


def reason_sql(column: Column) -> str:
    """The reason code for which the column rejects its row, or NULL."""
    name = column.name
    unread = {"date": "bad_date", "month": "bad_date", "boolean": "not_in_set", "category": "not_in_set"}
    whens = [f"length(c_{name}) > {reading_rules().max_value_characters} then 'out_of_range'"]
    if column.required == "value":
        whens.append(f"f_{name} then 'forbidden_value'")
        missing = f"c_{name} is null"
        if column.type == "date":
            missing += f" or {_is_open_date_sql(f'p_{name}')}"
        whens.append(f"{missing} then 'missing_required'")
    if not column.drops_bad_values:  # a bad identifier is dropped and reported; the row stays
        whens.append(f"c_{name} is not null and p_{name} is null then '{unread.get(column.type, 'bad_type')}'")
    if column.minimum is not None:
        whens.append(f"p_{name} < {column.minimum!r} then 'out_of_range'")
    if column.maximum is not None:
        whens.append(f"p_{name} > {column.maximum!r} then 'out_of_range'")
    return "case " + " ".join(f"when {when}" for when in whens) + " end"


def answer_sql(contract: Contract, i: int) -> str:
    """The answer `a_i` to a question as it is stored: its text, NULL for a null token or where it betrays a person."""
    tokens = (*reading_rules().null_tokens, *contract.null_tokens)
    nulls = ", ".join(quote(token.upper()) for token in tokens)
    return f"case when upper(a_{i}) not in ({nulls}) and not {answer_betrays_sql(i)} then regexp_replace(a_{i}, '^([0-9]+)\\.0+$', '\\1') end"


def answer_betrays_sql(i: int) -> str:
    """Answers are codes of a character or two: only a long one is searched for a person."""
    return f"(length(a_{i}) > 5 and {holds_person_sql(f'a_{i}')})"
