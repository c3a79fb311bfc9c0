"""How well names link in a synthetic trust whose R&D files bear no number, e-mail or ORCID.

    python benchmarks/linking_trust.py [--staff 1500] [--months 4] [--seed 1]

The files are taken into a home of its own; nothing is built. Recall is over the people whom HR has in any month.
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
import unicodedata
from pathlib import Path

from pydantic import SecretStr

from ingestion.contract import contracts
from ingestion.identity import pseudonym
from ingestion.researcher_link.people import holds_researchers, holds_staff
from ingestion.settings import Settings
from orchestration.session import LoadSession
from orchestration.warehouse import current_links
from synthetic.trust import write_trust
from synthetic.truth import Truth

_KEY = "a key for measurements only, 32 b"
_IDENTIFIERS = {"staff_number", "email", "orcid", "orcid_list"}


def blank_identifiers(landing: Path) -> None:
    """Take numbers, e-mails and ORCIDs out of the R&D files, and all other extracts but HR's staff away."""
    for folder in landing.iterdir():
        contract = contracts()[folder.name]
        labels = {column.label for column in contract.columns if column.pii in _IDENTIFIERS}
        for file in folder.glob("*.csv"):
            if not holds_researchers(contract):
                if not holds_staff(contract):
                    file.unlink()
                continue
            with file.open(encoding="utf-8", newline="") as lines:
                header, *rows = csv.reader(lines)
            blanked = [["" if name in labels else cell for name, cell in zip(header, row, strict=True)] for row in rows]
            with file.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([header, *blanked])


def _name_key(name: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return pseudonym(_KEY.encode(), f"RVN|name|{' '.join(re.findall('[a-z]+', bare.lower()))}")


def _staff_keys(landing: Path) -> set[str]:
    found = set()
    for file in (landing / "hr_assignments").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            found |= {pseudonym(_KEY.encode(), f"RVN|{row['Employee Number']}") for row in csv.DictReader(lines)}
    return found


def measure(home: Path, truth: Truth) -> str:
    """A line with precision and recall."""
    blank_identifiers(home / "landing")
    session = LoadSession(Settings(home=home, trust_code="RVN", pseudonym_key=SecretStr(_KEY), _env_file=None))  # type: ignore[call-arg]
    try:
        session.land()
        linked = {row[1]: row[2] for row in current_links(session.settings, session.ledger)}
    finally:
        session.close()
    who: dict[str, set[str]] = {}
    for link in truth.links:
        number = link["true_employee_number"]
        person = pseudonym(_KEY.encode(), f"RVN|{number}") if number else ""
        who.setdefault(_name_key(link["person"]), set()).add(person)
    known = {key: staff for key, staff in linked.items() if key in who}
    found = {key: staff for key, staff in known.items() if staff}
    right = sum(staff in who[key] for key, staff in found.items())
    in_hr = _staff_keys(home / "landing")
    reachable = [key for key in known if len(who[key]) == 1 and who[key] <= in_hr]
    reached = sum(known[key] in who[key] for key in reachable)
    return (
        f"{len(known)} R&D people, {len(found)} linked; precision {right / len(found):.3f}, "
        f"recall {reached / len(reachable):.3f} of {len(reachable)} whom HR has"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", type=int, default=1500)
    parser.add_argument("--months", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        truth = write_trust(home / "landing", staff=options.staff, months=options.months, seed=options.seed)
        print(measure(home, truth))


if __name__ == "__main__":
    main()
