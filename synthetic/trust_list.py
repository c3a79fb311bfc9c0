"""The list of NHS trusts in the layout of the ODS file: the trusts of the benchmark, the trust itself, and two long closed."""

from __future__ import annotations

from synthetic.values import value_list

#: Invented trusts that have merged away: code, name, region, ICB, opened, closed.
_CLOSED = (
    ("RZY", "FORMER EXAMPLESHIRE MENTAL HEALTH NHS TRUST", "Y58", "QJK", "20020401", "20241031"),
    ("RZX", "EXAMPLE DALES COMMUNITY NHS TRUST", "Y60", "QHL", "20110401", "20241231"),
)


def rows(trust_code: str) -> dict[str, list[object]]:
    names = ("ods_code", "trust_name", "region_code", "icb_code", "open_date", "close_date")
    lines: list[tuple[str, ...]] = [
        (row["org_code"], row["org_name"].upper(), row["region_code"], row["ics_code"], "20010401", "")
        for row in value_list("mental_health_trusts")
    ]
    if trust_code not in {line[0] for line in lines}:
        lines.append((trust_code, f"EXAMPLE TRUST {trust_code}", "Y58", "QOX", "20010401", ""))
    return {
        name: list(column) for name, column in zip(names, zip(*sorted([*lines, *_CLOSED]), strict=True), strict=True)
    }
