"""A second look at texts that leave the machine or stay in logs: what looks like a person is masked, though none should be there."""

from __future__ import annotations

import re

from ingestion.contract import reading_rules

_DAY = r"(?:19[0-9]{2}|20[0-3][0-9])(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[0-9]{4}|[0-9]{6})?(?![0-9])"
#: A number as long as an employee's, unless it reads as a day (with or without a time), belongs to a longer word or goes on a number.
_NUMBER = re.compile(rf"(?<![0-9A-Za-z_])(?<![0-9][.-])(?!{_DAY})[0-9]{{7,}}(?![0-9A-Za-z])")
#: The same in a name of a file, wherever it stands there.
_NUMBER_IN_NAME = re.compile(rf"(?<![0-9])(?!{_DAY})[0-9]{{7,}}")


def without_people(text: str) -> str:
    """A text without e-mail addresses, NI numbers and employee numbers."""
    for pattern in reading_rules().forbidden_values.values():
        text = re.sub(pattern, "(masked)", text)
    return _NUMBER.sub("(masked)", text)


def name_without_people(name: str) -> str:
    """A name of a file or folder, or a path, without e-mail addresses, NI numbers and employee numbers."""
    parts = [without_people(part) for part in name.split("/")]  # a folder is no part of an address
    parted = "_".join(without_people(part) for part in "/".join(parts).split("_"))
    return _NUMBER_IN_NAME.sub("(masked)", parted)
