"""Faults of real files, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

FAULTS: dict[str, Callable[..., int]] = {}


def check_names(faults: Mapping[str, float]) -> None:
    """Raises ValueError where a fault is unknown."""
    unknown = sorted(set(faults) - set(FAULTS))
    if unknown:
        raise ValueError(f"unknown faults: {', '.join(unknown)}")
