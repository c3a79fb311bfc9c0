"""The page of faults: which faults are known of real files, how each is planted, and which tests show what comes of it.

Run `python -m synthetic.faults_page` after adding a fault or changing `faults/listed.yml`; a test fails when the page has parted from them.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ingestion.rules_file import read_rules
from synthetic.faults import FAULTS

LISTED_FILE = Path(__file__).parent / "faults" / "listed.yml"
PAGE = Path(__file__).parent.parent / "docs" / "faults.md"
NOTICE = "Generated from synthetic/faults by `python -m synthetic.faults_page`; do not edit."
#: What is to become of a planted fault, in words (`synthetic.faults.registry.Outcome`).
OUTCOMES = {
    "read": "read in full",
    "more": "read in full",
    "fewer": "read in full",
    "reported": "read in full and reported",
    "value": "value dropped or missing, row kept",
    "delivery": "delivery refused",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Listed(_Strict):
    """A fault of real files: what it is, by which faults of the registry it is planted, and which tests show what it gets."""

    what: str
    faults: tuple[str, ...]
    tests: tuple[str, ...]


class ListOfFaults(_Strict):
    """The faults that one page of the reference lists, in its order. `page` and `section` are how evidence of a fault cites it."""

    page: str
    title: str
    section: str
    listed: tuple[Listed, ...]


def lists_of_faults() -> list[ListOfFaults]:
    return [ListOfFaults.model_validate(one) for one in read_rules(LISTED_FILE)]


def _outcome(name: str) -> str:
    outcome = FAULTS[name].outcome
    return f"rows rejected, `{outcome.removeprefix('row:')}`" if outcome.startswith("row:") else OUTCOMES[outcome]


def _planted(names: tuple[str, ...]) -> str:
    """The faults with their outcomes, those of one outcome together."""
    by_outcome: dict[str, list[str]] = {}
    for name in names:
        by_outcome.setdefault(_outcome(name), []).append(f"`{name}`")
    return "; ".join(f"{', '.join(found)}: {outcome}" for outcome, found in by_outcome.items())


def page() -> str:
    """`docs/faults.md`."""
    lines = [
        f"<!-- {NOTICE} -->",
        "# Faults of real files",
        "",
        "What is known to go wrong in the files of NHS systems, and what this product makes of it. Each fault can be planted into the synthetic",
        "trust by its name, `rcw synth --fault NAME=RATE` (`--list-faults` lists them), and `test_fault__ends_as_the_registry_says` plants them all",
        "and compares what comes of each with this page. The tests named here show more: how a value is read, or what a mart makes of it. A",
        "test of the repository checks that every fault and test named here exists.",
    ]
    for one in lists_of_faults():
        lines += [
            "",
            f"## {one.title}",
            "",
            "| | what goes wrong | planted by, and what comes of it | also shown by |",
            "|---|---|---|---|",
        ]
        for number, listed in enumerate(one.listed, start=1):
            tests = ", ".join(f"`{test}`" for test in listed.tests)
            lines.append(f"| {number} | {listed.what} | {_planted(listed.faults)} | {tests} |")
    named = {name for one in lists_of_faults() for listed in one.listed for name in listed.faults}
    lines += ["", "## Other faults", "", "| planted by | what goes wrong | what comes of it |", "|---|---|---|"]
    lines += [
        f"| `{fault.name}` | {fault.evidence.partition(' (')[0].rstrip('.').replace('|', '/')} | {_outcome(fault.name)} |"
        for fault in FAULTS.values()
        if fault.name not in named
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
