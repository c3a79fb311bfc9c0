"""How well names link in a synthetic trust whose R&D files bear no number, e-mail or ORCID.

    python benchmarks/linking_trust.py [--staff 1500] [--months 4] [--seeds 1 2 3] [--misspelt]

The files are taken into a home of its own; nothing is built. Recall is over the people whom HR has in any month, and by what went
wrong with the name (somebody may have two faults). `--misspelt` writes the names of teams, investigators and applicants with the
faults of the trial (`synthetic.linkage.RATES`): misspellings, initials, familiar forms, changed surnames. Roles and their dates, and
who of the staff has research training, are all that is known beside the name.
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from ingestion.contract import contracts
from ingestion.identity import pseudonym
from ingestion.researcher_link.people import holds_researchers, holds_staff, shows_research
from ingestion.settings import Settings
from orchestration.session import LoadSession
from orchestration.warehouse import current_links
from synthetic.chance import stream
from synthetic.linkage import Written, as_written
from synthetic.trust import write_trust

_KEY = "a key for measurements only, 32 b"
#: Columns of names that are written anew; authors of outputs keep theirs.
_NAMES = {
    "rd_study_team": ("Person",),
    "rd_project_sites": ("Principal Investigator", "Project site lead nurse(s)"),
    "rd_awards": ("Applicant",),
}
_IDENTIFIERS = {"staff_number", "email", "orcid", "orcid_list"}


def blank_identifiers(landing: Path) -> None:
    """Take numbers, e-mails and ORCIDs out of the R&D files, and away all other extracts that do not bear on who is who."""
    for folder in landing.iterdir():
        contract = contracts()[folder.name]
        labels = {column.label for column in contract.columns if column.pii in _IDENTIFIERS}
        for file in folder.glob("*.csv"):
            if not holds_researchers(contract):
                if not (holds_staff(contract) or shows_research(contract)):
                    file.unlink()
                continue
            with file.open(encoding="utf-8", newline="") as lines:
                header, *rows = csv.reader(lines)
            blanked = [["" if name in labels else cell for name, cell in zip(header, row, strict=True)] for row in rows]
            with file.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([header, *blanked])


def misspell(landing: Path, links: list[dict[str, str]], seed: int) -> list[dict[str, str]]:
    """Write the names of R&D files anew, one spelling a name. Returns the truth under the new names."""
    rng, staff = stream(seed, "misspelt"), _staff_names(landing)
    who: dict[str, set[str]] = {}
    for link in links:
        who.setdefault(link["person"], set()).add(link["true_employee_number"])
    written: dict[str, Written] = {}

    def anew(name: str) -> str:
        if name not in written:
            numbers = who.get(name, set())
            known = staff.get(next(iter(numbers))) if len(numbers) == 1 else None
            surname, given = known or tuple(part.strip() for part in f"{name},".split(",")[:2])
            has_forename = len(given.rstrip(".")) > 1
            written[name] = (
                as_written(rng, surname, given) if has_forename else Written(name, frozenset(("initial_only",)))
            )
        return written[name].name

    for extract, labels in _NAMES.items():
        for file in sorted((landing / extract).glob("*.csv")):
            with file.open(encoding="utf-8", newline="") as lines:
                rows = list(csv.DictReader(lines))
            for row, label in ((row, label) for row in rows for label in labels if row[label]):
                row[label] = "; ".join(anew(name.strip()) for name in row[label].split(";"))
            with file.open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    return [
        link | {"person": written[link["person"]].name, "faults": " ".join(sorted(written[link["person"]].faults))}
        for link in links
        if link["person"] in written
    ]


def _name_key(name: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return pseudonym(_KEY.encode(), f"RVN|name|{' '.join(re.findall('[a-z]+', bare.lower()))}")


def _staff_names(landing: Path) -> dict[str, tuple[str, str]]:
    """Employee number -> (surname, forenames), as HR has them last."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted((landing / "hr_assignments").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            found |= {row["Employee Number"]: (row["Last Name"], row["First Name"]) for row in csv.DictReader(lines)}
    return found


@dataclass(frozen=True)
class TrustQuality:
    """What came of one trust: counts of R&D people. `by_fault`: fault -> (people whom HR has, of them linked rightly)."""

    people: int
    linked: int
    right: int
    by_fault: dict[str, tuple[int, int]]

    @property
    def precision(self) -> float:
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Of those whom HR has in any month."""
        return self.by_fault["all"][1] / self.by_fault["all"][0]


def measure(home: Path, links: list[dict[str, str]]) -> TrustQuality:
    """Land the files and link; `links` say who each R&D person truly is."""
    session = LoadSession(Settings(home=home, trust_code="RVN", pseudonym_key=SecretStr(_KEY), _env_file=None))  # type: ignore[call-arg]
    try:
        session.land()
        linked = {
            link.researcher_key: link.staff_key
            for link in current_links(session.settings, session.ledger)
            if link.valid_to is None
        }
    finally:
        session.close()
    who: dict[str, set[str]] = {}
    faults: dict[str, list[str]] = {}
    for link in links:
        number, key = link["true_employee_number"], _name_key(link["person"])
        who.setdefault(key, set()).add(pseudonym(_KEY.encode(), f"RVN|{number}") if number else "")
        faults.setdefault(key, link.get("faults", "").split() or ["none"])
    known = {key: staff for key, staff in linked.items() if key in who}
    in_hr = {pseudonym(_KEY.encode(), f"RVN|{number}") for number in _staff_names(home / "landing")}
    by_fault: dict[str, tuple[int, int]] = {"all": (0, 0)}
    for key in (key for key in known if len(who[key]) == 1 and who[key] <= in_hr):
        for fault in ("all", *faults[key]):
            people, right = by_fault.get(fault, (0, 0))
            by_fault[fault] = people + 1, right + (known[key] in who[key])
    found = {key: staff for key, staff in known.items() if staff}
    return TrustQuality(len(known), len(found), sum(staff in who[key] for key, staff in found.items()), by_fault)


def measured_trust(staff: int, months: int, seed: int, *, misspelt: bool) -> TrustQuality:
    """Write a trust into a folder of its own, take away its identifiers, and link."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        links = write_trust(home / "landing", staff=staff, months=months, seed=seed).links
        blank_identifiers(home / "landing")
        if misspelt:
            links = misspell(home / "landing", links, seed)
        return measure(home, links)


#: Kinds of faults as columns of the table, most frequent first.
_FAULTS = ("none", "initial_only", "typo_in_forename", "typo_in_surname", "nickname", "changed_surname")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--staff", type=int, default=1500)
    parser.add_argument("--months", type=int, default=4)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--misspelt", action="store_true")
    options = parser.parse_args()
    print("| seed | R&D people | linked | precision | HR has | recall | " + " | ".join(_FAULTS) + " |")
    print("|---" * (6 + len(_FAULTS)) + "|")
    for seed in options.seeds:
        found = measured_trust(options.staff, options.months, seed, misspelt=options.misspelt)
        of_fault = [found.by_fault.get(fault, (0, 0)) for fault in _FAULTS]
        shares = " | ".join(f"{right} of {people}" for people, right in of_fault)
        print(
            f"| {seed} | {found.people} | {found.linked} | {found.precision:.3f} | {found.by_fault['all'][0]} | "
            f"{found.recall:.3f} | {shares} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
