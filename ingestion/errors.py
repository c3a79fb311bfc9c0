"""Errors for people: what is wrong, where, what was expected and what to do. The command line prints them and nothing else."""

from __future__ import annotations


class RcwError(Exception):
    """An expected problem. `exit_code` 1: something was refused; 2: wrong usage, settings, key, or another load running."""

    exit_code = 2


class DeliveryRefused(Exception):
    """A file that cannot be taken as a whole. The message never holds a value from the file.

    `check` names the finding under which the refusal is counted.
    """

    def __init__(self, message: str, check: str = "unreadable") -> None:
        super().__init__(message)
        self.check = check
