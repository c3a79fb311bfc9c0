"""Faults that pass by themselves, and trying again: a network share that is away for a moment, a file that somebody has open.

A wrong file, a full disk or a missing right does not pass, and is said at once.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

#: Seconds before the second and each further attempt.
PAUSES = (0.5, 2.0)
_NAMES = (
    "EAGAIN", "EBUSY", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EHOSTDOWN", "EHOSTUNREACH", "EINTR", "EIO", "ENETDOWN",
    "ENETRESET", "ENETUNREACH", "ENOTCONN", "EREMOTEIO", "ESTALE", "ETIMEDOUT",
)  # fmt: skip
_PASSING = {getattr(errno, name) for name in _NAMES if hasattr(errno, name)}
#: Windows: sharing and lock violations, and what network drives say while they are away.
_PASSING_ON_WINDOWS = {32, 33, 53, 54, 59, 64, 121, 1231}


def is_passing(error: BaseException) -> bool:
    """Whether a fault of the operating system may be gone a moment later."""
    if not isinstance(error, OSError):
        return False
    return getattr(error, "winerror", None) in _PASSING_ON_WINDOWS or error.errno in _PASSING


def tried_again(
    action: Callable[[], T],
    passes: Callable[[BaseException], bool] = is_passing,
    pauses: Sequence[float] = PAUSES,
) -> T:
    """What the action gives, tried again after faults that pass; the last one, or any other, is raised."""
    for pause in pauses:
        try:
            return action()
        except Exception as error:
            if not passes(error):
                raise
        time.sleep(pause)
    return action()
