"""What lies in the landing folder: which file is which extract and month. Files are listed here, never opened or changed."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ingestion.contract import contracts
from ingestion.errors import RcwError
from ingestion.settings import Settings
from ingestion.transient import is_passing, tried_again
from ingestion.without_people import name_without_people, without_people

WITHDRAWN_FILE = "withdrawn.csv"
_PASSED_OVER = re.compile(r"^(\.|~\$|(thumbs\.db|desktop\.ini)$)|\.(tmp|part|filepart|crdownload)$", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_]?)(\d{2})(?:\2\d{2})?(?!\d)")
_VERSION = re.compile(r"_v(\d{1,4})$", re.IGNORECASE)
_ENDINGS = re.compile(r"(\.(csv|txt|tsv|xlsx?|gz))+$", re.IGNORECASE)
#: ODS codes of English NHS trusts: three characters, an R or (care trusts) a TA first.
_NHS_TRUST = re.compile(r"R[A-Z0-9]{2}|TA[A-Z0-9]")
_NO_TRUST = (
    "was passed over with all that is in it: its name is no ODS code of an NHS trust; move it out of landing, or if it is a trust name its "
    "code in RCW_FURTHER_TRUSTS"
)


@dataclass(frozen=True, order=True)
class LandingFile:
    """A file whose place and name are in order."""

    trust_code: str
    extract: str
    reporting_month: date
    version: int
    path: Path

    @property
    def name(self) -> str:
        """The file's name as it is shown and stored: without what looks like a person's number or address."""
        return shown_name(self.path.name)


def shown_name(name: str) -> str:
    """A name of landing, or a path in it, as it may be shown: one line of text that reads as it is written (a name may hold line
    breaks and marks that turn text round), with numbers and addresses of people masked (names of people cannot be told).
    """
    text = name.encode(errors="surrogateescape").decode(errors="replace")
    return name_without_people("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text))


@dataclass(frozen=True)
class LandingProblem:
    """A file or folder that was not taken, and why."""

    where: str
    message: str


@dataclass(frozen=True)
class Landing:
    """A look at the landing folder."""

    files: tuple[LandingFile, ...]
    problems: tuple[LandingProblem, ...]
    withdrawn: dict[str, str] = field(default_factory=dict)  # sha256 -> reason


def _named_month(name: str) -> date | str:
    """The month in a file name, or what is wrong with it."""
    if not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name):
        return "its name holds bytes that are no text; rename it"
    found = {(int(year), int(month)) for year, _, month in _MONTH.findall(name)}
    if not found:
        return "its name holds no month; expected YYYY-MM or YYYYMM, such as hr_assignments_2025-04.csv"
    if any(not 1 <= month <= 12 for _, month in found):
        return "its name holds a month that does not exist; expected YYYY-MM with a month from 01 to 12"
    if len(found) > 1:
        return "its name holds two different months; expected one"
    year, month = found.pop()
    return date(year, month, 1)


def _version(path: Path) -> int:
    stem = _ENDINGS.sub("", path.name)
    match = _VERSION.search(stem)
    return int(match.group(1)) if match else 1


def read_withdrawn(folder: Path) -> dict[str, str]:
    """The withdrawn deliveries: SHA-256 -> reason.

    Raises:
        RcwError: the file cannot be read as two columns `sha256, reason`.
    """
    file = folder / WITHDRAWN_FILE
    expected = (
        f"{file} cannot be used. Expected a header `sha256,reason` and on every line 64 hex characters and a reason"
    )
    if not file.is_file():
        if os.path.lexists(file):  # a list that is not read would let withdrawn deliveries back in
            raise RcwError(f"{expected}; it is a folder, or a link to nothing. Nothing was changed.")
        return {}
    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise RcwError(f"{expected}; the file is not readable text. Nothing was changed.") from None
    if not rows or [cell.strip().lower() for cell in rows[0][:2]] != ["sha256", "reason"]:
        raise RcwError(f"{expected}; line 1 is not that header. Nothing was changed.")
    withdrawn = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        sha = row[0].strip().lower()
        if len(row) < 2 or not re.fullmatch(r"[0-9a-f]{64}", sha):
            raise RcwError(f"{expected}; line {number} is not. Nothing was changed.")
        withdrawn[sha] = without_people(row[1].strip())
    return withdrawn


def _is_trust(settings: Settings, folder: Path) -> bool:
    """Whether a folder of landing is that of a trust: named by the code of an NHS trust or one of the settings, with folders in it."""
    is_code = folder.name in settings.trust_codes or _NHS_TRUST.fullmatch(folder.name)
    return bool(is_code) and any(place.is_dir() for place in folder.iterdir())


def _is_like_a_trust(folder: Path) -> bool:
    """Whether a folder could be meant as that of a trust: extracts lie in it."""
    return any(place.name in contracts() and place.is_dir() for place in folder.iterdir())


def _extract_folders(
    settings: Settings, root: Path, shelf: Path, trust_code: str
) -> tuple[list[tuple[str, str, Path]], list[LandingProblem]]:
    """(trust, extract, folder) of every folder that is one in `shelf` (landing, or a trust's folder in it), and what else lies there."""
    known, found, problems = contracts(), [], []
    for place in sorted(shelf.iterdir()):
        where = shown_name(place.relative_to(root).as_posix())
        if _PASSED_OVER.search(place.name) or where == WITHDRAWN_FILE:
            continue
        if not place.is_dir():
            problems.append(LandingProblem(where, "lies in no extract's folder; move it into one"))
        elif place.name in known:
            found.append((trust_code, place.name, place))
        elif shelf == root and _is_trust(settings, place):
            inner, inner_problems = _extract_folders(settings, root, place, place.name)
            found += inner
            problems += inner_problems
        elif shelf == root and _is_like_a_trust(place):
            problems.append(LandingProblem(where, _NO_TRUST))
        else:
            problems.append(LandingProblem(where, f"is no extract; known are {', '.join(known)}"))
    return found, problems


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def look(settings: Settings) -> Landing:
    """List the landing folder, sorted by trust, extract, month and version.

    Raises:
        RcwError: there is no landing folder, or `withdrawn.csv` is broken.
    """
    root = settings.landing_folder
    if not root.is_dir():
        raise RcwError(
            f"There is no landing folder at {root}. Make it, with one folder an extract (such as {root.name}/hr_assignments), "
            "or set RCW_LANDING to where it lies."
        )
    try:
        return tried_again(lambda: _look(settings, root))
    except PermissionError as error:
        raise RcwError(f"The landing folder cannot be read: no permission for {error.filename}.") from None
    except OSError as error:
        if not is_passing(error):
            raise
        raise RcwError(
            f"The landing folder {root} cannot be read now: {error.strerror}. If it is a network share, see that it is there, and run "
            "the command again."
        ) from None


def _look(settings: Settings, root: Path) -> Landing:
    withdrawn = read_withdrawn(root)
    folders, problems = _extract_folders(settings, root, root, settings.trust_code)
    real_root = root.resolve()
    files = []
    for trust_code, extract, folder in folders:
        for path in sorted(folder.iterdir()):
            if _PASSED_OVER.search(path.name):
                continue
            where = shown_name(path.relative_to(root).as_posix())
            if not _is_inside(path, real_root):
                problems.append(LandingProblem(where, "points outside the landing folder; put the file itself there"))
            elif not path.is_file():
                problems.append(LandingProblem(where, "is no file; an extract's folder holds files only"))
            elif isinstance(month := _named_month(path.name), str):
                problems.append(LandingProblem(where, month))
            else:
                files.append(LandingFile(trust_code, extract, month, _version(path), path))
    return Landing(tuple(sorted(files)), tuple(problems), withdrawn)
