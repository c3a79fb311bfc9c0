"""The types that a published column may have, and what each is called elsewhere.

The law is the model's: BI clients read nothing else reliably. A wider integer of the engine is narrowed on the way out,
and fails loudly where it does not fit; any other difference between declared and actual type is refused.
"""

from __future__ import annotations

import re

_NAMES = {
    "VARCHAR": ("VARCHAR", "TEXT", "STRING", "CHAR"),
    "INTEGER": ("INTEGER", "INT", "INT4"),
    "BIGINT": ("BIGINT", "INT8", "LONG"),
    "DOUBLE": ("DOUBLE", "FLOAT8", "DOUBLE PRECISION"),
    "DATE": ("DATE",),
    "TIMESTAMP": ("TIMESTAMP", "DATETIME", "TIMESTAMP WITHOUT TIME ZONE"),
    "BOOLEAN": ("BOOLEAN", "BOOL"),
}
_LAW = {alias: name for name, aliases in _NAMES.items() for alias in aliases}
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_NUMBERS = _INTEGERS | {"FLOAT", "DOUBLE"}
_FRICTIONLESS = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}
ALLOWED = "VARCHAR, INTEGER, BIGINT, DOUBLE, DECIMAL(p,s) with p up to 18, DATE, TIMESTAMP, BOOLEAN"


def published_type(declared: str) -> str | None:
    """The law's name of a declared type (`int` -> `INTEGER`), or None if a release may not hold it."""
    name = " ".join(declared.upper().split())
    decimal = re.fullmatch(r"(?:DECIMAL|NUMERIC) ?\( ?(\d+) ?(?:, ?(\d+) ?)?\)", name)
    if decimal:
        precision, scale = int(decimal[1]), int(decimal[2] or 0)
        return f"DECIMAL({precision},{scale})" if scale <= precision <= 18 else None
    return _LAW.get(name)


def can_become(actual: str, declared: str) -> bool:
    """Whether a warehouse column of type `actual` may be published as `declared` without changing what it says."""
    if published_type(actual) == declared:
        return True
    if declared in ("INTEGER", "BIGINT"):
        return actual in _INTEGERS
    if declared == "DOUBLE":
        return actual in _NUMBERS or actual.startswith("DECIMAL")
    return False


def is_integer(published: str) -> bool:
    return published in ("INTEGER", "BIGINT")


def frictionless_type(published: str) -> str:
    """The Frictionless Table Schema type of a published type."""
    return _FRICTIONLESS.get(published, "number")
