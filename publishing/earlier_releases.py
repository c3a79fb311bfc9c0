"""Releases before a release, as an input of it: those that readers may have beside it.

Only where the trust asks for it (`RCW_PUBLISH_BESIDE_EARLIER`): what such a release hides depends on what was published before,
so its id does too. A load with nothing new finds the release that is there already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from publishing.identity import ReleaseInputs
from publishing.record import read_records

_BESIDE = "beside"


def _by_itself(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a release is made from, but for the releases before it."""
    settings = {name: value for name, value in document["settings"].items() if name != _BESIDE}
    return {**document, "settings": settings}


def beside_earlier(inputs: ReleaseInputs, records: Path) -> ReleaseInputs:
    """The inputs with the ids of all releases that were made from anything else."""
    own = _by_itself(inputs.document())
    found = sorted(record.id for record in read_records(records).values() if _by_itself(record.inputs) != own)
    return replace(inputs, settings={**inputs.settings, _BESIDE: found}) if found else inputs


def beside_of(inputs: ReleaseInputs) -> tuple[str, ...]:
    """The releases that a release is protected together with."""
    return tuple(inputs.settings.get(_BESIDE, ()))  # type: ignore[arg-type]
