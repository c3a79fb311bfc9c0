"""How a file of landing is called in messages: by its place in landing, with the trust's folder where it is not the home trust's.

Two trusts may deliver files of one name, so a name alone tells neither which file is meant nor keeps what is said of them apart.
"""

from __future__ import annotations

from typing import Protocol

from ingestion.delivery import Delivery
from ingestion.settings import Settings


class OfTrust(Protocol):
    """A file, slot or delivery key: something of one extract of one trust."""

    @property
    def trust_code(self) -> str: ...

    @property
    def extract(self) -> str: ...


def shelf(settings: Settings, one: OfTrust) -> str:
    """The folder of an extract in landing: `hr_leavers`, or `RDY/hr_leavers` of another trust than the home trust."""
    return one.extract if one.trust_code == settings.trust_code else f"{one.trust_code}/{one.extract}"


def place(settings: Settings, delivery: Delivery) -> str:
    """A delivery as people know it: its file in its folder of landing."""
    return f"{shelf(settings, delivery.key)}/{delivery.file_name}"
