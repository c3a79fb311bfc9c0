"""The one error that publishing raises for an expected problem; commands show it as a message, without a traceback."""

from __future__ import annotations

from collections.abc import Sequence


class PublishingError(Exception):
    """Something stands in the way of a release: what, where, and what to do about it."""

    def __init__(self, what: str, where: str, action: str, details: Sequence[str] = ()) -> None:
        self.what = what
        self.where = where
        self.action = action
        self.details = tuple(details)
        listed = "".join(f"\n  - {detail}" for detail in self.details)
        super().__init__(f"{what} ({where}).{listed}\nWhat to do: {action}")

    def __reduce__(self) -> tuple[type[PublishingError], tuple[str, str, str, tuple[str, ...]]]:
        """It may be raised in another process than the one that shows it."""
        return type(self), (self.what, self.where, self.action, self.details)
