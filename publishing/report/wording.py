"""How figures are put into words: numbers, months, years, and the cells of a row of a mart. Pure functions, no locale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from publishing.report.content import ABSENT, SUPPRESSED, Cell

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MINUS = "\N{MINUS SIGN}"
Form = Callable[[Any], str]
Row = Mapping[str, Any]


def number(value: float, decimals: int = 0) -> str:
    """1234.56 → `1,235`; a true minus sign; what rounds to nothing has no sign."""
    text = f"{abs(value):,.{decimals}f}"
    is_nothing = not text.strip("0.,")
    return text if value >= 0 or is_nothing else MINUS + text


def signed(value: float, decimals: int = 0) -> str:
    """As `number`, with `+` before a rise."""
    text = number(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def count(value: float) -> str:
    return number(value)


def percent(value: float) -> str:
    """A percentage of 0-100, one decimal."""
    return f"{number(value, 1)}%"


def one(value: float) -> str:
    return number(value, 1)


def two(value: float) -> str:
    return number(value, 2)


def pounds(value: float) -> str:
    return f"£{number(value)}" if value >= 0 else f"{MINUS}£{number(-value)}"


def month(day: date) -> str:
    """`May 2025`."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def month_number(name: str) -> int:
    """`May 2025` → a number by which months are sorted.

    Raises:
        ValueError: the text is no month as `month` writes it.
    """
    word, _, year = name.partition(" ")
    return int(year) * 12 + _MONTHS.index(word)


def short_month(day: date) -> str:
    """`May 25`, for axes."""
    return f"{_MONTHS[day.month - 1][:3]} {day.year % 100:02d}"


def month_from_text(text: str) -> str:
    """`2025-05` → `May 2025`."""
    return month(date.fromisoformat(f"{text[:7]}-01"))


def financial_year(year: int) -> str:
    """2025 → `2025/26`."""
    return f"{year}/{(year + 1) % 100:02d}"


def half_year(code: str) -> str:
    """`2025-H2` → `October 2025 to March 2026`."""
    year = int(code[:4])
    return f"April to September {year}" if code.endswith("H1") else f"October {year} to March {year + 1}"


def spelled(how_many: int) -> str:
    """1 to 12 as a word, as within a sentence."""
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[how_many - 1] if 1 <= how_many <= len(words) else number(how_many)


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else "none"


def plural(how_many: int, one_of: str, more: str = "") -> str:
    """`1 study`, `2 studies`."""
    return f"{number(how_many)} {one_of if how_many == 1 else more or one_of + 's'}"


def is_suppressed(row: Row, measure: str) -> bool:
    return bool(row.get(f"{measure}_is_suppressed"))


def shown(row: Row, measure: str) -> bool:
    """Whether the row publishes a figure for the measure."""
    return row.get(measure) is not None and not is_suppressed(row, measure)


def cell(row: Row, measure: str, form: Form = count) -> Cell:
    """A measure of a row: its figure, or the mark of what stands in its place."""
    if is_suppressed(row, measure):
        return SUPPRESSED
    if row.get(measure) is None:
        return ABSENT
    return Cell(form(row[measure]), "number")


def text_cell(value: Any) -> Cell:
    return Cell(str(value)) if value is not None else ABSENT


def slug(text: str) -> str:
    """Text as an identifier: lower-case letters, digits and hyphens."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def title_case(name: str) -> str:
    """A name that the ODS list gives in capitals, in the usual form; others as they are.

    `AVON AND WILTSHIRE … NHS TRUST` → `Avon and Wiltshire … NHS Trust`.
    """
    if not name.isupper():
        return name
    small, kept = {"and", "of", "the", "for", "in", "on", "with", "upon"}, {"NHS", "ICB", "UK"}
    words = [w if w in kept else w.lower() if w.lower() in small else w.capitalize() for w in name.split()]
    return " ".join(words[:1] and [words[0] if words[0] in kept else words[0].capitalize(), *words[1:]])
