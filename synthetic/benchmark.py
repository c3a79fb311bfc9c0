"""The published sickness absence of ten mental-health trusts, in the layout of the NHS England file."""

from __future__ import annotations

import numpy as np

from synthetic.chance import stream
from synthetic.dates import days_in, last_day, one_text
from synthetic.values import value_list

_SEASON = {12: 1.1, 1: 1.12, 2: 1.06, 6: 0.96, 7: 0.98, 8: 0.92}


def rows_of_month(seed: int, month: int, trust_code: str, fte: float, sickness_rate: float) -> dict[str, list[object]]:
    """The home trust at its own size and rate (%), the others around a rate of their own."""
    trusts = value_list("mental_health_trusts")
    names = ("region_code", "region_name", "ics_code", "ics_name", "org_code", "org_name")
    found: dict[str, list[object]] = {name: [row[name] for row in trusts] for name in names}
    found["date"] = [one_text(last_day(month))] * len(trusts)
    found["org_type"] = ["Mental Health"] * len(trusts)
    rng = stream(seed, "benchmark", month)
    lost, available, rates = [], [], []
    for row in trusts:
        home = row["org_code"] == trust_code
        days = (fte if home else float(row["fte"]) * (1 + rng.normal(0, 0.004))) * days_in(month)
        rate = sickness_rate if home else float(row["base_rate"]) * _SEASON.get(month % 12 + 1, 1.0) * (1 + rng.normal(0, 0.03))
        days, days_lost = round(days, 5), round(days * rate / 100, 5)
        available.append(f"{days:.5f}")
        lost.append(f"{days_lost:.5f}")
        rates.append(f"{np.round(100 * days_lost / days, 2) if days else 0:.2f}")
    return {**found, "fte_days_lost": list(lost), "fte_days_available": list(available), "sickness_rate": list(rates)}
