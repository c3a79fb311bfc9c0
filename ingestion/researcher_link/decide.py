"""From a queue that an officer has filled in to decisions: read, checked as a whole, and only then taken over."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import RcwError
from ingestion.researcher_link.decisions import WORDS, Decision, Standing

_NEEDED = ("researcher_key", "decision")
_SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class Answer:
    """One line of a filled-in queue. `line` is that of the file, the header being 1; blank cells are empty."""

    line: int
    trust_code: str
    researcher_key: str
    staff_key: str
    decision: str
    employee_number: str
    decided_by: str
    reason: str


@dataclass(frozen=True)
class Known:
    """Who can be decided about: (trust, key) of R&D people and of staff, and how an employee number becomes a staff key."""

    trust_code: str
    researchers: frozenset[tuple[str, str]]
    staff: frozenset[tuple[str, str]]
    staff_key: Callable[[str, str], str]


def read_answers(file: Path) -> list[Answer]:
    """The lines of a queue, as a spreadsheet has saved it: comma, semicolon or tab; UTF-8 or Windows.

    Raises:
        RcwError: the file is missing, or is no queue.
    """
    if not file.is_file():
        raise RcwError(f"There is no file {file}. rcw links --review writes the queue.")
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.split("\n", 1)[0]
    rows = list(csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count)))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise RcwError(
            f"{file} is no queue of links: the column {missing[0]} is missing from its first line. Fill in a file that "
            "rcw links --review wrote, and leave its header as it is."
        )
    places = {name: header.index(name) for name in Answer.__dataclass_fields__ if name in header}
    found = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        blank = dict.fromkeys(Answer.__dataclass_fields__, "")
        found.append(Answer(**{**blank, **cells, "line": number}))  # type: ignore[arg-type]
    return found


def decisions_of(
    answers: Iterable[Answer], known: Known, standing: Sequence[Standing], decided_at: str, decided_by: str | None
) -> tuple[list[Decision], int]:
    """The decisions that are new, and how many stood already.

    An employee number, where one is given, says whom `same` means, in place of the line's candidate.

    Raises:
        RcwError: something cannot be taken over. The message names every line, and nobody; nothing is to be recorded then.
    """
    problems: list[str] = []
    made: list[tuple[Answer, Decision]] = []
    for answer in answers:
        if not answer.decision:
            continue
        decision, problem = _decision(answer, known, decided_at, decided_by)
        if problem:
            problems.append(f"line {answer.line}: {problem}")
        elif decision:
            made.append((answer, decision))
    problems += _contradictions(made)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems[:_SHOWN_PROBLEMS])
        more = f"\n  and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
        raise RcwError(f"Nothing was recorded. Correct these lines and run the command again:\n{listed}{more}")
    stands = {(s.trust_code, s.researcher_key, s.decision, s.staff_key or "") for s in standing}
    new = {
        (d.trust_code, d.researcher_key, d.decision, d.staff_key): d
        for _, d in made
        if (d.trust_code, d.researcher_key, d.decision, d.staff_key) not in stands
    }
    return list(new.values()), len(made) - len(new)


def _decision(
    answer: Answer, known: Known, decided_at: str, decided_by: str | None
) -> tuple[Decision | None, str | None]:
    """A line's decision, or what is wrong with it."""
    word = answer.decision.lower()
    trust = answer.trust_code or known.trust_code
    by = answer.decided_by or decided_by
    if word not in WORDS:
        return None, f"{answer.decision!r} is no decision; expected {', '.join(WORDS)}, or blank"
    if (trust, answer.researcher_key) not in known.researchers:
        return None, (
            "this R&D person is in no current extract (any more), so there is nothing to decide; leave the decision blank"
        )
    if not by:
        return None, "nobody has signed it; fill in decided_by, or give --by"
    staff = ""
    if word != "outside":
        staff = answer.staff_key
        if answer.employee_number and word == "same":
            staff = known.staff_key(trust, answer.employee_number)
            if (trust, staff) not in known.staff:
                return None, "HR has nobody with this employee number in any month that is loaded"
        if not staff:
            return None, f"{word} needs to say whom: the line's candidate, or an employee number"
        if (trust, staff) not in known.staff:
            return None, "this member of staff is in no HR extract that is loaded; write a new queue"
    return Decision(decided_at, by, trust, answer.researcher_key, word, staff, answer.reason), None


def _contradictions(made: Sequence[tuple[Answer, Decision]]) -> list[str]:
    by_person: dict[tuple[str, str], list[tuple[Answer, Decision]]] = defaultdict(list)
    for answer, decision in made:
        by_person[(decision.trust_code, decision.researcher_key)].append((answer, decision))
    found = []
    for decided in by_person.values():
        settling = {(d.decision, d.staff_key) for _, d in decided if d.decision != "different"}
        apart = {d.staff_key for _, d in decided if d.decision == "different"}
        if len(settling) > 1 or any(word == "same" and staff in apart for word, staff in settling):
            lines = ", ".join(str(answer.line) for answer, _ in decided)
            found.append(f"lines {lines}: they say different things of one R&D person; keep one")
    return found
