"""What every command answers with: its exit code, JSON for machines; and months as people type them."""

from __future__ import annotations

import json
import re
from datetime import date

from ingestion.errors import RcwError

DONE, REFUSED, WRONG = 0, 1, 2


def month_option(text: str | None) -> date | None:
    """A month as typed, YYYY-MM.

    Raises:
        RcwError: it is none.
    """
    if text is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])", text):
        raise RcwError(f"{text!r} is no month; expected YYYY-MM, such as 2025-04.")
    return date.fromisoformat(f"{text}-01")


def as_json_text(document: object) -> str:
    """A document as machines read it: sorted keys, dates as texts."""
    return json.dumps(document, indent=2, sort_keys=True, default=str)
