"""`python -m synthetic --landing FOLDER`: write a synthetic trust."""

from __future__ import annotations

import argparse
from pathlib import Path

from synthetic.faults import FAULTS
from synthetic.trust import write_trust


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m synthetic", description="Write the extracts of an invented trust.")
    parser.add_argument("--landing", type=Path, help="folder to write the extracts into")
    parser.add_argument("--truth", type=Path, help="folder for the planted truth; outside landing")
    parser.add_argument("--trust-code", default="RVN")
    parser.add_argument("--staff", type=int, default=5000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--first-month", default="2024-04")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=RATE", help="may be repeated")
    parser.add_argument("--list-faults", action="store_true", help="say which faults there are, and stop")
    given = parser.parse_args()
    if given.list_faults:
        for fault in FAULTS.values():
            print(f"{fault.name:24} {fault.outcome:22} {fault.evidence}")
        return
    if given.landing is None:
        parser.error("--landing is needed")
    faults = {name: float(rate) for name, _, rate in (one.partition("=") for one in given.fault)}
    truth = write_trust(
        given.landing,
        trust_code=given.trust_code,
        staff=given.staff,
        months=given.months,
        first_month=given.first_month,
        seed=given.seed,
        faults=faults,
        truth_folder=given.truth,
    )
    print(f"{sum(sum(rows.values()) for rows in truth.rows.values())} rows in {given.landing}")


if __name__ == "__main__":
    main()
