"""What a check found. The same shape serves both borders and the dbt tests between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

Severity = Literal["blocking", "warning"]
Border = Literal["raw", "dbt", "marts"]


@dataclass(frozen=True)
class CheckResult:
    """One check on one table. It holds counts, thresholds and row numbers; never a value from a cell.

    `id` names the check and the month, so that it can be waived: `raw.<extract>.<trust>.<YYYY-MM>.<name>`,
    `dbt.<table>.from_<YYYY-MM>.<name>` or `marts.<table>.from_<YYYY-MM>.<name>`, from the first month loaded.
    `rows` is how many rows the table has, `example_rows` are lines of the delivered file, and `how_to_see` is SQL for
    DuckDB that shows the rows behind a failure.
    """

    id: str
    border: Border
    table: str
    month: date | None
    name: str
    meaning: str
    severity: Severity
    success: bool
    observed: str
    unexpected_count: int = 0
    rows: int = 0
    example_rows: tuple[int, ...] = ()
    how_to_see: str = ""

    @property
    def is_blocking_failure(self) -> bool:
        return not self.success and self.severity == "blocking"

    def as_metadata(self) -> Mapping[str, Any]:
        """Plain values for JSON and for the metadata of an asset check."""
        found = asdict(self)
        found["month"] = self.month.isoformat() if self.month else None
        found["example_rows"] = list(self.example_rows)
        return found
