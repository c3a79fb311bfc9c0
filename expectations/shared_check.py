"""One check for several columns of which the same is asked.

Each check costs Great Expectations milliseconds, whatever the rows, and a mart has dozens of measures. So the columns
share a derived one that names the first of them to offend in a row; the SQL that shows a failure shows it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.suite import Check

NONE = "none"


@dataclass(frozen=True)
class SharedCheck:
    """`offences`: for each column (or rule), the condition that a row offends against it, as SQL."""

    name: str
    offences: Mapping[str, str]
    meaning: str

    @property
    def column(self) -> str:
        return f"{self.name}_but_for"

    @property
    def derived(self) -> dict[str, str]:
        cases = " ".join(f"when {condition} then '{name}'" for name, condition in self.offences.items())
        return {self.column: f"case {cases} else '{NONE}' end"}

    @property
    def check(self) -> Check:
        return Check(
            name=self.name,
            type="expect_column_values_to_be_in_set",
            kwargs={"column": self.column, "value_set": [NONE]},
            severity="blocking",
            meaning=self.meaning,
        )
