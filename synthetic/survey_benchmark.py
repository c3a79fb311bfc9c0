"""The published survey scores of ten mental-health trusts, in the layouts of the files that NHS England's figures come in."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingestion.contract import contracts
from synthetic.chance import stream
from synthetic.dates import Texts
from synthetic.values import value_list

CARE_SETTING = "Mental Health & Learning Disability and Mental Health, Learning Disability & Community Trusts"
_MEAN = {"pp4_2": 5.1, "pp4_3": 8.0, "pp5_2": 4.9, "theme_morale": 6.1, "theme_engagement": 7.0}
_SCORE = {"motivation": "E_1", "involvement": "E_2", "advocacy": "E_3"}


def staff_survey(seed: int, year: int) -> dict[str, list[object]]:
    """The staff survey of a year; every trust around a level of its own."""
    trusts = value_list("mental_health_trusts")
    rng = stream(seed, "staff survey benchmark", year)
    level = rng.normal(0, 0.12, len(trusts))
    found: dict[str, list[object]] = {
        "org_code": [row["org_code"] for row in trusts],
        "org_name": [row["org_name"] for row in trusts],
        "survey_date": [f"{year}-12-01"] * len(trusts),
        "trust_type": ["Mental health and community trust"] * len(trusts),
    }
    for column in contracts()["bench_staff_survey"].columns[len(found) :]:
        mean = _MEAN.get(column.name, 6.6)
        found[column.name] = [f"{mean + one:.6f}" for one in level + rng.normal(0, 0.05, len(trusts))]
    return found


def pulse(seed: int, month: int, trust_code: str, truth: dict[str, Any]) -> dict[str, list[object] | Texts]:
    """A quarter of the pulse survey: the home trust with its own figures, the others drawn on the grid of real answers."""
    trusts = value_list("mental_health_trusts")
    rng = stream(seed, "pulse benchmark", month)
    year, quarter = truth["wave"].split("-")
    found: dict[str, list[object] | Texts] = {
        "period": [f"{year}/{(int(year) + 1) % 100:02d} {quarter}"] * len(trusts),
        "region_code": [row["region_code"] for row in trusts],
        "region_name": [row["region_name"] for row in trusts],
        "icb_code": [row["ics_code"] for row in trusts],
        "icb_name": [row["ics_name"] for row in trusts],
        "org_code": [row["org_code"] for row in trusts],
        "org_name": [row["org_name"] for row in trusts],
        "care_setting": [CARE_SETTING] * len(trusts),
        "workforce_headcount": [round(1.15 * float(row["fte"])) for row in trusts],
    }
    for measure, score in _SCORE.items():
        n = rng.integers(80, 900, len(trusts))
        # item values lie 2.5 apart and three items make a score
        mean = np.rint(rng.normal(6.7, 0.3, len(trusts)) * n * 1.2) / (n * 1.2)
        home = np.array([row["org_code"] == trust_code for row in trusts]) & (truth["n"][score] > 0)
        n = np.where(home, truth["n"][score], n)
        found[f"n_{measure}"] = n.astype(object)
        found[measure] = np.where(home, truth["mean"][score] or 0.0, mean).astype(object)
    counts = np.array([found[f"n_{measure}"] for measure in _SCORE])
    found["n_engagement"] = counts.min(axis=0)
    found["engagement"] = np.array([found[measure] for measure in _SCORE]).mean(axis=0)
    return found
