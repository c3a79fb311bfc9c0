"""What the commas of a column of decimals mean in a semicolon file: decimals as a rule, thousands where the column itself says so.

What belongs here: the evidence within one column. How a number is then read stands in `cast`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_THREE_DIGITS_EACH = re.compile(r"[^,]*[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?[^0-9,.]*")
_SURELY_THOUSANDS = re.compile(r"[0-9],[0-9]{3}[,.][0-9]")


def _with_comma(cells: Iterable[str]) -> list[str]:
    return [cell for cell in cells if "," in cell]


def _may_all_be_thousands(cells: list[str]) -> bool:
    return bool(cells) and all(_THREE_DIGITS_EACH.fullmatch(cell) for cell in cells)


def marks_decimals(cells: Iterable[str]) -> bool:
    """Whether commas stand before decimals, as in 1.234,5. Not so where there is none, for then points are those of decimals; nor
    where each stands before three digits and a second mark follows one (1,234.50 and 1,234,567)."""
    found = _with_comma(cells)
    return bool(found) and not (_may_all_be_thousands(found) and any(map(_SURELY_THOUSANDS.search, found)))


def is_ambiguous(cells: Iterable[str]) -> bool:
    """Whether commas that are read as those of decimals could all be those of thousands: each stands before just three digits."""
    found = _with_comma(cells)
    return marks_decimals(found) and _may_all_be_thousands(found)
