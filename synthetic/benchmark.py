"""The published sickness absence of ten mental-health trusts, in the layout of the NHS England file."""

from __future__ import annotations

from synthetic.chance import stream
from synthetic.dates import days_in, last_day, one_text
from synthetic.values import value_list

_SEASON = {12: 1.1, 1: 1.12, 2: 1.06, 6: 0.96, 7: 0.98, 8: 0.92}


def rows_of_month(seed: int, month: int, trust_code: str, available: float, lost: float) -> dict[str, list[object]]:
    """The home trust with its own FTE days, as published to five decimals; the others around a rate of their own."""
    trusts = value_list("mental_health_trusts")
    names = ("region_code", "region_name", "ics_code", "ics_name", "org_code", "org_name")
    found: dict[str, list[object]] = {name: [row[name] for row in trusts] for name in names}
    found["date"] = [one_text(last_day(month))] * len(trusts)
    found["org_type"] = ["Mental Health"] * len(trusts)
    found |= {"fte_days_lost": [], "fte_days_available": [], "sickness_rate": []}
    rng = stream(seed, "benchmark", month)
    for row in trusts:
        days = float(row["fte"]) * (1 + rng.normal(0, 0.004)) * days_in(month)
        rate = float(row["base_rate"]) * _SEASON.get(month % 12 + 1, 1.0) * (1 + rng.normal(0, 0.03))
        absent = days * rate / 100
        if row["org_code"] == trust_code:
            days, absent = available, lost
        days, absent = round(days, 5), round(absent, 5)
        found["fte_days_available"].append(f"{days:.5f}")
        found["fte_days_lost"].append(f"{absent:.5f}")
        found["sickness_rate"].append(f"{100 * absent / days if days else 0:.2f}")
    return found
