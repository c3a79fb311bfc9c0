"""What was planted: counts, links, effects, faults and canaries, written outside landing for tests to compare with."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_TABLES = ("groups", "links", "exposures", "applicants", "authors")


@dataclass
class Truth:
    """The planted truth of one synthetic trust.

    `rows` counts data rows before faults, by extract and month. `groups` has a row a month and group (the trust and
    each profession) with the measures that follow from the definitions, computed from the simulation and not from the files.
    `links` has a row an R&D person, `applicants` one an award, `authors` one a place in a publication's list. `exposures` has
    a row a month and running action, with the people in post whom it reaches. Rates are not stored: they follow from the
    counts.
    """

    trust_code: str
    seed: int
    staff: int
    months: list[str]
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    effects: dict[str, Any] = field(default_factory=dict)
    canaries: list[dict[str, str]] = field(default_factory=list)
    organisation_changes: list[dict[str, Any]] = field(default_factory=list)
    rehires: list[dict[str, str]] = field(default_factory=list)
    professions: dict[str, str] = field(default_factory=dict)
    groups: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    applicants: list[dict[str, Any]] = field(default_factory=list)
    authors: list[dict[str, Any]] = field(default_factory=list)
    survey_waves: list[dict[str, Any]] = field(default_factory=list)
    interventions: list[dict[str, Any]] = field(default_factory=list)
    exposures: list[dict[str, Any]] = field(default_factory=list)
    pulse_waves: list[dict[str, Any]] = field(default_factory=list)
    rcc_waves: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write `truth.json`, and a CSV for each long table."""
        folder.mkdir(parents=True, exist_ok=True)
        small = {key: value for key, value in asdict(self).items() if key not in _TABLES}
        (folder / "truth.json").write_text(json.dumps(small, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for name in _TABLES:
            rows = getattr(self, name)
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]) if rows else [])
                writer.writeheader()
                writer.writerows(rows)
